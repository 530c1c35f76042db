"""The nodes of the trie of n-grams that :class:`firth.lm.ngram.trie.Trie` lays out: search, and links between them."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.intrinsics import prefetch

UNKNOWN_ID, START_ID, END_ID = 0, 1, 2  # of <unk>, <s> and </s>, in every model

_TOGETHER = 128  # searches that go on together
_AHEAD = 16  # nodes whose children's bounds are asked for before they are read

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Float32s = npt.NDArray[np.float32]
Places = npt.NDArray[np.signedinteger]  # int32, or int64 where it does not suffice


@njit(cache=True, nogil=True, forceinline=True)
def token_at(ids: Int32s, start: int, stop: int, place: int) -> int:
    """The word at a place of the sentence ``ids[start:stop]``: ``<s>`` before it, ``</s>`` behind it."""
    if place < start:
        return START_ID
    return ids[place] if place < stop else END_ID


@njit(cache=True, nogil=True)
def find_child(left_words: Int32s, low: int, high: int, word: int) -> int:
    """The node among the siblings ``low`` to ``high`` whose left word is ``word``, or -1."""
    stop = high
    while low < high:
        middle = (low + high) >> 1
        if left_words[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < stop and left_words[low] == word:
        return low
    return -1


@njit(cache=True, nogil=True)
def link_contexts(
    start: int, stop: int, child_bounds: Int64s, left_words: Int32s, above: Places | None, bases: tuple[int, int, int],
    contexts: Places,
) -> None:  # fmt: skip
    """Fill ``contexts`` for the children of the nodes ``start`` to ``stop``.

    The context of (w_1 .. w_n) is the child by w_1 of the context of its suffix (w_2 .. w_n). Many searches go on step
    by step together, so that they wait together for memory.

    Args:
        start, stop: nodes of level n - 1.
        child_bounds, left_words: the trie.
        above: the contexts of level n - 1, counted from the first node of level n - 2; None if these are single words.
        bases: the first nodes of the levels n - 2, n - 1 and n.
        contexts: receives the contexts of level n, counted from the first node of level n - 1; -1 if one is missing.
    """
    two_above, one_above, own = bases
    if above is None:
        for child in range(child_bounds[start], child_bounds[stop]):
            contexts[child - own] = left_words[child]
        return
    places, left, ends = (np.empty(_TOGETHER, np.int64), np.empty(_TOGETHER, np.int64), np.empty(_TOGETHER, np.int64))
    node = start
    child, last = child_bounds[start], child_bounds[stop]
    while child < last:
        size = min(_TOGETHER, last - child)
        longest = 0
        for index in range(size):
            while child + index >= child_bounds[node + 1]:
                node += 1
            ahead = above[min(node + _AHEAD, stop - 1) - one_above]
            prefetch(child_bounds, two_above + max(ahead, 0))
            context = above[node - one_above]
            places[index] = ends[index] = 0
            if context >= 0:
                places[index], ends[index] = child_bounds[two_above + context], child_bounds[two_above + context + 1]
            left[index] = ends[index] - places[index]
            longest = max(longest, left[index])
            prefetch(left_words, places[index] + max((left[index] >> 1) - 1, 0))
        while longest > 1:
            for index in range(size):
                half = left[index] >> 1
                if half:
                    places[index] += half * np.int64(left_words[places[index] + half - 1] < left_words[child + index])
                    left[index] -= half
                    prefetch(left_words, places[index] + max((left[index] >> 1) - 1, 0))
            longest -= longest >> 1
        for index in range(size):
            place, word = places[index], left_words[child + index]
            if left[index] == 1 and left_words[place] < word:
                place += 1
            found = place < ends[index] and left_words[place] == word
            contexts[child + index - own] = place - one_above if found else -1
        child += size


@njit(cache=True, nogil=True)
def count_children(rows: Int32s, left_words: Int32s, child_bounds: Int64s, children: Int64s) -> None:
    """Add 1 to ``children`` of the suffix of each n-gram."""
    n = rows.shape[1]
    for row in range(len(rows)):
        node = int(rows[row, n - 1])
        for position in range(n - 2, 0, -1):
            node = find_child(left_words, child_bounds[node], child_bounds[node + 1], rows[row, position])
        children[node] += 1
