"""NumPy .npz: the arrays ``words``, ``vectors`` and perhaps ``counts``, readable without running any code."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, file_bytes

_NAMES = ("words", "vectors", "counts")
_STEP = 1 << 20  # bytes read at a time, about
_MOST_PACKED = 1032  # bytes that one byte of deflated data can become
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read the arrays ``words`` (text) and ``vectors`` (words, dims), and ``counts`` if there is one.

    The headers of the arrays are checked before memory is allocated; with ``limit`` only the first rows are read, and
    not the checksums at the end.

    Raises:
        FileFormatError: the file is damaged, lacks one of these arrays, or has arrays of Python objects.
    """
    if file_bytes(path)[:4].tobytes() != b"PK\x03\x04":
        raise FileFormatError(f"{path}: not an .npz file", hint="expected what numpy.savez writes")
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name: _Array(archive, f"{name}.npy") for name in _NAMES if f"{name}.npy" in archive.NameToInfo}
            if absent := {"words", "vectors"} - set(arrays):
                raise FileFormatError(f"{path}: no array {min(absent)!r}, expected words and vectors")
            words, matrix, counts = (arrays.get(name) for name in _NAMES)
            assert words is not None
            assert matrix is not None
            _check(path, words, matrix, counts)
            rows = words.shape[0] if limit is None else min(limit, words.shape[0])
            texts = [word for part in words.parts(rows) for word in part.tolist()]
            numbers = matrix.read(rows, np.float32)
            occurrences = None if counts is None else counts.read(rows, np.int64)
    except (ValueError, EOFError, OSError, NotImplementedError, zipfile.BadZipFile, AttributeError) as error:
        raise FileFormatError(f"{path}: not an .npz file of plain arrays ({error})") from error
    return assemble(path, texts, numbers, counts=occurrences, wanted=wanted)


def _check(path: Path, words: _Array, matrix: _Array, counts: _Array | None) -> None:
    """Check the types and shapes of the arrays."""
    fit = len(words.shape) == 1 and len(matrix.shape) == 2 and words.shape == matrix.shape[:1]
    if not fit or words.dtype.kind != "U" or matrix.dtype.kind not in "fiu":
        raise FileFormatError(
            f"{path}: words {words.dtype} {words.shape} and vectors {matrix.dtype} {matrix.shape}, expected text and a "
            "row of numbers for each word"
        )
    if counts is not None and (counts.shape != words.shape or counts.dtype.kind not in "iu"):
        raise FileFormatError(
            f"{path}: counts {counts.dtype} {counts.shape}, expected a whole number for each of {words.shape[0]:,} "
            "words"
        )


class _Array:
    """One array of an archive, read from its beginning.

    Attributes:
        shape: its shape, according to its header.
        dtype: its type, likewise.

    Raises:
        ValueError: it is not an array, or has another size than its header says.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        info = archive.getinfo(name)
        if info.file_size > _MOST_PACKED * (info.compress_size + 1) and info.compress_type == zipfile.ZIP_DEFLATED:
            raise ValueError(f"{name} cannot hold {info.file_size:,} bytes in {info.compress_size:,}")
        self._stream: IO[bytes] = archive.open(info)
        version = np.lib.format.read_magic(self._stream)
        if version not in _HEADERS:
            raise ValueError(f"{name} is of version {version}, expected one of {', '.join(map(str, _HEADERS))}")
        self.shape, self._by_columns, self.dtype = _HEADERS[version](self._stream)
        size = math.prod(self.shape) * self.dtype.itemsize
        if self.dtype.hasobject or not self.dtype.itemsize or min(self.shape, default=0) < 0:
            raise ValueError(f"{name} holds {self.dtype} {self.shape}, expected plain numbers or text")
        if size != info.file_size - self._stream.tell():
            raise ValueError(
                f"{name} holds {info.file_size:,} bytes, too few or too many for {self.dtype} {self.shape}"
            )
        self._left = size

    def parts(self, rows: int) -> Iterator[npt.NDArray[Any]]:
        """The first rows, some at a time."""
        width = math.prod(self.shape[1:])
        step = max(1, _STEP // max(1, width * self.dtype.itemsize))
        for start in range(0, rows, step):
            yield self._next(min(step, rows - start) * width).reshape(-1, *self.shape[1:])
        self._finish()

    def read(self, rows: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """The first rows in another type."""
        found = np.empty((rows, *self.shape[1:]), dtype)
        if self._by_columns and len(self.shape) == 2:
            for column in range(self.shape[1]):
                found[:, column] = self._next(rows)
                self._skip(self.shape[0] - rows)
            self._finish()
            return found
        start = 0
        for part in self.parts(rows):
            found[start : start + len(part)] = part
            start += len(part)
        return found

    def _next(self, numbers: int) -> npt.NDArray[Any]:
        raw = self._stream.read(numbers * self.dtype.itemsize)
        if len(raw) != numbers * self.dtype.itemsize:
            raise EOFError("an array is truncated")
        self._left -= len(raw)
        return np.frombuffer(raw, self.dtype)

    def _skip(self, numbers: int) -> None:
        self._stream.seek(numbers * self.dtype.itemsize, 1)
        self._left -= numbers * self.dtype.itemsize

    def _finish(self) -> None:
        if not self._left:
            self._stream.read(1)  # the end, where the checksum is compared


def write(embeddings: Embeddings, path: Path) -> None:
    """Write plain arrays, as :func:`numpy.savez` does."""
    arrays = {"words": np.array(embeddings.words.spellings(), np.str_), "vectors": embeddings.vectors}
    if embeddings.counts is not None:
        arrays["counts"] = embeddings.counts
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
