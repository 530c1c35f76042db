"""Vectors for unknown words, from hashed character n-grams: fastText's subwords.

Bojanowski et al. (2017), "Enriching Word Vectors with Subword Information": a word is written ``<word>``, and each of
its character n-grams is hashed (FNV-1a over UTF-8 bytes, each sign-extended) into a bucket with a vector of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.vectors.search import Matrix

LONGEST = 1000  # characters of an n-gram: a word of any length has at most so many at a place


class Subwords(NamedTuple):
    """The n-grams of a model.

    Attributes:
        ngrams: (buckets, dims) float32.
        minn, maxn: the shortest and longest n-grams, in characters.
    """

    ngrams: Matrix
    minn: int
    maxn: int

    def vector(self, word: str) -> Matrix:
        """The mean (dims,) of the n-grams of a word; zero if it has none."""
        buckets = ngram_buckets(word, self.minn, self.maxn, len(self.ngrams))
        mean: Matrix = self.ngrams[buckets].sum(axis=0) / np.float32(max(len(buckets), 1))
        return mean

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> Subwords:
        """The same n-grams with their vectors through an affine map of rows."""
        return self._replace(ngrams=np.asarray(change(self.ngrams), np.float32))


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
