"""MurmurHash3 in its 128-bit form for 64-bit machines (Austin Appleby, in the public domain), as floret uses it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.text.numbers import Bytes

_FIRST, _SECOND = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_FIVE, _ADDED, _ADDED_SECOND = np.uint64(5), np.uint64(0x52DCE729), np.uint64(0x38495AB5)
_MIX, _MIX_SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_LOW = np.uint64(0xFFFFFFFF)


@njit(cache=True, nogil=True, forceinline=True)
def _rotated(number: Any, bits: int) -> Any:
    return (number << np.uint64(bits)) | (number >> np.uint64(64 - bits))


@njit(cache=True, nogil=True, forceinline=True)
def _eight(text: Bytes, start: int, stop: int) -> Any:
    """Up to eight bytes as one number, the first one lowest."""
    number = np.uint64(0)
    for i in range(start, min(start + 8, stop)):
        number |= np.uint64(text[i]) << np.uint64(8 * (i - start))
    return number


@njit(cache=True, nogil=True, forceinline=True)
def _mixed(number: Any) -> Any:
    number = (number ^ (number >> np.uint64(33))) * _MIX
    number = (number ^ (number >> np.uint64(33))) * _MIX_SECOND
    return number ^ (number >> np.uint64(33))


@njit(cache=True, nogil=True)
def murmur(text: Bytes, start: int, stop: int, seed: int, found: npt.NDArray[np.uint64]) -> None:
    """The hash of the bytes from ``start`` to ``stop``: four numbers of 32 bits, the lowest bits first.

    Args:
        text, start, stop: the bytes.
        seed: any number of 32 bits.
        found: receives the numbers.  # (4,) uint64
    """
    one = two = np.uint64(seed)
    place = start
    while place + 16 <= stop:
        one ^= _rotated(_eight(text, place, stop) * _FIRST, 31) * _SECOND
        one = (_rotated(one, 27) + two) * _FIVE + _ADDED
        two ^= _rotated(_eight(text, place + 8, stop) * _SECOND, 33) * _FIRST
        two = (_rotated(two, 31) + one) * _FIVE + _ADDED_SECOND
        place += 16
    two ^= _rotated(_eight(text, place + 8, stop) * _SECOND, 33) * _FIRST
    one ^= _rotated(_eight(text, place, stop) * _FIRST, 31) * _SECOND
    size = np.uint64(stop - start)
    one, two = one ^ size, two ^ size
    one += two
    two += one
    one, two = _mixed(one), _mixed(two)
    one += two
    two += one
    found[0], found[1] = one & _LOW, one >> np.uint64(32)
    found[2], found[3] = two & _LOW, two >> np.uint64(32)
