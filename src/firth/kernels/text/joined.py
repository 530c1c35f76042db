"""Phrases joined in a text of numbers, and such a text spelled; see :mod:`firth.corpus.phrases_applied`."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

Numbers = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]


class Trie(NamedTuple):
    """The phrases of a pass, as the numbers of their words.

    Attributes:
        roots: the node of each word that begins a phrase, else -1.  # (words,) int32
        bounds: the edges of node n are ``bounds[n]`` to ``bounds[n + 1]``.  # (nodes + 1,) int64
        labels: the word on each edge, growing within a node.  # (edges,) int32
        targets: the node that each leads to.  # (edges,) int32
        became: the number of the phrase that ends in each node, or -1.  # (nodes,) int32
    """

    roots: Numbers
    bounds: Counts
    labels: Numbers
    targets: Numbers
    became: Numbers


@njit(nogil=True, cache=True)
def translate(numbers: Numbers, table: Numbers, out: Numbers) -> int:
    """Numbers looked up in a table, those that it has not left out; negative ones stay. Returns how many there are."""
    size = 0
    for number in numbers:
        out[size] = number if number < 0 else table[number]
        size += number < 0 or table[number] >= 0
    return size


@njit(nogil=True, cache=True)
def join(
    numbers: Numbers, last: bool, trie: Trie, out: Numbers, counts: Counts, firsts: Counts, done: int
) -> tuple[int, int]:
    """Join the phrases of a piece of text; returns how many numbers were read and written.

    Fewer than all are read where a phrase may go on in the next piece, unless this is the ``last``. ``counts`` and
    ``firsts`` are updated, ``done`` numbers having been written before.
    """
    place = written = 0
    while place < len(numbers):
        best, after, stop = numbers[place], place + 1, place + 1
        node = trie.roots[best] if best >= 0 else -1
        while node >= 0:
            if trie.became[node] >= 0:
                best, after = trie.became[node], stop
            if stop == len(numbers):
                if not last:
                    return place, written
                break
            node = _child(trie, node, numbers[stop])
            stop += 1
        out[written] = best
        if best >= 0:
            if counts[best] == 0:
                firsts[best] = done + written
            counts[best] += 1
        written += 1
        place = after
    return place, written


@njit(nogil=True, cache=True)
def _child(trie: Trie, node: int, label: int) -> int:
    """The node that the edge with a word leads to, or -1."""
    low, high = trie.bounds[node], trie.bounds[node + 1]
    while low < high:
        middle = (low + high) // 2
        if trie.labels[middle] < label:
            low = middle + 1
        else:
            high = middle
    if low < trie.bounds[node + 1] and trie.labels[low] == label:
        return int(trie.targets[low])
    return -1


@njit(nogil=True, cache=True)
def write(
    numbers: Numbers, letters: npt.NDArray[np.uint8], bounds: Counts, text: npt.NDArray[np.uint8], before: int
) -> tuple[int, int]:
    """Write words, a space or a newline before each but the first of the text; returns the size and the last byte."""
    size = 0
    for number in numbers:
        if number >= 0:
            if before != 0x0A:
                text[size] = 0x20
                size += 1
            for place in range(bounds[number], bounds[number + 1]):
                text[size] = letters[place]
                size += 1
            before = 0x20
        elif before != 0x0A:
            text[size] = before = 0x0A
            size += 1
    return size, before
