"""Small files that are read whole, such as tables, test sets and graphs: lines of text, plain or compressed.

They are UTF-8, or have the byte order mark of UTF-16 or UTF-32.

Lines end at newlines, and fields are separated by spaces and tabs: other Unicode whitespace, such as the no-break
space, is part of the words.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from firth.contents import HEAD, TEXTS, WIDE, check_content
from firth.errors import EncodingError, FileFormatError, SourceError, warn
from firth.guard import guarded

_BLANKS = " \t\r\v\f"
_HIDDEN = re.compile("#[^#\\s]")  # a comment, or a word that begins with it


class Line(NamedTuple):
    """A line of a file that is not empty."""

    path: Path
    number: int  # from 1
    text: str  # without spaces at its ends

    def fields(self) -> list[str]:
        """The fields between spaces and tabs."""
        return re.split("[ \t]+", self.text)

    def malformed(self, expected: str) -> FileFormatError:
        """The error that names this line."""
        return FileFormatError(f"{self.path}, line {self.number}: {self.text[:60]!r}, expected {expected}")


def read_lines(path: str | os.PathLike[str]) -> list[Line]:
    """The lines of a file that are neither blank nor comments, which begin with ``#``.

    A warning says if a comment may have been meant as a word.

    Raises:
        SourceError: the file does not exist, cannot be read to its end, or is known not to be text.
        EncodingError: bytes are not valid in the encoding.
    """
    file = Path(path)
    lines = [Line(file, number, line.strip(_BLANKS)) for number, line in enumerate(read_whole(file).split("\n"), 1)]
    hidden = [line.text for line in lines if _HIDDEN.match(line.text)]
    if hidden:
        warn(f"{file}: {len(hidden)} lines that begin with # are treated as comments, such as {hidden[0]!r:.60}")
    return [line for line in lines if line.text and not line.text.startswith("#")]


def read_table(path: str | os.PathLike[str], expected: str) -> list[tuple[int, str]]:
    """The lines of a table, each with its number from 1, without line ends.

    Args:
        path: the file.
        expected: what the table holds, for the message.

    Raises:
        FileFormatError: the file does not exist, cannot be read to its end, or is not UTF-8.
    """
    try:
        text = read_whole(Path(path), expected)
    except EncodingError as error:
        raise FileFormatError(f"{path}: not {error.encoding} at byte {error.offset}, expected {expected}") from error
    except SourceError as error:
        raise FileFormatError(error.message, hint=error.hint) from error
    lines = text.removesuffix("\n").split("\n") if text else []
    return [(number, line.removesuffix("\r")) for number, line in enumerate(lines, 1)]


@guarded("a text", SourceError)
def read_whole(path: Path, expected: str = "lines of text") -> str:
    """The text of a file, without a byte order mark.

    Args:
        path: the file.
        expected: what it holds, for the message.

    Raises:
        SourceError: the file does not exist, cannot be read to its end, or is known not to be text.
        EncodingError: bytes are not valid in the encoding.
    """
    from firth.text.compressed import open_stream  # a query reads no text, and need not load these
    from firth.text.decoding import UTF_8, mark_of

    if path.is_dir():
        raise SourceError(f"{path} is a folder, expected a file")
    if not path.exists():
        raise SourceError(f"{path}: no such file, expected {expected}", hint="check the path")
    with open_stream(path) as (stream, _):
        raw = stream.read()
    check_content(raw[:HEAD], path, expected, taken=(*TEXTS, *WIDE), error=SourceError)
    encoding = mark_of(raw) or UTF_8
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise EncodingError(
            str(path), error.start, encoding=encoding.upper(), hint="convert the file to UTF-8"
        ) from error
