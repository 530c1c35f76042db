"""Columns of tables in Arrow's form, read batch by batch from Parquet and Arrow files."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from firth.errors import MissingExtra, SourceError, StorageError
from firth.targets import spilling, temporary_folder
from firth.text.compressed import OPENERS
from firth.text.paths import archive_of
from firth.text.remote import Remote

_CONTINUED = b"\xff\xff\xff\xff"  # what begins a message of Arrow, before its size
_COPIED = 1 << 20  # bytes at a time
_LONGEST_SCHEMA = 1 << 26  # bytes
_ROWS = 1 << 13  # of a batch of Parquet: a row may be a list of a thousand tokens


class Column(NamedTuple):
    """A column of a file.

    Attributes:
        type: its type in Arrow.
        arrays: its contents, some rows at a time.
        weights: for each of these arrays that of another column, which weighs its rows; None if there is none.
    """

    type: Any
    arrays: Iterator[Any]
    weights: Iterator[Any] | None = None


@contextlib.contextmanager
def open_column(
    stream: BinaryIO, path: Path | Remote, kind: str, name: str, weight: str | None = None
) -> Iterator[Column]:
    """A column of a file.

    Args:
        stream: of the file, unpacked.
        path: its name.
        kind: the suffix that says what it holds.
        name: of the column.
        weight: the name of another one, which weighs its rows.

    Raises:
        SourceError: the column does not exist, or the file is damaged.
        MissingExtra: ``pyarrow`` is not installed.
    """
    what = "a Parquet" if kind == ".parquet" else "an Arrow"
    pa = pyarrow()
    try:
        with _seekable(stream, path) as whole:
            names, batches = (_parquet if kind == ".parquet" else _arrow)(whole, name, weight)
            for wanted in (name, weight):
                if wanted is not None:
                    check_column(path, wanted, names.names)
            yield column_of(names.field(name).type, _sound(batches), name, weight)
    except StorageError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path}: cannot be read to its end ({error})", hint=f"is it {what} file?") from error


def pyarrow(module: str = "pyarrow") -> Any:
    """The library, or a module of it.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra("reading Parquet and Arrow files", "arrow") from error


def check_column(path: Path | Remote, name: str, names: list[str]) -> None:
    """Check that a table has a column.

    Raises:
        SourceError: the column does not exist.
    """
    if name not in names:
        raise SourceError(f"{path}: no column {name!r}, only {', '.join(names) or 'none'}", hint="check the name")


def column_of(type: Any, batches: Iterator[Any], name: str, weight: str | None) -> Column:
    """A column of batches of rows, and the one that weighs them."""
    if weight is None:
        return Column(type, (batch.column(name) for batch in batches))
    arrays, weights = itertools.tee(batches)
    return Column(type, (batch.column(name) for batch in arrays), (batch.column(weight) for batch in weights))


def _parquet(whole: BinaryIO, name: str, weight: str | None) -> tuple[Any, Iterator[Any]]:
    file = pyarrow("pyarrow.parquet").ParquetFile(whole)
    return file.schema_arrow, file.iter_batches(_ROWS, columns=[each for each in (name, weight) if each is not None])


def _arrow(whole: BinaryIO, name: str, weight: str | None) -> tuple[Any, Iterator[Any]]:  # noqa: ARG001
    ipc = pyarrow("pyarrow.ipc")
    head = whole.read(8)
    if head[:6] == b"ARROW1":
        file = ipc.open_file(whole)
        return file.schema, (file.get_batch(number) for number in range(file.num_record_batches))
    if int.from_bytes(head[4:] if head[:4] == _CONTINUED else head[:4], "little") > _LONGEST_SCHEMA:
        raise OSError("it does not begin with an Arrow message")
    whole.seek(0)
    stream = ipc.open_stream(whole)
    return stream.schema, stream


def _sound(batches: Iterator[Any]) -> Iterator[Any]:
    for batch in batches:
        batch.validate(full=True)  # offsets that lead outside would crash, and text need not be UTF-8
        yield batch


@contextlib.contextmanager
def _seekable(stream: BinaryIO, path: Path | Remote) -> Iterator[BinaryIO]:
    """The stream itself, or a copy of what is unpacked: that is read once, and to its end, where its checksum is."""
    if path.suffix.lower() not in OPENERS and (isinstance(path, Remote) or archive_of(path) is None):
        yield stream
        return
    folder = temporary_folder()
    with spilling(folder):
        copy = tempfile.TemporaryFile(dir=folder, prefix=".firth-", buffering=0)  # noqa: SIM115
    with copy:
        while part := memoryview(stream.read(_COPIED)):
            with spilling(folder):
                while part:  # a disk may take a part, and refuse the rest at the next call
                    part = part[copy.write(part) :]
        copy.seek(0)
        yield cast(BinaryIO, copy)
