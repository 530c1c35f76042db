"""firth's own format: one safetensors file, memory-mapped."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from firth.vectors.wordvectors import WordVectors


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> WordVectors:
    """Open the file; with ``limit`` or ``wanted``, a part of it."""
    vectors = WordVectors.open_native(path)
    if limit is None and wanted is None:
        return vectors
    from firth.vectors.formats.reading import kept_rows  # it loads Numba, which merely opening a file should not

    return vectors.take(kept_rows(path, vectors.index_to_key[:limit], wanted))


def write(vectors: WordVectors, path: Path) -> None:
    """Write the file, float32."""
    vectors.save(path)
