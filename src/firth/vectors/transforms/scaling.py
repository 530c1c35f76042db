"""Lengths and the origin: unit vectors, and vectors whose mean is zero."""

from __future__ import annotations

import numpy as np

from firth.vectors.search import Matrix, unit_rows
from firth.vectors.wordvectors import WordVectors


def normalize(vectors: WordVectors) -> WordVectors:
    """Vectors of unit length; zero vectors stay zero. No affine map, so n-grams are left behind, with a warning."""
    return vectors.replaced(unit_rows(vectors.vectors))


def center(vectors: WordVectors) -> WordVectors:
    """Vectors minus their mean."""
    mean = mean_row(vectors.vectors)
    return vectors.mapped(lambda rows: rows - mean)


def mean_row(matrix: Matrix) -> Matrix:
    """The mean (dims,) of the rows, summed in float64; zero if there are none."""
    mean: Matrix = (matrix.sum(axis=0, dtype=np.float64) / max(len(matrix), 1)).astype(np.float32)
    return mean
