"""Mean and covariance of the vectors, in float64, with an optional weight for each word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError
from firth.vectors.search import Matrix
from firth.vectors.wordvectors import WordVectors

Real = npt.NDArray[np.float64]

_ROWS = 1 << 16


def weighted_mean(matrix: Matrix, weights: Real | None = None) -> Real:
    """The mean (dims,) of the rows; zero if there are none.

    Args:
        matrix: (rows, dims).
        weights: (rows,), which add up to 1; ``None`` for equal weights.
    """
    total = np.zeros(matrix.shape[1])
    for part in _parts(matrix):
        total += matrix[part].sum(axis=0, dtype=np.float64) if weights is None else weights[part] @ matrix[part]
    return total / max(len(matrix), 1) if weights is None else total


def second_moments(matrix: Matrix, around: Real | None = None, weights: Real | None = None) -> Real:
    """The weighted mean (dims, dims) of (x - around)(x - around)' over the rows x; ``around`` is 0 by default.

    Args:
        matrix: (rows, dims).
        around: (dims,), such as the mean, which makes it the covariance.
        weights: (rows,), as for :func:`weighted_mean`.
    """
    total = np.zeros((matrix.shape[1], matrix.shape[1]))
    for part in _parts(matrix):
        rows = matrix[part].astype(np.float64)
        if around is not None:
            rows -= around
        total += rows.T @ (rows if weights is None else rows * weights[part, None])
    return total / max(len(matrix), 1) if weights is None else total


def shares(vectors: WordVectors, purpose: str) -> Real:
    """The share (words,) of each word in the training text.

    Args:
        vectors: with counts.
        purpose: what they are needed for, for the error.

    Raises:
        OptionError: there are no counts, or all are 0.
    """
    if vectors.counts is None or not vectors.counts.any():
        raise OptionError(
            f"vectors without counts of words, expected counts for {purpose}",
            hint="keep the vectors in a format that has counts, such as .safetensors",
        )
    found: Real = vectors.counts / vectors.counts.sum()
    return found


def _parts(matrix: Matrix) -> list[slice]:
    return [slice(start, start + _ROWS) for start in range(0, len(matrix), _ROWS)]
