"""Texts and token lists in Python objects: lists, generators, datasets, and columns of tables."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from firth.arguments import is_missing
from firth.errors import MissingExtra, OptionError
from firth.text.arrow_columns import Column, column_of, pyarrow
from firth.text.decoding import Decoding
from firth.text.list_columns import HeldColumn, HeldLists, is_list
from firth.text.records import Records
from firth.text.sources import Texts
from firth.text.token_lists import TokenSource

_ROWS = 1 << 13  # of an array at a time: a row may be a list of a thousand tokens


class ArrowTable(Protocol):
    """A table that gives its rows as Arrow does, such as one of pandas, polars, Arrow or DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A stream of the rows."""


def held(
    source: Any, *, records: Records, decoding: Decoding | None = None, whole_lines: bool = False
) -> Texts | TokenSource | Iterable[Any]:
    """The texts or token lists in an iterable or in a column of a table.

    Args:
        source: an iterable of strings, of mappings, or of token lists; or a table of pandas, polars or Arrow, or any
            other object that provides its rows as Arrow data (``__arrow_c_stream__``).
        records: the field or the column, and how missing values are handled.
        decoding, whole_lines: as for :class:`firth.text.sources.TextFiles`.

    Returns:
        An object that reads them; an iterable of token lists is returned without taking items from it.

    Raises:
        OptionError: a field is missing for a mapping or a table, there is a single mapping, or a field is given for
            token lists.
        MissingExtra: an Arrow table needs ``pyarrow``.
    """
    if isinstance(source, Mapping):
        raise OptionError(
            f"a mapping with the keys {', '.join(map(str, source))[:60]} was given, expected texts or token lists",
            hint="give one of its values, such as the split of a dataset",
        )
    if hasattr(source, "collect_schema") and not hasattr(source, "__len__"):  # a query of polars
        raise OptionError("a LazyFrame was given, expected a table", hint="frame.collect()")
    names, column = _names_of_columns(source), None
    weights: Any = None if isinstance(records.weight, str) else records.weight
    if names is not None:
        if records.field is None or records.field not in names:
            raise OptionError(
                f"a table with the columns {', '.join(names)}, and field={records.field!r}",
                hint="field='text' names the column with the texts or token lists",
            )
        if isinstance(records.weight, str) and records.weight not in names:
            raise OptionError(f"a table with the columns {', '.join(names)}, and weight={records.weight!r}")
        if _is_arrow(source):
            column = _streamed(source, records.field, records.weight)
        else:
            weights = source[records.weight] if isinstance(records.weight, str) else weights
            source = source[records.field]
    if column is None and weights is None:
        column = _arrays_of(source)
    if column is not None:
        if is_list(column.type):
            return HeldColumn(column, records)
        source = itertools.chain.from_iterable(array.to_pylist() for array in column.arrays)
    found, items = first_of(source)
    if isinstance(found, Mapping) and records.field is None:
        raise OptionError("a record was given, expected the name of the field with the text", hint="field='text'")
    if isinstance(found, str) or (isinstance(found, Mapping) and not _is_sequence(found.get(records.field))):
        if records.weight is not None:
            raise OptionError("weights for texts, expected token lists", hint="[text.split() for text in texts]")
        return Texts(items, records=records, decoding=decoding, whole_lines=whole_lines)
    if isinstance(found, Mapping) and isinstance(records.weight, str):
        items, beside = itertools.tee(items)
        weights = (record.get(records.weight) if isinstance(record, Mapping) else None for record in beside)
    if isinstance(records.weight, str) and weights is None:
        raise OptionError(
            f"weight={records.weight!r} for token lists, expected a number for each", hint="weight=[1, 2]"
        )
    if names is None and not isinstance(found, Mapping):
        if records.field is not None:
            raise OptionError(f"field={records.field!r} for token lists, expected records", hint="leave the field out")
        return items if weights is None else HeldLists(_paired(items, weights), records, weighted=True)
    records.lists = True
    if weights is None:
        return HeldLists(_lists(items, records), records)
    pairs = _paired(items, weights)
    weighted = ((tokens, weight) for record, weight in pairs for tokens in _lists([record], records))
    return HeldLists(weighted, records, weighted=True)


def first_of(source: Iterable[Any]) -> tuple[Any, Iterable[Any]]:
    """The first item of an iterable that is not a missing value, and an iterable of all items."""
    items = iter(source)
    first = []
    for item in items:
        first.append(item)
        if not is_missing(item):
            break
    return (first[-1] if first else None), itertools.chain(first, items)


def _paired(items: Iterable[Any], weights: Iterable[float]) -> Iterator[tuple[Any, float]]:
    """Each item with its weight.

    Raises:
        OptionError: there is not one for each.
    """
    given, end = iter(weights), object()
    for number, item in enumerate(items):
        weight: Any = next(given, end)
        if weight is end:
            raise OptionError(f"{number:,} weights for more token lists, expected one for each")
        yield item, weight
    if next(given, end) is not end:
        raise OptionError("more weights than token lists, expected one for each")


def _lists(items: Iterable[Any], records: Records) -> Iterator[Any]:
    for number, record in enumerate(items, 1):
        yield from records.value(record, f"item {number} of the lists (index {number - 1})")


def _is_sequence(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def _names_of_columns(source: Any) -> list[str] | None:
    """The columns of a table; ``None`` for anything else."""
    if _is_arrow(source):
        return list(map(str, source.columns if hasattr(source, "fetchall") else source.schema.names))
    is_table = hasattr(source, "columns") and hasattr(source, "__getitem__")
    return list(map(str, source.columns)) if is_table else None


def _is_arrow(source: Any) -> bool:
    """Whether it is a table of Arrow or of DuckDB; tables of pandas and polars have columns that are iterables."""
    is_table = hasattr(source, "fetchall") or (hasattr(source, "schema") and not hasattr(source, "get_column"))
    return is_table and hasattr(source, "__arrow_c_stream__")


def _streamed(source: Any, name: str, weight: Any) -> Column:
    reader = pyarrow().RecordBatchReader.from_stream(source)
    if weight is not None and not isinstance(weight, str):
        raise OptionError("weights beside a table of Arrow, expected the name of its column", hint="weight='w'")
    return column_of(reader.schema.field(name).type, reader, name, weight)


def _arrays_of(source: Any) -> Column | None:
    """A column of Arrow, or one of lists that polars holds as Arrow does; ``None`` for anything else."""
    if hasattr(source, "to_pylist") and hasattr(source, "type"):
        return Column(source.type, iter(getattr(source, "chunks", [source])))
    if hasattr(source, "to_arrow"):
        with contextlib.suppress(MissingExtra):  # each list can be taken from it too, if slowly
            pyarrow()
            array = source.to_arrow()
            if is_list(array.type):
                return Column(array.type, (array.slice(row, _ROWS) for row in range(0, len(array), _ROWS)))
    return None
