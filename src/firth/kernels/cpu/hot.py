"""Each worker's own copy of the rows that all workers change most.

Every path of a tree begins at the same few inner nodes, and words of a text are mostly frequent ones, so workers would
pass the cache lines of these rows back and forth. So each has a copy of the first rows of its own, nodes being numbered
from the root outward and words by their frequency, and every few thousand centers adds the difference since the last
time to the shared rows.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.rows import aligned_zeros

MERGE_EVERY = 4096
"""Centers between two merges of the hot rows."""


class HotRows(NamedTuple):
    """One worker's copies of the first rows of a matrix."""

    rows: npt.NDArray[np.float32]  # (hot, columns)
    before: npt.NDArray[np.float32]  # (hot, columns) the same at the last merge


def hot_rows(count: int, columns: int) -> HotRows:
    """Room for copies of so many rows."""
    return HotRows(aligned_zeros(count, columns), aligned_zeros(count, columns))


@njit(nogil=True, cache=True)
def take_hot(matrix, hot):
    """Begin with the shared rows."""
    for r in range(hot.rows.shape[0]):
        for c in range(hot.rows.shape[1]):
            hot.rows[r, c] = matrix[r, c]
            hot.before[r, c] = matrix[r, c]


@njit(nogil=True, cache=True)
def merge_hot(matrix, hot):
    """Add what this worker changed to the shared rows, and take what the others did."""
    for r in range(hot.rows.shape[0]):
        for c in range(hot.rows.shape[1]):
            merged = matrix[r, c] + (hot.rows[r, c] - hot.before[r, c])
            matrix[r, c] = merged
            hot.rows[r, c] = merged
            hot.before[r, c] = merged
