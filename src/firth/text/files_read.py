"""A record of the files of a text: the encoding of each, the replaced bytes, and the skipped files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from firth.errors import SourceError

_SHOWN = 3  # names of files in a line for a person


@dataclass
class FileRead:
    """A file that was read.

    Attributes:
        path: its name.
        encoding: Python's name of the encoding in which it was read.
        replaced_bytes: number of bytes that are not valid in this encoding, and were replaced with U+FFFD.
    """

    path: str
    encoding: str = "utf-8"
    replaced_bytes: int = 0


@dataclass
class FileSkipped:
    """A file that was skipped.

    Attributes:
        path: its name.
        reason: the reason, in a few words.
    """

    path: str
    reason: str


class NotText(SourceError):
    """A file that is not text, or is text that cannot be read. In a folder it is skipped.

    Attributes:
        reason: the reason, in a few words.
    """

    def __init__(self, path: object, reason: str, *, expected: str = "a text", hint: str | None = None) -> None:
        super().__init__(f"{path} holds {reason}, expected {expected}", hint=hint)
        self.reason = reason


@dataclass
class FilesRead:
    """The files of a text, in the order in which they were found.

    Attributes:
        read: files that were read.
        skipped: files that were skipped.
    """

    read: list[FileRead] = field(default_factory=list)
    skipped: list[FileSkipped] = field(default_factory=list)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> FilesRead:
        """Restore the result of :meth:`as_dict`."""
        return cls([FileRead(**file) for file in saved["read"]], [FileSkipped(**file) for file in saved["skipped"]])

    def as_dict(self) -> dict[str, Any]:
        """The record as plain data, for JSON."""
        return asdict(self)

    @property
    def encodings(self) -> str | None:
        """A description of the encodings of the files; None if all are UTF-8."""
        files: dict[str, list[str]] = {}
        for file in self.read:
            files.setdefault(file.encoding, []).append(file.path)
        if files.keys() <= {"utf-8"}:
            return None
        named = sorted(files, key=lambda encoding: (encoding == "utf-8", -len(files[encoding])))
        return ", ".join(
            f"{encoding} in {_files(len(files[encoding]))}"
            + ("" if encoding == "utf-8" else f" ({_some(files[encoding])})")
            for encoding in named
        )

    def warnings(self) -> Iterator[str]:
        """Warnings about lost parts of the text, one line for each kind."""
        damaged = [file for file in self.read if file.replaced_bytes]
        if damaged:
            total = sum(file.replaced_bytes for file in damaged)
            where = _some([f"{file.path}: {file.replaced_bytes:,} not {file.encoding}" for file in damaged])
            yield (
                f"{total:,} byte{'s' if total > 1 else ''} in {_files(len(damaged))} could not be decoded and "
                f"{'were' if total > 1 else 'was'} replaced with U+FFFD ({where})"
            )
        if self.skipped:
            some = _some([f"{file.path}: {file.reason}" for file in self.skipped])
            yield f"{_files(len(self.skipped))} skipped ({some})"


def _files(count: int) -> str:
    return f"{count:,} file{'s' if count != 1 else ''}"


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f", and {more:,} more" if more > 0 else "")
