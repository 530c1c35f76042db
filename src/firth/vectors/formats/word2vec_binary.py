"""word2vec binary: a text line of two counts, then for each word its bytes, a space, and float32 numbers."""

from __future__ import annotations

import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError, OptionError
from firth.storage import replacing
from firth.vectors.formats import scan
from firth.vectors.formats.reading import assemble, file_bytes, is_plain
from firth.vectors.wordvectors import WordVectors

_ROWS = 1 << 14  # rows copied or written at a time


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> WordVectors:
    """Read what word2vec.c (a newline behind each vector) or gensim (none) wrote.

    Args:
        path: the file; .gz, .bz2, .xz and .zst are opened too.
        limit: read so many first words.
        wanted: keep only these words.

    Raises:
        FileFormatError: no header, or one that does not fit the file.
    """
    text = file_bytes(path)
    first = text[:64].tobytes().split(b"\n", 1)[0].split()
    if len(first) != 2 or not all(field.isdigit() for field in first):
        raise FileFormatError(f"{path}: no header of two counts, expected word2vec's binary format")
    promised, dims = int(first[0]), int(first[1])
    start = int(scan.skip_lines(text, 0, 1))
    if promised * (4 * dims + 1) > len(text) - start:
        raise FileFormatError(
            f"{path}: {len(text):,} bytes, too few for the {promised:,} words of {dims} dimensions in its header",
            hint="the file is cut, or not in word2vec's binary format",
        )
    rows = promised if limit is None else min(limit, promised)
    words = np.empty((rows, 2), np.int64)
    end = int(scan.find_vectors(text, start, 4 * dims, words))
    if end < 0:
        raise FileFormatError(f"{path}: cut within word {-end:,} of {promised:,}", hint="fetch the file again")
    if rows == promised and text[end:].tobytes().strip(b"\n"):
        raise FileFormatError(
            f"{path}: {len(text) - end:,} bytes behind the last word", hint="damaged, or a word holds a space"
        )
    matrix = np.empty((rows, dims), "<f4")
    raw, bits = matrix.view(np.uint8), matrix.view("<u4")

    def copy(first: int) -> bool:
        part = slice(first, first + _ROWS)
        return bool(scan.copy_vectors(text, words[part, 1] + 1, raw[part], bits[part]))

    def pack() -> tuple[dict[str, npt.NDArray[Any]], bool]:
        packed = scan.packed(text, words)
        return packed, is_plain(packed)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        packing = pool.submit(pack)  # first, since it cannot be divided
        finite = all(pool.map(copy, range(0, rows if dims else 0, _ROWS)))
        packed, plain = packing.result()
    numbers = matrix.astype(np.float32, copy=False)
    return assemble(path, packed, numbers, wanted=wanted, plain=plain, finite=finite)


def write(vectors: WordVectors, path: Path) -> None:
    """Write as gensim does, without a newline behind the vectors.

    Raises:
        OptionError: a word that holds a space or line break, which the format cannot hold.
        StorageError: the file cannot be written.
    """
    spaced = next((word for word in vectors if " " in word or "\n" in word), None)
    if spaced is not None:
        raise OptionError(
            f"the word {spaced!r} holds a space, which word2vec's binary format cannot hold", hint="write .safetensors"
        )
    words = vectors.index_to_key
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(f"{len(vectors)} {vectors.vector_size}\n".encode())
        for start in range(0, len(vectors), _ROWS):
            rows = zip(words[start : start + _ROWS], vectors.vectors[start : start + _ROWS], strict=True)
            file.write(
                b"".join(
                    f"{word} ".encode("utf-8", "surrogatepass") + row.astype("<f4").tobytes() for word, row in rows
                )
            )
