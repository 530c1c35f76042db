"""The n-grams of a model in one hash table: a look-up is one line of memory, where the trie takes a search.

Built from the trie for scoring much text at once (:mod:`firth.lm.batches`). An n-gram of two words or more is found
from its suffix, as in the trie: the key is exact, the place of the suffix in its level and the word to its left; the
suffix of a bigram is a word, whose place is its id. Four slots are a bucket, which is one line of memory, and all its
keys are compared at once. An n-gram lies in the bucket that its hash says, or, where that is full, in one behind it. Of
every two slots one stays free.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils

from firth.compiled import njit
from firth.corpus.intrinsics import intrinsic, prefetch
from firth.lm.scoring import Float32s
from firth.lm.trie import Int32s, Int64s, Trie

SLOT = np.dtype([("key", np.uint64), ("log_probability", np.float32), ("log_backoff", np.float32)])
BUCKET = 4  # slots in a line of memory

Slots = npt.NDArray[np.void]
Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint32]

_LINE = BUCKET * SLOT.itemsize
_TOGETHER = 128  # n-grams whose memory is asked for before the first of them is looked at
_HALF = np.uint64(32)
_STIR = np.uint64(0x9E37_79B9_7F4A_7C15)


class Table(NamedTuple):
    """N-grams by their hash.

    Attributes:
        slots: the buckets of one level after the other, then one for all n-grams that are not stored.
        bounds: buckets ``bounds[n - 2]`` to ``bounds[n - 1]`` hold the n-grams of n words, n from 2.  # (order,)
    """

    slots: Slots
    bounds: Int64s


def fits(trie: Trie) -> bool:
    """Whether a place in a level has room in the half of a key that it gets."""
    return max(trie.sizes()) < 1 << 30


def build_table(trie: Trie, log_probabilities: Float32s, log_backoffs: Float32s, workers: int) -> Table:
    """All n-grams of a model that have two words or more."""
    sizes = [size * 2 // BUCKET + 1 for size in trie.sizes()[1:]]
    bounds = np.array(list(itertools.accumulate(sizes, initial=0)))
    memory = np.zeros((bounds[-1] + 2) * _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    slots = memory[start : start + (bounds[-1] + 1) * _LINE].view(SLOT)
    above = np.arange(trie.sizes()[0], dtype=np.uint32)
    with ThreadPoolExecutor(workers) as pool:
        for n in range(2, trie.order + 1):
            level, parents = trie.level(n), trie.level(n - 1)
            places = np.empty(level.stop - level.start, np.uint32)
            buckets = slots[bounds[n - 2] * BUCKET : bounds[n - 1] * BUCKET]
            spans = np.linspace(parents.start, parents.stop, 8 * workers + 1).astype(np.int64).tolist()
            jobs = [
                pool.submit(
                    enter, first, last, trie.child_bounds, trie.left_words, log_probabilities, log_backoffs,
                    above, parents.start, buckets, places, level.start,
                )
                for first, last in itertools.pairwise(spans)
            ]  # fmt: skip
            for job in jobs:
                job.result()
            above = places
    return Table(slots, bounds)


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


@intrinsic  # type: ignore[untyped-decorator]
def compare(_typing: Any, array: Any, _bucket: Any, _key: Any) -> Any:
    """Which slots of a bucket hold a key, and which are free: two bits a slot in each mask, the lower one counts."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        word = ir.IntType(64)
        halves = ir.VectorType(word, 2 * BUCKET)
        first = builder.mul(arguments[1], word(BUCKET))
        line = builder.load(builder.bitcast(builder.gep(data, [first]), halves.as_pointer()), align=_LINE)
        lane = builder.insert_element(ir.Constant(halves, ir.Undefined), arguments[2], ir.IntType(32)(0))
        keys = builder.shuffle_vector(
            lane, ir.Constant(halves, ir.Undefined), ir.Constant(ir.VectorType(ir.IntType(32), 2 * BUCKET), None)
        )
        masks = []
        for wanted in (keys, ir.Constant(halves, None)):
            bits = builder.bitcast(builder.icmp_unsigned("==", line, wanted), ir.IntType(2 * BUCKET))
            masks.append(builder.zext(builder.and_(bits, bits.type(0x55)), word))
        return cgutils.pack_array(builder, masks)  # type: ignore[no-untyped-call]

    pair: Any = types.UniTuple(types.uint64, 2)  # type: ignore[no-untyped-call]
    return pair(array, types.int64, types.uint64), generate


@njit(cache=True, nogil=True, inline="always")
def key_of(place: int, word: int) -> Any:
    """The key of the n-gram that ``word`` makes to the left of the one at ``place``; never 0."""
    return (np.uint64(place) << _HALF) | np.uint64(word + 1)


@njit(cache=True, nogil=True, inline="always")
def home_of(key: Any, buckets: int) -> Any:
    """The bucket of a level where the search for a key begins."""
    return np.int64((((key * _STIR) >> _HALF) * np.uint64(buckets)) >> _HALF)


@njit(cache=True, nogil=True)
def enter(
    first: int, last: int, child_bounds: Int64s, left_words: Int32s,
    log_probabilities: Float32s, log_backoffs: Float32s,
    above: Places, above_start: int, slots: Slots, places: Places, level_start: int,
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
            homes[index] = home_of(keys[index], len(slots) // BUCKET) * BUCKET
            prefetch(slots, homes[index])
        for index in range(size):
            slot = homes[index]
            while slots[slot].key != 0 or not _claim(slots, slot, keys[index]):
                slot = slot + 1 if slot + 1 < len(slots) else 0
            slots[slot].log_probability = log_probabilities[child + index]
            if child + index < len(log_backoffs):
                slots[slot].log_backoff = log_backoffs[child + index]
            places[child + index - level_start] = slot
        child += size
