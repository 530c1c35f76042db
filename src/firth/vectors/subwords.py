"""Vectors for unknown words, from hashed character n-grams: fastText's subwords.

Bojanowski et al. (2017), "Enriching Word Vectors with Subword Information": a word is written ``<word>``, and each of
its character n-grams is hashed (FNV-1a over UTF-8 bytes, each sign-extended) into a bucket with a vector of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import VectorsWarning, warn
from firth.vectors.lookup import Key, Vector
from firth.vectors.search import Matrix
from firth.vectors.wordvectors import WordVectors

LONGEST = 1000  # characters of an n-gram: a word of any length has at most so many at a place


class SubwordVectors(WordVectors):
    """Word vectors that also know n-grams, so that every word has a vector.

    ``in``, ``key_to_index`` and the answers to queries know only the words of the vocabulary.

    Args:
        words, matrix, counts, metadata: as for :class:`WordVectors`; a row is the whole vector of its word.
        ngrams: (buckets, dims).
        minn, maxn: the shortest and longest n-grams, in characters.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        *,
        ngrams: Matrix,
        minn: int,
        maxn: int,
    ) -> None:
        super().__init__(words, matrix, counts, metadata)
        self.ngrams, self.minn, self.maxn = ngrams, minn, maxn

    def get_vector(self, key: Key, norm: bool = False) -> Vector:
        """The vector (dims,) of a word; of an unknown one, the mean of its n-grams (zero if it has none)."""
        if not isinstance(key, str) or key in self:
            return super().get_vector(key, norm)
        buckets = ngram_buckets(key, self.minn, self.maxn, len(self.ngrams))
        vector: Vector = self.ngrams[buckets].sum(axis=0) / np.float32(max(len(buckets), 1))
        return self._unit(vector) if norm else vector

    def replaced(self, matrix: npt.ArrayLike) -> WordVectors:
        """The same words with other vectors (words, any); the n-grams are left behind, with a warning."""
        return self.without_ngrams().replaced(matrix)

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> SubwordVectors:
        """Words and n-grams through an affine map: that of a mean is the mean of those of its parts."""
        matrix, ngrams = (np.asarray(change(rows), np.float32) for rows in (self.vectors, self.ngrams))
        return self._with(self._words, matrix, self.counts, ngrams)

    def take(self, rows: Sequence[int]) -> SubwordVectors:
        """Only the words of these rows, in this order, and all n-grams."""
        words = super().take(rows)
        return self._with(words.index_to_key, words.vectors, words.counts, self.ngrams)

    def without_ngrams(self) -> WordVectors:
        """The words alone, with a warning."""
        warn("the n-grams are left behind: unknown words have no vectors then", VectorsWarning)
        return WordVectors(self._words, self.vectors, self.counts, self.metadata)

    def _with(
        self, words: Sequence[str], matrix: Matrix, counts: npt.NDArray[np.int64] | None, ngrams: Matrix
    ) -> SubwordVectors:
        return SubwordVectors(words, matrix, counts, self.metadata, ngrams=ngrams, minn=self.minn, maxn=self.maxn)

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """What a file holds: those of :class:`WordVectors`, ``ngrams``, and their ``ngram_lengths`` (2,)."""
        return {**super().tensors(), "ngrams": self.ngrams, "ngram_lengths": np.array([self.minn, self.maxn])}


def has_ngrams(minn: int, maxn: int, buckets: int) -> bool:
    """Whether there can be n-grams of these lengths in so many buckets: a file may say anything."""
    return 0 <= minn <= maxn <= LONGEST and buckets > 0


def ngram_buckets(word: str, minn: int, maxn: int, buckets: int) -> list[int]:
    """The bucket of each n-gram of ``<word>``; the bare marks ``<`` and ``>`` are no n-grams, and ``</s>`` has none."""
    from firth.kernels.text.subwords import ngrams_at  # Numba takes a while to import, and many queries do without

    letters = np.array(list(f"<{word}>".encode("utf-8", "surrogatepass")), np.uint8)
    at, found = np.empty(maxn, np.int64), list[int]()
    for first in range(len(letters)):
        found += at[: ngrams_at(letters, first, minn, maxn, buckets, at)].tolist()
    return found
