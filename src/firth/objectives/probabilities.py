"""What a trained model says about words, where its objective defines probabilities."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError
from firth.objectives.examples import cbow, skipgram
from firth.objectives.hierarchical import HuffmanTree, huffman_tree, log_probabilities, target_log_probabilities
from firth.objectives.logistic import Array
from firth.objectives.softmax import log_softmax

NO_WORD = -1

Ids = npt.NDArray[np.integer]
Matrix = npt.NDArray[np.floating]

_EXAMPLES_AT_A_TIME = 256


class Probabilities:
    """p(word | input words) of a model trained by full or hierarchical softmax, in float64.

    Args:
        objective: ``"softmax"`` or ``"hierarchical"``.
        counts: (words,) of the vocabulary; they make the tree.
        input_vectors: (words, dims).
        output_vectors: (words, dims) for ``"softmax"``, (words - 1, dims) for ``"hierarchical"``.

    Raises:
        OptionError: the model was trained by negative sampling, which defines no probabilities of words, or the shapes
            do not fit.
    """

    def __init__(
        self, objective: str, counts: npt.NDArray[np.int64], input_vectors: Matrix, output_vectors: Matrix
    ) -> None:
        if objective not in ("softmax", "hierarchical"):
            raise OptionError(
                f"a model trained by {objective} defines no probability of a word, expected softmax or hierarchical",
                hint="train with objective='softmax' or 'hierarchical'",
            )
        rows = len(counts) - (objective == "hierarchical")
        if len(input_vectors) != len(counts) or len(output_vectors) != rows:
            raise OptionError(
                f"{len(input_vectors)} input and {len(output_vectors)} output vectors for {len(counts)} words, "
                f"expected {len(counts)} and {rows}"
            )
        self._input, self._output = input_vectors, output_vectors
        self._tree: HuffmanTree | None = huffman_tree(counts) if objective == "hierarchical" else None

    def hidden(self, inputs: Ids) -> Array:
        """The mean of the vectors of input words, 0 where there is none.

        Args:
            inputs: word ids, filled up with :data:`NO_WORD`.  # (examples, inputs)

        Returns:
            (examples, dims)
        """
        there = inputs != NO_WORD
        total = (self._input[inputs] * there[:, :, None]).sum(axis=1, dtype=np.float64)
        return np.asarray(total / np.maximum(there.sum(axis=1), 1)[:, None])

    def of_all_words(self, hidden: Array) -> Array:
        """log p of every word.  # (examples, dims) -> (examples, words)"""
        scores = hidden @ self._outputs.T
        return log_softmax(scores) if self._tree is None else log_probabilities(scores, self._tree)

    def of_targets(self, hidden: Array, targets: Ids) -> Array:
        """log p of one word for each example.  # (examples, dims), (examples,) -> (examples,)"""
        if self._tree is not None:
            return target_log_probabilities(hidden, self._output, self._tree, targets)
        return np.asarray(self.of_all_words(hidden)[np.arange(len(targets)), targets])

    def of_sentence(self, sentence: Sequence[int], architecture: str, window: int) -> float:
        """log p of a sentence: the sum over its examples, with whole windows, of log p(target | inputs).

        Args:
            sentence: word ids.
            architecture: ``"skipgram"`` or ``"cbow"``.
            window: maximum distance of context words.
        """
        examples = list((skipgram if architecture == "skipgram" else cbow)(sentence, window))
        total = 0.0
        for start in range(0, len(examples), _EXAMPLES_AT_A_TIME):
            some = examples[start : start + _EXAMPLES_AT_A_TIME]
            inputs = np.full((len(some), max(len(example.inputs) for example in some)), NO_WORD)
            for row, example in zip(inputs, some, strict=True):
                row[: len(example.inputs)] = example.inputs
            targets = np.array([example.target for example in some])
            total += float(self.of_targets(self.hidden(inputs), targets).sum())
        return total

    @functools.cached_property
    def _outputs(self) -> Array:
        return self._output.astype(np.float64)
