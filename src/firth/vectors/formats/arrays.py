"""NumPy .npz: the arrays ``words``, ``vectors`` and perhaps ``counts``, readable without running any code."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from pathlib import Path

import numpy as np

from firth.errors import FileFormatError
from firth.targets import replacing
from firth.vectors.formats.reading import assemble, file_bytes
from firth.vectors.wordvectors import WordVectors


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> WordVectors:
    """Read the arrays ``words`` (text) and ``vectors`` (words, dims), and ``counts`` if there is one.

    Raises:
        FileFormatError: damaged, or without these arrays, or with arrays of Python objects.
    """
    if file_bytes(path)[:4].tobytes() != b"PK\x03\x04":
        raise FileFormatError(f"{path}: not an .npz file", hint="expected what numpy.savez writes")
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            if absent := {"words", "vectors"} - set(arrays):
                raise FileFormatError(f"{path}: no array {min(absent)!r}, expected words and vectors")
            words, matrix, counts = arrays["words"], arrays["vectors"], arrays.get("counts")
    except (ValueError, EOFError, OSError, NotImplementedError, zipfile.BadZipFile, AttributeError) as error:
        raise FileFormatError(f"{path}: not an .npz file of plain arrays ({error})") from error
    if words.dtype.kind != "U" or matrix.ndim != 2 or len(words) != len(matrix) or matrix.dtype.kind not in "fiu":
        raise FileFormatError(
            f"{path}: words {words.dtype} {words.shape} and vectors {matrix.dtype} {matrix.shape}, expected text and a "
            "row of numbers for each word"
        )
    if counts is not None and (counts.shape != words.shape or counts.dtype.kind not in "iu"):
        raise FileFormatError(
            f"{path}: counts {counts.dtype} {counts.shape}, expected a whole number for each of {len(words):,} words"
        )
    chosen = slice(0, limit)
    counts = None if counts is None else counts[chosen].astype(np.int64)
    rows = np.ascontiguousarray(matrix[chosen], np.float32)
    return assemble(path, words[chosen].tolist(), rows, counts=counts, wanted=wanted)


def write(vectors: WordVectors, path: Path) -> None:
    """Write plain arrays, as :func:`numpy.savez` does."""
    arrays = {"words": np.array(vectors.index_to_key, np.str_), "vectors": vectors.vectors}
    if vectors.counts is not None:
        arrays["counts"] = vectors.counts
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
