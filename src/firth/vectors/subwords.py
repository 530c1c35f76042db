"""Vectors for unknown words, from hashed character n-grams: the subwords of fastText and of floret.

Bojanowski et al. (2017), "Enriching Word Vectors with Subword Information": a word is written ``<word>``, and each of
its character n-grams is hashed into a bucket with a vector of its own. The vector of a word of the vocabulary is the
mean of a row of its own and the rows of its n-grams; that of any other word is the mean of the rows of its n-grams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.text.scheme import Scheme
from firth.storage import read_ahead
from firth.vectors.ngrams import ngrams_of
from firth.vectors.search import Matrix

LONGEST = 1000  # characters of an n-gram: a word of any length has at most so many at a place
MOST_HASHES = 4
_WORDS = 1 << 12  # that a thread takes at a time
_FEW = 1000  # rows: asking for one takes 10 us
_SHORT = 1 << 14  # n-grams of one word: fewer are found sooner than a kernel is loaded


class Part(NamedTuple):
    """One of the rows that a vector is the mean of.

    Attributes:
        text: the n-gram, ``<`` and ``>`` being the ends of the word; for the word's own row, the word.
        share: of the vector: the projection of the part onto it, so that the shares of all parts sum to 1.
        is_word: whether it is the word's own row.
    """

    text: str
    share: float
    is_word: bool


class WordBags(NamedTuple):
    """The rows that the vector of each word of a vocabulary is the mean of; see :func:`word_bags`.

    Attributes:
        bounds: where the list of each word begins.  # (words + 1,)
        rows: the rows of all lists.
    """

    bounds: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]


class Subwords(NamedTuple):
    """The n-grams of a model.

    Attributes:
        ngrams: (rows, dims) float32, or float16 where a file has them so: a row for each bucket, or for each kept one.
        minn, maxn: the shortest and longest n-grams, in characters.
        hashes: 0 for fastText; for floret, the number of buckets of an n-gram, 1 to 4.
        kept: the buckets that have a row, in ascending order; the others count for nothing. None where all have one.
        buckets: how many buckets there are; 0 stands for as many as rows.
    """

    ngrams: npt.NDArray[np.floating]
    minn: int
    maxn: int
    hashes: int = 0
    kept: npt.NDArray[np.int64] | None = None
    buckets: int = 0

    @property
    def scheme(self) -> Scheme:
        """Which n-grams a word has, and how they are hashed."""
        return Scheme(self.minn, self.maxn, self.buckets or len(self.ngrams), self.hashes)

    def has_row(self, buckets: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether each of some buckets has a row."""
        there: npt.NDArray[np.bool_] = np.ones(buckets.shape, bool)
        return there if self.kept is None else np.isin(buckets, self.kept)

    def rows(self, buckets: npt.NDArray[np.int64]) -> Matrix:
        """The rows (buckets, dims) of some buckets, as float32; zero where a bucket has none."""
        if self.kept is None:
            if len(buckets) <= _FEW:
                read_ahead(self.ngrams, buckets)
            return np.asarray(self.ngrams[buckets], np.float32)
        rows = np.zeros((len(buckets), self.ngrams.shape[1]), np.float32)
        if len(self.kept):
            places = np.minimum(np.searchsorted(self.kept, buckets), len(self.kept) - 1)
            there = self.kept[places] == buckets
            rows[there] = self.ngrams[places[there]]
        return rows

    def vector(self, word: str) -> Matrix:
        """The mean (dims,) of the n-grams of a word that have rows; zero if it has none."""
        buckets = np.array(ngram_buckets(word, self.scheme), np.int64)
        count = int(self.has_row(buckets).sum())
        mean: Matrix = self.rows(buckets).sum(axis=0) / np.float32(max(count, 1))
        return mean

    def explain(self, word: str, vector: Matrix | None) -> list[Part]:
        """The parts of a word's vector, the largest share first.

        Args:
            word: the word.
            vector: (dims,) its vector if it is a word of the vocabulary, otherwise None.
        """
        ngrams, buckets = _ngrams(word, self.scheme)
        each, there = max(1, self.hashes), np.asarray(self.has_row(buckets).any(axis=1))
        ngrams, buckets = [ngram for ngram, has in zip(ngrams, there.tolist(), strict=True) if has], buckets[there]
        rows = self.rows(buckets.ravel()).reshape(len(ngrams), each, self.ngrams.shape[1]).sum(axis=1).astype(float)
        own = vector is not None and not self.hashes
        count = int(self.has_row(buckets).sum()) + own
        mean = rows.sum(axis=0) / max(count, 1) if vector is None or self.hashes else vector.astype(float)
        square = float(mean @ mean) * count or 1.0
        shares = (rows @ mean / square).tolist()
        parts = [Part(text, share, False) for text, share in zip(ngrams, shares, strict=True)]
        if own:
            parts.insert(0, Part(word, 1.0 - sum(shares) if mean.any() else 0.0, True))
        return sorted(parts, key=lambda part: -part.share)

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> Subwords:
        """The same n-grams with their vectors through an affine map of rows."""
        return self._replace(ngrams=np.asarray(change(np.asarray(self.ngrams, np.float32)), np.float32))


def has_ngrams(minn: int, maxn: int, buckets: int, hashes: int = 0) -> bool:
    """Whether there can be n-grams of these lengths in so many buckets: a file may say anything."""
    return 0 <= minn <= maxn <= LONGEST and maxn > 0 and buckets > 0 and 0 <= hashes <= MOST_HASHES


def ngram_buckets(word: str, scheme: Scheme) -> list[int]:
    """The buckets of each n-gram of ``<word>``; the bare marks are no n-grams, and ``</s>`` has none."""
    buckets: list[int] = _ngrams(word, scheme)[1].ravel().tolist()
    return buckets


def _ngrams(word: str, scheme: Scheme) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The n-grams of a word, and their buckets (n-grams, 1 or hashes)."""
    if len(word) * min(scheme.maxn, len(word)) <= _SHORT:
        return ngrams_of(word, scheme)

    from firth.kernels.text.subwords import list_ngrams  # it takes longer to load than many queries take

    raw = f"<{word}>".encode("utf-8", "surrogatepass")
    spans, buckets = list_ngrams(np.frombuffer(bytearray(raw), np.uint8), scheme)
    return [raw[a:b].decode("utf-8", "surrogatepass") for a, b in spans.tolist()], buckets


def word_bags(
    text: npt.NDArray[np.uint8], words: npt.NDArray[np.int64], scheme: Scheme, *, first_bucket: int | None = None
) -> WordBags:
    """The rows that the vector of each word of a vocabulary is the mean of.

    By fastText's scheme these are rows of a matrix that has one for each word and then one for each bucket, the word's
    own row first; by floret's, of a matrix that has one for each bucket.

    Args:
        text, words: the packed words; see :func:`firth.stored_words.pack_words`.
        scheme: the n-grams.
        first_bucket: the row of the first bucket, if the matrix has rows of more words than these.
    """
    from firth.kernels.text.subwords import bag_sizes, fill_bags

    count = len(words) - 1
    bounds = np.zeros(count + 1, np.int64)
    _in_parts(count, lambda first, stop: bag_sizes(text, words, scheme, bounds[1:], first, stop))
    np.cumsum(bounds, out=bounds)
    rows = np.empty(int(bounds[-1]), np.int32)
    offset = first_bucket if first_bucket is not None else 0 if scheme.hashes else count
    _in_parts(count, lambda first, stop: fill_bags(text, words, scheme, bounds, rows, first, stop, offset))
    return WordBags(bounds, rows)


def composed(matrix: npt.NDArray[np.float32], bags: WordBags, dims: int) -> Matrix:
    """The vectors (words, dims) of words from the rows (any, at least dims) that they are made of."""
    from firth.kernels.text.subwords import mean_rows

    means = np.empty((len(bags.bounds) - 1, dims), np.float32)
    _in_parts(len(means), lambda first, stop: mean_rows(matrix, bags.bounds, bags.rows, means, first, stop))
    return means


def _in_parts(count: int, work: Callable[[int, int], Any]) -> None:
    from firth.parallel import in_threads

    in_threads(lambda first: work(first, min(first + _WORDS, count)), range(0, count, _WORDS))
