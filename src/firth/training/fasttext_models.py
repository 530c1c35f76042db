"""Models of fastText, as training continues from them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from firth.corpus import Vocabulary
from firth.errors import FileFormatError, OptionError
from firth.training.configuration import Configuration
from firth.training.memory import check_memory
from firth.training.presets import preset
from firth.training.weights import Weights, weights_of_rows
from firth.vectors.formats.fasttext_binary import SavedModel, read_model

_OF_FILE = ("vector_size", "window", "epochs", "min_count", "negative", "objective", "architecture", "sample")


class Continued(NamedTuple):
    """A model of fastText, as training continues from it."""

    configuration: Configuration
    vocabulary: Vocabulary
    weights: Weights


def continued(path: str | os.PathLike[str]) -> Continued:
    """The words, all rows and the settings of a ``.bin`` file; its training continues where fastText ended it.

    The learning rate, which is not in the file, is fastText's default, 0.05, and gradients are those of fastText. The
    Huffman tree is the same; fastText has the probability of the right child where firth has that of the left one, and
    numbers nodes from the rarest.

    Args:
        path: the file.

    Raises:
        FileFormatError: the file is damaged, quantized, or a classifier, or has settings that firth does not have.
        OptionError: the matrices are larger than the available memory.
    """
    saved = read_model(Path(path))
    words = len(saved.words)
    try:
        configuration = Configuration.of(**{**preset("fasttext"), **_settings(saved)})
        vocabulary = Vocabulary(saved.words, saved.counts)
    except OptionError as error:
        raise FileFormatError(f"{path}: training cannot continue, {error}") from error
    if len(set(saved.words)) < words:
        raise FileFormatError(f"{path}: some words occur twice, expected each once", hint="download the file again")
    outputs = saved.outputs
    if configuration.objective == "hierarchical":
        outputs = np.negative(outputs[: words - 1][::-1])
    check_memory(words, len(saved.inputs), len(outputs), configuration.vector_size)
    return Continued(configuration, vocabulary, weights_of_rows(saved.inputs, outputs))


def _settings(saved: SavedModel) -> dict[str, object]:
    settings: dict[str, object] = {name: saved.metadata[name] for name in _OF_FILE}
    if saved.scheme is None:
        return {**settings, "subwords": False, "subword_gradient": "corrected"}
    return {**settings, "minn": saved.scheme.minn, "maxn": saved.scheme.maxn, "buckets": saved.scheme.buckets}
