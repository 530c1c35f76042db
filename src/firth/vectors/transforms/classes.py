"""Word classes: k-means on the sphere, as word2vec.c's ``-classes``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.wordvectors import WordVectors

_ROWS = 1 << 14


def word_classes(vectors: WordVectors, classes: int, *, iterations: int = 50, seed: int = 1) -> npt.NDArray[np.int64]:
    """The class of each word (words,), numbered from 0; the vectors of a class have similar directions.

    Spherical k-means (Dhillon and Modha 2001), which word2vec.c uses: a word belongs to the center with which its
    cosine is highest; a center is the mean of its unit vectors, scaled to unit length. The first centers are drawn from
    the words; a class that loses all its words gets the word that fits its own center worst.

    Args:
        vectors: (words, dims).
        classes: number of classes, from 1 to the number of words.
        iterations: maximum number of iterations; it ends earlier if no word changes its class.
        seed: seed for the first centers.

    Raises:
        OptionError: the number of classes is below 1 or above that of the words, or there are no iterations.
    """
    classes, iterations, seed = whole("classes", classes, 1), whole("iterations", iterations, 1), whole("seed", seed, 0)
    if classes > len(vectors):
        raise OptionError(f"{classes} classes for {len(vectors):,} words, expected 1 to {len(vectors)}")
    units = np.nan_to_num(unit_rows(vectors.vectors))
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
