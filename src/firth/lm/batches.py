"""Scoring a whole text at once, with the n-grams in a hash table (:mod:`firth.lm.tables`).

Which n-gram ends at a place depends on the words alone, not on what was found before it, so the places of a block are
looked up together, one length of n-grams after the other: first the memory of all of them is asked for, then each is
looked at. So they wait together for memory, not one after another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from firth.corpus.intrinsics import prefetch
from firth.lm.scoring import sentence_at
from firth.lm.sentences import END_ID, START_ID
from firth.lm.tables import NONE, Slots, home_of, key_of
from firth.lm.trie import Floats, Int32s, Int64s

CHUNK = 1 << 16  # tokens that a worker takes at a time
WORTH = 16  # n-grams a token scored; once there are no more of them it is worth the time to build the table
_TOGETHER = 128  # of them looked up together


@njit(cache=True, nogil=True)
def look_up_range(
    ids: Int32s, bounds: Int64s, first: int, last: int, out: Floats,
    slots: Slots, starts: Int64s, missing: float, uniform: float,
) -> None:  # fmt: skip
    """log10 p of the tokens ``first`` to ``last``, where each sentence has a ``</s>`` behind its ids.

    Args:
        ids, bounds: the sentences.
        out: receives the values.  # (tokens,)
        slots, starts: the table and its levels.
        missing: log10 weight of a history that is not stored (0 but for stupid back-off).
        uniform: log10 probability below every history for add-k, else NaN.
    """
    order = len(starts) - 1
    sentence = sentence_at(bounds, first)
    # Of the token before the first only its n-grams are wanted: they are the first one's histories.
    place = first - (first > bounds[sentence] + sentence)
    at = np.empty(_TOGETHER, np.int64)  # of each token: its place in ids
    behind = np.empty(_TOGETHER, np.int64)  # words of its sentence before it, <s> included, as far as they matter
    keys, homes = np.empty(_TOGETHER, np.uint64), np.empty(_TOGETHER, np.int64)
    found = np.full((order, _TOGETHER + 1), NONE, np.int64)  # n-grams of each length; first those of the last block
    while place < last:
        size = min(_TOGETHER, last - place)
        for index in range(size):
            at[index] = place + index - sentence
            behind[index] = min(at[index] - bounds[sentence] + 1, order)
            if at[index] == bounds[sentence + 1]:
                found[0, index + 1] = END_ID
                sentence += 1
            else:
                found[0, index + 1] = ids[at[index]]
            if order > 1:
                word = ids[at[index] - 1] if behind[index] > 1 else START_ID
                keys[index] = key_of(found[0, index + 1], word)
                homes[index] = starts[1] + home_of(keys[index], starts[2] - starts[1])
                prefetch(slots, homes[index])
        for length in range(1, order):
            start, stop, room = starts[length], starts[length + 1], starts[min(length + 2, order)] - starts[length + 1]
            for index in range(size):
                slot = homes[index]
                if slot != NONE:
                    slot = search(slots, slot, keys[index], start, stop)
                found[length, index + 1] = slot
                homes[index] = NONE
                if slot != NONE and behind[index] > length and room:
                    word = ids[at[index] - length - 1] if behind[index] > length + 1 else START_ID
                    keys[index] = key_of(slot, word)
                    homes[index] = stop + home_of(keys[index], room)
                    prefetch(slots, homes[index])
        for index in range(max(first - place, 0), size):
            matched = order - 1
            while found[matched, index + 1] == NONE:
                matched -= 1
            value: float = np.float64(slots[found[matched, index + 1]].log_probability)
            given = min(behind[index], order - 1)
            if matched < given:
                if np.isnan(uniform):
                    for length in range(matched, given):
                        history = found[length, index] if behind[index] > 1 else START_ID
                        value += missing if history == NONE else np.float64(slots[history].log_backoff)
                elif slots[found[0, index + 1]].log_probability > -np.inf:  # <s> is never predicted
                    history = found[given - 1, index] if behind[index] > 1 else START_ID
                    value = uniform if history == NONE else uniform + np.float64(slots[history].log_backoff)
            out[place + index] = value
        found[:, 0] = found[:, size]
        place += size


@njit(cache=True, nogil=True, inline="always")
def search(slots: Slots, slot: int, key: Any, start: int, stop: int) -> int:
    """The slot that holds a key, from its home on, among those of a level; or ``NONE``."""
    while slots[slot].key != key:
        if slots[slot].key == 0:
            return NONE
        slot = slot + 1 if slot + 1 < stop else start
    return slot
