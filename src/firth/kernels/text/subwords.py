"""The character n-grams of words, as fastText finds and hashes them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.text.numbers import Bytes, Offsets

_PRIME, _SIGN, _LOW = np.uint64(16777619), np.uint64(0xFFFFFF00), np.uint64(0xFFFFFFFF)


@njit(cache=True, nogil=True, forceinline=True)
def _hashed(key: Any, byte: Any) -> Any:
    """FNV-1a with one more byte, sign-extended as fastText does."""
    return ((key ^ (np.uint64(byte) | _SIGN if byte > 127 else np.uint64(byte))) * _PRIME) & _LOW


@njit(cache=True, nogil=True)
def _marked(text: Bytes, start: int, stop: int) -> Bytes:
    """The word between two offsets, between its marks: ``<word>``."""
    word = np.empty(stop - start + 2, np.uint8)
    word[0], word[-1] = 60, 62
    word[1:-1] = text[start:stop]
    return word


@njit(cache=True, nogil=True, forceinline=True)
def ngrams_at(word: Bytes, first: int, minn: int, maxn: int, buckets: int, found: Offsets) -> int:
    """The buckets of the n-grams that begin at one byte of a word; the one place that knows what an n-gram is.

    Bojanowski et al. (2017), as fastText has it: n-grams are of characters of ``<word>``, from ``minn`` to ``maxn`` of
    them, and the bare marks are none. ``</s>``, the end of a sentence, has no n-grams.

    Args:
        word: UTF-8, between its marks.
        first: the place of the byte; within a character no n-gram begins.
        minn, maxn: the fewest and most characters.
        buckets: how many there are.
        found: receives the buckets.  # (>= maxn,) int64

    Returns:
        How many n-grams begin there.
    """
    size = len(word)
    if word[first] & 0xC0 == 0x80:
        return 0
    if size == 6 and word[1] == 60 and word[2] == 47 and word[3] == 115 and word[4] == 62:
        return 0
    key, stop, count = np.uint64(2166136261), first, 0
    for characters in range(1, maxn + 1):
        if stop == size:
            break
        key = _hashed(key, word[stop])
        stop += 1
        while stop < size and word[stop] & 0xC0 == 0x80:
            key = _hashed(key, word[stop])
            stop += 1
        if characters >= minn and not (characters == 1 and (first == 0 or stop == size)):
            found[count] = key % np.uint64(buckets)
            count += 1
    return count


@njit(cache=True, nogil=True)
def add_ngrams(
    text: Bytes,
    bounds: Offsets,
    ngrams: npt.NDArray[np.float32],
    minn: int,
    maxn: int,
    rows: npt.NDArray[np.float32],
    first: int,
    stop: int,
) -> None:
    """Turn rows ``first`` to ``stop`` of fastText's words into means of themselves and their n-grams' vectors.

    Args:
        text, bounds: the packed words.
        ngrams: (buckets, dims).
        minn, maxn: the fewest and most characters of an n-gram.
        rows: (words, dims), changed in place.
        first, stop: of which rows.
    """
    found = np.empty(maxn, np.int64)
    for row in range(first, stop):
        word = _marked(text, bounds[row], bounds[row + 1])
        parts = 1
        for place in range(len(word)):
            count = ngrams_at(word, place, minn, maxn, len(ngrams), found)
            for n in range(count):
                rows[row] += ngrams[found[n]]
            parts += count
        rows[row] /= np.float32(parts)
