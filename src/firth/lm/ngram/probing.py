"""The n-grams of a model in one hash table: a look-up is one line of memory, where the trie takes a search.

Built from the trie for scoring much text at once (:mod:`firth.kernels.ngram.batches`). An n-gram of two words or more
is found from its suffix, as in the trie: the key is exact, the place of the suffix in its level and the word to its
left; the suffix of a bigram is a word, whose place is its id. Four slots are a bucket, which is one line of memory, and
all its keys are compared at once. An n-gram lies in the bucket that its hash says, or, where that is full, in one
behind it. Of every two slots one stays free.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from firth.kernels.ngram.nodes import Float32s
from firth.kernels.ngram.slots import BUCKET, SLOT, Slots, enter
from firth.lm.ngram.trie import Int64s, Trie

_LINE = BUCKET * SLOT.itemsize


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
