"""Metrics: the number of a trained model that a search optimizes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from firth.evaluation import AnalogySet, SessionSet, SimilaritySet, analogy, sequences, similarity
from firth.vectors import WordVectors

if TYPE_CHECKING:
    from firth.word2vec import Word2Vec

Test: TypeAlias = SimilaritySet | AnalogySet | SessionSet

COMPARABLE = frozenset(["vector_size", "learning_rate", "min_learning_rate", "cbow_gradient", "epochs"])
"""Options that may differ if losses are compared; others, such as ``negative``, change the meaning of the loss."""


@dataclass(frozen=True)
class Metric:
    """A number to maximize or minimize.

    Attributes:
        name: name of the metric in tables.
        measure: function that computes it from a trained model.
        higher_is_better: whether it is maximized.
        check: function of vectors of the future words that raises an error if the metric cannot be measured on them.
        searchable: options that may differ between trials; ``None`` for all.
    """

    name: str
    measure: Callable[[Word2Vec], float]
    higher_is_better: bool = True
    check: Callable[[WordVectors], object] | None = None
    searchable: frozenset[str] | None = None

    def compares(self, option: str) -> bool:
        """Whether models that differ in this option may be compared."""
        return self.searchable is None or option in self.searchable


def metric_of(test: Test | Metric | None, *, k: int = 10) -> Metric:
    """The metric for a test set: Spearman's correlation, the accuracy, or the hit rate at ``k``.

    Args:
        test: a test set; ``None`` is the held-out loss after the last epoch, which is minimized; a metric is returned
            as it is.
        k: for sessions, the number of best items among which the right one counts as found.
    """
    match test:
        case Metric():
            return test
        case SimilaritySet():
            return _of_vectors(f"Spearman, {test.name}", lambda v: similarity(v, test, resamples=1).spearman)
        case AnalogySet():
            return _of_vectors(f"accuracy, {test.name}", lambda v: analogy(v, test, resamples=1).accuracy)
        case SessionSet():
            return _of_vectors(f"hit rate at {k}, {test.name}", lambda v: sequences(v, test, k=k, resamples=1).hit_rate)
        case None:
            return Metric("held-out loss", _held_out_loss, False, searchable=COMPARABLE)


def _held_out_loss(model: Word2Vec) -> float:
    """The loss after the last epoch; NaN if no held-out word has another word in its window."""
    return model.validation_loss_[-1] if model.validation_loss_ else math.nan


def _of_vectors(name: str, measure: Callable[[WordVectors], float]) -> Metric:
    return Metric(name, lambda model: measure(model.vectors), check=measure)


def stand_in(words: list[str]) -> WordVectors:
    """Random vectors of these words, for checking whether a metric can be measured."""
    return WordVectors(words, np.random.default_rng(0).standard_normal((len(words), 2)))
