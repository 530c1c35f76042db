"""Text files, plain or compressed, read as blocks of whole tokens.

A block is a piece of UTF-8 that ends where a token may end, so that workers can take blocks apart on their own. Where
blocks end depends on the files alone, never on the workers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError, SourceError
from firth.text.compressed import open_stream

BLOCK_SIZE = 1 << 20
PADDING = 64
LONGEST_TOKEN = 1 << 26

_SPACES = b" \n\t\r\v\f\x1c\x1d\x1e\x1f"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Block(NamedTuple):
    """A piece of a file that starts and ends between tokens.

    Attributes:
        text: UTF-8, followed by :data:`PADDING` spaces.  # (size + PADDING,) uint8
        size: bytes of text.
        source: the name of the file.
        offset: place of the first byte in the (decompressed) file.
        ends_file: whether the file ends here; the end of a file is the end of a sentence.
        bytes_done: bytes of all files, as they lie on disk, that have been read up to here.
    """

    text: npt.NDArray[np.uint8]
    size: int
    source: str
    offset: int
    ends_file: bool
    bytes_done: int


class TextFiles:
    """UTF-8 text in files, read as often as wanted. A byte order mark at the head of a file is skipped.

    Args:
        paths: plain files, or compressed ones by their suffix: ``.gz``, ``.bz2``, ``.xz``, ``.zst``.
        whole_lines: whether blocks end at newlines only, not at any ASCII whitespace.

    Raises:
        SourceError: a file does not exist, is a folder, or may not be read.
        OptionError: there are no paths.
    """

    def __init__(self, paths: Sequence[str | os.PathLike[str]], *, whole_lines: bool = False) -> None:
        if not paths:
            raise OptionError("no text was given", hint="name at least one file")
        self.paths = [Path(path) for path in paths]
        self._ends = b"\n" if whole_lines else _SPACES
        for path in self.paths:
            _check(path)

    def size(self) -> int | None:
        """Bytes on disk of all files together, or ``None`` where one of them is a pipe."""
        facts = self.facts()
        return None if facts is None else sum(fact["size"] for fact in facts)

    def facts(self) -> list[dict[str, Any]] | None:
        """What tells these files from others: absolute paths, sizes, times; ``None`` where one of them is a pipe."""
        if not all(path.is_file() for path in self.paths):
            return None
        stats = [(str(path.absolute()), path.stat()) for path in self.paths]
        return [{"path": path, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns} for path, stat in stats]

    def blocks(self, size: int = BLOCK_SIZE) -> Iterator[Block]:
        """All files in order, in blocks of at most ``size`` bytes, more where one token is longer.

        Raises:
            SourceError: a file is damaged, cut short or unreadable, or holds a token of more than 64 MiB.
        """
        done = 0
        for path in self.paths:
            with open_stream(path) as (stream, file):
                for text, length, offset, last in _pieces(stream, size, str(path), self._ends):
                    place = file.tell() if file.seekable() else offset + length
                    yield Block(text, length, str(path), offset, last, done + place)
            done += place


def text_files(source: Any, *, whole_lines: bool = False) -> TextFiles | None:
    """The files that ``source`` names: one path, or a list of paths; ``None`` for anything else, such as token lists.

    Raises:
        SourceError: a file does not exist, is a folder, or may not be read.
        OptionError: it is empty, or no iterable, or a list of strings that are no files.
    """
    if isinstance(source, str | os.PathLike):
        source = [source]
    if not isinstance(source, Iterable):
        raise OptionError(
            f"the text is the {type(source).__name__} {source!r}, expected a path, several, or token lists",
            hint="encode('corpus.txt'), or encode([['the', 'cat'], ['sat']])",
        )
    if not isinstance(source, list | tuple) or not all(isinstance(item, str | os.PathLike) for item in source):
        return None
    missing = [item for item in source if isinstance(item, str) and not _exists(Path(item))]
    if missing and len(missing) == len(source) and (len(source) > 1 or len(missing[0].split()) > 1):
        raise OptionError(
            f"a string is the path of a file, and there is no file {missing[0][:60]!r}",
            hint="sentences are lists of tokens: [line.split() for line in lines]",
        )
    return TextFiles(source, whole_lines=whole_lines)


def _check(path: Path) -> None:
    if not _exists(path):
        raise SourceError(f"{path}: no such file", hint="check the path")
    if path.is_dir():
        raise SourceError(f"{path} is a folder, expected a text file", hint=f"name its files: {path / '*.txt'}")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path} may not be read", hint="check its permissions")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a text in place of a path may be too long for one
        return False


def _pieces(
    stream: BinaryIO, size: int, source: str, ends: bytes
) -> Iterator[tuple[npt.NDArray[np.uint8], int, int, bool]]:
    """Text with padding, its length, its offset, and whether the stream ends with it."""
    offset, capacity, rest = 0, size, b""
    while True:
        buffer = bytearray(capacity + PADDING)
        buffer[: len(rest)] = rest
        filled = len(rest) + _fill(stream, memoryview(buffer)[len(rest) : capacity])
        last = filled < capacity
        cut = filled if last else _after_last(ends, buffer, filled)
        if not cut and not last:
            if capacity > LONGEST_TOKEN:
                raise SourceError(
                    f"{source}: no {'space' if ends is _SPACES else 'newline'} in {capacity >> 20} MiB "
                    f"from byte {offset}, expected {'words between spaces' if ends is _SPACES else 'lines'}",
                    hint="is it a text file?",
                )
            rest, capacity = bytes(buffer[:filled]), capacity * 2
            continue
        rest = bytes(buffer[cut:filled])
        buffer[cut : cut + PADDING] = b" " * PADDING
        start = len(_BYTE_ORDER_MARK) if offset == 0 and buffer.startswith(_BYTE_ORDER_MARK) else 0
        yield np.frombuffer(buffer, np.uint8)[start : cut + PADDING], cut - start, offset + start, last
        if last:
            return
        offset, capacity = offset + cut, max(size, len(rest) + 1)


def _fill(stream: BinaryIO, view: memoryview) -> int:
    """Read until ``view`` is full or the stream ends: a pipe or a decompressor may give less than it was asked for."""
    filled = 0
    while filled < len(view):
        count: int = stream.readinto(view[filled:])  # type: ignore[attr-defined]
        if not count:
            break
        filled += count
    return filled


def _after_last(ends: bytes, buffer: bytearray, stop: int) -> int:
    last = -1
    for space in ends:
        last = max(last, buffer.rfind(space, last + 1, stop))
    return last + 1
