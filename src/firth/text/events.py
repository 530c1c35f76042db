"""Event tables: a row says that an item belongs to a sequence, such as that a user bought it, and when.

Rows are sorted by sequence and order by DuckDB, on the disk where they do not fit into memory; so memory is bounded,
whatever the length of the table.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from firth.arguments import Word
from firth.contents import HEAD, head_of
from firth.errors import MissingExtra, OptionError, SourceError, StorageError
from firth.parallel import cores
from firth.targets import spilling, temporary_folder
from firth.text.compressed import OPENERS, open_stream
from firth.text.decoding import UTF_8, mark_of
from firth.text.files_read import FileRead
from firth.text.paths import STDIN, archive_of
from firth.text.records import Records, kind_of
from firth.text.remote import Remote
from firth.text.sources import TextFiles
from firth.text.token_lists import END_OF_LIST, END_OF_TOKEN, MOST_WEIGHT, TokenBlock, block_of

_MEMORY = "1GB"  # of DuckDB; what is more lies on the disk
_THREADS = 8  # each takes a share of it
_ROWS = 1 << 16  # of records at a time
_INTEGERS = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
_INTEGERS |= {"INTEGER", "UINTEGER"}
_NO_ITEMS = ("FLOAT", "DOUBLE", "BOOLEAN", "DECIMAL", "BLOB")
_GLOB = frozenset("*?[]{}")
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


class Columns(NamedTuple):
    """The columns of an event table.

    Attributes:
        group: which sequence a row belongs to, such as the user.
        item: the item.
        order: by which the rows of a sequence are sorted, such as the time; ``None``: they stay in the table's order.
        weight: the weight of the sequence, the same in all its rows; ``None``: all weigh 1.
    """

    group: str
    item: str
    order: str | None = None
    weight: str | None = None

    @classmethod
    def of(
        cls, group: str | None, item: str | None, order: str | None, weight: Any, field: str | None
    ) -> Columns | None:
        """The columns that were named; ``None`` if none was.

        Raises:
            OptionError: some, but not those that are needed; or a field beside them.
        """
        given = {"group": group, "item": item, "order": order}
        named = [f"{name}={value!r}" for name, value in given.items() if value is not None]
        if not named:
            return None
        if group is None or item is None:
            missing, hint = ("group", "group='user'") if group is None else ("item", "item='item'")
            raise OptionError(f"{' and '.join(named)} without {missing}, expected the columns of events", hint=hint)
        if field is not None:
            raise OptionError(f"field={field!r} beside {named[0]}", hint="leave the field out: the items are the words")
        if weight is not None and not isinstance(weight, str):
            raise OptionError(f"{named[0]} and weights, expected the name of their column", hint="weight='w'")
        return cls(group, item, order, weight)


class Events:
    """The sequences of an event table as token lists, sorted by their group; read once.

    Args:
        source: files of records; or a table of pandas, polars, Arrow or DuckDB; or an iterable of mappings.
        columns: its columns.
        records: how rows with missing values are handled.

    Attributes:
        untyped: whether items stand in files that have no types, such as CSV: integers if all of them spell one.

    Raises:
        MissingExtra: DuckDB or PyArrow is not installed.
    """

    def __init__(self, source: Any, columns: Columns, records: Records) -> None:
        self._duckdb, self._pa = _library("duckdb"), _library("pyarrow")
        self.files = source if isinstance(source, TextFiles) else None
        self.names = "the table" if self.files is None else self.files.names
        self.records, self.untyped = records, False
        self._source, self._columns = source, columns
        self._integers = True

    def blocks(self) -> Iterator[TokenBlock]:
        """The sequences, one after the other; a block may end within one.

        Raises:
            SourceError: a file is damaged, or has no such column, or a row is bad and none is to be skipped.
            OptionError: the items are neither strings nor integers.
            StorageError: there is no room on the disk for sorting.
        """
        for _, items, weights, ends in self._rows():
            yield self._block(items, ends, weights)

    def sequences(self) -> Iterator[tuple[Any, list[Word]]]:
        """The sequences, one after the other, each with its group.

        Raises:
            SourceError, OptionError, StorageError: as for :meth:`blocks`.
        """
        sequence: list[Word] = []
        for groups, items, _, ends in self._rows():
            listed = map(int, items.to_pylist()) if self._has_integers else items.to_pylist()
            for group, item, is_last in zip(groups.to_pylist(), listed, ends.to_pylist(), strict=True):
                sequence.append(item)
                if is_last:
                    yield group, sequence
                    sequence = []

    @property
    def _has_integers(self) -> bool:
        return self._integers and not self.untyped

    def _rows(self) -> Iterator[tuple[Any, Any, Any, Any]]:
        """The rows in their order: columns of groups, items, weights, and whether a row is the last of its sequence."""
        folder = temporary_folder()
        with contextlib.ExitStack() as stack:
            with spilling(folder):
                spill = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix=".firth-")))
            stack.enter_context(self._errors(folder))
            config = {
                "memory_limit": _MEMORY,
                "temp_directory": str(spill / "sort"),
                "threads": min(cores(), _THREADS),
                "autoinstall_known_extensions": False,
            }
            connection = stack.enter_context(self._duckdb.connect(":memory:", config=config))
            connection.execute("SET enable_progress_bar = false")
            query = self._query(connection, self._tables(stack, connection, spill))
            yield from self._marked(connection.sql(query))
            self._count_rejects(connection)

    def _marked(self, rows: Any) -> Iterator[tuple[Any, Any, Any, Any]]:
        """The sound rows of a query, and the mark of those that are the last of their sequence."""
        pc = import_module("pyarrow.compute")
        last: list[Any] = []
        for batch in self._pa.RecordBatchReader.from_stream(rows):
            sound = self._sound(batch)
            if not len(sound):
                continue
            columns = [
                self._pa.chunked_array([*before, sound.column(name)])
                for before, name in zip(last or [[]] * 3, "giw", strict=True)
            ]
            groups, items, weights = columns
            ends = pc.not_equal(groups[1:], groups[:-1]).combine_chunks()
            self._check_weights(groups, weights, ends)
            last = [column[-1:].chunks for column in columns]
            if len(items) > 1:
                yield groups[:-1], items[:-1], weights[:-1], ends
        if last:
            groups, items, weights = (self._pa.chunked_array(column) for column in last)
            yield groups, items, weights, self._pa.array([True])

    def _check_weights(self, groups: Any, weights: Any, ends: Any) -> None:
        """Make sure that all rows of a sequence have the same weight."""
        if self._columns.weight is None:
            return
        pc = import_module("pyarrow.compute")
        changes = pc.and_(pc.not_equal(weights[1:], weights[:-1]), pc.invert(ends))
        if pc.any(changes).as_py():
            place = pc.index(changes, True).as_py()
            raise OptionError(
                f"{self.names}: weights {weights[place].as_py()} and {weights[place + 1].as_py()} in the sequence "
                f"{groups[place].as_py()!r}, expected one weight for each {self._columns.group!r}",
                hint="a weight is one of the whole sequence",
            )

    def _block(self, items: Any, ends: Any, weights: Any) -> TokenBlock:
        """A block of items, each of which ends its sequence, or not."""
        pc = import_module("pyarrow.compute")
        marks = pc.if_else(ends, chr(END_OF_LIST), chr(END_OF_TOKEN))
        marked = pc.binary_join_element_wise(items, marks, "")
        if isinstance(marked, self._pa.ChunkedArray):
            marked = marked.combine_chunks()
        whole = self._pa.ListArray.from_arrays(self._pa.array([0, len(marked)], self._pa.int32()), marked)
        raw = pc.binary_join(whole, "")[0].as_buffer().to_pybytes()
        block = block_of(raw, len(items), 0, self._has_integers)
        if block is None:
            raise OptionError(
                f"{self.names}: an item holds a control character that separates tokens here",
                hint="leave U+001E and U+001F out",
            )
        if self._columns.weight is None:
            return block
        of_ends = weights.combine_chunks().filter(ends).to_numpy(zero_copy_only=False)
        return block._replace(weights=of_ends.astype(np.float32))

    def _sound(self, batch: Any) -> Any:
        """The rows in which nothing is missing."""
        pc = import_module("pyarrow.compute")
        bad = batch.column("bad")
        if pc.any(pc.greater(bad, 0)).as_py():
            wrong = batch.filter(pc.greater(bad, 0))
            for row, which in zip(wrong.column("n").to_pylist(), wrong.column("bad").to_pylist(), strict=True):
                missing = [repr(name) for bit, name in enumerate(self._columns[:3]) if which & 1 << bit]
                what = f"value in {' and '.join(missing)}"
                if not missing:
                    what = f"weight from 0 to {MOST_WEIGHT:,.0f} in {self._columns.weight!r}"
                self.records.bad(f"{self.names}, row {row}: no {what}")
            batch = batch.filter(pc.equal(bad, 0))
        return batch

    def _query(self, connection: Any, tables: Iterable[str]) -> str:
        """The query for all rows, sequence after sequence; those at the same place keep the table's order."""
        group, item, order, weight = self._columns
        kinds = {table: self._kinds(connection, table) for table in tables}
        keys = ["0"] if order is None else [_quoted(order)]
        if order is not None and any(types[order] in ("VARCHAR", "JSON") for types in kinds.values()):
            # Sorted as text, 10 would stand before 9. The second key tells whole numbers apart that are one as floats.
            keys = [f"TRY_CAST(CAST({keys[0]} AS VARCHAR) AS {type})" for type in ("DOUBLE", "HUGEINT", "TIMESTAMP")]
        columns = [f"{key} AS o{number}" for number, key in enumerate(keys)]
        columns += [f"{_quoted(group)} AS g", f"NULLIF(CAST({_quoted(item)} AS VARCHAR), '') AS i"]
        columns.append(f"{'1' if weight is None else f'TRY_CAST({_quoted(weight)} AS DOUBLE)'} AS w")
        rows = " UNION ALL ".join(f"SELECT {', '.join(columns)} FROM {table}" for table in kinds)
        order_is_missing = " AND ".join(f"o{number} IS NULL" for number in range(len(keys)))
        no_weight = f"w IS NULL OR NOT w BETWEEN 0 AND {MOST_WEIGHT}"
        missing = [f"({which})::UTINYINT" for which in ("g IS NULL", "i IS NULL", order_is_missing, no_weight)]
        bad = f"{missing[0]} + 2 * {missing[1]} + 4 * {missing[2]} + 8 * {missing[3]}"
        sorted_by = ", ".join(["g", *(f"o{number}" for number in range(len(keys))), "n"])
        numbered = f"SELECT *, row_number() OVER () AS n FROM ({rows})"
        return f"SELECT g, i, w, n, {bad} AS bad FROM ({numbered}) ORDER BY {sorted_by}"

    def _kinds(self, connection: Any, table: str) -> dict[str, str]:
        """The types of a table's columns, once it is known to have those that were named, and items."""
        found = connection.sql(f"SELECT * FROM {table} LIMIT 0")
        types = dict(zip(found.columns, map(str, found.types), strict=True))
        for name in filter(None, self._columns):
            if name not in types:
                raise SourceError(
                    f"{self.names}: no column {name!r}, only {', '.join(types) or 'none'}", hint="check the name"
                )
        item = self._columns.item
        if types[item].startswith(_NO_ITEMS) or types[item].endswith("]"):
            whole = "a missing value makes floats of integers: df[item] = df[item].astype('Int64')"
            raise OptionError(
                f"{self.names}: the column {item!r} holds {types[item]}, expected strings or integers",
                hint=whole if types[item] == "DOUBLE" else None,
            )
        self._integers &= types[item] in _INTEGERS
        return types

    def _tables(self, stack: contextlib.ExitStack, connection: Any, spill: Path) -> Iterator[str]:
        """What the query calls the tables."""
        if self.files is None:
            connection.register("held", _registered(self._pa, self._source))
            yield "held"
            return
        self.files.begin()
        for number, (path, state) in enumerate(self.files.states.items()):
            stream, _ = stack.enter_context(open_stream(path, state))
            self.records.check_content(path)
            kind = kind_of(path) or ".jsonl"
            if kind in (".arrow", ".feather"):
                name = f"file{number}"
                connection.register(name, self._arrow(stack, self._on_disk(stream, path, kind, spill, number)))
                yield name
            else:
                yield self._read(connection, self._on_disk(stream, path, kind, spill, number), kind)

    def _on_disk(self, stream: Any, path: Path | Remote, kind: str, spill: Path, number: int) -> Path:
        """A file that DuckDB can read: this one, or a copy that is unpacked and in UTF-8."""
        is_text, files = kind in (".csv", ".tsv", ".jsonl", ".ndjson", ".json"), self.files
        assert files is not None
        if isinstance(path, Path) and path != STDIN and path.is_file() and archive_of(path) is None:
            is_plain = path.suffix.lower() not in OPENERS and not _GLOB & set(str(path))
            is_utf_8 = files.decoding.encoding == UTF_8 and mark_of(head_of(path)[:HEAD]) in (None, UTF_8)
            if is_plain and (is_utf_8 or not is_text):
                files.decoding.files.read.append(FileRead(str(path)))
                return path
        copy = spill / f"{number}{kind}"
        source = files.decoded(stream, path) if is_text else stream
        with spilling(spill), copy.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        return copy

    def _arrow(self, stack: contextlib.ExitStack, path: Path) -> Any:
        ipc = import_module("pyarrow.ipc")
        mapped = stack.enter_context(self._pa.memory_map(str(path)))
        if mapped.read(6) == b"ARROW1":
            file = ipc.open_file(mapped)
            batches = (file.get_batch(number) for number in range(file.num_record_batches))
        else:
            mapped.seek(0)
            batches = file = ipc.open_stream(mapped)

        def sound() -> Iterator[Any]:
            for batch in batches:
                batch.validate(full=True)
                yield batch

        return self._pa.RecordBatchReader.from_batches(file.schema, sound())

    def _read(self, connection: Any, path: Path, kind: str) -> str:
        """The call that reads a file. Where a file has no types, all is text."""
        name, skips = _text(str(path)), str(self.records.skips).lower()
        if kind == ".parquet":
            return f"read_parquet({name})"
        self.untyped = True
        if kind in (".csv", ".tsv"):
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                header = next(csv.reader(file, delimiter=_SEPARATORS[kind]), [])
            call = f"read_csv({name}, header = true, auto_detect = false, delim = '{_SEPARATORS[kind]}', quote = '\"'"
            call = f"{call}, escape = '\"', store_rejects = {skips}"
        else:
            call = f"read_json({name}, format = 'newline_delimited', ignore_errors = {skips}"
            header = connection.sql(f"SELECT * FROM {call})").columns
        types = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in header)
        return f"{call}, columns = {{{types}}})"

    def _count_rejects(self, connection: Any) -> None:
        """Count the lines of CSV files that could not be read."""
        with contextlib.suppress(self._duckdb.CatalogException):  # there is no such table where none was to be kept
            query = "SELECT DISTINCT line, first(error_message) FROM reject_errors GROUP BY file_id, line ORDER BY line"
            for line, message in connection.sql(query).fetchall():
                self.records.bad(f"{self.names}, line {line}: {_short(message)}")

    @contextlib.contextmanager
    def _errors(self, folder: Path) -> Iterator[None]:
        """Turns errors of DuckDB into those of firth."""
        try:
            yield
        except (self._duckdb.Error, self._pa.ArrowException) as error:
            message = _short(str(error))
            if isinstance(error, self._duckdb.OutOfMemoryException) or "No space left" in str(error):
                raise StorageError(
                    f"{folder}: no room to sort the events ({message})", hint="TMPDIR names another folder"
                ) from error
            raise SourceError(f"{self.names}: cannot be read ({message})") from error


def _registered(pa: Any, source: Any) -> Any:
    """A table as DuckDB takes it."""
    if hasattr(source, "collect_schema") and not hasattr(source, "__len__"):  # a query of polars
        raise OptionError("a LazyFrame was given, expected a table", hint="frame.collect()")
    if hasattr(source, "fetchall"):  # of a database that another connection has
        return pa.RecordBatchReader.from_stream(source)
    if hasattr(source, "__arrow_c_stream__"):
        return source
    rows = iter(source if isinstance(source, Iterable) and not isinstance(source, Mapping) else ())
    first = list(itertools.islice(rows, _ROWS))
    if not first or not isinstance(first[0], Mapping):
        raise OptionError(
            f"the events are of the type {type(source).__name__}, expected files, a table, or records",
            hint="pandas.DataFrame(events)",
        )
    table = pa.Table.from_pylist(list(map(dict, first)))

    def batches() -> Iterator[Any]:
        yield from table.to_batches()
        while some := list(map(dict, itertools.islice(rows, _ROWS))):
            yield from pa.Table.from_pylist(some, schema=table.schema).to_batches()

    return pa.RecordBatchReader.from_batches(table.schema, batches())


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtra("reading event tables", "tables") from error


def _quoted(name: str) -> str:
    """The name of a column in a query."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    """A text in a query."""
    return "'" + value.replace("'", "''") + "'"


def _short(message: str) -> str:
    """The first lines of a message of DuckDB: the others say what to do in its own language."""
    return " ".join(line.strip() for line in message.strip().splitlines()[:2])
