"""Inputs that are bags of rows: a word's vector is the mean of its own row and the rows of its character n-grams.

A worker goes through its text in pieces of a few hundred tokens. When a piece begins, the vector of each of its words
is composed, once, into a row of the worker's own. The kernels of whole words learn from these rows as they do from
rows of a matrix. When the piece ends, what each of these rows has changed by is added to the rows that it is made of,
times a factor for each word (``objectives/subwords.py``):

    corrected: step / n, the gradient of the mean of n rows, in steps that are longer than those of output rows;
    fastText: 1, the gradient undivided.

So a row that a word's n-grams share with many words is read and written once for each word of a piece, not for each
pair of words.

Within a piece, words do not see what others change in the rows that they share. Where these are many, as with n-grams
of one letter, the sum of their changes would overshoot, as it does between lanes (``lanes.py``). There a word takes a
shorter step: with s the share of the way that is left which a touch of an input row closes, t the touches of the word,
and T those of its rows by all words, on the mean of its rows, its changes are multiplied by

    (1 + s t) / (1 + s T),

which is 1 where a word shares nothing.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.lanes import OwnRows
from firth.kernels.simd.rows import aligned_zeros, load, prefetch, slabs, splat, store

_AHEAD = 2  # words whose rows are asked for before their turn
_COUNTERS = 1 << 15  # of touches: rows that share one only take shorter steps
_MARKS = 512  # of the kernels: whether a row is a worker's own is told by one bit of these


class Bags(NamedTuple):
    """Of which rows the input vectors of words are made."""

    bounds: npt.NDArray[np.int64]  # (words + 1,) where the list of each word begins
    rows: npt.NDArray[np.int32]  # rows of the input matrix
    factors: npt.NDArray[np.float32]  # (words,) of what a vector changes by, for each of its rows


class Composed(NamedTuple):
    """One worker's vectors of the words of a piece; see :func:`composed_rows`."""

    own: OwnRows
    before: npt.NDArray[np.float32]  # (rows, columns) as they were composed
    touches: npt.NDArray[np.float32]  # (_COUNTERS,) of rows of n-grams, by their last bits; 0 between pieces


def composed_rows(words: int, most: int, columns: int) -> Composed:
    """Room for the vectors of ``most`` words of a vocabulary of ``words``."""
    own = OwnRows(
        first=0,
        shared=np.full(_MARKS, 0xFFFF_FFFF_FFFF_FFFF, np.uint64),
        rows=aligned_zeros(most, columns),
        sources=np.zeros(most, np.int32),
        touches=np.zeros(most, np.int32),
        counts=np.zeros(8, np.int64),
        places=np.full(words, -1, np.int32),
    )
    return Composed(own, aligned_zeros(most, columns), np.zeros(_COUNTERS, np.float32))


@njit(nogil=True, cache=True)
def compose(matrix, bags, words, begin, end, composed, slab):
    """Compose the vectors of the words at ``begin`` to ``end``, each once."""
    own = composed.own
    count = 0
    for token in range(begin, end):
        word = words[token]
        if own.places[word] < 0:
            own.places[word] = count
            own.sources[count] = word
            count += 1
    own.counts[0] = count
    for place in range(min(_AHEAD, count)):
        _ask(matrix, bags, own.sources[place], slab)
    for place in range(count):
        if place + _AHEAD < count:
            _ask(matrix, bags, own.sources[place + _AHEAD], slab)
        word = own.sources[place]
        first, last = bags.bounds[word], bags.bounds[word + 1]
        share = np.float32(1.0) / np.float32(max(1, last - first))
        for column in slabs(matrix, slab):
            total = splat(0.0, slab)
            for n in range(first, last):
                total = total + load(matrix, bags.rows[n], column, slab)
            total = total * share
            store(own.rows, place, column, total)
            store(composed.before, place, column, total)


@njit(nogil=True, cache=True)
def spread(matrix, bags, composed, step, change, slab):
    """Add what the vectors have changed by to the rows that they are made of, if ``change``; the piece is over.

    Args:
        matrix: (rows, columns) of words and n-grams.
        bags: the rows of each word.
        composed: the vectors of the piece.
        step: the share of the way that is left which a touch of a vector closes.
        change: whether anything is learned.
        slab: lanes that divide the columns.
    """
    own = composed.own
    count = own.counts[0]
    if change:
        for place in range(count):
            word = own.sources[place]
            touches = np.float32(own.touches[place]) * bags.factors[word]
            for n in range(bags.bounds[word], bags.bounds[word + 1]):
                composed.touches[bags.rows[n] & (_COUNTERS - 1)] += touches
    for place in range(count):
        word = own.sources[place]
        own.places[word] = -1
        if change:
            if place + _AHEAD < count:
                _ask(matrix, bags, own.sources[place + _AHEAD], slab)
            factor = bags.factors[word]
            factor *= _shortened(bags, word, np.float32(own.touches[place]) * factor, composed, np.float32(step))
            for column in slabs(matrix, slab):
                added = (load(own.rows, place, column, slab) - load(composed.before, place, column, slab)) * factor
                for n in range(bags.bounds[word], bags.bounds[word + 1]):
                    row = bags.rows[n]
                    store(matrix, row, column, load(matrix, row, column, slab) + added)
        own.touches[place] = 0
    if change:
        for place in range(count):
            word = own.sources[place]
            for n in range(bags.bounds[word], bags.bounds[word + 1]):
                composed.touches[bags.rows[n] & (_COUNTERS - 1)] = np.float32(0.0)


@njit(nogil=True, cache=True, forceinline=True)
def _shortened(bags, word, own, composed, step):
    """What the changes of a word are multiplied by, for others that change its rows at the same time."""
    first, last = bags.bounds[word], bags.bounds[word + 1]
    together = np.float32(0.0)
    for n in range(first, last):
        together += composed.touches[bags.rows[n] & (_COUNTERS - 1)]
    together /= np.float32(max(1, last - first))
    return (np.float32(1.0) + step * own) / (np.float32(1.0) + step * together)


@njit(nogil=True, cache=True, forceinline=True)
def _ask(matrix, bags, word, slab):
    for n in range(bags.bounds[word], bags.bounds[word + 1]):
        prefetch(matrix, bags.rows[n], slab)
