"""What a trained model says about words, where its objective defines probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError
from firth.objectives.examples import Example, cbow, skipgram
from firth.objectives.hierarchical import HuffmanTree, huffman_tree, log_probabilities, target_log_probabilities
from firth.objectives.logistic import Array
from firth.objectives.softmax import log_softmax
from firth.training.configuration import Configuration

_ROWS_AT_A_TIME = 256


class Probabilities:
    """p(target | inputs) of a model trained by full or hierarchical softmax, in float64.

    Args:
        configuration: the model's.
        counts: (words,) of the vocabulary; they make the tree.
        input_vectors: (words, dims).
        output_vectors: (output rows, dims).

    Raises:
        OptionError: the model was trained by negative sampling, which defines no probabilities of words.
    """

    def __init__(
        self,
        configuration: Configuration,
        counts: npt.NDArray[np.int64],
        input_vectors: npt.NDArray[np.float32],
        output_vectors: npt.NDArray[np.float32],
    ) -> None:
        if configuration.objective == "negative":
            raise OptionError(
                "negative sampling tells pairs from noise and defines no probability of a word",
                hint="train with objective='softmax' or 'hierarchical'",
            )
        self._configuration = configuration
        self._input, self._output = input_vectors, output_vectors
        self._tree: HuffmanTree | None = huffman_tree(counts) if configuration.objective == "hierarchical" else None

    def of_all_words(self, inputs: Sequence[int]) -> Array:
        """log p of every word, given the input words.  # (words,)"""
        scores = self._scores(self._hidden([tuple(inputs)]))[0]
        return log_softmax(scores) if self._tree is None else log_probabilities(scores, self._tree)

    def of_sentence(self, sentence: Sequence[int]) -> float:
        """log p of a sentence: the sum over its examples, with whole windows, of log p(target | inputs)."""
        architecture = skipgram if self._configuration.architecture == "skipgram" else cbow
        examples = list(architecture(sentence, self._configuration.widest_window))
        parts = (examples[start : start + _ROWS_AT_A_TIME] for start in range(0, len(examples), _ROWS_AT_A_TIME))
        return float(sum(self._of_targets(part) for part in parts))

    def _of_targets(self, examples: list[Example]) -> float:
        hidden = self._hidden([example.inputs for example in examples])
        targets = np.array([example.target for example in examples])
        if self._tree is not None:
            return float(target_log_probabilities(hidden, self._output, self._tree, targets).sum())
        return float(log_softmax(self._scores(hidden))[np.arange(len(targets)), targets].sum())

    def _hidden(self, inputs: list[tuple[int, ...]]) -> Array:
        hidden: Array = np.array([self._input[list(words)].mean(axis=0, dtype=np.float64) for words in inputs])
        return hidden

    def _scores(self, hidden: Array) -> Array:
        scores: Array = hidden @ self._output.T.astype(np.float64)
        return scores
