"""word2vec binary: a text line of two counts, then for each word its bytes, a space, and float32 numbers."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError
from firth.kernels.text.numbers import Bytes, skip_lines
from firth.kernels.text.packed import copy_vectors, find_vectors
from firth.parallel import cores
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, first_bytes, is_plain, report_controls

_ROWS = 1 << 14  # rows copied or written at a time


def read(
    path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None, errors: str = "replace"
) -> Embeddings:
    """Read what word2vec.c (a newline behind each vector) or gensim (none) wrote.

    Args:
        path: the file; .gz, .bz2, .xz and .zst are opened too.
        limit: read only this many words, the first ones.
        wanted: keep only these words.
        errors: what to do with bytes that are not UTF-8; see :func:`firth.vectors.formats.assembly.decoded`.

    Raises:
        FileFormatError: there is no header, or it does not fit the file.
    """
    text, whole = first_bytes(path, None if limit is None else lambda part: _holds(part, limit))
    header = _header(text)
    if header is None:
        raise FileFormatError(f"{path}: no header of two counts, expected word2vec's binary format")
    promised, dims = header
    if not whole:
        promised = min(promised, limit or 0)  # all that is looked at
    start = int(skip_lines(text, 0, 1))
    if promised * (4 * dims + 1) > len(text) - start:
        raise FileFormatError(
            f"{path}: {len(text):,} bytes, too few for the {promised:,} words of {dims} dimensions in its header",
            hint="the file is truncated, or not in word2vec's binary format",
        )
    rows = promised if limit is None else min(limit, promised)
    bounds, offsets = np.zeros(rows + 1, np.int64), np.empty(rows, np.int64)
    joined = np.empty(len(text) - start - rows * (4 * dims + 1), np.uint8)  # more than the words can take
    matrix = np.empty((rows, dims), "<f4")
    raw, bits = matrix.view(np.uint8), matrix.view("<u4")

    def copy(part: slice) -> bool:
        return bool(copy_vectors(text, offsets[part], raw[part], bits[part]))

    end, copies = start, []
    with ThreadPoolExecutor(cores()) as pool:
        for first in range(0, rows, _ROWS):  # where a word begins is known only behind the one before
            part = slice(first, min(first + _ROWS, rows))
            ends = bounds[first : part.stop + 1]
            end = int(find_vectors(text, end, 4 * dims, promised - first, joined, ends, offsets[part]))
            if end < 0:
                raise FileFormatError(
                    f"{path}: truncated within word {first - end:,} of {promised:,}", hint="download the file again"
                )
            copies.append(pool.submit(copy, part))
        if whole and rows == promised and text[end:].tobytes().strip(b"\n"):
            raise FileFormatError(
                f"{path}: {len(text) - end:,} bytes after the last word",
                hint="the file is damaged, or a word contains a space",
            )
        words: dict[str, npt.NDArray[Any]] = {"words": joined[: bounds[-1]].copy(), "word_bounds": bounds}
        report_controls(path, words)
        plain = is_plain(words)  # while the last vectors are copied
    finite = all(copied.result() for copied in copies)
    numbers = matrix.astype(np.float32, copy=False)
    return assemble(path, words, numbers, wanted=wanted, plain=plain, finite=finite, errors=errors)


def _header(text: Bytes) -> tuple[int, int] | None:
    """The numbers of words and dimensions in the first line."""
    fields = text[:64].tobytes().split(b"\n", 1)[0].split()
    return (int(fields[0]), int(fields[1])) if len(fields) == 2 and all(map(bytes.isdigit, fields)) else None


def _holds(text: Bytes, rows: int) -> bool:
    """Whether the beginning of a file contains this many rows, or all of them."""
    promised, dims = _header(text) or (0, 0)
    rows, start = min(rows, promised), int(skip_lines(text, 0, 1))
    if rows * (4 * dims + 1) > len(text) - start:
        return False
    bounds, offsets, joined = np.zeros(rows + 1, np.int64), np.empty(rows, np.int64), np.empty(len(text), np.uint8)
    return bool(find_vectors(text, start, 4 * dims, rows, joined, bounds, offsets) >= 0)


def write(embeddings: Embeddings, path: Path) -> None:
    """Write as gensim does, without a newline behind the vectors.

    Raises:
        OptionError: a word contains a space, a newline or a lone surrogate.
        StorageError: the file cannot be written.
    """
    words = embeddings.words.spellings()
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(f"{len(embeddings)} {embeddings.vector_size}\n".encode())
        for start in range(0, len(embeddings), _ROWS):
            rows = zip(words[start : start + _ROWS], embeddings.vectors[start : start + _ROWS], strict=True)
            file.write(b"".join(f"{word} ".encode() + row.astype("<f4").tobytes() for word, row in rows))
