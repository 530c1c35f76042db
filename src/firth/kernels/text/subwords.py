"""The character n-grams of words, as fastText and floret find and hash them, and the rows that make up a vector."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.copies import copy
from firth.kernels.text.murmur import murmur
from firth.kernels.text.numbers import Bytes, Offsets
from firth.kernels.text.scheme import Scheme

_PRIME, _SIGN, _LOW = np.uint64(16777619), np.uint64(0xFFFFFF00), np.uint64(0xFFFFFFFF)
_BASIS = 2166136261

Rows = npt.NDArray[np.int32]


@njit(cache=True, nogil=True, forceinline=True)
def _hashed(key: Any, byte: Any) -> Any:
    """FNV-1a with one more byte, sign-extended as fastText does."""
    return ((key ^ (np.uint64(byte) | _SIGN if byte > 127 else np.uint64(byte))) * _PRIME) & _LOW


@njit(cache=True, nogil=True)
def _marked(text: Bytes, start: int, stop: int) -> Bytes:
    """The word between two offsets, between its marks: ``<word>``."""
    word = np.empty(stop - start + 2, np.uint8)
    word[0], word[-1] = 60, 62
    copy(text, start, stop, word, 1)
    return word


@njit(cache=True, nogil=True, forceinline=True)
def _ends_sentences(word: Bytes) -> bool:
    """Whether it is ``</s>``, the end of a sentence, which has no n-grams."""
    return len(word) == 6 and word[1] == 60 and word[2] == 47 and word[3] == 115 and word[4] == 62


@njit(cache=True, nogil=True, forceinline=True)
def _keep_murmur(
    word: Bytes, first: int, stop: int, scheme: Scheme, found: Offsets, count: int, four: npt.NDArray[np.uint64]
) -> int:
    """Add floret's buckets of the bytes from ``first`` to ``stop``; returns how many there are now."""
    murmur(word, first, stop, _BASIS, four)
    for n in range(scheme.hashes):
        found[count + n] = four[n] % np.uint64(scheme.buckets)
    return count + scheme.hashes


@njit(cache=True, nogil=True, forceinline=True)
def ngrams_at(
    word: Bytes, first: int, scheme: Scheme, found: Offsets, ends: Offsets, four: npt.NDArray[np.uint64]
) -> int:
    """The buckets of the n-grams that begin at one byte of a word; the one place that knows what an n-gram is.

    Bojanowski et al. (2017), as fastText has it: n-grams are of characters of ``<word>``, from ``minn`` to ``maxn`` of
    them, and the bare marks are none. ``</s>``, the end of a sentence, has no n-grams.

    Args:
        word: UTF-8, between its marks.
        first: the place of the byte; within a character no n-gram begins.
        scheme: the n-grams.
        found: receives the buckets.  # (>= maxn * max(1, hashes),) int64
        ends: receives the place behind each n-gram.  # (>= maxn,) int64
        four: scratch.  # (4,) uint64

    Returns:
        How many n-grams begin there.
    """
    size = len(word)
    if word[first] & 0xC0 == 0x80 or _ends_sentences(word):
        return 0
    key, stop, count, ngrams = np.uint64(_BASIS), first, 0, 0
    for characters in range(1, scheme.maxn + 1):
        if stop == size:
            break
        key = _hashed(key, word[stop])
        stop += 1
        while stop < size and word[stop] & 0xC0 == 0x80:
            key = _hashed(key, word[stop])
            stop += 1
        if characters >= scheme.minn and not (characters == 1 and (first == 0 or stop == size)):
            ends[ngrams] = stop
            ngrams += 1
            if scheme.hashes:
                count = _keep_murmur(word, first, stop, scheme, found, count, four)
            else:
                found[count] = key % np.uint64(scheme.buckets)
                count += 1
    return ngrams


@njit(cache=True, nogil=True)
def list_ngrams(word: Bytes, scheme: Scheme) -> tuple[Offsets, Offsets]:
    """All n-grams of a word between its marks; with floret, the whole word before them.

    Returns:
        The first byte of each n-gram and the place behind it (n-grams, 2), and its buckets (n-grams, 1 or hashes).
    """
    each, size, most = max(1, scheme.hashes), len(word), min(scheme.maxn, len(word))
    at, ends, four = np.empty((most + 1) * each, np.int64), np.empty(most, np.int64), np.empty(4, np.uint64)
    spans = np.empty((size * most + 1, 2), np.int64)
    buckets = np.empty((size * most + 1, each), np.int64)
    total = 0
    if scheme.hashes and not _ends_sentences(word):
        _keep_murmur(word, 0, size, scheme, at, 0, four)
        spans[0, 0], spans[0, 1] = 0, size
        for n in range(each):
            buckets[0, n] = at[n]
        total = 1
    for first in range(size):
        for ngram in range(ngrams_at(word, first, scheme, at, ends, four)):
            spans[total, 0], spans[total, 1] = first, ends[ngram]
            for n in range(each):
                buckets[total, n] = at[ngram * each + n]
            total += 1
    return spans[:total], buckets[:total]


@njit(cache=True, nogil=True)
def bag_sizes(text: Bytes, bounds: Offsets, scheme: Scheme, sizes: Offsets, first: int, stop: int) -> None:
    """How many rows the vectors of the words ``first`` to ``stop`` are made of.

    Args:
        text, bounds: the packed words.
        scheme: the n-grams.
        sizes: receives the numbers.  # (words,)
        first, stop: of which words.
    """
    each, own = max(1, scheme.hashes), 1
    for row in range(first, stop):
        size = own
        start, end = bounds[row], bounds[row + 1]
        characters = 2
        for i in range(start, end):
            characters += text[i] & 0xC0 != 0x80
        if _ends_sentences(_marked(text, start, end)):
            sizes[row] = 0 if scheme.hashes else 1
            continue
        for length in range(scheme.minn, min(scheme.maxn, characters) + 1):
            # all n-grams of this length; those of one character are not the marks
            size += characters - length + 1 - (2 if length == 1 else 0) if length else 0
        sizes[row] = size * each


@njit(cache=True, nogil=True)
def fill_bags(
    text: Bytes, words: Offsets, scheme: Scheme, bounds: Offsets, rows: Rows, first: int, stop: int, offset: int
) -> None:
    """List the rows that the vectors of the words ``first`` to ``stop`` are made of.

    Args:
        text, words: the packed words.
        scheme: the n-grams.
        bounds: where the list of each word begins.  # (words + 1,)
        rows: receives the lists: the word's own row first, by fastText's scheme; then those of the n-grams.
        first, stop: of which words.
        offset: the row of the first bucket.
    """
    for row in range(first, stop):
        place = bounds[row]
        if scheme.hashes == 0:
            rows[place] = row
            place += 1
        _, buckets = list_ngrams(_marked(text, words[row], words[row + 1]), scheme)
        for ngram in range(len(buckets)):
            for n in range(buckets.shape[1]):
                rows[place] = offset + buckets[ngram, n]
                place += 1


@njit(cache=True, nogil=True)
def mean_rows(
    matrix: npt.NDArray[np.float32],
    bounds: Offsets,
    rows: Rows,
    means: npt.NDArray[np.float32],
    first: int,
    stop: int,
) -> None:
    """The mean of the rows in each of the lists ``first`` to ``stop``; zero where there is none.

    Args:
        matrix: (rows, columns), of which the first columns are read.
        bounds, rows: the lists.
        means: (lists, dims), changed in place.
        first, stop: of which lists.
    """
    dims = means.shape[1]
    for word in range(first, stop):
        mean = means[word]
        mean[:] = np.float32(0)
        for place in range(bounds[word], bounds[word + 1]):
            row = matrix[rows[place]]
            for i in range(dims):
                mean[i] += row[i]
        if bounds[word + 1] > bounds[word]:
            share = np.float32(bounds[word + 1] - bounds[word])
            for i in range(dims):
                mean[i] /= share
