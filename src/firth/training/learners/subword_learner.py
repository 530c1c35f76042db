"""Any model whose input vectors are bags of rows: the learner of whole words, with its kernel over bags.

A deterministic training is that of one thread.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.bagged import (
    BaggedScratch,
    BaggedTargets,
    bagged_cbow,
    bagged_skipgram_hierarchical,
    bagged_skipgram_negative,
)
from firth.kernels.cpu.bags import Bags, composed_rows
from firth.training.learners.cbow_learner import CbowLearner
from firth.training.learners.hierarchical_skipgram import HierarchicalSkipgram
from firth.training.learners.kernel_learner import KernelLearner
from firth.training.learners.learner import Team
from firth.training.learners.negative_sampling_skipgram import NegativeSamplingSkipgram
from firth.training.weights import Weights
from firth.vectors.subwords import WordBags

PIECE = 128
"""Tokens between two compositions of the vectors of words."""
_STEEP = 4.0
"""Vectors are longer than 1, for which the curvature is reckoned. With less, n-grams of one letter diverge."""
_KERNELS: dict[type[KernelLearner], Any] = {
    NegativeSamplingSkipgram: bagged_skipgram_negative,
    HierarchicalSkipgram: bagged_skipgram_hierarchical,
    CbowLearner: bagged_cbow,
}


class SubwordLearner(KernelLearner):
    """See the module.

    Args:
        words: the learner of whole words.
        counts: (words,) how often each word occurs.
        bags: the rows of each word.
    """

    def __init__(self, words: KernelLearner, counts: npt.NDArray[np.int64], bags: WordBags) -> None:
        self.whole = words
        self.configuration, self.sampler = words.configuration, words.sampler
        self.worst_loss, self.operations = words.worst_loss, words.operations
        self.plan, self.telling = words.plan, words.telling
        kernel = next(kernel for kind, kernel in _KERNELS.items() if isinstance(words, kind))
        self.kernel = kernel  # of the instance, so that it is not bound
        kept = np.minimum(self.sampler.keep / 2.0**32, 1.0) * counts
        corrected = self.configuration.subword_gradient == "corrected"
        factors = factors_of(np.diff(bags.bounds), kept, corrected=corrected)
        self.targets = BaggedTargets(
            words.targets, Bags(bags.bounds, bags.rows, factors), PIECE, words.lane_plan.input_step
        )

    def scratch(self, weights: Weights, longest: int, *, shared: bool) -> BaggedScratch:
        words, columns = len(self.targets.bags.factors), weights.input_vectors.shape[1]
        most = min(words, PIECE + 2 * self.sampler.window)
        # Inputs lie in composed rows, so that copies of the first rows would not be used.
        inside = self.whole.scratch(weights._replace(input_vectors=weights.input_vectors[:0]), longest, shared=shared)
        return BaggedScratch(inside, composed_rows(words, most, columns))

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:  # noqa: ARG002
        return None


def factors_of(sizes: npt.NDArray[np.int64], tokens: npt.NDArray[Any], *, corrected: bool) -> npt.NDArray[np.float32]:
    """What each row of a word changes by, for a change of 1 of the word's vector as the kernels compute it.

    fastText: 1. Corrected: the gradient 1/n of the mean of n rows, times a step for all rows that makes the vectors of
    the text's tokens move as fast, on the mean, as without n-grams: the harmonic mean of n.

    Args:
        sizes: n, the rows of each word.  # (words,)
        tokens: how often each word is learned from.  # (words,)
        corrected: which of the two.
    """
    if not corrected:
        return np.ones(len(sizes), np.float32)
    shares = 1.0 / np.maximum(sizes, 1)
    return np.asarray(shares * (tokens.sum() / max(float(tokens @ shares), 1e-30)), np.float32)
