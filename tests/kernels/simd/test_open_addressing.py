"""The table against a dictionary, and keys whose searches begin at the same slot."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from firth.kernels.simd.hashing import hash_number
from firth.kernels.simd.open_addressing import SLOT, find, home_of


@njit
def count(key, code, slots):
    slot = find(key, code, slots)
    slots[slot].key = key
    slots[slot].value += 1
    return slot


@njit
def hashed(key, slots):
    return hash_number(key), home_of(hash_number(key), slots)


@given(st.lists(st.integers(1, 40)))
def test_counts_are_those_of_a_dictionary(keys):
    slots, counts = np.zeros(64, SLOT), {}
    for key in keys:
        code, _ = hashed(np.uint64(key), slots)
        count(np.uint64(key), np.uint64(code), slots)
        counts[key] = counts.get(key, 0) + 1
    taken = slots[slots["key"] > 0]
    assert dict(taken.tolist()) == counts


def test_a_key_goes_behind_one_that_is_there_and_after_the_last_slot_to_the_first():
    slots = np.zeros(4, SLOT)
    code = np.uint64(3 << 32)
    assert [count(np.uint64(key), code, slots) for key in (7, 8, 9, 8)] == [3, 0, 1, 0]
    assert slots.tolist() == [(8, 2), (9, 1), (0, 0), (7, 1)]
