"""Files on disk: safetensors, written completely or not at all, and memory-mapped on load.

A firth file is a safetensors file: a JSON header, then the raw little-endian tensors. The ``safetensors`` library
checks each header on load; this module maps the tensors instead of copying them, and can write a tensor that is larger
than memory, chunk by chunk. The header holds a checksum of each tensor and one of itself (CRC-32): :func:`verify` reads
the whole file and compares them.
"""

from __future__ import annotations

import contextlib
import json
import math
import mmap
import os
import weakref
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from firth.arguments import plain, shown
from firth.errors import FileFormatError, OptionError
from firth.guard import guard, guarded
from firth.targets import replacing

FORMAT_VERSION = 1

_CHECKSUMS, _CHECKSUM = "checksums", "checksum"
_OWN = ("format", "version", "kind", _CHECKSUMS, _CHECKSUM)
_HEADER_STEP = 256
_CHUNK_BYTES = 1 << 24
_DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
}
_DTYPE_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


class TensorWriter:
    """Writes one safetensors file, one tensor after another; the header, which has a fixed size, is written last.

    It is used as a context manager; the file appears under its name only if the block ends without an exception.

    Args:
        path: the file to write.
        kind: what the file holds, such as ``"vectors"``; :func:`map_tensors` checks it.
        metadata: anything that JSON can hold; it may be filled until the block ends.
        header_size: bytes reserved for the header.
        replace: whether an existing file is replaced at the end; otherwise it is overwritten, as for temporary files.
        durable: whether the file is synced to disk before it gets its name, so that it survives a power failure.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        kind: str,
        metadata: dict[str, Any],
        *,
        header_size: int = 1 << 16,
        replace: bool = True,
        durable: bool = False,
    ) -> None:
        self._kind, self._durable = kind, durable
        self.metadata = metadata
        self._header_size = header_size
        self._entries: dict[str, Any] = {}
        self._checksums: dict[str, int] = {}
        self._position = 0
        self._stack = contextlib.ExitStack()
        self._target = replacing(path) if replace else contextlib.nullcontext(Path(path))
        self._file: BinaryIO

    def __enter__(self) -> TensorWriter:
        temporary = self._stack.enter_context(self._target)
        try:
            self._file = self._stack.enter_context(temporary.open("wb"))
            self._file.seek(8 + self._header_size)
        except BaseException as error:
            if not self._stack.__exit__(type(error), error, error.__traceback__):
                raise
        return self

    def add(self, name: str, array: npt.NDArray[Any]) -> None:
        """Write one tensor that is in memory."""
        rows = max(1, _CHUNK_BYTES // max(1, array[:1].nbytes))  # a strided array is made contiguous in small parts
        parts = (array[start : start + rows] for start in range(0, len(array), rows))
        self.stream(name, array.dtype, array.shape[1:], parts)

    def stream(
        self, name: str, dtype: npt.DTypeLike, row_shape: tuple[int, ...], chunks: Iterable[npt.NDArray[Any]]
    ) -> int:
        """Write one tensor from consecutive chunks of its rows; returns the number of rows."""
        dtype = np.dtype(dtype)
        self._align(dtype.itemsize)
        start, rows, checksum = self._position, 0, 0
        for chunk in chunks:
            data = np.ascontiguousarray(chunk, dtype=dtype.newbyteorder("<"))
            raw = data.data.cast("B") if data.size else b""
            self._file.write(raw)
            checksum = zlib.crc32(raw, checksum)
            self._position += data.nbytes
            rows += data.shape[0]
        self._entries[name] = {
            "dtype": _DTYPE_NAMES[dtype.newbyteorder("<")],
            "shape": [rows, *row_shape],
            "data_offsets": [start, self._position],
        }
        self._checksums[name] = checksum
        return rows

    def _align(self, itemsize: int) -> None:
        # safetensors allows no holes, so what lies between two tensors is itself a named tensor.
        gap = -self._position % itemsize
        if gap:
            self.add(f"padding.{len(self._entries)}", np.zeros(gap, np.uint8))

    def _write_header(self) -> None:
        metadata = json.loads(json.dumps(self.metadata, default=_plain))
        described = {"format": "firth", "version": FORMAT_VERSION, "kind": self._kind, **metadata}
        described[_CHECKSUMS] = self._checksums
        described[_CHECKSUM] = _checksum(described, self._entries)
        document = {"__metadata__": {"firth": json.dumps(described)}, **self._entries}
        header = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        if len(header) > self._header_size:
            raise ValueError(f"header of {len(header)} bytes, {self._header_size} were set aside")
        self._file.seek(0)
        self._file.write(self._header_size.to_bytes(8, "little") + header.ljust(self._header_size))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if kind is None:
            try:
                self._write_header()
                self._file.flush()
                if self._durable:
                    os.fsync(self._file.fileno())
            except BaseException as failure:
                if not self._stack.__exit__(type(failure), failure, failure.__traceback__):
                    raise
        return self._stack.__exit__(kind, error, trace)


def _plain(value: object) -> Any:
    """A NumPy number as a value that JSON can hold.

    Raises:
        OptionError: JSON cannot hold the value.
    """
    found = plain(value)
    if found is value or not isinstance(found, bool | int | float | str):
        raise OptionError(f"the metadata holds {shown(value)}, expected values that JSON can hold", hint="str(value)")
    return found


def write_tensors(
    path: str | os.PathLike[str],
    kind: str,
    tensors: Mapping[str, npt.NDArray[Any]],
    metadata: dict[str, Any],
    *,
    durable: bool = False,
) -> None:
    """Write one safetensors file completely or not at all; ``metadata`` may hold anything that JSON can.

    The arguments are those of :class:`TensorWriter`.
    """
    needed = len(json.dumps(json.dumps(metadata, default=_plain)))
    size = -(-(needed + 256 * (len(tensors) * 2 + 2)) // _HEADER_STEP) * _HEADER_STEP
    with TensorWriter(path, kind, metadata, header_size=size, durable=durable) as writer:
        for name, array in tensors.items():
            writer.add(name, array)


@guarded("a file that firth wrote")
def map_tensors(
    path: str | os.PathLike[str], kind: str, *, verified: bool = False
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """The tensors of a firth file, mapped read-only, and its metadata.

    Args:
        path: the file.
        kind: what it should hold.
        verified: whether the whole file is read and its checksums are compared, for callers that read all of it.

    Raises:
        FileFormatError: the file is missing, damaged, in another format, of another kind, or from a newer version.
    """
    path = Path(path)
    described = _described(path, f"a {kind} file", f"a file of the kind {kind!r} that firth wrote")
    if described.get("kind") != kind:
        raise FileFormatError(f"{path}: holds {described.get('kind')!r}, expected {kind!r}")
    if verified:
        verify(path)
    header, begin = _header(path)
    empty = path.stat().st_size == begin
    whole = np.empty(0, np.uint8) if empty else np.memmap(path, np.uint8, mode="r", offset=begin)
    tensors: dict[str, npt.NDArray[Any]] = {}
    for name, entry in header.items():
        if name == "__metadata__" or name.startswith("padding."):
            continue
        if entry["dtype"] not in _DTYPES:
            raise FileFormatError(f"{path}: tensor {name!r} is of type {entry['dtype']}, which firth never writes")
        start, stop = entry["data_offsets"]
        raw: npt.NDArray[Any] = whole[start:stop].view(type=np.ndarray)
        tensors[name] = raw.view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, {key: value for key, value in described.items() if key not in _OWN}


def read_ahead(matrix: npt.NDArray[Any], rows: npt.NDArray[np.integer]) -> None:
    """Ask the disk for all these rows of a mapped matrix at once, which are otherwise read one after the other.

    Args:
        matrix: mapped, or in memory, where there is nothing to ask for.
        rows: a few of its rows.
    """
    mapped: Any = matrix
    while isinstance(mapped, np.ndarray):
        mapped = mapped.base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_WILLNEED"):
        begin = matrix.ctypes.data - np.frombuffer(mapped, np.uint8).ctypes.data
        for row in rows.tolist():
            place = begin + row * matrix.strides[0]
            within = place % mmap.PAGESIZE
            mapped.madvise(mmap.MADV_WILLNEED, place - within, within + matrix[:1].nbytes)


@guarded("a file that firth wrote")
def kind_of(path: str | os.PathLike[str]) -> str:
    """The kind of a firth file, such as ``"vectors"``.

    Raises:
        FileFormatError: the file is missing, damaged, in another format, or from a newer version.
    """
    return str(_described(Path(path), "a file that firth wrote", "a file that firth wrote").get("kind"))


class TensorFile:
    """Reads rows of the tensors of a file each time they are requested.

    If the file was truncated or its disk fails, this is an error, whereas a mapping would end the process. It needs a
    system with :func:`os.pread`.

    Args:
        path: a file that :func:`map_tensors` has validated.
        again: what to do if it has changed, for the error.

    Attributes:
        close: closes the file.
    """

    def __init__(self, path: Path, again: str) -> None:
        self._path, self._again = path, again
        self._header, self._begin = _header(path)
        self._file = os.open(path, os.O_RDONLY)
        self.close = weakref.finalize(self, os.close, self._file)
        self._before = self._state()

    def rows(self, name: str, first: int, last: int) -> npt.NDArray[Any]:
        """The rows ``first`` to ``last - 1`` of a tensor, read-only.

        Raises:
            FileFormatError: the file cannot be read, or was changed since it was opened.
        """
        entry = self._header[name]
        shape, dtype = tuple(entry["shape"][1:]), _DTYPES[entry["dtype"]]
        row = dtype.itemsize * math.prod(shape)
        place, size = self._begin + entry["data_offsets"][0] + first * row, (last - first) * row
        parts: list[bytes] = []
        with guard(self._path, "a file that firth wrote"):
            while size and (part := os.pread(self._file, size, place)):  # 2 GiB at most in one go
                parts.append(part)
                place, size = place + len(part), size - len(part)
            if size or self._state() != self._before:
                raise FileFormatError(f"{self._path} was changed while it was used", hint=self._again)
        return np.frombuffer(b"".join(parts), dtype).reshape(last - first, *shape)

    def _state(self) -> tuple[int, int]:
        found = os.fstat(self._file)
        return found.st_size, found.st_mtime_ns


@guarded("a file that firth wrote")
def verify(path: str | os.PathLike[str]) -> bool:
    """Read a file that firth wrote, of any kind, and compare its checksums.

    Returns:
        Whether it has checksums: files of the first versions have none.

    Raises:
        FileFormatError: a checksum is wrong, or the file is missing, foreign, or from a newer version.
    """
    path = Path(path)
    described = _described(path, "a file that firth wrote", "a file that firth wrote")
    if _CHECKSUMS not in described:
        return False
    header, begin = _header(path)
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    given = described.pop(_CHECKSUM, None)
    if given != _checksum(described, entries) or described[_CHECKSUMS].keys() != entries.keys():
        raise FileFormatError(f"{path}: damaged, the checksum of its header is wrong", hint="make the file again")
    with path.open("rb", buffering=0) as stream:  # a mapping would end the process where the disk fails
        for name, entry in entries.items():
            start, stop = entry["data_offsets"]
            stream.seek(begin + start)
            checksum = 0
            while start < stop and (part := stream.read(min(_CHUNK_BYTES, stop - start))):
                checksum = zlib.crc32(part, checksum)
                start += len(part)
            if checksum != described[_CHECKSUMS][name]:
                raise FileFormatError(f"{path}: damaged, the checksum of {name!r} is wrong", hint="make the file again")
    return True


def _checksum(described: dict[str, Any], entries: dict[str, Any]) -> int:
    """The checksum of a header without this number, whatever the order of its parts."""
    return zlib.crc32(json.dumps([described, entries], sort_keys=True).encode())


def _described(path: Path, expected: str, whole: str) -> dict[str, Any]:
    """The metadata of a file, including its kind and version."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "no such file"
        raise FileFormatError(f"{path}: {problem}, expected {expected}", hint="check the path")
    try:
        with safe_open(path, framework="np") as file:  # checks sizes, offsets and shapes against the file
            described = json.loads((file.metadata() or {}).get("firth", "null"))
    except (SafetensorError, ValueError) as error:
        from firth.contents import check_content, head_of  # merely opening a file should not load it

        check_content(head_of(path), path, whole, taken=("native",))
        raise FileFormatError(f"{path}: not a safetensors file, or damaged ({error})") from error
    if not isinstance(described, dict) or described.get("format") != "firth":
        raise FileFormatError(f"{path}: a safetensors file, but not one that firth wrote")
    version = described.get("version")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise FileFormatError(
            f"{path}: format version {version!r}, but this version of firth reads up to {FORMAT_VERSION}",
            hint="pip install -U firth",
        )
    return described


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """The header of a validated file, and the position of its first tensor."""
    with path.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        return json.loads(stream.read(size)), 8 + size
