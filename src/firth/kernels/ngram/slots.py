"""N-grams in the buckets of a hash table, each a line of memory, as :mod:`firth.lm.ngram.probing` lays them out."""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import Float32s, Int32s, Int64s
from firth.kernels.simd.hashing import upper_hash
from firth.kernels.simd.intrinsics import intrinsic, prefetch

SLOT = np.dtype([("key", np.uint64), ("log_probability", np.float32), ("log_backoff", np.float32)])
BUCKET = 4  # slots in a line of memory

Slots = npt.NDArray[np.void]
Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint32]

_LINE = BUCKET * SLOT.itemsize
_TOGETHER = 128  # n-grams whose memory is asked for before the first of them is looked at
_HALF = np.uint64(32)


@intrinsic
def _claim(_typing: Any, array: Any, _index: Any, _key: Any) -> Any:
    """Whether the first eight bytes of ``array[index]`` were 0; they are ``key`` then. Atomic."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        word = ir.IntType(64)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), word.as_pointer())
        pair = builder.cmpxchg(address, word(0), arguments[2], "monotonic", "monotonic")
        return builder.extract_value(pair, 1)

    return types.boolean(array, types.int64, types.uint64), generate


@intrinsic
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
        return cgutils.pack_array(builder, masks)

    pair: Any = types.UniTuple(types.uint64, 2)
    return pair(array, types.int64, types.uint64), generate


@njit(cache=True, nogil=True, inline="always")
def key_of(place: int, word: int) -> Any:
    """The key of the n-gram that ``word`` makes to the left of the one at ``place``; never 0."""
    return (np.uint64(place) << _HALF) | np.uint64(word + 1)


@njit(cache=True, nogil=True, inline="always")
def home_of(key: Any, buckets: int) -> Any:
    """The bucket of a level where the search for a key begins."""
    return np.int64((upper_hash(key) * np.uint64(buckets)) >> _HALF)


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
