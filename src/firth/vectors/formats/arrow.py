"""Parquet and Arrow IPC: the columns ``word``, ``vector`` (a list of float32) and perhaps ``count``."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from firth.errors import FileFormatError, MissingExtra
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, file_bytes

_BATCH = 1 << 14  # rows read at a time


def _pyarrow() -> Any:
    try:
        for part in ("pyarrow.compute", "pyarrow.feather", "pyarrow.ipc", "pyarrow.parquet"):
            import_module(part)
        return import_module("pyarrow")
    except ImportError as error:
        raise MissingExtra("Parquet and Arrow files", "parquet") from error


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read a Parquet or an Arrow (Feather) file, detected by its first bytes.

    Raises:
        FileFormatError: the file is damaged, lacks a column ``word`` or ``vector``, or has vectors of unequal length.
        MissingExtra: pyarrow is not installed.
    """
    text, pa = file_bytes(path), _pyarrow()
    parquet = text[:4].tobytes() == b"PAR1"
    reader = pa.parquet.read_table if parquet else pa.feather.read_table
    try:
        table = reader(str(path)) if limit is None else _first_rows(pa, path, parquet, limit)
        table.validate(full=True)  # text that is not UTF-8, and offsets that lead outside
        table = table.slice(0, limit)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path}: not a Parquet or Arrow file, or damaged ({error})") from error
    if not {"word", "vector"} <= set(table.column_names):
        raise FileFormatError(f"{path}: columns {', '.join(table.column_names)}, expected word and vector")
    words, column = table["word"], table["vector"].combine_chunks()
    lists = pa.types.is_list(column.type) or pa.types.is_large_list(column.type)
    lists = lists or pa.types.is_fixed_size_list(column.type)
    if not lists or not pa.types.is_floating(column.type.value_type):
        raise FileFormatError(f"{path}: the column vector holds {column.type}, expected lists of numbers")
    if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)):
        raise FileFormatError(f"{path}: the column word holds {words.type}, expected text")
    lengths = np.unique(pa.compute.list_value_length(column).to_numpy(zero_copy_only=False))
    if words.null_count or column.null_count or len(lengths) > 1:
        raise FileFormatError(f"{path}: empty words, or vectors of unequal length; expected one vector for each word")
    words, dims = words.to_pylist(), int(lengths[0]) if len(lengths) else getattr(column.type, "list_size", 0)
    numbers = column.flatten().to_numpy(zero_copy_only=False)
    matrix = np.array(numbers, np.float32).reshape(len(words), dims)
    counts = None
    if "count" in table.column_names:
        counts = table["count"]
        if not pa.types.is_integer(counts.type) or counts.null_count:
            raise FileFormatError(
                f"{path}: the column count holds {counts.type}, expected a whole number for each word"
            )
        counts = counts.to_numpy().astype(np.int64)
    return assemble(path, words, matrix, counts=counts, wanted=wanted)


def _first_rows(pa: Any, path: Path, parquet: bool, limit: int) -> Any:
    """The batches that hold the first rows, and no others."""
    if parquet:
        file = pa.parquet.ParquetFile(str(path))
        schema, batches = file.schema_arrow, file.iter_batches(batch_size=max(1, min(limit, _BATCH)))
    else:
        file = pa.ipc.open_file(pa.memory_map(str(path)))
        schema, batches = file.schema, map(file.get_batch, range(file.num_record_batches))
    found: list[Any] = []
    rows = 0
    while (rows < limit or not found) and (batch := next(batches, None)) is not None:
        found.append(batch)
        rows += len(batch)
    return pa.Table.from_batches(found, schema) if found else schema.empty_table()


def _table(embeddings: Embeddings) -> Any:
    pa = _pyarrow()
    numbers = pa.array(np.ascontiguousarray(embeddings.vectors).ravel())
    columns = {
        "word": pa.array(embeddings.words.spellings(), pa.string()),
        "vector": pa.FixedSizeListArray.from_arrays(numbers, embeddings.vector_size),
    }
    if embeddings.counts is not None:
        columns["count"] = pa.array(embeddings.counts)
    return pa.table(columns)


def write_parquet(embeddings: Embeddings, path: Path) -> None:
    """Write Parquet."""
    table = _table(embeddings)
    with replacing(path) as temporary:
        _pyarrow().parquet.write_table(table, str(temporary))


def write_arrow(embeddings: Embeddings, path: Path) -> None:
    """Write Arrow IPC, also called Feather 2, uncompressed so that others can map it."""
    table = _table(embeddings)
    with replacing(path) as temporary:
        _pyarrow().feather.write_feather(table, str(temporary), compression="uncompressed")
