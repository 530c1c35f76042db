"""Words by 64-bit codes of their spellings, as :mod:`firth.lm.dictionary` keeps them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import END_ID, START_ID, UNKNOWN_ID, Int32s, Int64s
from firth.kernels.simd.hashing import hash_bytes
from firth.kernels.simd.intrinsics import lowest_bit, prefetch

ENTRY = np.dtype([("code", np.uint64), ("word", np.int64)])

Entries = npt.NDArray[np.void]
Bytes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.uint64]

_TOGETHER = 128  # words looked up together
_ONE = np.uint64(1)
_HALF = np.uint64(32)


@njit(cache=True, nogil=True, inline="always")
def code_of(text: Bytes, start: int, length: int, salt: int) -> Any:
    """The code of a word, never 0."""
    return hash_bytes(text, start, length, salt) | _ONE


@njit(cache=True, nogil=True)
def fill(text: Bytes, bounds: Int64s, salt: int, entries: Entries) -> bool:
    """Enter words into free entries; false if two have the same code."""
    last = len(entries) - 1
    for word in range(len(bounds) - 1):
        code = code_of(text, bounds[word], bounds[word + 1] - bounds[word], salt)
        place = np.int64(code >> _HALF) & last
        while entries[place].code != 0:
            if entries[place].code == code:
                return False
            place = (place + 1) & last
        entries[place].code = code
        entries[place].word = word
    return True


@njit(cache=True, nogil=True)
def look_up(
    text: Bytes, size: int, spaces: Bits, line_end: int, salt: int, entries: Entries, ids: Int32s, ends: Int64s
) -> tuple[int, int, int]:
    """The kernel of :meth:`Dictionary.look_up`; returns how many words and lines there are, and the mark."""
    last = len(entries) - 1
    codes = np.empty(_TOGETHER, np.uint64)
    words = lines = 0
    mark: Any = 0
    start = chunk = 0
    mask = spaces[0]
    while start < size:
        waiting = 0
        while start < size and waiting < _TOGETHER:
            while mask == 0:
                chunk += 1
                mask = spaces[chunk]
            end = (chunk << 6) + lowest_bit(mask)
            mask &= mask - _ONE
            if end > start:
                codes[waiting] = code_of(text, start, end - start, salt)
                prefetch(entries, np.int64(codes[waiting] >> _HALF) & last)
                waiting += 1
            if text[end] == line_end:
                ends[lines] = words + waiting
                lines += 1
            start = end + 1
        for index in range(waiting):
            place: Any = np.int64(codes[index] >> _HALF) & last
            while entries[place].code != codes[index] and entries[place].code != 0:
                place = (place + 1) & last
            word = np.int64(UNKNOWN_ID) if entries[place].code == 0 else entries[place].word
            if word in (START_ID, END_ID):
                mark = word
            ids[words + index] = word
        words += waiting
    return words, lines, mark
