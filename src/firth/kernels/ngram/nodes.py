"""The nodes of the trie of n-grams that :class:`firth.lm.ngram.trie.Trie` lays out: search, and links between them."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

UNKNOWN_ID, START_ID, END_ID = 0, 1, 2  # of <unk>, <s> and </s>, in every model

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

    The context of (w_1 .. w_n) is the child by w_1 of the context of its suffix (w_2 .. w_n), and siblings come in
    rising order of w_1, so each search begins where the last one ended.

    Args:
        start, stop: nodes of level n - 1.
        child_bounds, left_words: the trie.
        above: the contexts of level n - 1, counted from the first node of level n - 2; None if these are single words.
        bases: the first nodes of the levels n - 2, n - 1 and n.
        contexts: receives the contexts of level n, counted from the first node of level n - 1; -1 if one is missing.
    """
    two_above, one_above, own = bases
    for node in range(start, stop):
        first, last = child_bounds[node], child_bounds[node + 1]
        if above is None:
            for child in range(first, last):
                contexts[child - own] = left_words[child]
        elif first < last:
            context = above[node - one_above]
            low = high = np.int64(0)
            if context >= 0:
                low, high = child_bounds[two_above + context], child_bounds[two_above + context + 1]
            for child in range(first, last):
                found = find_child(left_words, low, high, left_words[child])
                contexts[child - own] = found - one_above if found >= 0 else -1
                if found >= 0:
                    low = found + 1


@njit(cache=True, nogil=True)
def count_children(rows: Int32s, left_words: Int32s, child_bounds: Int64s, children: Int64s) -> None:
    """Add 1 to ``children`` of the suffix of each n-gram."""
    n = rows.shape[1]
    for row in range(len(rows)):
        node = int(rows[row, n - 1])
        for position in range(n - 2, 0, -1):
            node = find_child(left_words, child_bounds[node], child_bounds[node + 1], rows[row, position])
        children[node] += 1
