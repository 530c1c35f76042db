"""Columns of token lists: each row is a sentence or a session."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import shown
from firth.errors import OptionError, SourceError
from firth.guard import guard
from firth.text.arrow_columns import Column, open_column, pyarrow
from firth.text.compressed import open_stream
from firth.text.paths import STDIN
from firth.text.records import READERS, Records, kind_of
from firth.text.remote import Remote
from firth.text.sources import TextFiles
from firth.text.token_lists import (
    END_OF_LIST,
    END_OF_TOKEN,
    MOST_WEIGHT,
    TokenBlock,
    block_of,
    join_tokens,
    token_blocks,
    weighted_blocks,
)

_COLUMNAR = (".parquet", ".arrow", ".feather")


class ListFiles:
    """The token lists in a column of files of records.

    Args:
        files: of which the first holds lists.
    """

    untyped = False

    def __init__(self, files: TextFiles) -> None:
        self.files = files
        self.names, self.records = files.names, files.records
        self.records.lists = True

    def blocks(self) -> Iterator[TokenBlock]:
        """The lists of all files in order.

        Raises:
            SourceError: a file is damaged, or a row is bad and bad rows are not skipped.
            OptionError: the tokens are neither strings nor integers.
        """
        self.files.begin()
        for path, state in self.files.states.items():
            with guard(path, "records", SourceError), open_stream(path, state) as (stream, _):
                self.records.check_content(path)
                kind, name = kind_of(path) or ".jsonl", str(self.records.field)
                if kind in _COLUMNAR:
                    with open_column(stream, path, kind, name, self.records.weight) as column:
                        yield from column_blocks(column, f"{path}, row", self.records)
                elif self.records.weight is not None:
                    raise OptionError(
                        f"weight={self.records.weight!r} for {path}, expected a Parquet or an Arrow file",
                        hint="write it as Parquet, or give the lists and their weights",
                    )
                else:
                    yield from token_blocks(READERS[kind](self.files.decoded(stream, path), path, name, self.records))


class HeldLists:
    """The token lists in a field of records, or in a column of a table, in memory; iterated over once.

    Args:
        lists: the lists, or pairs of a list and its weight.
        records: how bad ones are handled.
        weighted: whether they are such pairs.
    """

    untyped = False

    def __init__(self, lists: Iterable[Any], records: Records, *, weighted: bool = False) -> None:
        self._lists, self.records, self._weighted = lists, records, weighted
        self.names = "the token lists"

    def blocks(self) -> Iterator[TokenBlock]:
        """The lists in order."""
        return weighted_blocks(self._lists) if self._weighted else token_blocks(self._lists)


class HeldColumn:
    """An Arrow column of lists in memory; iterated over once."""

    untyped = False

    def __init__(self, column: Column, records: Records) -> None:
        self._column, self.records = column, records
        self.names = "the token lists"

    def blocks(self) -> Iterator[TokenBlock]:
        """The lists in order."""
        place = "row" if self.records.field is None else f"column {self.records.field!r}, row"
        return column_blocks(self._column, place, self.records)


def holds_lists(files: TextFiles) -> bool:
    """Whether the field of the first file holds lists, as its schema or its first record says."""
    if files.records.field is None or not files.paths or files.paths[0] == STDIN:
        return False
    path = files.paths[0]
    kind = kind_of(path)
    if kind is None or (not isinstance(path, Remote) and not path.is_file()):  # what a pipe gives it gives once
        return False
    with guard(path, "records", SourceError), open_stream(path) as (stream, _):
        files.records.check_content(path)
        if kind in _COLUMNAR:
            with open_column(stream, path, kind, files.records.field) as column:
                return is_list(column.type)
        return kind not in (".csv", ".tsv") and _first_is_list(stream, files.records.field)


def _first_is_list(lines: Iterable[bytes], field: str) -> bool:
    for line in lines:
        if line.strip():
            try:
                record = json.loads(line.decode("utf-8-sig", "replace"))
            except ValueError:
                return False
            return isinstance(record, dict) and isinstance(record.get(field), list)
    return False


def is_list(type: Any) -> bool:
    """Whether a type of Arrow is one of lists."""
    types = pyarrow().types
    return bool(types.is_list(type) or types.is_large_list(type) or types.is_fixed_size_list(type))


def column_blocks(column: Column, place: str, records: Records) -> Iterator[TokenBlock]:
    """A column of lists as blocks.

    Args:
        column: the arrays.
        place: text before the number of a row, from 1, in the error for a bad row.
        records: how bad rows are handled.

    Raises:
        SourceError: a row or a token is missing, and bad rows are not skipped.
        OptionError: the tokens are neither strings nor integers; or a token is empty, or contains a separator.
    """
    pa, pc = pyarrow(), pyarrow("pyarrow.compute")
    types, of = pa.types, column.type.value_type
    if types.is_dictionary(of):
        of = of.value_type
    integers = bool(types.is_integer(of))
    if not (integers or types.is_string(of) or types.is_large_string(of) or types.is_string_view(of)):
        raise OptionError(
            f"the column {records.field!r} holds lists of {of}, expected lists of strings or integers",
            hint="convert it: a missing value makes floats of integers" if types.is_floating(of) else None,
        )
    rows = 0
    for array in column.arrays:
        whole, sound = _sound_rows(array, place, rows, records)
        weights = None
        if column.weights is not None:
            weights = weights_of(next(column.weights), f"{place} {{}}: the weight", rows)
            weights = weights if sound is None else weights[sound]
        rows += len(array)
        if not len(whole):
            continue
        lengths = pc.list_value_length(whole).to_numpy(zero_copy_only=False)
        bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        tokens, empty = int(bounds[-1]), int((lengths == 0).sum())
        # To cast the lists themselves would cast all of the array that they may be a slice of.
        lists = pa.ListArray.from_arrays(pa.array(bounds), whole.flatten().cast(pa.string()))
        lines = pc.binary_join(lists, chr(END_OF_TOKEN))  # (rows,)
        ends = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
        raw = pc.binary_join(ends, chr(END_OF_LIST))[0].as_buffer().to_pybytes() + bytes([END_OF_LIST])
        block = block_of(raw, tokens, empty, integers if tokens else None)
        if block is None:
            join_tokens(whole.to_pylist(), rows - len(array))  # says what is wrong
            raise AssertionError("every token can be joined")
        yield block._replace(weights=weights)


def weights_of(column: Any, place: str, before: int = 0) -> npt.NDArray[np.float32]:
    """The weights in a column.  # (rows,)

    Args:
        column: an array of Arrow.
        place: what stands before a bad one in the error, with ``{}`` for the number of its row.
        before: rows before the first.

    Raises:
        OptionError: one is no number from 0 to :data:`MOST_WEIGHT`.
    """
    try:
        weights = column.cast(pyarrow().float64()).to_numpy(zero_copy_only=False)
    except pyarrow().ArrowException as error:
        raise OptionError(f"weights of the type {column.type}, expected numbers") from error
    wrong = np.flatnonzero(~((weights >= 0) & (weights <= MOST_WEIGHT)))
    if len(wrong):
        given = column[int(wrong[0])].as_py()
        raise OptionError(f"{place.format(before + wrong[0] + 1)} is {given!r}, expected 0 to {MOST_WEIGHT:,.0f}")
    return np.asarray(weights, np.float32)


def _sound_rows(array: Any, place: str, before: int, records: Records) -> tuple[Any, npt.NDArray[np.bool_] | None]:
    """The rows that are lists without missing values; and which these are, ``None`` if all."""
    pa, pc = pyarrow(), pyarrow("pyarrow.compute")
    if not array.null_count and not array.flatten().null_count:
        return array, None
    sound = []
    for row, value in enumerate(array.to_pylist(), before + 1):
        if value is None or None in value:
            missing = shown(None)
            records.bad(f"{place} {row}: {missing}{'' if value is None else ' in the list'}, expected a list of tokens")
        sound.append(value is not None and None not in value)
    return pc.array_filter(array, pa.array(sound)), np.array(sound)
