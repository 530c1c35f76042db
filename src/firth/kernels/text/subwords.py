"""The character n-grams of words, as fastText finds and hashes them."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.text.numbers import Bytes, Offsets


@njit(cache=True, nogil=True)
def _hashed(key: int, byte: int) -> int:
    """FNV-1a with one more byte, sign-extended as fastText does."""
    return ((key ^ (byte | 0xFFFFFF00 if byte > 127 else byte)) * 16777619) & 0xFFFFFFFF


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
    """Turn the rows (words, dims) of fastText's words into means of themselves and their n-grams' vectors.

    The n-grams are those of :func:`firth.vectors.subwords.ngram_buckets`, found in the packed words.
    """
    buckets = len(ngrams)
    for row in range(first, stop):
        start, length = bounds[row], bounds[row + 1] - bounds[row]
        word = np.empty(length + 2, np.uint8)
        word[0], word[length + 1] = 60, 62  # <word>
        word[1 : length + 1] = text[start : start + length]
        if length == 4 and word[1] == 60 and word[2] == 47 and word[3] == 115 and word[4] == 62:
            continue  # </s>, the end of a sentence, has no n-grams
        found = 1
        for i in range(length + 2):
            if word[i] & 0xC0 == 0x80:  # within a character
                continue
            key, j, characters = 2166136261, i, 0
            while j < length + 2 and characters < maxn:
                key = _hashed(key, int(word[j]))
                j += 1
                while j < length + 2 and word[j] & 0xC0 == 0x80:
                    key = _hashed(key, int(word[j]))
                    j += 1
                characters += 1
                if characters >= minn and not (characters == 1 and (i == 0 or j == length + 2)):
                    rows[row] += ngrams[key % buckets]
                    found += 1
        rows[row] /= np.float32(found)
