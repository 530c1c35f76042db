"""Kernels of the counting: n-grams packed into keys, radix sort, and the trie read off the sorted keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import START_ID, Int32s, Int64s, Places, token_at
from firth.kernels.ngram.scoring import sentence_at

Keys = npt.NDArray[np.uint64]

_DIGIT = 11  # bits sorted at a time: the 2,048 write positions stay in the first-level cache


@njit(cache=True, nogil=True, forceinline=True)
def _bucket_of(word: int, below: float, words_below: Int64s, bucket: int) -> Any:
    """The bucket of a pair of last words, which grows with the pair.

    It is the share of pairs below this one, as if the two words were independent, in units of ``bucket`` tokens. Whole
    numbers are exact here, so rounding never puts a pair above one with the next last word.

    Args:
        word: the last word.
        below: the share of tokens whose word is below the one before it.
        words_below: tokens whose word is below each word, and all of them.  # (words + 1,)
        bucket: a power of two.
    """
    first = words_below[word]
    return np.int64((first + (words_below[word + 1] - first) * below) * (1.0 / bucket))


@njit(cache=True, nogil=True)
def bucket_sizes(
    ids: Int32s, bounds: Int64s, first: int, last: int, words_below: Int64s, bucket: int, sizes: Int64s
) -> None:
    """Count the tokens ``first`` to ``last``, each sentence with its ``</s>``, by their bucket.

    Args:
        ids, bounds: the sentences.
        words_below, bucket: as for :func:`_bucket_of`.
        sizes: receives the numbers.  # (buckets,)
    """
    share = 1.0 / words_below[-1]
    sentence = sentence_at(bounds, first)
    token = first
    while token < last:
        start, stop = bounds[sentence], bounds[sentence + 1]
        place = token - sentence
        end = min(stop + 1, last - sentence)
        below = words_below[token_at(ids, start, stop, place - 1)] * share
        for at in range(place, end):
            word = token_at(ids, start, stop, at)
            sizes[_bucket_of(word, below, words_below, bucket)] += 1
            below = words_below[word] * share
        token += end - place
        sentence += 1


@njit(cache=True, nogil=True)
def deal_keys(
    ids: Int32s, bounds: Int64s, order: int, bits: int, per_column: int, first: int, last: int, words_below: Int64s,
    bucket: int, buckets: tuple[int, int], places: Int64s, keys: Keys,
) -> None:  # fmt: skip
    """Write the keys of the tokens ``first`` to ``last`` that lie in some buckets.

    Args:
        ids, bounds, words_below, bucket: as for :func:`bucket_sizes`.
        order: words in a key.
        bits: of a word in it.
        per_column: words in 64 bits of it.
        first, last: the tokens.
        buckets: the first one, and the one behind the last.
        places: where the keys of these tokens begin in each bucket; changed.  # (buckets,)
        keys: (keys, columns).
    """
    share = 1.0 / words_below[-1]
    shift, top = np.uint64(bits), np.uint64(bits * (per_column - 1))
    mask = (np.uint64(1) << shift) - np.uint64(1)
    width = keys.shape[1]
    unused = np.uint64(bits * (width * per_column - order))
    key = np.zeros(width, np.uint64)
    lowest, above = buckets
    sentence = sentence_at(bounds, first)
    token = first
    while token < last:
        start, stop = bounds[sentence], bounds[sentence + 1]
        place = token - sentence
        end = min(stop + 1, last - sentence)
        below = 0.0
        for at in range(place - width * per_column, end):  # the words before the first one make its history
            word = token_at(ids, start, stop, at)
            carry = np.uint64(word)
            for column in range(width):
                leaving = key[column] & mask
                key[column] = (key[column] >> shift) | (carry << top)
                carry = leaving
            if at >= place:
                own = _bucket_of(word, below, words_below, bucket) - lowest
                if 0 <= own < above - lowest:
                    row = places[own]
                    places[own] = row + 1
                    for column in range(width - 1):
                        keys[row, column] = key[column]
                    keys[row, width - 1] = (key[width - 1] >> unused) << unused
            below = words_below[word] * share
        token += end - place
        sentence += 1


@njit(cache=True, nogil=True)
def sort_buckets(keys: Keys, bounds: Int64s, bits: int) -> None:
    """Sort each bucket, of ``bits`` bits a column, by radix from the lowest digit up; most fit into the cache."""
    largest = 0
    for bucket in range(len(bounds) - 1):
        largest = max(largest, bounds[bucket + 1] - bounds[bucket])
    scratch = np.empty((largest, keys.shape[1]), np.uint64)
    for bucket in range(len(bounds) - 1):
        own = keys[bounds[bucket] : bounds[bucket + 1]]
        if _sort_keys(own, scratch[: len(own)], bits):
            for row in range(len(own)):
                for column in range(keys.shape[1]):
                    own[row, column] = scratch[row, column]


@njit(cache=True, nogil=True)
def _sort_keys(keys: Keys, scratch: Keys, bits: int) -> bool:
    """Sort the rows; true if the result is in ``scratch``."""
    size, width = keys.shape
    buckets = 1 << _DIGIT
    mask = np.uint64(buckets - 1)
    place = np.empty(buckets, np.int64)
    moved = False
    for column in range(width - 1, -1, -1):
        varying = np.uint64(0)
        for row in range(size):
            varying |= keys[row, column] ^ keys[0, column]
        for low in range(0, bits, _DIGIT):
            shift = np.uint64(low)
            if (varying >> shift) & mask == 0:
                continue  # one digit only: nothing to move
            place[:] = 0
            for row in range(size):
                place[(keys[row, column] >> shift) & mask] += 1
            total = 0
            for bucket in range(buckets):
                total, place[bucket] = total + place[bucket], total
            for row in range(size):
                digit = (keys[row, column] >> shift) & mask
                target = place[digit]
                place[digit] = target + 1
                for other in range(width):
                    scratch[target, other] = keys[row, other]
            keys, scratch = scratch, keys
            moved = not moved
    return moved


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
    keys: Keys, order: int, bits: int, per_column: int, next_nodes: Int64s, first_word: int, word_children: Int64s,
    left_words: Int32s, counts: Places, children: Int64s,
) -> None:  # fmt: skip
    """Fill the levels from 2 on with the n-grams of sorted keys.

    Args:
        keys: of some pairs of last words, all keys of each.
        order, bits, per_column: as for :func:`deal_keys`.
        next_nodes: where they begin on level n + 1, at n; changed.  # (order,)
        first_word: the last word of the first key.
        word_children: receives the numbers of children of the words from that one on.
        left_words, counts: (nodes,), zeros where they are filled.
        children: receives the numbers of children of nodes.  # (inner nodes,)
    """
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
                    node = next_nodes[position]
                    next_nodes[position] += 1
                    current[position] = node
                    left_words[node] = word
                    if position == 1:
                        word_children[current[0] - first_word] += 1
                    else:
                        children[current[position - 1]] += 1
                depth = position + 1
        for position in range(1, depth):
            counts[current[position]] += 1
