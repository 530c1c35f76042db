"""The translation of gensim's training options to firth's."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError, warn
from firth.parallel import cores
from firth.training.configuration import Configuration
from firth.training.options import LONGEST_SENTENCE


class GensimOptions(Protocol):
    """The attributes of gensim's model that are training options."""

    vector_size: int
    window: int
    shrink_windows: bool
    sample: float
    seed: int
    workers: int
    alpha: float
    min_alpha: float
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    cbow_gradient: str


def configuration(given: GensimOptions, *, min_count: int, epochs: int, counts: npt.NDArray[np.int64]) -> Configuration:
    """The configuration for a model, with its attributes as they are now.

    Args:
        given: the model.
        min_count: minimum count of the words.
        epochs: number of epochs of this training.
        counts: (words,) the counts of the words.

    Raises:
        OptionError: an option is invalid, or has no counterpart in firth.
    """
    if not given.sg and not given.cbow_mean:
        raise OptionError(
            "cbow_mean=0, which adds up the vectors of the context: firth's CBOW takes their mean", hint="cbow_mean=1"
        )
    return Configuration.of(
        architecture="skipgram" if given.sg else "cbow",
        objective="hierarchical" if given.hs else "negative",
        vector_size=given.vector_size,
        window=min(given.window, LONGEST_SENTENCE),
        shrink_windows=given.shrink_windows,
        min_count=max(1, min_count),
        negative=given.negative or 5,
        noise_exponent=given.ns_exponent,
        sample=share_of(given.sample, counts),
        learning_rate=max(given.alpha, given.min_alpha),
        min_learning_rate=given.min_alpha,
        cbow_gradient=given.cbow_gradient,
        epochs=epochs,
        seed=given.seed,
        workers=min(given.workers, cores()),
    )


def check_objective(given: GensimOptions) -> None:
    """Check that ``hs`` or ``negative`` is set; of both, which gensim can train at once, one is used.

    Raises:
        OptionError: neither ``hs`` nor ``negative`` is set.
    """
    if not given.hs and not given.negative:
        raise OptionError("hs=0 and negative=0, expected one of them above 0", hint="negative=5")
    if given.hs and given.negative:
        warn(
            f"hs=1 and negative={given.negative}: gensim trains by both at once, firth by hierarchical softmax alone; "
            "hint: negative=0 or hs=0"
        )


def share_of(sample: float | None, counts: npt.NDArray[np.int64]) -> float:
    """gensim's ``sample`` as a share of the text; a value from 1 on is a count, above which words are subsampled."""
    if not sample or sample < 1:
        return float(sample or 0)
    return min(1.0, int(sample * (3 + math.sqrt(5)) / 2) / max(1, int(counts.sum())))


def attributes_of(configuration: Configuration) -> dict[str, Any]:
    """gensim's attributes for a model that firth trained.

    Raises:
        OptionError: gensim has no such model.
    """
    if configuration.objective == "softmax":
        raise OptionError("a model by full softmax, which gensim's names cannot express", hint="firth.Word2Vec.load")
    return {
        "vector_size": configuration.vector_size,
        "window": configuration.widest_window,
        "shrink_windows": configuration.shrink_windows,
        "min_count": configuration.min_count,
        "sample": configuration.sample,
        "seed": configuration.seed,
        "workers": configuration.worker_count,
        "alpha": configuration.first_learning_rate,
        "min_alpha": configuration.last_learning_rate,
        "sg": int(configuration.architecture == "skipgram"),
        "hs": int(configuration.objective == "hierarchical"),
        "negative": configuration.negative if configuration.objective == "negative" else 0,
        "ns_exponent": configuration.noise_exponent,
        "epochs": configuration.epochs,
        "cbow_gradient": configuration.cbow_gradient,
    }


def locked(configuration: Configuration, locks: npt.NDArray[np.float32]) -> Configuration:
    """The same configuration, without training of the input vectors if gensim's locks say so.

    Raises:
        OptionError: some words are locked and others are not.
    """
    if (locks == 1).all():
        return configuration
    if (locks == 0).all():
        return replace(configuration, freeze="input")
    raise OptionError(
        f"vectors_lockf locks {int((locks != 1).sum()):,} of {len(locks):,} words: firth trains all input vectors or "
        "none",
        hint="model.wv.vectors_lockf = numpy.ones(1), or numpy.zeros(1)",
    )
