"""fastText .bin: the words and n-grams of a trained model, as ``fasttext`` saves it. Read only.

The layout: magic and version; a dozen settings; the dictionary with its counts; the input matrix, words first, then
buckets of hashed character n-grams. A word's vector is the mean of its own row and those of its n-grams
(Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information").
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from firth.errors import FileFormatError
from firth.vectors.formats import scan
from firth.vectors.formats.reading import assemble, file_bytes, in_threads, report_controls
from firth.vectors.search import Matrix
from firth.vectors.subwords import SubwordVectors
from firth.vectors.wordvectors import WordVectors

MAGIC, VERSIONS = 793712314, (11, 12)
_ROWS = 1 << 12  # words that a thread takes at a time
_SETTINGS = ("vector_size", "window", "epochs", "min_count", "negative", "word_ngrams", "objective", "architecture")
_OBJECTIVES = {1: "hierarchical", 2: "negative", 3: "softmax", 4: "one-vs-all"}
_ARCHITECTURES = {1: "cbow", 2: "skipgram", 3: "supervised"}


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> WordVectors:
    """Read the vectors of the words; if the model has n-grams, unknown words get vectors from them.

    Args:
        path: the file; .gz, .bz2, .xz and .zst are opened too.
        limit: read so many first words.
        wanted: keep only these words.

    Raises:
        FileFormatError: cut, damaged, of another version, or quantized (``.ftz``).
    """
    text = file_bytes(path)
    try:
        return _read(path, _Cursor(text), limit, wanted)
    except (struct.error, ValueError, IndexError) as error:
        raise FileFormatError(f"{path}: cut or damaged, {len(text):,} bytes", hint="fetch the file again") from error


class _Cursor:
    """A place in the bytes of a file."""

    def __init__(self, text: scan.Bytes) -> None:
        self.text, self.place = text, 0

    def unpack(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize("<" + form)
        self.place += size
        return struct.unpack("<" + form, self.text[self.place - size : self.place].tobytes())

    def matrix(self) -> Matrix:
        rows, dims = self.unpack("qq")
        raw = self.text[self.place : self.place + rows * dims * 4]
        self.place += len(raw)
        return np.require(raw.view("<f4").reshape(rows, dims), np.float32, "A")


def _read(path: Path, cursor: _Cursor, limit: int | None, wanted: Collection[str] | None) -> WordVectors:
    magic, version = cursor.unpack("ii")
    if magic != MAGIC:
        raise FileFormatError(f"{path}: not a fastText model", hint="WordVectors.load(path, format='word2vec-binary')")
    if version not in VERSIONS:
        raise FileFormatError(
            f"{path}: fastText format {version}, expected {' or '.join(map(str, VERSIONS))}",
            hint="save it with fastText 0.9",
        )
    *settings, bucket, minn, maxn, _ = cursor.unpack("12i")
    cursor.unpack("d")
    metadata: dict[str, Any] = dict(zip(_SETTINGS, settings, strict=True))
    metadata["objective"] = _OBJECTIVES.get(metadata["objective"])
    metadata["architecture"] = _ARCHITECTURES.get(metadata["architecture"])
    if version == 11 and metadata["architecture"] == "supervised":
        maxn = 0  # such models say otherwise, and have no n-grams of characters
    size, words, _, _, pruned = cursor.unpack("iiiqq")
    if size * 10 > len(cursor.text) - cursor.place:
        raise ValueError("a dictionary larger than the file")
    places, counts = np.empty((size, 2), np.int64), np.empty(size, np.int64)
    cursor.place = int(scan.find_entries(cursor.text, cursor.place, places, counts))
    if cursor.place < 0:
        raise ValueError("cut within the dictionary")
    if pruned > 0:
        raise FileFormatError(f"{path}: a pruned fastText model", hint="use the .bin that it was made from")
    if cursor.unpack("?")[0]:
        raise FileFormatError(f"{path}: a quantized fastText model", hint="use the .bin that it was made from")
    matrix = cursor.matrix()
    if len(matrix) < words + (bucket if maxn > 0 else 0):
        raise FileFormatError(f"{path}: {len(matrix):,} rows for {words:,} words and {bucket:,} n-grams")
    chosen = slice(0, words if limit is None else min(limit, words))
    packed, rows, counts = scan.packed(cursor.text, places[chosen]), matrix[chosen].copy(), counts[chosen]
    report_controls(path, packed)
    if maxn <= 0:
        return assemble(path, packed, rows, counts=counts, wanted=wanted, metadata=metadata)
    ngrams = matrix[words:]

    def add(first: int) -> None:
        stop = min(first + _ROWS, len(rows))
        scan.add_ngrams(packed["words"], packed["word_bounds"], ngrams, minn, maxn, rows, first, stop)

    in_threads(add, range(0, len(rows), _ROWS))
    known = assemble(path, packed, rows, counts=counts, wanted=wanted, metadata=metadata)
    return SubwordVectors(
        known.index_to_key, known.vectors, known.counts, metadata, ngrams=ngrams, minn=minn, maxn=maxn
    )
