"""Spherical k-means: unit vectors whose directions are similar, in clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.vectors.search import Matrix, unit_rows

_ROWS = 1 << 14


def spherical_means(units: Matrix, classes: int, iterations: int, seed: int) -> npt.NDArray[np.int64]:
    """The cluster of each vector (rows,), numbered from 0.

    Spherical k-means (Dhillon and Modha 2001), which word2vec.c uses: a vector belongs to the center with which its
    cosine is highest; a center is the mean of its unit vectors, scaled to unit length. The first centers are drawn from
    the vectors; a cluster that loses all its vectors gets the one that fits its own center worst.

    Args:
        units: (rows, dims), of unit length or zero.
        classes: number of clusters, from 1 to the number of vectors.
        iterations: maximum number of iterations; it ends earlier if no vector changes its cluster.
        seed: seed for the first centers.
    """
    rows = np.random.default_rng(seed).choice(len(units), classes, replace=False)
    centers = units[np.sort(rows)]
    labels = np.full(len(units), -1)
    for _ in range(iterations):
        previous = labels
        labels, scores = _assign(units, centers)
        for empty in np.flatnonzero(np.bincount(labels, minlength=classes) == 0):
            sizes = np.bincount(labels, minlength=classes)
            lonely = np.where(sizes[labels] > 1, scores, np.inf).argmin()
            labels[lonely], scores[lonely] = empty, np.inf
        if np.array_equal(labels, previous):
            break
        centers = unit_rows(_sums(units, labels, classes))
    return labels


def _assign(units: Matrix, centers: Matrix) -> tuple[npt.NDArray[np.int64], Matrix]:
    labels, scores = np.empty(len(units), np.int64), np.empty(len(units), np.float32)
    for start in range(0, len(units), _ROWS):
        part = slice(start, start + _ROWS)
        cosines = units[part] @ centers.T  # (rows, classes)
        labels[part] = cosines.argmax(axis=1)
        scores[part] = cosines.max(axis=1)
    return labels, scores


def _sums(units: Matrix, labels: npt.NDArray[np.int64], classes: int) -> Matrix:
    """The sum (classes, dims) of the rows of each class; none is empty."""
    order = np.argsort(labels, kind="stable")
    firsts = np.searchsorted(labels[order], np.arange(classes))
    sums: Matrix = np.add.reduceat(units[order], firsts, axis=0)
    return sums
