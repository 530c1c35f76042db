"""Are two models truly different? The paired bootstrap on the items that both could answer.

The same resamples are drawn for both models, so that items that are hard for both do not blur the difference
(Berg-Kirkpatrick, Burkett and Klein 2012, "An Empirical Investigation of Statistical Significance in NLP").
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from firth.errors import OptionError
from firth.evaluation.analogy import UNANSWERED, AnalogyResult
from firth.evaluation.bootstrap import RESAMPLES, interval, p_value, resampled, resampled_means
from firth.evaluation.correlation import Floats, spearman
from firth.evaluation.similarity import SimilarityResult

Comparable: TypeAlias = SimilarityResult | AnalogyResult


@dataclass(frozen=True)
class Difference:
    """One figure of two models on the items that both could answer.

    Attributes:
        first, second: Spearman's correlation, or the accuracy.
        difference: second minus first.
        interval: 95 % bootstrap interval of the difference.
        p: two-sided, of "no difference".
        items: pairs or questions that both could answer.
    """

    first: float
    second: float
    difference: float
    interval: tuple[float, float]
    p: float
    items: int

    def as_dict(self) -> dict[str, Any]:
        """What a program may want to read."""
        return asdict(self)


def compare(first: Comparable, second: Comparable, *, resamples: int = RESAMPLES, seed: int = 1) -> Difference:
    """Compare what two models made of one test.

    Args:
        first, second: both from :func:`similarity` or both from :func:`analogy`, with the same set and method.
        resamples, seed: of the bootstrap.

    Raises:
        OptionError: they are of different tests, or fewer than two items were answered by both.
    """
    match first, second:
        case SimilarityResult(), SimilarityResult() if np.array_equal(first.scores, second.scores):
            return _correlations(first, second, resamples, seed)
        case AnalogyResult(), AnalogyResult() if _questions(first) == _questions(second):
            return _accuracies(first, second, resamples, seed)
    raise OptionError(f"{first.name} and {second.name} are different tests, expected two results of one")


def _questions(result: AnalogyResult) -> tuple[str, int]:
    return result.method, len(result.outcomes)


def _correlations(first: SimilarityResult, second: SimilarityResult, resamples: int, seed: int) -> Difference:
    both = np.flatnonzero(~(np.isnan(first.cosines) | np.isnan(second.cosines)))
    _check(len(both), first.name)
    counts = resampled(len(both), resamples, seed)
    cosines, scores = (first.cosines[both], second.cosines[both]), first.scores[both]
    whole = [float(spearman(x, scores)[0]) for x in cosines]
    drawn = [spearman(x, scores, counts) for x in cosines]
    return _difference(whole[0], whole[1], drawn[1] - drawn[0], len(both))


def _accuracies(first: AnalogyResult, second: AnalogyResult, resamples: int, seed: int) -> Difference:
    both = np.flatnonzero((first.outcomes != UNANSWERED) & (second.outcomes != UNANSWERED))
    _check(len(both), first.name)
    ours, theirs = first.outcomes[both], second.outcomes[both]
    return _difference(
        float(ours.mean()), float(theirs.mean()), resampled_means(theirs - ours, resamples, seed), len(both)
    )


def _difference(first: float, second: float, drawn: Floats, items: int) -> Difference:
    return Difference(first, second, second - first, interval(drawn), p_value(drawn), items)


def _check(items: int, name: str) -> None:
    if items < 2:
        raise OptionError(f"{name}: {items} items that both models know, expected at least 2")
