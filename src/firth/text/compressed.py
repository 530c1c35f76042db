"""Compressed files by their suffix: gzip, bzip2, xz and Zstandard, read as a stream; files in archives; stdin.

A file that is damaged or truncated is an error, never a shorter text. Frames are therefore checked here: ``zstandard``
silently stops if a file is truncated, ``bz2`` and ``lzma`` if the head of a later frame is damaged, and ``gzip``
if the file is empty.
"""

from __future__ import annotations

import bz2
import contextlib
import errno
import io
import lzma
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from firth.contents import HEAD, PACKED, check_content, head_of
from firth.errors import MissingExtra, SourceError, StorageError
from firth.guard import guarded
from firth.text.paths import STDIN, archive_of, members
from firth.text.remote import Remote, open_remote


class State(NamedTuple):
    """The properties of a file that change when it is written to."""

    size: int
    mtime_ns: int


@contextlib.contextmanager
def open_stream(path: Path | Remote, since: State | None = None) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The text of a file as a stream of bytes, and the file itself, whose position is the progress of the stream.

    Args:
        path: the file.
        since: its state when it was listed, see :func:`state_of`.

    Raises:
        SourceError: the file cannot be opened, or it is damaged, truncated, or changed while it is read.
        MissingExtra: a remote file needs fsspec; a ``.zst`` file needs ``zstandard`` on a Python before 3.14.
    """
    if path == STDIN:
        with _unchanged(path, sys.stdin.buffer):
            yield cast(BinaryIO, sys.stdin.buffer), cast(BinaryIO, sys.stdin.buffer)
        return
    opener = OPENERS.get(path.suffix.lower())
    try:
        with _opened(path, since) as file:
            yield (opener(file) if opener else file), file
    except StorageError:
        raise
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = f"is it whole, and is it a {path.suffix} file?" if opener else "check the disk and the permissions"
        if opener and not isinstance(path, Remote):
            taken = [kind for kind, suffix in PACKED.items() if suffix == path.suffix.lower()]
            check_content(head_of(path), path, f"a {path.suffix} file", taken=taken, error=SourceError)
        raise SourceError(f"{path}: cannot be read to its end ({reason})", hint=hint) from error


@guarded("a text", SourceError)
def unpacked_head(path: Path) -> bytes:
    """The first bytes of the text of a file, for recognizing its contents.

    Raises:
        SourceError, MissingExtra: as for :func:`open_stream`.
    """
    with open_stream(path) as (stream, _):
        head = b""
        while len(head) < HEAD and (part := stream.read(HEAD - len(head))):
            head += part
        return head


def state_of(path: Path | Remote) -> State | None:
    """The current state of a file, or of its archive; ``None`` for a pipe, a remote file or a missing one."""
    if isinstance(path, Remote) or path == STDIN:
        return None
    archive = archive_of(path)
    with contextlib.suppress(OSError):
        return _state(os.stat(archive[0] if archive else path))  # noqa: PTH116 - as os.fstat
    return None


def _state(found: os.stat_result) -> State | None:
    return State(found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


@contextlib.contextmanager
def _unchanged(path: Path, file: Any, since: State | None = None) -> Iterator[None]:
    """Report that an open file was changed while it was read, which explains any other error."""

    def check(before: State | None, cause: Exception | None = None) -> None:
        now = state()
        if before is not None and now is not None and now != before:
            bytes_now = "other bytes" if now.size == before.size else f"{now.size:,} bytes in place of {before.size:,}"
            raise SourceError(
                f"{path} was changed while it was read: it holds {bytes_now}",
                hint="read it again when it is complete, or read a copy",
            ) from cause

    def state() -> State | None:
        with contextlib.suppress(AttributeError, OSError, ValueError):  # stdin may be replaced by what is no file
            return _state(os.fstat(file.fileno()))
        return None

    check(since)
    before = since or state()
    try:
        yield
    except Exception as error:
        if not isinstance(error, StorageError | MissingExtra):
            check(before, error)
        raise
    check(before)


@contextlib.contextmanager
def _opened(path: Path | Remote, since: State | None) -> Iterator[BinaryIO]:
    if isinstance(path, Remote):
        with open_remote(path) as file:
            yield file
        return
    archive = archive_of(path)
    if archive is None:
        with path.open("rb", buffering=0) as raw, _unchanged(path, raw, since):
            yield cast(BinaryIO, raw)
        return
    with archive[0].open("rb") as packed, _unchanged(path, packed, since), zipfile.ZipFile(packed) as opened:
        found = members(opened).get(archive[1])
        if found is None:
            raise FileNotFoundError(errno.ENOENT, "no such file in the archive")
        if found.flag_bits & 1:
            raise SourceError(f"{path}: encrypted", hint=f"unzip {archive[0]}")
        with opened.open(found) as member:
            yield cast(BinaryIO, member)


class _Frames(io.RawIOBase):
    """A file of compressed frames. Zeros after a frame are padding; anything else that is not a frame is damage.

    Python's own classes silently stop if the head of a later frame is damaged, or if the file is empty.

    Args:
        file: the file.
        decompressor: makes a decompressor for one frame, such as :class:`bz2.BZ2Decompressor`.
        error: the exception of the decompressor.
    """

    _STEP = (
        1 << 13
    )  # bytes taken from the file at a time: what they hold must fit in memory, however well it compressed

    def __init__(self, file: BinaryIO, decompressor: Callable[[], Any], error: type[Exception]) -> None:
        self._file = file
        self._decompressor = decompressor
        self._error = error
        self._frame: Any = decompressor()
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._fill()
        count = min(len(buffer), len(self._output))
        buffer[:count] = self._output[:count]
        self._output = self._output[count:]
        return count

    def readall(self) -> bytes:
        whole = bytearray()
        while self._fill():
            whole += self._output
            self._output = memoryview(b"")
        return bytes(whole)

    def _fill(self) -> bool:
        """Decompress until there is some output; returns False if the file ends."""
        while not self._output:
            self._input = self._input or self._file.read(self._STEP)
            if not self._input:
                if self._frame is not None:
                    raise EOFError("the file ends within a frame")
                return False
            self._advance()
        return True

    def _advance(self) -> None:
        if self._frame is None:
            self._input = self._input.lstrip(b"\0")
            if not self._input:
                return
            self._frame = self._decompressor()
        try:
            self._output = memoryview(self._frame.decompress(self._input))
        except self._error as error:
            raise OSError(str(error)) from error
        self._input = self._frame.unused_data if self._frame.eof else b""
        if self._frame.eof:
            self._frame = None


def _gzip(file: BinaryIO) -> Any:
    return _Frames(file, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), zlib.error)


def _zstd(file: BinaryIO) -> Any:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdDecompressor, ZstdError

        return _Frames(file, ZstdDecompressor, ZstdError)
    try:
        from zstandard import ZstdDecompressor, ZstdError
    except ImportError as error:
        raise MissingExtra("reading .zst files", "zstd") from error
    return _Frames(file, lambda: ZstdDecompressor().decompressobj(), ZstdError)


OPENERS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": _gzip,
    ".bz2": lambda file: cast(BinaryIO, _Frames(file, bz2.BZ2Decompressor, OSError)),
    ".xz": lambda file: cast(BinaryIO, _Frames(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ), lzma.LZMAError)),
    ".zst": _zstd,
}
