"""TensorBoard's projector: tab-separated numbers in one file, the words in another beside it."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Collection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from firth.contents import TEXTS
from firth.errors import FileFormatError
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, decoded, file_bytes, warn_unfinished

_ROWS = 1000


def metadata_path(path: Path) -> Path:
    """The file of the words: ``vectors.tsv`` goes with ``vectors_metadata.tsv``."""
    return path.with_name(f"{path.stem.removesuffix('_tensor')}_metadata.tsv")


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read the numbers in ``path`` and the words in the file beside it, named ``..._metadata.tsv`` or ``metadata.tsv``.

    With one column, there is no header; with several, there is one, and the words are in the first column. A column
    named ``count`` is how often each word occurs.

    Raises:
        FileFormatError: the words are missing, their number is not that of the vectors, or a field is not a number.
    """
    beside = next((p for p in (metadata_path(path), path.with_name("metadata.tsv")) if p.is_file()), None)
    if beside is None:
        raise FileFormatError(
            f"{path}: its file of words is missing, expected {metadata_path(path).name} or metadata.tsv"
        )
    raw = file_bytes(beside, TEXTS).tobytes().removeprefix(BOM_UTF8).removesuffix(b"\n").split(b"\n")
    fields = [line.removesuffix(b"\r").split(b"\t") for line in raw]
    names = fields.pop(0) if len(fields[0]) > 1 else []
    words = decoded(beside, [columns[0] for columns in fields])
    counts = _counts(fields, names.index(b"count")) if b"count" in names[1:] else None
    text = file_bytes(path)
    rows = None if limit is None else max(limit, 1)  # the first row tells the dimensions
    try:
        matrix = np.loadtxt(path, np.float32, delimiter="\t", comments=None, ndmin=2, max_rows=rows, encoding="utf-8")
    except ValueError as error:
        raise FileFormatError(f"{path}: not numbers separated by tabs ({error})") from error
    matrix = matrix[:limit]
    if len(words[:limit]) != len(matrix):
        raise FileFormatError(f"{path}: {len(matrix):,} vectors, but {len(words):,} words in {beside.name}")
    if len(words) == len(matrix):
        warn_unfinished(path, text)
    return assemble(path, words[:limit], matrix, counts=None if counts is None else counts[:limit], wanted=wanted)


def _counts(rows: list[list[bytes]], column: int) -> npt.NDArray[np.int64] | None:
    """What a column says, if that is a number of each word."""
    found = [row[column] if column < len(row) else b"" for row in rows]
    if not all(re.fullmatch(rb"\d{1,18}", field) for field in found):
        return None
    return np.array(found, np.int64)


def write(embeddings: Embeddings, path: Path) -> None:
    """Write both files; with counts, the words get a second column and a header.

    Raises:
        OptionError: a word is empty, or contains a tab, a line break or a lone surrogate.
    """
    words = embeddings.words.spellings()
    if embeddings.counts is not None:
        pairs = zip(words, embeddings.counts.tolist(), strict=True)
        words = ["word\tcount", *(f"{word}\t{count}" for word, count in pairs)]
    form = "\t".join(["%.9g"] * embeddings.vector_size) + "\n"
    with replacing(path) as numbers, replacing(metadata_path(path)) as texts:
        texts.write_text("".join(f"{word}\n" for word in words), encoding="utf-8", newline="\n")
        with numbers.open("w", newline="\n") as file:
            for start in range(0, len(embeddings), _ROWS):
                file.write("".join(form % tuple(row) for row in embeddings.vectors[start : start + _ROWS].tolist()))
