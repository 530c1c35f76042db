"""Words by 64-bit codes of their spellings, as :mod:`firth.lm.dictionary` keeps them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import END_ID, START_ID, UNKNOWN_ID, Int32s, Int64s
from firth.kernels.simd.hashing import hash_bytes
from firth.kernels.simd.intrinsics import lowest_bit, prefetch
from firth.kernels.simd.open_addressing import Slots, find, home_of

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
def fill(text: Bytes, bounds: Int64s, salt: int, slots: Slots) -> bool:
    """Enter words into free slots; false if two have the same code."""
    for word in range(len(bounds) - 1):
        code = code_of(text, bounds[word], bounds[word + 1] - bounds[word], salt)
        slot = find(code, code, slots)
        if slots[slot].key != 0:
            return False
        slots[slot].key = code
        slots[slot].value = word
    return True


@njit(cache=True, nogil=True)
def look_up(
    text: Bytes, size: int, spaces: Bits, line_end: int, salt: int, slots: Slots, ids: Int32s, ends: Int64s
) -> tuple[int, int, int]:
    """The kernel of :meth:`Dictionary.look_up`; returns how many words and lines there are, and the mark."""
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
                prefetch(slots, home_of(codes[waiting], slots))
                waiting += 1
            if text[end] == line_end:
                ends[lines] = words + waiting
                lines += 1
            start = end + 1
        for index in range(waiting):
            slot = find(codes[index], codes[index], slots)
            word = np.int64(UNKNOWN_ID) if slots[slot].key == 0 else slots[slot].value
            if word in (START_ID, END_ID):
                mark = word
            ids[words + index] = word
        words += waiting
    return words, lines, mark
