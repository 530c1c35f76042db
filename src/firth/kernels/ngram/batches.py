"""Scoring a whole text at once, with the n-grams in a hash table (:mod:`firth.lm.ngram.probing`).

Which n-gram ends at a place depends on the words alone, not on what was found before it, so the places of a block are
looked up together, one length of n-grams after the other: first the memory of all of them is asked for, then each is
looked at. So they wait together for memory, not one after another. Nothing branches on whether an n-gram is stored,
which no processor can foresee: one that is not lies in a bucket of its own, with the weight of a history not stored.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import END_ID, START_ID, Float32s, Floats, Int32s, Int64s
from firth.kernels.ngram.scoring import Lengths, sentence_at
from firth.kernels.ngram.slots import BUCKET, Slots, compare, home_of, key_of
from firth.kernels.simd.copies import copy
from firth.kernels.simd.intrinsics import lowest_bit, prefetch

CHUNK = 1 << 16  # tokens that a worker takes at a time
WORTH = 16  # n-grams a token scored; once there are no more of them it is worth the time to build the table
_TOGETHER = 128  # of them looked up together


@njit(cache=True, nogil=True)
def look_up_range(
    ids: Int32s, bounds: Int64s, first: int, last: int, out: Floats, lengths: Lengths,
    log_probabilities: Float32s, log_backoffs: Float32s, slots: Slots, starts: Int64s, missing: float, uniform: float,
) -> None:  # fmt: skip
    """log10 p of the tokens ``first`` to ``last``, where each sentence has a ``</s>`` behind its ids.

    Args:
        ids, bounds: the sentences.
        out: receives the values.  # (tokens,)
        lengths: receives the words in the n-gram found for each token, if it is given.  # (tokens,)
        log_probabilities, log_backoffs: of words, then of longer n-grams, which are read from the table.
        slots, starts: the table and the bounds of its levels.
        missing: log10 weight of a history that is not stored (0 but for stupid back-off).
        uniform: log10 probability below every history for add-k, else NaN.
    """
    order = len(starts)
    absent = starts[order - 1]
    adds_k = not np.isnan(uniform)
    sentence = sentence_at(bounds, first)
    # Of the token before the first only its n-grams are wanted: they are the first one's histories.
    place = first - (first > bounds[sentence] + sentence)
    at = np.empty(_TOGETHER, np.int64)  # of each token: its place in ids
    behind = np.empty(_TOGETHER, np.int64)  # words of its sentence before it, <s> included, as far as they matter
    keys, homes = np.empty(_TOGETHER, np.uint64), np.empty(_TOGETHER, np.int64)
    values = np.empty(_TOGETHER, np.float64)
    weights = np.zeros((order, _TOGETHER + 1), np.float64)  # log back-offs of n-grams; first those before the block
    start_weight = np.float64(log_backoffs[START_ID]) if order > 1 else 0.0
    weights[0, 0] = start_weight
    while place < last:
        size = min(_TOGETHER, last - place)
        for index in range(size):
            at[index] = place + index - sentence
            behind[index] = min(at[index] - bounds[sentence] + 1, order)
            if at[index] == bounds[sentence + 1]:
                word: Any = np.int64(END_ID)
                weights[0, index + 1] = start_weight  # of the history that the next token has
                sentence += 1
            else:
                word = np.int64(ids[at[index]])
                if order > 1:
                    weights[0, index + 1] = log_backoffs[word]
            values[index] = log_probabilities[word]
            if order > 1:
                before = ids[at[index] - 1] if behind[index] > 1 else START_ID
                keys[index] = key_of(word, before)
                homes[index] = home_of(keys[index], starts[1])
                prefetch(slots, homes[index] * BUCKET)
        if lengths is not None:
            lengths[max(place, first) : place + size] = 1
        for length in range(1, order):
            start, stop = starts[length - 1], starts[length]
            room = starts[min(length + 1, order - 1)] - stop
            for index in range(size):
                bucket, key = homes[index], keys[index]
                equal, free = compare(slots, bucket, key)
                while (equal | free) == 0:
                    bucket = bucket + 1 if bucket + 1 < stop else start
                    equal, free = compare(slots, bucket, key)
                is_stored = equal != 0
                slot = bucket * BUCKET + (lowest_bit(equal) >> 1) if is_stored else absent * BUCKET
                weight = weights[length - 1, index] if behind[index] >= length else 0.0
                value = values[index] + weight
                if adds_k and behind[index] >= length and values[index] > -np.inf:  # <s> is never predicted
                    value = uniform + weight
                values[index] = np.float64(slots[slot].log_probability) if is_stored else value
                if lengths is not None and is_stored and place + index >= first:
                    lengths[place + index] = length + 1
                if length + 1 < order:
                    weights[length, index + 1] = np.float64(slots[slot].log_backoff) if is_stored else missing
                    before = ids[at[index] - length - 1] if behind[index] > length + 1 else START_ID
                    keys[index] = key_of(slot - start * BUCKET, before)
                    home = stop + home_of(keys[index], room)
                    homes[index] = home if is_stored and behind[index] > length else absent
                    prefetch(slots, homes[index] * BUCKET)
        skipped = max(first - place, 0)
        copy(values, skipped, size, out, place + skipped)
        for row in range(len(weights)):
            weights[row, 0] = weights[row, size]
        place += size
