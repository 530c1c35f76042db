"""The hash table of numbers, by open addressing: each slot has a key, which is not 0, and a value beside it.

A key lies in the slot that its hash says, or, where that is taken, in the next one that is free; none is given back.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

SLOT = np.dtype([("key", np.uint64), ("value", np.int64)])  # side by side, so that they are fetched together

Slots = npt.NDArray[np.void]  # (2 ** n,) SLOT, zeros where they are free; not all may be taken

_HALF = np.uint64(32)


@njit(nogil=True, cache=True, forceinline=True)
def home_of(code: np.uint64, slots: Slots) -> Any:
    """The slot where the search for a key begins, by the upper half of its hash."""
    return np.int64(code >> _HALF) & (len(slots) - 1)


@njit(nogil=True, cache=True, forceinline=True)
def find(key: np.uint64, code: np.uint64, slots: Slots) -> Any:
    """The slot where a key is, or should be."""
    last = len(slots) - 1
    slot = home_of(code, slots)
    while slots[slot].key != 0 and slots[slot].key != key:
        slot = (slot + 1) & last
    return slot
