"""Kernels of the counting: n-grams packed into keys, radix sort, and the trie read off the sorted keys."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import START_ID, Int32s, Int64s, token_at

Keys = npt.NDArray[np.uint64]

_DIGIT = 11  # bits sorted at a time: the 2,048 write positions stay in the first-level cache


@njit(cache=True, nogil=True)
def sample_pairs(ids: Int32s, bounds: Int64s, bits: int, stride: int) -> Keys:
    """The packed last two words of every ``stride``-th position."""
    out = np.empty((len(ids) + len(bounds) - 1 + stride - 1) // stride, np.uint64)
    position, taken = 0, 0
    for sentence in range(len(bounds) - 1):
        start, stop = bounds[sentence], bounds[sentence + 1]
        ahead = (stride - position % stride) % stride
        while start + ahead <= stop:
            before = np.uint64(token_at(ids, start, stop, start + ahead - 1))
            out[taken] = (np.uint64(token_at(ids, start, stop, start + ahead)) << np.uint64(bits)) | before
            taken += 1
            ahead += stride
        position += stop - start + 1
    return out[:taken]


@njit(cache=True, nogil=True)
def part_sizes(ids: Int32s, bounds: Int64s, bits: int, pivots: Keys, first: int, last: int) -> Int64s:
    """How many positions of the sentences ``first`` to ``last`` fall into each part."""
    sizes = np.zeros(len(pivots) + 1, np.int64)
    for sentence in range(first, last):
        start, stop = bounds[sentence], bounds[sentence + 1]
        before = np.uint64(START_ID)
        for place in range(start, stop + 1):
            word = np.uint64(token_at(ids, start, stop, place))
            pair = (word << np.uint64(bits)) | before
            low, high = 0, len(pivots)
            while low < high:
                middle = (low + high) >> 1
                if pivots[middle] <= pair:
                    low = middle + 1
                else:
                    high = middle
            sizes[low] += 1
            before = word
    return sizes


@njit(cache=True, nogil=True)
def fill_keys(
    ids: Int32s, bounds: Int64s, order: int, bits: int, per_column: int, low: int, high: int, keys: Keys
) -> None:
    """The keys of all positions whose packed pair lies in ``low`` to ``high``."""
    shift = np.uint64(bits)
    top = np.uint64(bits * (per_column - 1))
    width = keys.shape[1]
    key = np.zeros(width, np.uint64)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    unused = np.uint64(bits * (width * per_column - order))
    lowest, end = np.uint64(low), np.uint64(high)  # mixed with signed numbers they would be compared as floats
    row = 0
    for sentence in range(len(bounds) - 1):
        start, stop = bounds[sentence], bounds[sentence + 1]
        for column in range(width):
            key[column] = 0
            for _ in range(per_column):
                key[column] = (key[column] << shift) | np.uint64(START_ID)
        before = np.uint64(START_ID)
        for place in range(start, stop + 1):
            word = np.uint64(token_at(ids, start, stop, place))
            carry = word
            for column in range(width):
                leaving = key[column] & mask
                key[column] = (key[column] >> shift) | (carry << top)
                carry = leaving
            pair = (word << shift) | before
            before = word
            if lowest <= pair < end:
                for column in range(width):
                    keys[row, column] = key[column]
                keys[row, width - 1] = (key[width - 1] >> unused) << unused
                row += 1


@njit(cache=True, nogil=True)
def sort_keys(keys: Keys, scratch: Keys, bits: int) -> Keys:
    """Sort the rows, of ``bits`` bits a column, by radix from the lowest digit up, into one of the two arrays."""
    size, width = keys.shape
    buckets = 1 << _DIGIT
    mask = np.uint64(buckets - 1)
    place = np.empty(buckets, np.int64)
    for column in range(width - 1, -1, -1):
        for low in range(0, bits, _DIGIT):
            shift = np.uint64(low)
            place[:] = 0
            for row in range(size):
                place[(keys[row, column] >> shift) & mask] += 1
            if size == 0 or place[(keys[0, column] >> shift) & mask] == size:
                continue  # one digit only: nothing to move
            total = 0
            for bucket in range(buckets):
                total, place[bucket] = total + place[bucket], total
            for row in range(size):
                bucket = (keys[row, column] >> shift) & mask
                target = place[bucket]
                place[bucket] = target + 1
                for other in range(width):
                    scratch[target, other] = keys[row, other]
            keys, scratch = scratch, keys
    return keys


@njit(cache=True, nogil=True, inline="always")
def _word_at(keys: Keys, row: int, position: int, bits: int, per_column: int) -> int:
    column = position // per_column
    shift = np.uint64(bits * (per_column - 1 - position % per_column))
    return int((keys[row, column] >> shift) & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1)))


@njit(cache=True, nogil=True)
def _first_new(keys: Keys, row: int, order: int, bits: int, per_column: int) -> int:
    """The number of last words that this key shares with the one before it; ``order`` if they are equal."""
    if row == 0:
        return 0
    same = True
    for column in range(keys.shape[1]):
        if keys[row, column] != keys[row - 1, column]:
            same = False
    if same:
        return order
    shared = 0
    while _word_at(keys, row, shared, bits, per_column) == _word_at(keys, row - 1, shared, bits, per_column):
        shared += 1
    return shared


@njit(cache=True, nogil=True)
def level_sizes(keys: Keys, order: int, bits: int, per_column: int, sizes: Int64s) -> None:
    """Count the different n-grams of each length, ``sizes[n]``."""
    for row in range(len(keys)):
        shared = _first_new(keys, row, order, bits, per_column)
        for position in range(shared, order):
            word = _word_at(keys, row, position, bits, per_column)
            if position and word == START_ID and _word_at(keys, row, position - 1, bits, per_column) == START_ID:
                break  # padding
            sizes[position + 1] += 1


@njit(cache=True, nogil=True)
def lay_levels(
    keys: Keys, order: int, bits: int, per_column: int, bounds: Int64s, word_counts: Int64s, word_children: Int64s,
    left_words: Int32s, counts: Int64s, children: Int32s,
) -> None:  # fmt: skip
    """Fill the levels from the sorted keys; level n of the part is ``bounds[n - 1]`` to ``bounds[n]``."""
    next_node = bounds[: order + 1].copy()  # of level n + 1 at n
    current = np.zeros(order, np.int64)  # the open node of each level
    depth = 0  # how many levels are open
    for row in range(len(keys)):
        shared = _first_new(keys, row, order, bits, per_column)
        if shared < depth or row == 0:
            depth = shared
            for position in range(shared, order):
                word = _word_at(keys, row, position, bits, per_column)
                if position == 0:
                    current[0] = word
                else:
                    if word == START_ID and _word_at(keys, row, position - 1, bits, per_column) == START_ID:
                        break
                    node = next_node[position]
                    next_node[position] += 1
                    current[position] = node
                    left_words[node] = word
                    if position == 1:
                        word_children[current[0]] += 1
                    else:
                        children[current[position - 1]] += 1
                depth = position + 1
        word_counts[current[0]] += 1
        for position in range(1, depth):
            counts[current[position]] += 1
