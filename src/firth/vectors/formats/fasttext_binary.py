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
from firth.kernels.text.numbers import Bytes
from firth.kernels.text.packed import find_entries
from firth.kernels.text.subwords import Scheme
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, file_bytes, report_controls
from firth.vectors.formats.packed_words import packed
from firth.vectors.search import Matrix
from firth.vectors.subwords import LONGEST, Subwords, composed, has_ngrams, word_bags

MAGIC, VERSIONS = 793712314, (11, 12)
_AGAIN = "download the file again"
_ENTRY = 10  # bytes of a word in the dictionary, at least
_SETTINGS = ("vector_size", "window", "epochs", "min_count", "negative", "word_ngrams", "objective", "architecture")
_OBJECTIVES = {1: "hierarchical", 2: "negative", 3: "softmax", 4: "one-vs-all"}
_ARCHITECTURES = {1: "cbow", 2: "skipgram", 3: "supervised"}


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read the vectors of the words; if the model has n-grams, unknown words get vectors from them.

    Args:
        path: the file; .gz, .bz2, .xz and .zst are opened too.
        limit: read only this many words, the first ones.
        wanted: keep only these words.

    Raises:
        FileFormatError: cut, damaged, of another version, or quantized (``.ftz``).
    """
    text = file_bytes(path)
    try:
        return _read(path, _Cursor(text), limit, wanted)
    except (struct.error, ValueError, IndexError) as error:
        raise FileFormatError(f"{path}: truncated or damaged, {len(text):,} bytes", hint=_AGAIN) from error


class _Cursor:
    """A place in the bytes of a file."""

    def __init__(self, text: Bytes) -> None:
        self.text, self.place = text, 0

    def unpack(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize("<" + form)
        self.place += size
        return struct.unpack("<" + form, self.text[self.place - size : self.place].tobytes())

    @property
    def left(self) -> int:
        """Bytes behind this place."""
        return len(self.text) - self.place

    def matrix(self, rows: int, dims: int) -> Matrix:
        raw = self.text[self.place : self.place + rows * dims * 4]
        self.place += len(raw)
        return np.require(raw.view("<f4").reshape(rows, dims), np.float32, "A")


def _read(path: Path, cursor: _Cursor, limit: int | None, wanted: Collection[str] | None) -> Embeddings:
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
    if 0 <= maxn < minn:
        maxn = 0  # there are none of such lengths
    if maxn and not has_ngrams(minn, maxn, bucket):
        raise FileFormatError(
            f"{path}: damaged, n-grams of {minn:,} to {maxn:,} characters in {bucket:,} buckets, expected "
            f"lengths of 0 to {LONGEST:,} and at least 1 bucket",
            hint=_AGAIN,
        )
    size, words, labels, _, pruned = cursor.unpack("iiiqq")
    if min(words, labels) < 0 or size != words + labels or size * _ENTRY > cursor.left:
        raise FileFormatError(
            f"{path}: damaged, {words:,} words and {labels:,} labels in {size:,} entries, expected one for each in the "
            f"{cursor.left:,} bytes that follow",
            hint=_AGAIN,
        )
    places, counts = np.empty((size, 2), np.int64), np.empty(size, np.int64)
    cursor.place = int(find_entries(cursor.text, cursor.place, places, counts))
    if cursor.place < 0:
        raise ValueError("truncated within the dictionary")
    if pruned > 0:
        raise FileFormatError(f"{path}: a pruned fastText model", hint="use the .bin that it was made from")
    if cursor.unpack("?")[0]:
        raise FileFormatError(f"{path}: a quantized fastText model", hint="use the .bin that it was made from")
    rows, dims = cursor.unpack("qq")
    needed = words + (bucket if maxn > 0 else 0)
    if dims != metadata["vector_size"] or dims < 1 or rows < needed or rows * dims * 4 > cursor.left:
        raise FileFormatError(
            f"{path}: damaged, a matrix of {rows:,} rows of {dims:,} numbers, expected {needed:,} of "
            f"{metadata['vector_size']:,} in the {cursor.left:,} bytes that follow",
            hint=_AGAIN,
        )
    matrix = cursor.matrix(rows, dims)
    chosen = slice(0, words if limit is None else min(limit, words))
    tensors, counts = packed(cursor.text, places[chosen]), counts[chosen]
    report_controls(path, tensors)
    if maxn <= 0:
        return assemble(path, tensors, matrix[chosen].copy(), counts=counts, wanted=wanted, metadata=metadata)
    ngrams, scheme = matrix[words:], Scheme(minn, maxn, bucket)
    bags = word_bags(tensors["words"], tensors["word_bounds"], scheme, first_bucket=words)
    vectors = composed(matrix, *bags, dims)
    known = assemble(path, tensors, vectors, counts=counts, wanted=wanted, metadata=metadata)
    return Embeddings(known.words, known.vectors, known.counts, metadata, Subwords(ngrams, minn, maxn))
