"""Temporary storage of word ids: they are appended to a file, which is memory-mapped at the end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.targets import spilling


class Spool:
    """A growing array in a file without a name, which is deleted when it is closed or when the process ends.

    Args:
        folder: folder of the file.
        dtype: type of the array.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """

    def __init__(self, folder: Path, dtype: Any) -> None:
        self._folder = folder
        self._dtype = np.dtype(dtype)
        self._size = 0
        with spilling(folder):
            self._file = tempfile.TemporaryFile(dir=folder, prefix=".firth-", buffering=0)  # noqa: SIM115

    def append(self, values: npt.NDArray[Any]) -> tuple[int, int]:
        """Write values; returns their range in the array."""
        data = np.ascontiguousarray(values, self._dtype).data.cast("B")
        with spilling(self._folder):
            while data:  # a disk may take a part, and refuse the rest at the next call
                data = data[self._file.write(data) :]
        start, self._size = self._size, self._size + len(values)
        return start, self._size

    def mapped(self) -> npt.NDArray[Any]:
        """All values so far, mapped."""
        if not self._size:
            return np.empty(0, self._dtype)
        return np.memmap(self._file, self._dtype, mode="r", shape=(self._size,))

    def close(self) -> None:
        """Free the disk space."""
        self._file.close()
