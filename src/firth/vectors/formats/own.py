"""firth's own format: one safetensors file, memory-mapped."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from firth.storage import write_tensors
from firth.vectors.native import shrink
from firth.vectors.wordvectors import WordVectors


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> WordVectors:
    """Open the file; with ``limit`` or ``wanted``, a part of it."""
    vectors = WordVectors.open_native(path)
    if limit is None and wanted is None:
        return vectors
    from firth.vectors.formats.reading import kept_rows  # it loads Numba, which merely opening a file should not

    return vectors.take(kept_rows(path, vectors.index_to_key[:limit], wanted))


def write(vectors: WordVectors, path: Path, precision: str = "float32") -> None:
    """Write the file.

    Raises:
        OptionError: the numbers do not fit the precision.
    """
    write_tensors(path, "vectors", {**shrink(vectors.vectors, precision), **vectors.tensors()}, vectors.metadata)
