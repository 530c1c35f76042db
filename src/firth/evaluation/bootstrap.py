"""The percentile bootstrap (Efron 1979): how much a figure would vary if the test set were drawn again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.evaluation.correlation import Floats

RESAMPLES = 1000
LEVEL = 0.95


def resampled(items: int, times: int = RESAMPLES, seed: int = 1) -> Floats:
    """Draw ``items`` items with replacement, ``times`` times: (times, items), how often each was drawn."""
    times, seed = whole("resamples", times, 1), whole("seed", seed, 0)
    drawn = np.random.default_rng(seed).integers(0, items, (times, items))
    drawn += np.arange(times)[:, None] * items
    return np.bincount(drawn.ravel(), minlength=times * items).reshape(times, items).astype(np.float64)


def resampled_means(values: npt.ArrayLike, times: int = RESAMPLES, seed: int = 1) -> Floats:
    """Means (times,) of resamples of ``values`` (items,).

    The number of times that each different value is drawn follows a multinomial distribution, so the cost does not
    depend on the number of items if there are only a few different values.
    """
    times, seed = whole("resamples", times, 1), whole("seed", seed, 0)
    different, counts = np.unique(np.asarray(values, np.float64), return_counts=True)
    items = int(counts.sum())
    drawn = np.random.default_rng(seed).multinomial(items, counts / items, times)
    means: Floats = drawn @ different / items
    return means


def interval(figures: Floats) -> tuple[float, float]:
    """The 95 % interval of resampled figures; resamples without a figure (NaN) are left out."""
    tail = 50 * (1 - LEVEL)
    low, high = np.nanpercentile(figures, [tail, 100 - tail])
    return float(low), float(high)


def p_value(differences: Floats) -> float:
    """Two-sided p of "no difference" from resampled differences: 2 (k + 1) / (resamples + 1), at most 1.

    k is the number of resamples on the rarer side of zero, including those at zero; adding 1 keeps p above 0, since
    this number of resamples cannot show less (Davison and Hinkley 1997, section 4.2).
    """
    known = differences[~np.isnan(differences)]
    rarer = min(np.count_nonzero(known <= 0), np.count_nonzero(known >= 0))
    return min(1.0, 2 * (rarer + 1) / (len(known) + 1))
