"""Files of records, of which one field is text: JSON Lines, CSV and TSV, Parquet and Arrow.

Each record is a separate text: a sentence ends at its end, and at each newline in it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from firth.arguments import is_missing, shown
from firth.contents import TEXTS, WIDE, check_content
from firth.errors import OptionError, SourceError
from firth.text.arrow_columns import check_column, open_column
from firth.text.compressed import OPENERS, unpacked_head
from firth.text.paths import STDIN, archive_of
from firth.text.remote import Remote

_BUFFERED = 1 << 16


class Records:
    """The field that holds the text, and the handling of bad records.

    Args:
        field: the name of the field or column; None if files are plain text.
        on_error: ``"raise"``: the first bad record is an error; ``"skip"``: bad records are counted.
        weight: the name of the column that weighs lists, or numbers, one for each list; None where there is none.
        events: a record is an event, and no field is the text (:mod:`firth.text.events`).

    Attributes:
        skips: whether bad records are counted instead of being an error.
        lists: whether the field holds lists of tokens instead of texts.
        skipped: number of bad records so far.
        first_skipped: the problem with the first of them.

    Raises:
        OptionError: ``on_error`` has another value.
    """

    def __init__(
        self, field: str | None = None, on_error: str = "raise", *, events: bool = False, weight: Any = None
    ) -> None:
        if on_error not in ("raise", "skip"):
            raise OptionError(f"on_error={on_error!r}, expected 'raise' or 'skip'")
        self.field = field
        self.events = events
        self.weight = weight
        self.lists = False
        self.skips = on_error == "skip"
        self.skipped = 0
        self.first_skipped = ""

    def check(self, path: Path | Remote) -> None:
        """Check before anything is read whether the field fits the file.

        Raises:
            OptionError: a file of records needs a field, or a field is given for a plain text.
        """
        kind = kind_of(path)
        if self.events:
            if kind is None and path != STDIN:
                raise OptionError(f"{path} is a plain text, expected a table of events", hint=", ".join(READERS))
            return
        if kind is None and self.field is not None and path != STDIN:
            raise OptionError(
                f"field={self.field!r} for the plain text {path}, expected a file of records", hint=", ".join(READERS)
            )
        if kind is not None and self.field is None:
            raise OptionError(
                f"{path} holds records, expected the name of the field with the text", hint="field='text'"
            )

    def check_content(self, path: Path | Remote) -> None:
        """Check by the first bytes of a file whether it can be a file of records.

        Raises:
            SourceError: it is known to be another kind of file.
        """
        kind = kind_of(path)
        if (self.field is None and not self.events) or kind is None or isinstance(path, Remote):
            return
        if not path.is_file() and archive_of(path) is None:  # what a pipe gives it gives once
            return
        taken = {".parquet": ("parquet",), ".arrow": ("arrow",), ".feather": ("arrow",)}.get(kind, (*TEXTS, *WIDE))
        check_content(unpacked_head(path), path, f"records ({kind})", taken=taken, error=SourceError)

    def text_of(self, stream: BinaryIO, path: Path | Remote) -> BinaryIO:
        """The texts of a file of records as one stream of UTF-8, with a newline after each; other files are unchanged.

        Raises:
            SourceError: a record is bad and bad records are not skipped, or the field does not exist.
            MissingExtra: Parquet and Arrow files need ``pyarrow``.
        """
        if self.field is None:
            return stream
        reader = READERS[kind_of(path) or ".jsonl"]
        return texts_as_stream(reader(stream, path, self.field, self))

    def value(self, record: object, place: str) -> Iterator[Any]:
        """The text or the list of one record, which is a mapping or the text itself; nothing if it is bad and skipped.

        Args:
            record: the record.
            place: its position, for the error.
        """
        value = record
        if isinstance(record, Mapping):
            if self.field not in record:
                fields = ", ".join(map(str, record)) or "none"
                self.bad(f"{place}: no field {self.field!r}, only {fields}")
                return
            value = record[self.field]
        if self.lists and not isinstance(value, str | bytes | Mapping) and isinstance(value, Iterable):
            as_list = getattr(value, "tolist", None) or getattr(value, "to_list", None)
            tokens = list(value) if as_list is None else as_list()
            if any(map(is_missing, tokens)):
                self.bad(f"{place}: {shown(None)} in the list, expected a list of tokens")
            else:
                yield tokens
        elif isinstance(value, str) and not self.lists:
            yield value
        else:
            given = shown(value) if is_missing(value) else f"{type(value).__name__} {value!r:.40}"
            self.bad(f"{place}: {given}, expected a {'list of tokens' if self.lists else 'text'}")

    def summary(self) -> Iterator[str]:
        """A line about the bad records, if there are any."""
        if self.skipped:
            records = "record was" if self.skipped == 1 else "records were"
            yield f"{self.skipped:,} {records} skipped; the first: {self.first_skipped}"

    def bad(self, problem: str) -> None:
        """Count a bad record.

        Raises:
            SourceError: bad records are not skipped.
        """
        if not self.skips:
            raise SourceError(problem, hint="on_error='skip' leaves such records out, and counts them")
        self.skipped += 1
        self.first_skipped = self.first_skipped or problem


def kind_of(path: Path | Remote) -> str | None:
    """The suffix for the kind of records in a file, without that of a compression; None for plain text."""
    suffix = Path(path.stem).suffix if path.suffix.lower() in OPENERS else path.suffix
    return suffix.lower() if suffix.lower() in READERS else None


def texts_as_stream(texts: Iterable[str]) -> BinaryIO:
    """Texts as one stream of UTF-8, with a newline after each."""
    return cast(BinaryIO, io.BufferedReader(_Texts(iter(texts)), _BUFFERED))


class _Texts(io.RawIOBase):
    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            text = next(self._texts, None)
            if text is None:
                return 0
            self._left = memoryview(_bytes_of(text + "\n"))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


class _Lent(io.RawIOBase):
    """A stream that remains open when its reader closes it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer)  # type: ignore[attr-defined]
        return count


def _bytes_of(text: str) -> bytes:
    """UTF-8, and bytes that were none as they were, for the scanner to find."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate, written as an escape in JSON
        return text.encode("utf-8", "surrogatepass")


def _lines(stream: BinaryIO, newline: str) -> io.TextIOWrapper:
    buffered = io.BufferedReader(_Lent(stream))
    return io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape", newline=newline)


def _json_lines(stream: BinaryIO, path: Path | Remote, _field: str, records: Records) -> Iterator[Any]:
    for number, line in enumerate(_lines(stream, "\n"), 1):
        if line.isspace():
            continue
        place = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except ValueError:
            records.bad(f"{place}: not JSON: {line.strip():.40}")
            continue
        if isinstance(record, dict):
            yield from records.value(record, place)
        else:
            records.bad(f"{place}: a JSON {type(record).__name__}, expected an object with the field {records.field!r}")


def _separated(separator: str) -> Reader:
    def read(stream: BinaryIO, path: Path | Remote, field: str, records: Records) -> Iterator[Any]:
        csv.field_size_limit((1 << 31) - 1)  # the module's own limit, 131,072 characters, is less than a long text
        rows = csv.reader(_lines(stream, ""), delimiter=separator)
        names = next(rows, [])
        check_column(path, field, names)
        column = names.index(field)
        while True:
            place = f"{path}, line {rows.line_num + 1}"
            try:
                row = next(rows, None)
            except csv.Error as error:
                records.bad(f"{place}: {error}")
                continue
            if row is None:
                return
            if column < len(row):
                yield row[column]
            elif row:
                records.bad(f"{place}: {len(row)} columns, expected {len(names)}")

    return read


def _columnar(stream: BinaryIO, path: Path | Remote, field: str, records: Records) -> Iterator[Any]:
    row = 0
    with open_column(stream, path, kind_of(path) or ".parquet", field) as column:
        for array in column.arrays:
            for value in array.to_pylist():
                row += 1
                yield from records.value(value, f"{path}, row {row}")


Reader = Callable[[BinaryIO, Path | Remote, str, Records], Iterator[Any]]

READERS: dict[str, Reader] = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json_lines,
    ".csv": _separated(","),
    ".tsv": _separated("\t"),
    ".parquet": _columnar,
    ".arrow": _columnar,
    ".feather": _columnar,
}
