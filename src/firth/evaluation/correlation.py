"""Pearson's and Spearman's correlation, of a sample and of many resamples of it at once.

A resample is given by how often each item was drawn. The correlation with counts c_i, n = sum of c_i, is

    r = sum c_i (x_i - mean x)(y_i - mean y) / sqrt(sum c_i (x_i - mean x)^2 * sum c_i (y_i - mean y)^2),

and Spearman's is Pearson's of the ranks, where equal values share the mean of their ranks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def pearson(x: npt.ArrayLike, y: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> Floats:
    """Pearson's correlation.

    Args:
        x, y: (items,), or (resamples, items) where they differ.
        counts: (resamples, items), how often each item was drawn; ``None`` is once each.

    Returns:
        (resamples,); NaN where one side is constant.
    """
    a, b = np.atleast_2d(np.asarray(x, np.float64)), np.atleast_2d(np.asarray(y, np.float64))
    c = np.ones((1, a.shape[1])) if counts is None else np.asarray(counts, np.float64)
    total = c.sum(axis=1, keepdims=True)
    a = a - (c * a).sum(axis=1, keepdims=True) / total
    b = b - (c * b).sum(axis=1, keepdims=True) / total
    spread = (c * a * a).sum(axis=1) * (c * b * b).sum(axis=1)
    together = (c * a * b).sum(axis=1)
    correlations: Floats = np.divide(together, np.sqrt(spread), out=np.full(len(c), np.nan), where=spread > 1e-30)
    return correlations


def spearman(x: npt.ArrayLike, y: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> Floats:
    """Spearman's correlation of x and y (items,); arguments and result as for :func:`pearson`."""
    c = np.ones((1, len(np.asarray(x)))) if counts is None else np.asarray(counts, np.float64)
    return pearson(ranks(x, c), ranks(y, c), c)


def ranks(values: npt.ArrayLike, counts: npt.ArrayLike) -> Floats:
    """Ranks (resamples, items) from 1 of ``values`` (items,), each there ``counts`` (resamples, items) times.

    Of equal values, t items with s items below them, each has the mean rank s + (t + 1) / 2.
    """
    _, place = np.unique(np.asarray(values, np.float64), return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    tied = np.add.reduceat(np.asarray(counts, np.float64)[:, order], starts, axis=1)  # (resamples, different values)
    below = np.cumsum(tied, axis=1) - tied
    mean_ranks: Floats = (below + (tied + 1) / 2)[:, place]
    return mean_ranks
