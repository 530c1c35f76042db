"""Arrays in memory, or in temporary files when they would not fit."""

from __future__ import annotations

import errno
import os
import tempfile
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from firth.targets import spilling, temporary_folder

_ZEROS = bytes(1 << 20)


def allocate(size: int, dtype: npt.DTypeLike, *, on_disk: bool) -> npt.NDArray[Any]:
    """Zeros, in memory or in a file without a name, which is deleted with the array.

    Raises:
        StorageError: there is not enough disk space.
    """
    if not on_disk or not size:
        return np.zeros(size, dtype)
    folder = temporary_folder()
    with spilling(folder), tempfile.TemporaryFile(dir=folder, prefix="firth-", buffering=0) as file:
        _reserve(file, int(size) * np.dtype(dtype).itemsize)
        return np.memmap(file, dtype, mode="r+", shape=(int(size),)).view(np.ndarray)


def _reserve(file: IO[bytes], size: int) -> None:
    """Reserve disk space for the whole size of a new file.

    If a mapped file has holes and the disk is full when they are filled, the process is ended.
    """
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), 0, size)
            return
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):  # some file systems know of no such thing
                raise
    while size:
        size -= file.write(_ZEROS[:size])
