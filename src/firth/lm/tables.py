"""The n-grams of a model in one hash table: a look-up is one line of memory, where the trie takes a search.

Built from the trie for scoring much text at once (:mod:`firth.lm.batches`). An n-gram is found from its suffix, as in
the trie: the key is exact, the place of the suffix in the table and the word to its left. Words have their ids as
places. Of every two slots one stays free, so that most n-grams lie where their hash says, or beside it.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types

from firth.corpus.intrinsics import intrinsic, prefetch
from firth.lm.scoring import Float32s
from firth.lm.trie import Int32s, Int64s, Trie

SLOT = np.dtype([("key", np.uint64), ("log_probability", np.float32), ("log_backoff", np.float32)])
NONE = -1

Slots = npt.NDArray[np.void]
Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint32]

_TOGETHER = 128  # n-grams whose memory is asked for before the first of them is looked at
_HALF = np.uint64(32)
_STIR = np.uint64(0x9E37_79B9_7F4A_7C15)


def slots_of(trie: Trie) -> Int64s:
    """Where the table's levels begin; behind them where it ends. # (order + 1,)"""
    sizes = [trie.sizes()[0], *(2 * size + 1 for size in trie.sizes()[1:])]
    return np.array(list(itertools.accumulate(sizes, initial=0)))


def build_table(trie: Trie, log_probabilities: Float32s, log_backoffs: Float32s, workers: int) -> Slots:
    """All n-grams of a model. # (slots,) SLOT"""
    starts = slots_of(trie)
    slots = np.zeros(starts[-1], SLOT)
    words = trie.level(1)
    slots["log_probability"][words] = log_probabilities[words]
    slots["log_backoff"][words] = log_backoffs[words] if trie.order > 1 else 0
    above = np.arange(words.stop, dtype=np.uint32)
    with ThreadPoolExecutor(workers) as pool:
        for n in range(2, trie.order + 1):
            level = trie.level(n)
            places = np.empty(level.stop - level.start, np.uint32)
            parents = trie.level(n - 1)
            spans = np.linspace(parents.start, parents.stop, 8 * workers + 1).astype(np.int64).tolist()
            jobs = [
                pool.submit(
                    enter, first, last, trie.child_bounds, trie.left_words, log_probabilities, log_backoffs,
                    above, parents.start, slots[starts[n - 1] : starts[n]], starts[n - 1], places, level.start,
                )
                for first, last in itertools.pairwise(spans)
            ]  # fmt: skip
            for job in jobs:
                job.result()
            above = places
    return slots


@intrinsic  # type: ignore[untyped-decorator]
def _claim(_typing: Any, array: Any, _index: Any, _key: Any) -> Any:
    """Whether the first eight bytes of ``array[index]`` were 0; they are ``key`` then. Atomic."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        word = ir.IntType(64)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), word.as_pointer())
        pair = builder.cmpxchg(address, word(0), arguments[2], "monotonic", "monotonic")
        return builder.extract_value(pair, 1)

    return types.boolean(array, types.int64, types.uint64), generate


@njit(cache=True, nogil=True, inline="always")
def key_of(place: int, word: int) -> Any:
    """The key of the n-gram that ``word`` makes to the left of the one at ``place``; never 0."""
    return (np.uint64(place) << _HALF) | np.uint64(word + 1)


@njit(cache=True, nogil=True, inline="always")
def home_of(key: Any, size: int) -> Any:
    """The slot of a level of ``size`` slots where the search for a key begins."""
    return np.int64((((key * _STIR) >> _HALF) * np.uint64(size)) >> _HALF)


@njit(cache=True, nogil=True)
def enter(
    first: int, last: int, child_bounds: Int64s, left_words: Int32s,
    log_probabilities: Float32s, log_backoffs: Float32s,
    above: Places, above_start: int, slots: Slots, slots_start: int, places: Places, level_start: int,
) -> None:  # fmt: skip
    """Enter the children of the nodes ``first`` to ``last`` into their level; ``places`` receives where they are."""
    keys, homes = np.empty(_TOGETHER, np.uint64), np.empty(_TOGETHER, np.int64)
    node = first
    child, stop = child_bounds[first], child_bounds[last]
    while child < stop:
        size = min(_TOGETHER, stop - child)
        for index in range(size):
            while child + index >= child_bounds[node + 1]:
                node += 1
            keys[index] = key_of(above[node - above_start], left_words[child + index])
            homes[index] = home_of(keys[index], len(slots))
            prefetch(slots, homes[index])
        for index in range(size):
            slot = homes[index]
            while slots[slot].key != 0 or not _claim(slots, slot, keys[index]):
                slot = slot + 1 if slot + 1 < len(slots) else 0
            slots[slot].log_probability = log_probabilities[child + index]
            if child + index < len(log_backoffs):
                slots[slot].log_backoff = log_backoffs[child + index]
            places[child + index - level_start] = slots_start + slot
        child += size
