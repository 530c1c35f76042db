"""fastText .bin and .ftz: the words and n-grams of a trained model, as ``fasttext`` saves it.

The layout: magic and version; a dozen settings; the dictionary with its counts; the input matrix, words first, then
buckets of hashed character n-grams; the output matrix. A word's vector is the mean of its own row and those of its
n-grams (Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information"). The first format has no magic
number and no version. In a quantized model (``.ftz``) rows are product-quantized, and n-grams may have been pruned.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError, OptionError, VectorsWarning, warn
from firth.kernels.text.numbers import Bytes
from firth.kernels.text.packed import find_entries
from firth.kernels.text.scheme import Scheme
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, decoded, file_bytes, report_controls
from firth.vectors.formats.packed_words import packed
from firth.vectors.formats.quantized import read_quantized
from firth.vectors.search import Matrix
from firth.vectors.subwords import LONGEST, Subwords, WordBags, composed, has_ngrams, word_bags

MAGIC, VERSIONS = 793712314, (11, 12)
_AGAIN = "download the file again"
_ENTRY = 10  # bytes of a word in the dictionary, at least
_ROWS = 1 << 14  # written at a time
_SETTINGS = ("vector_size", "window", "epochs", "min_count", "negative", "word_ngrams", "objective", "architecture")
_OBJECTIVES = {1: "hierarchical", 2: "negative", 3: "softmax", 4: "one-vs-all"}
_ARCHITECTURES = {1: "cbow", 2: "skipgram", 3: "supervised"}
_FIRST_VERSION = 0
_DEFAULTS = {"window": 5, "epochs": 5, "min_count": 5, "negative": 5}
_UPDATE_RATE = 100
_SAMPLE = 1e-4

_Parsed = TypeVar("_Parsed")


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read the vectors of the words; if the model has n-grams, unknown words get vectors from them.

    A warning says that a model is a classifier: its word vectors are read, and its labels are not.

    Args:
        path: the file; .gz, .bz2, .xz and .zst are opened too.
        limit: read only this many words, the first ones.
        wanted: keep only these words.

    Raises:
        FileFormatError: cut, damaged, or of another version.
    """
    return _parsed(path, lambda cursor: _read(path, cursor, limit, wanted))


class SavedModel(NamedTuple):
    """A whole model.

    Attributes:
        words: the words; those that are not UTF-8 have replacement characters.
        counts: (words,) how often each occurs.
        metadata: the settings.
        scheme: the n-grams; None if there are none.
        inputs: (words + buckets, dims) the rows of words and n-grams.
        outputs: (words, dims) the vectors of words, or of inner nodes of the tree, of which there is one less.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    metadata: dict[str, Any]
    scheme: Scheme | None
    inputs: Matrix
    outputs: Matrix


def read_model(path: Path) -> SavedModel:
    """Read a whole model, from which training can continue. The matrices may be mapped from the file.

    Raises:
        FileFormatError: cut, damaged, of another version, a classifier, or quantized.
    """
    return _parsed(path, lambda cursor: _read_model(path, cursor))


def _parsed(path: Path, parse: Callable[[_Cursor], _Parsed]) -> _Parsed:
    text = file_bytes(path)
    try:
        return parse(_Cursor(text))
    except (struct.error, ValueError, IndexError) as error:
        raise FileFormatError(f"{path}: truncated or damaged, {len(text):,} bytes", hint=_AGAIN) from error


class _Cursor:
    """A place in the bytes of a file."""

    def __init__(self, text: Bytes) -> None:
        self.text, self.place = text, 0

    def unpack(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)).tobytes())

    def take(self, size: int) -> Bytes:
        """The next bytes, so many."""
        if size > self.left:
            raise ValueError("truncated")
        self.place += size
        return self.text[self.place - size : self.place]

    @property
    def left(self) -> int:
        """Bytes behind this place."""
        return len(self.text) - self.place

    def matrix(self, rows: int, dims: int) -> Matrix:
        return np.require(self.take(rows * dims * 4).view("<f4").reshape(rows, dims), np.float32, "A")


def _read(path: Path, cursor: _Cursor, limit: int | None, wanted: Collection[str] | None) -> Embeddings:
    version, metadata, scheme = _header(path, cursor)
    words, places, counts, kept = _dictionary(path, cursor, version)
    quantized = version != _FIRST_VERSION and bool(cursor.unpack("?")[0])
    if quantized:
        matrix = read_quantized(cursor.unpack, cursor.take)
        if matrix.shape[1] != metadata["vector_size"] or len(matrix) < words:
            raise ValueError("a matrix that does not fit the words")
    elif kept is not None:
        raise FileFormatError(f"{path}: a pruned fastText model", hint="use the .bin that it was made from")
    else:
        matrix = _matrix(path, cursor, metadata["vector_size"], words + (0 if scheme is None else scheme.buckets))
    _skip_output(cursor, version, quantized)
    if metadata["architecture"] == "supervised":
        warn(f"{path}: a classifier of fastText; its word vectors are read, and its labels are not", VectorsWarning)
    chosen = slice(0, words if limit is None else min(limit, words))
    tensors, counts = packed(cursor.text, places[chosen]), counts[chosen]
    report_controls(path, tensors)
    if scheme is None or (kept is not None and not len(kept)):
        return assemble(path, tensors, matrix[chosen].copy(), counts=counts, wanted=wanted, metadata=metadata)
    bags = word_bags(tensors["words"], tensors["word_bounds"], scheme, first_bucket=words)
    subwords = Subwords(matrix[words:], scheme.minn, scheme.maxn)
    if kept is not None:
        subwords, bags = _pruned(kept, matrix, words, scheme, bags)
    vectors = composed(matrix, bags, matrix.shape[1])
    known = assemble(path, tensors, vectors, counts=counts, wanted=wanted, metadata=metadata)
    return Embeddings(known.words, known.vectors, known.counts, metadata, subwords)


def _read_model(path: Path, cursor: _Cursor) -> SavedModel:
    version, metadata, scheme = _header(path, cursor)
    if metadata["architecture"] == "supervised":
        raise FileFormatError(
            f"{path}: a classifier of fastText, expected a skip-gram or CBOW model to continue",
            hint="WordVectors.load reads its word vectors",
        )
    words, places, counts, kept = _dictionary(path, cursor, version)
    has_flags = version != _FIRST_VERSION  # that say whether a matrix is quantized
    if (has_flags and cursor.unpack("?")[0]) or kept is not None:
        raise FileFormatError(
            f"{path}: a quantized model, expected one with full matrices", hint="use the .bin that it was made from"
        )
    dims, buckets = metadata["vector_size"], 0 if scheme is None else scheme.buckets
    inputs = _matrix(path, cursor, dims, words + buckets)
    if has_flags:
        cursor.unpack("?")
    outputs = _matrix(path, cursor, dims, words)
    texts = decoded(path, [cursor.text[first:stop].tobytes() for first, stop in places[:words].tolist()])
    return SavedModel(texts, counts[:words], metadata, scheme, inputs[: words + buckets], outputs[:words])


def _header(path: Path, cursor: _Cursor) -> tuple[int, dict[str, Any], Scheme | None]:
    """The version, the settings, and the n-grams if there are any."""
    magic, version = cursor.unpack("ii")
    first = [magic, version]  # of the first format: dimensions and window
    if magic == MAGIC and version not in VERSIONS:
        raise FileFormatError(
            f"{path}: fastText format {version}, expected {' or '.join(map(str, VERSIONS))}",
            hint="save it with fastText 0.9",
        )
    settings = [*(cursor.unpack("ii") if magic == MAGIC else first), *cursor.unpack("10i")]
    sample = float(cursor.unpack("d")[0])
    *settings, bucket, minn, maxn, _ = settings
    metadata: dict[str, Any] = {**dict(zip(_SETTINGS, settings, strict=True)), "sample": sample}
    metadata["objective"] = _OBJECTIVES.get(metadata["objective"])
    metadata["architecture"] = _ARCHITECTURES.get(metadata["architecture"])
    if magic != MAGIC:
        sensible = metadata["objective"] and metadata["architecture"] and 0 < metadata["vector_size"] <= 1 << 16
        if not sensible or not 0 < metadata["window"] <= 1 << 16:
            raise FileFormatError(
                f"{path}: not a fastText model", hint="WordVectors.load(path, format='word2vec-binary')"
            )
        version = _FIRST_VERSION
    if version in (_FIRST_VERSION, 11) and metadata["architecture"] == "supervised":
        maxn = 0  # such models say otherwise, and have no n-grams of characters
    if 0 <= maxn < minn or maxn == 0:
        return version, metadata, None  # there are none of such lengths
    if not has_ngrams(minn, maxn, bucket):
        raise FileFormatError(
            f"{path}: damaged, n-grams of {minn:,} to {maxn:,} characters in {bucket:,} buckets, expected "
            f"lengths of 0 to {LONGEST:,} and at least 1 bucket",
            hint=_AGAIN,
        )
    return version, metadata, Scheme(minn, maxn, bucket)


def _dictionary(
    path: Path, cursor: _Cursor, version: int
) -> tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int32] | None]:
    """How many words there are; where the entries lie and what they count; the kept buckets with their rows (n, 2)."""
    size, words, labels, _ = cursor.unpack("iiiq")
    pruned = -1 if version == _FIRST_VERSION else cursor.unpack("q")[0]
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
    kept = None if pruned < 0 else np.frombuffer(cursor.take(pruned * 8).tobytes(), "<i4").reshape(pruned, 2)
    return words, places, counts, kept


def _matrix(path: Path, cursor: _Cursor, dims_said: int, needed: int) -> Matrix:
    rows, dims = cursor.unpack("qq")
    if dims != dims_said or dims < 1 or rows < needed or rows * dims * 4 > cursor.left:
        raise FileFormatError(
            f"{path}: damaged, a matrix of {rows:,} rows of {dims:,} numbers, expected {needed:,} of "
            f"{dims_said:,} in the {cursor.left:,} bytes that follow",
            hint=_AGAIN,
        )
    return cursor.matrix(rows, dims)


def _skip_output(cursor: _Cursor, version: int, quantized: bool) -> None:
    """Go behind the output matrix, which tells that the file is whole."""
    if version != _FIRST_VERSION and cursor.unpack("?")[0] and quantized:
        read_quantized(cursor.unpack, cursor.take)
        return
    rows, dims = cursor.unpack("qq")
    cursor.take(max(0, rows) * max(0, dims) * 4)


def _pruned(
    kept: npt.NDArray[np.int32], matrix: Matrix, words: int, scheme: Scheme, bags: WordBags
) -> tuple[Subwords, WordBags]:
    """The n-grams of a pruned model, and the rows of its words: buckets that were not kept count for nothing."""
    order = np.argsort(kept[:, 0], kind="stable")
    buckets, rows = kept[order, 0].astype(np.int64), kept[order, 1].astype(np.int64) + words
    outside = rows.min() < words or rows.max() >= len(matrix) or buckets.min() < 0 or buckets.max() >= scheme.buckets
    if outside or (np.diff(buckets) <= 0).any():
        raise ValueError("n-grams outside the matrix")
    subwords = Subwords(matrix[rows], scheme.minn, scheme.maxn, 0, buckets, scheme.buckets)
    wanted = bags.rows.astype(np.int64) - words  # buckets; below 0, a word's own row
    places = np.minimum(np.searchsorted(buckets, wanted), len(buckets) - 1)
    own = bags.bounds[:-1]
    there = buckets[places] == wanted
    there[own] = True
    moved = rows[places]
    moved[own] = bags.rows[own]
    sizes = np.add.reduceat(there.astype(np.int64), own) if len(own) else own
    return subwords, WordBags(np.concatenate([[0], np.cumsum(sizes)]), moved[there].astype(np.int32))


def write(embeddings: Embeddings, path: Path) -> None:
    """Write a model that fastText and gensim load, with the same vectors for known and unknown words.

    Counts and settings that are not known become 1 and fastText's defaults. The output matrix is that of the model, or
    zero, so that training cannot continue from it.

    Raises:
        OptionError: the n-grams are floret's, or the words are too many.
        StorageError: the file cannot be written.
    """
    subwords = embeddings.subwords
    if subwords is not None and subwords.hashes:
        raise OptionError(
            f"{path}: n-grams with {subwords.hashes} hashes, expected those of fastText", hint="write a .floret file"
        )
    words, dims = len(embeddings), embeddings.vector_size
    counts = np.ones(words, np.int64) if embeddings.counts is None else embeddings.counts
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(struct.pack("<ii", MAGIC, VERSIONS[-1]))
        file.write(struct.pack("<12id", *_settings_of(embeddings)))
        file.write(struct.pack("<iiiqq", words, words, 0, int(counts.sum()), -1))
        for word, count in zip(embeddings.words.spellings(), counts.tolist(), strict=True):
            file.write(word.encode() + b"\0" + struct.pack("<qb", count, 0))
        buckets = 0 if subwords is None else subwords.scheme.buckets
        _write_matrix(file, words + buckets, dims, _input_rows(embeddings))
        output = embeddings.output
        zeros = np.zeros((words, dims), np.float32) if output is None else output
        _write_matrix(file, words, dims, (zeros[first : first + _ROWS] for first in range(0, words, _ROWS)))


def _settings_of(embeddings: Embeddings) -> list[float]:
    """The thirteen settings, in fastText's order."""
    given = embeddings.metadata.get("configuration", embeddings.metadata)
    given = given if isinstance(given, dict) else {}
    sample = given.get("sample")
    numbers = [n if isinstance(n := given.get(name), int) and n > 0 else usual for name, usual in _DEFAULTS.items()]
    objective = next((code for code, name in _OBJECTIVES.items() if name == given.get("objective")), 2)
    architecture = next((code for code, name in _ARCHITECTURES.items() if name == given.get("architecture")), 2)
    subwords = embeddings.subwords
    ngrams = [0, 0, 0] if subwords is None else [subwords.scheme.buckets, subwords.minn, subwords.maxn]
    return [
        embeddings.vector_size,
        *numbers,
        1,
        min(objective, 3),
        min(architecture, 2),
        *ngrams,
        _UPDATE_RATE,
        float(sample) if isinstance(sample, float | int) and sample >= 0 else _SAMPLE,
    ]


def _input_rows(embeddings: Embeddings) -> Iterator[Matrix]:
    """The words' own rows, from which with their n-grams' rows the vectors come again, and the rows of the buckets."""
    subwords, words = embeddings.subwords, len(embeddings)
    if subwords is None:
        for first in range(0, words, _ROWS):
            yield embeddings.vectors[first : first + _ROWS]
        return
    bags = word_bags(*embeddings.words.pack(), subwords.scheme, first_bucket=0)
    for first in range(0, words, _ROWS):
        stop = min(first + _ROWS, words)
        bounds = bags.bounds[first : stop + 1]
        owner = np.repeat(np.arange(stop - first), np.diff(bounds))
        of_ngram = np.ones(len(owner), bool)
        of_ngram[bounds[:-1] - bounds[0]] = False
        rows = embeddings.vectors[first:stop].astype(np.float64) * np.diff(bounds)[:, None]
        buckets = bags.rows[bounds[0] : bounds[-1]][of_ngram].astype(np.int64)
        for at in range(0, len(buckets), _ROWS):
            part = slice(at, at + _ROWS)
            np.subtract.at(rows, owner[of_ngram][part], subwords.rows(buckets[part]).astype(np.float64))
        yield rows.astype(np.float32)
    for first in range(0, subwords.scheme.buckets, _ROWS):
        yield subwords.rows(np.arange(first, min(first + _ROWS, subwords.scheme.buckets)))


def _write_matrix(file: BinaryIO, rows: int, dims: int, parts: Iterator[Matrix]) -> None:
    file.write(struct.pack("<?qq", False, rows, dims))  # not quantized
    for part in parts:
        file.write(np.ascontiguousarray(part, "<f4").tobytes())
