"""Arrays in memory, or in temporary files when they would not fit."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
import numpy.typing as npt


def allocate(size: int, dtype: npt.DTypeLike, *, on_disk: bool) -> npt.NDArray[Any]:
    """Zeros, in memory or in a file without a name, which is gone when the array is."""
    if not on_disk or not size:
        return np.zeros(size, dtype)
    with tempfile.TemporaryFile(prefix="firth-") as file:
        return np.memmap(file, dtype, mode="w+", shape=(int(size),)).view(np.ndarray)


def put_aside(array: npt.NDArray[Any], *, on_disk: bool) -> npt.NDArray[Any]:
    """The array itself, or its copy in such a file."""
    if not on_disk:
        return array
    copy = allocate(len(array), array.dtype, on_disk=True)
    copy[:] = array
    return copy
