"""Matrices that fastText has quantized (``.ftz``): a row is made of pieces, each one of 256 of its place.

Joulin et al. (2016), "FastText.zip: Compressing text classification models": product quantization (Jegou et al. 2011),
in which the length of a row may be quantized apart from its direction.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from firth.vectors.search import Matrix

CENTROIDS = 256
_ROWS = 1 << 16

Unpack = Callable[[str], tuple[int, ...]]
Take = Callable[[int], npt.NDArray[np.uint8]]


def read_quantized(unpack: Unpack, take: Take) -> Matrix:
    """The matrix (rows, dims) that is stored at a place of a file.

    Args:
        unpack: reads the next numbers, as :func:`struct.unpack` does.
        take: reads so many bytes.

    Raises:
        ValueError: the file is cut, or the sizes do not fit each other.
    """
    (apart,) = unpack("?")
    rows, dims = unpack("qq")
    (size,) = unpack("i")
    if rows < 0 or dims < 1 or size < 0:
        raise ValueError("sizes below 0")
    codes = take(size)
    pieces, centroids = _centroids(unpack, take)
    if sum(width for width, _ in pieces) != dims or size != rows * len(pieces):
        raise ValueError("codes that do not fit the matrix")
    lengths = None
    if apart:
        of_rows = take(rows)
        (one,), table = _centroids(unpack, take)
        if one[0] != 1:
            raise ValueError("lengths of more than one number")
        lengths = table[:CENTROIDS][of_rows]
    matrix = np.empty((rows, dims), np.float32)
    by_row = codes.reshape(rows, len(pieces))
    column = 0
    for place, (width, start) in enumerate(pieces):
        table = centroids[start : start + CENTROIDS * width].reshape(CENTROIDS, width)
        for first in range(0, rows, _ROWS):
            part = slice(first, first + _ROWS)
            matrix[part, column : column + width] = table[by_row[part, place]]
        column += width
    if lengths is not None:
        matrix *= lengths[:, None]
    return matrix


def _centroids(unpack: Unpack, take: Take) -> tuple[list[tuple[int, int]], Matrix]:
    """The width of each piece of a row, the place of its 256 candidates, and all of these."""
    dims, count, width, last = unpack("iiii")
    if min(dims, count, width, last) < 1 or (count - 1) * width + last != dims:
        raise ValueError("pieces that do not fit the rows")
    pieces = [(width if place < count - 1 else last, place * CENTROIDS * width) for place in range(count)]
    return pieces, np.frombuffer(take(dims * CENTROIDS * 4).tobytes(), "<f4").astype(np.float32, copy=False)
