"""What a search is for: one number of a trained model."""

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
"""Options under which a loss keeps its meaning; under others, such as ``negative``, it measures something else."""


@dataclass(frozen=True)
class Metric:
    """A number to be made as high, or as low, as it can be.

    Attributes:
        name: what tables call it.
        measure: from a trained model the number.
        higher_is_better: whether it is to be high.
        check: given vectors of the words to come, raises where the metric could not be measured on them.
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
        test: a test set; ``None`` is the held-out loss after the last epoch, which is to be low; a metric stays itself.
        k: items that count as suggested, for sessions.
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
    """The loss after the last epoch; NaN where no held-out word has another one in its window."""
    return model.validation_loss_[-1] if model.validation_loss_ else math.nan


def _of_vectors(name: str, measure: Callable[[WordVectors], float]) -> Metric:
    return Metric(name, lambda model: measure(model.vectors), check=measure)


def stand_in(words: list[str]) -> WordVectors:
    """Random vectors of these words, by which a metric shows whether it can be measured at all."""
    return WordVectors(words, np.random.default_rng(0).standard_normal((len(words), 2)))
