"""Comparison of two models by a paired bootstrap on the items that both could answer.

The same resamples are drawn for both models, so that items that are hard for both do not hide the difference
(Berg-Kirkpatrick, Burkett and Klein 2012, "An Empirical Investigation of Statistical Significance in NLP").
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from firth.errors import OptionError
from firth.evaluation.analogy import UNANSWERED, AnalogyResult
from firth.evaluation.bootstrap import RESAMPLES, interval, p_value, resampled, resampled_means
from firth.evaluation.correlation import Floats, pearson, spearman
from firth.evaluation.outliers import OutlierResult
from firth.evaluation.sequences import SequenceResult, gains
from firth.evaluation.similarity import SimilarityResult

Comparable: TypeAlias = SimilarityResult | AnalogyResult | OutlierResult | SequenceResult

_CORRELATIONS = {"Spearman": spearman, "Pearson": pearson}


@dataclass(frozen=True)
class Difference:
    """One figure of two models on the items that both could answer.

    Attributes:
        measure: one of the result's :func:`measures`.
        first, second: the figure of each model, -1 to 1 or 0 to 1.
        difference: second minus first.
        interval: 95 % bootstrap interval of the difference.
        p: two-sided p-value of "no difference".
        items: number of pairs, questions, sets or sessions that both could answer.
    """

    measure: str
    first: float
    second: float
    difference: float
    interval: tuple[float, float]
    p: float
    items: int

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        return asdict(self)


def measures(result: Comparable) -> list[str]:
    """The figures by which results of this kind are compared, the usual one first."""
    return list(_CORRELATIONS) if isinstance(result, SimilarityResult) else list(_shares(result))


def compare(
    first: Comparable, second: Comparable, measure: str | None = None, *, resamples: int = RESAMPLES, seed: int = 1
) -> Difference:
    """Compare the results of two models in one test.

    Args:
        first, second: results of one function with the same set, and the same method or k.
        measure: one of :func:`measures`; ``None`` for the first of them.
        resamples, seed: number of resamples and seed of the bootstrap.

    Raises:
        OptionError: the results are of different tests, the measure is unknown, or both models answered fewer than two
            items.
    """
    if not _same_test(first, second):
        raise OptionError(f"{first.name} and {second.name} are different tests, expected two results of one")
    known = measures(first)
    measure = known[0] if measure is None else measure
    if measure not in known:
        raise OptionError(f"measure={measure!r}, expected {' or '.join(map(repr, known))}")
    if isinstance(first, SimilarityResult) and isinstance(second, SimilarityResult):
        return _correlations(measure, first, second, resamples, seed)
    return _means(measure, first.name, _shares(first)[measure], _shares(second)[measure], resamples, seed)


def _same_test(first: Comparable, second: Comparable) -> bool:
    match first, second:
        case SimilarityResult(), SimilarityResult():
            return np.array_equal(first.scores, second.scores)
        case AnalogyResult(), AnalogyResult():
            facts = [(result.name, result.method, len(result.outcomes)) for result in (first, second)]
        case OutlierResult(), OutlierResult():
            facts = [(result.name, "", len(result.positions)) for result in (first, second)]
        case SequenceResult(), SequenceResult():
            facts = [(result.name, str(result.k), len(result.places)) for result in (first, second)]
        case _:
            return False
    return facts[0] == facts[1]


def _shares(result: Comparable) -> dict[str, Floats]:
    """For each measure that is a mean over items, what each item of the whole set adds; NaN where it was left out."""
    match result:
        case AnalogyResult():
            return {"accuracy": np.where(result.outcomes == UNANSWERED, np.nan, result.outcomes)}
        case OutlierResult():
            found = np.where(np.isnan(result.positions), np.nan, result.positions == 1)
            return {"accuracy": found, "OPP": result.positions}
        case SequenceResult():
            used, places = result.places > 0, np.maximum(result.places, 1)
            return {
                "hit rate": np.where(used, places <= result.k, np.nan),
                "NDCG": np.where(used, gains(places, result.k), np.nan),
            }
        case SimilarityResult():
            return {}  # a correlation is no mean over items


def _correlations(
    measure: str, first: SimilarityResult, second: SimilarityResult, resamples: int, seed: int
) -> Difference:
    both = np.flatnonzero(~(np.isnan(first.cosines) | np.isnan(second.cosines)))
    _check(len(both), first.name)
    correlation = _CORRELATIONS[measure]
    counts = resampled(len(both), resamples, seed)
    cosines, scores = (first.cosines[both], second.cosines[both]), first.scores[both]
    whole = [float(correlation(x, scores)[0]) for x in cosines]
    drawn = [correlation(x, scores, counts) for x in cosines]
    return _difference(measure, whole[0], whole[1], drawn[1] - drawn[0], len(both))


def _means(measure: str, name: str, first: Floats, second: Floats, resamples: int, seed: int) -> Difference:
    both = ~(np.isnan(first) | np.isnan(second))
    _check(int(both.sum()), name)
    ours, theirs = first[both], second[both]
    drawn = resampled_means(theirs - ours, resamples, seed)
    return _difference(measure, float(ours.mean()), float(theirs.mean()), drawn, len(ours))


def _difference(measure: str, first: float, second: float, drawn: Floats, items: int) -> Difference:
    return Difference(measure, first, second, second - first, interval(drawn), p_value(drawn), items)


def _check(items: int, name: str) -> None:
    if items < 2:
        raise OptionError(f"{name}: {items} items that both models know, expected at least 2")
