"""Steps down a gradient: of rows of a matrix, and of what :class:`firth.lm.neural.optimizers.Adam` keeps of them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True)
def adam_rows(
    rows: npt.NDArray[np.int64], gradient: Array, parameter: Array, mean: Array, square: Array,
    updates: int, rate: float, decay: float,
) -> None:  # fmt: skip
    """One Adam step for some rows of a matrix, in one pass over the memory."""
    one = gradient.dtype.type(1)
    b1, b2 = gradient.dtype.type(0.9), gradient.dtype.type(0.999)
    tiny = gradient.dtype.type(1e-8)
    scale = gradient.dtype.type(rate / (1 - 0.9**updates))
    widen = gradient.dtype.type(1 / (1 - 0.999**updates))
    keep = gradient.dtype.type(1 - rate * decay)
    for place in range(len(rows)):
        row = rows[place]
        for column in range(gradient.shape[1]):
            g = gradient[place, column]
            m = b1 * mean[row, column] + (one - b1) * g
            v = b2 * square[row, column] + (one - b2) * g * g
            mean[row, column] = m
            square[row, column] = v
            parameter[row, column] = keep * parameter[row, column] - scale * m / (np.sqrt(v * widen) + tiny)


@njit(cache=True, nogil=True)
def add_rows(matrix: Array, rows: npt.NDArray[np.integer[Any]], values: Array) -> None:
    """Add each row of ``values`` to the row of the matrix that it belongs to; ten times as fast as ``np.add.at``."""
    for place in range(len(rows)):
        for column in range(values.shape[1]):
            matrix[rows[place], column] += values[place, column]
