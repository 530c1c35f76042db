"""stdin, stdout and stderr, prepared so that every verb can use them."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import Any, TextIO, cast


def prepare() -> None:
    """Make all words printable, and closed streams harmless.

    Characters that the encoding of stdout or stderr does not have are printed as escapes, as in Python: ``\\u4e16``.
    Words that are piped to stdin are UTF-8, as files are. If a stream was closed before the start, stdin is empty,
    stderr discards everything, and writing to stdout is an error, since the results would be lost.
    """
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _occupy()
    if sys.stdin is None:
        sys.stdin = io.StringIO()
    if sys.stdout is None:
        sys.stdout = cast(TextIO, _Closed())
    if sys.stderr is None:
        sys.stderr = io.StringIO()
    if isinstance(sys.stdin, io.TextIOWrapper) and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")
    sys.stdout, sys.stderr = _escaping(sys.stdout), _escaping(sys.stderr)


def abandon() -> None:
    """Discard what stdout still holds, since it cannot be written, so that Python reports no error at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _occupy() -> None:
    """Occupy the file descriptors of closed streams, so that no file that is opened later gets one of them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


def _escaping(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if stream.encoding.lower().replace("-", "") in ("ascii", "usascii", "646"):
        is_terminal = stream.isatty()
        return _Ascii(stream.detach(), encoding="ascii", errors="backslashreplace", line_buffering=is_terminal)
    stream.reconfigure(errors="backslashreplace")
    return stream


class _Ascii(io.TextIOWrapper):
    """A stream of ASCII. If its encoding had that name, click would take it for a mistake and write UTF-8."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "ascii, escaped"


class _Closed(io.TextIOBase):
    """A stream that was closed before the start."""

    encoding = "utf-8"

    def write(self, _: Any) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "stdout")
