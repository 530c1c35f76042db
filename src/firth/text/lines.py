"""Small files that are read whole, such as test sets and graphs: lines of UTF-8, plain or compressed, with numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from firth.errors import EncodingError, FileFormatError, SourceError
from firth.text.compressed import open_stream


class Line(NamedTuple):
    """A line of a file that holds something."""

    path: Path
    number: int  # from 1
    text: str  # without spaces at its ends

    def malformed(self, expected: str) -> FileFormatError:
        """The error that names this line."""
        return FileFormatError(f"{self.path}, line {self.number}: {self.text[:60]!r}, expected {expected}")


def read_lines(path: str | os.PathLike[str]) -> list[Line]:
    """The lines of a file that are neither blank nor a comment, which begins with ``#``.

    Raises:
        SourceError: there is no such file, or it cannot be read to its end.
        EncodingError: bytes that are not UTF-8.
    """
    file = Path(path)
    if not file.exists():
        raise SourceError(f"{file}: no such file")
    if file.is_dir():
        raise SourceError(f"{file} is a folder, expected a file")
    with open_stream(file) as (stream, _):
        raw = stream.read()
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise EncodingError(str(file), error.start, hint="convert the file to UTF-8") from error
    stripped = ((number, line.strip()) for number, line in enumerate(text.split("\n"), 1))
    return [Line(file, number, line) for number, line in stripped if line and not line.startswith("#")]
