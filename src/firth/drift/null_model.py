"""How far a word moves between two spaces if nothing changed: from spaces of texts with shuffled dates.

The vectors of a word differ between two texts even if its meaning does not, and those of a rare word differ more.
Dubossarsky, Weinshall and Grossman (2017), "Outta Control: Laws of Semantic Change and Inherent Biases in Word
Representation Models", therefore compare each word with itself in a control: the same sentences, dealt out to the
periods at random.

Here the distance of a word without change is modelled as

    d = f(h) + a + s(h) z,

where h is the harmonic mean of its two counts (the variance of a difference of two means is 1/n + 1/m), f(h) is the
mean distance of words that are as frequent, a is what is special about the word, seen if there are several shuffles,
and s(h) is the standard deviation. The distribution of z is that of all words of all shuffles; no normal law is
assumed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from firth.drift.distances import Real

_TAIL = 0.025  # of each side of a 95 % interval


class Excess(NamedTuple):
    """How much farther words moved than they would without a change.

    Attributes:
        expected: the distance without a change.  # (words,)
        excess: the distance minus the expected one.  # (words,)
        deviation: the standard deviation of the distance without a change.  # (words,)
        low, high: the ends of its 95 % confidence interval.  # (words,)
        p: the share of words without a change that seem to move as far; one-sided.  # (words,)
        q: the false discovery rate: the expected share of unchanged words among all that have a q as low.  # (words,)
    """

    expected: Real
    excess: Real
    deviation: Real
    low: Real
    high: Real
    p: Real
    q: Real


class NullModel:
    """The distribution of the distance of a word that did not change.

    Args:
        distances: of each word in each shuffle.  # (shuffles, words)
        counts: the harmonic mean of the word's counts in the two spaces of each shuffle.  # (shuffles, words)
    """

    def __init__(self, distances: Real, counts: Real) -> None:
        shuffles = len(distances)
        logs = np.log(counts)
        self._trend = _Trend(logs.ravel(), distances.ravel())
        special = distances - self._trend.at(logs)
        if shuffles > 1:
            self._special = special.mean(axis=0)
            without = (special - self._special) * (shuffles / (shuffles - 1))  # from the mean of the other shuffles
            wider = np.sqrt((1 + 1 / shuffles) / (1 + 1 / (shuffles - 1)))  # a mean of all varies less
            residuals = without * wider
        else:
            self._special = np.zeros(distances.shape[1])
            residuals = special
        self._variance = _Trend(logs.ravel(), np.square(residuals).ravel())
        self._z = np.sort((residuals / self._deviation(logs)).ravel())

    def excess(self, distances: Real, counts: Real) -> Excess:
        """How much farther the words moved.

        Args:
            distances, counts: of the same words between the two spaces in question.  # (words,)
        """
        logs = np.log(counts)
        expected = self._trend.at(logs) + self._special
        excess, deviation = distances - expected, self._deviation(logs)
        lowest, highest = np.quantile(self._z, [_TAIL, 1 - _TAIL])
        as_far = len(self._z) - np.searchsorted(self._z, excess / deviation, side="left")
        p = (1 + as_far) / (1 + len(self._z))
        low, high = excess - highest * deviation, excess - lowest * deviation
        return Excess(expected, excess, deviation, low, high, p, false_discovery_rates(p))

    def _deviation(self, logs: Real) -> Real:
        return np.sqrt(np.maximum(self._variance.at(logs), np.finfo(np.float32).eps ** 2))


class _Trend:
    """A mean that depends on a number: that of groups of about equal numbers, and lines between the groups."""

    def __init__(self, x: Real, y: Real) -> None:
        order = np.argsort(x, kind="stable")
        groups = np.array_split(order, round(np.sqrt(len(x))))  # as many groups as there are values in each
        centers = np.array([x[group].mean() for group in groups])
        means = np.array([y[group].mean() for group in groups])
        self._x, group_of = np.unique(centers, return_inverse=True)  # many words are equally rare
        self._y = np.bincount(group_of, means) / np.bincount(group_of)

    def at(self, x: Real) -> Real:
        return np.interp(x, self._x, self._y)


def false_discovery_rates(p: Real) -> Real:
    """The q of each p by the step-up procedure of Benjamini and Hochberg (1995)."""
    order = np.argsort(p)[::-1]
    ranked = p[order] * len(p) / np.arange(len(p), 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum.accumulate(ranked).clip(max=1)
    return q
