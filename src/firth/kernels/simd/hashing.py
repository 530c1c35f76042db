"""The one hash of all kernels: of a whole number, and of the bytes of a word, eight at a time."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.intrinsics import load

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_LOW = np.uint64(0xFFFF_FFFF)
_HALF = np.uint64(32)
_STIR = np.uint64(0xD6E8_FEB8_6659_FD93)

Bytes = npt.NDArray[np.uint8]


@njit(nogil=True, cache=True, forceinline=True)
def _stirred(code: np.uint64, more: np.uint64) -> Any:
    """One round: the upper half, which knows most of what came before, into the lower, then all into the upper."""
    return ((code ^ (code >> _HALF)) + more) * _STIR


@njit(nogil=True, cache=True, forceinline=True)
def hash_number(key: np.uint64) -> Any:
    """The hash of a 64-bit number; different numbers have different ones."""
    code = _stirred(_stirred(key, np.uint64(0)), np.uint64(0))
    return code ^ (code >> _HALF)


@njit(nogil=True, cache=True, forceinline=True)
def upper_hash(key: np.uint64) -> Any:
    """A hash of 32 bits by one multiplication, where a further step would be felt: it takes a tenth of scoring."""
    return (key * _STIR) >> _HALF


@njit(nogil=True, cache=True, forceinline=True)
def eight_bytes(text: Bytes, start: int, length: int) -> Any:
    """Up to eight bytes of a word of at least one byte, the first one lowest, zeros after its end."""
    return load(text, start) & (_ALL >> np.uint64(64 - 8 * min(length, 8) & 63))  # 63: defined for no bytes too


@njit(nogil=True, cache=True, forceinline=True)
def eight_more(text: Bytes, start: int, length: int) -> Any:
    """The next eight bytes of the word, the ninth one lowest; zero where it has no more than eight."""
    rest = _ALL >> np.uint64(64 - 8 * min(length - 8, 8) & 63)
    return load(text, start + 8) & (rest if length > 8 else np.uint64(0))


@njit(nogil=True, cache=True, forceinline=True)
def hash_bytes(text: Bytes, start: int, length: int, salt: int) -> Any:
    """The hash of a word of at least one byte; another one for each salt below 2**32.

    Sixteen bytes behind the word's last must be readable. Up to that length no branch depends on it: a processor cannot
    foresee how long the next word is.
    """
    code = _stirred((np.uint64(length) & _LOW) | (np.uint64(salt) << _HALF), eight_bytes(text, start, length))
    code = _stirred(code, eight_more(text, start, length))
    for done in range(16, length, 8):
        code = _stirred(code, eight_bytes(text, start + done, length - done))
    code = _stirred(code, np.uint64(0))
    return code ^ (code >> _HALF)
