"""Counting n-grams of every order up to n at once, by sorting.

Each position of the text gives one key: its last n words as one number, the last word in the highest bits. Sorted keys
put all n-grams with the same last word side by side, among these all with the same last two, and so on: one sort
counts all orders, and one pass over it lays down the backward trie. Histories that begin a sentence are padded with
``<s>``; what lies beyond the first ``<s>`` is not part of any n-gram.

The keys are dealt into buckets by their last two words; most buckets are small enough to be sorted in the cache of a
core. Keys of several buckets make a part, whose n-grams one thread counts; the parts follow each other in the trie. If
not all keys fit into ``memory``, the text is read in several rounds, each for some of the buckets, and the results lie
in temporary files.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.kernels.ngram.nodes import END_ID, Places
from firth.kernels.ngram.sorted_keys import (
    bucket_sizes,
    deal_keys,
    lay_levels,
    level_sizes,
    sort_buckets,
)
from firth.lm.ngram.packed_keys import Layout
from firth.lm.ngram.trie import Int64s, Trie
from firth.lm.sentences import Sentences
from firth.lm.spilled import allocate
from firth.parallel import in_threads

MAX_ORDER = 16
_BUCKET = 1 << 16  # keys, on average
_MOST_BUCKETS = 1 << 11
_PARTS = 16  # for each thread in a round
_IDS_AT_A_TIME = 1 << 22

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class NgramCounts:
    """How often each n-gram of a text occurs.

    Attributes:
        trie: the n-grams; ``<s>`` is on level 1 with count 0, since nothing predicts it.
        counts: occurrences; int64 if int32 might not suffice.  # (nodes,)
        on_disk: whether they lie in temporary files, since memory was too small.
    """

    trie: Trie
    counts: Places
    on_disk: bool = False


def count_ngrams(
    sentences: Sentences, vocabulary_size: int, order: int, *, workers: int = 1, memory: int = 2 << 30
) -> NgramCounts:
    """Count the n-grams of orders 1 to ``order``, with ``<s>`` before and ``</s>`` after each sentence.

    Args:
        sentences: word ids below ``vocabulary_size``.
        vocabulary_size: the number of words, which are level 1 whether they occur or not.
        order: length of the longest n-grams, in words.
        workers: number of threads.
        memory: bytes that the n-grams may use; beyond this, temporary files are used.

    Raises:
        OptionError: ``order``, ``workers`` or ``memory`` is invalid.
    """
    order, workers = whole("order", order, 1, MAX_ORDER), whole("workers", workers, 1)
    if memory < 1 << 20:
        raise OptionError(f"memory of {memory} bytes, expected at least {1 << 20}")
    bits = max(1, int(vocabulary_size - 1).bit_length())
    buckets = _Buckets(sentences, vocabulary_size, Layout(order, bits), workers)
    rounds = buckets.rounds(memory // 2)
    kept: list[list[_Part]] = []

    def sized() -> Int64s:
        sizes = []
        for some in rounds:
            parts = buckets.sorted_parts(*some)
            sizes += in_threads(lambda part: part.level_sizes(buckets.layout), parts, workers)
            if len(rounds) == 1:
                kept.append(parts)
        return np.array(sizes, np.int64).reshape(-1, order + 1)

    sizes = sized()  # (parts, order + 1), level n at n
    level_bounds = np.concatenate([[0, vocabulary_size], vocabulary_size + np.cumsum(sizes.sum(axis=0)[2:])])
    needed = 8 * int(level_bounds[-1]) + 8 * int(level_bounds[-2])
    on_disk = len(rounds) > 1 or 2 * needed > memory
    left_words = allocate(level_bounds[-1], np.int32, on_disk=on_disk)
    counts_type = np.int32 if sentences.tokens <= np.iinfo(np.int32).max else np.int64
    counts = allocate(level_bounds[-1], counts_type, on_disk=on_disk)
    child_bounds = allocate(level_bounds[-2] + 1, np.int64, on_disk=on_disk)
    left_words[:vocabulary_size] = np.arange(vocabulary_size)
    counts[:vocabulary_size] = buckets.word_counts
    # Where each part begins on level n + 1, at n.
    begins = np.zeros_like(sizes[:, 1:])
    begins[:, 1:] = level_bounds[1:-1] + np.cumsum(sizes[:, 2:], axis=0) - sizes[:, 2:]
    numbered = iter(begins)
    for some in rounds:
        parts = kept.pop() if kept else buckets.sorted_parts(*some)

        def lay(numbered_part: tuple[_Part, Int64s]) -> tuple[int, Int64s]:
            part, nodes = numbered_part
            return part.lay(buckets.layout, nodes, left_words, counts, child_bounds[1:])

        for first_word, children in in_threads(lay, list(zip(parts, numbered, strict=False)), workers):
            child_bounds[first_word + 1 : first_word + 1 + len(children)] += children
    child_bounds[0] = vocabulary_size if order > 1 else 0
    np.cumsum(child_bounds, out=child_bounds)
    return NgramCounts(Trie(level_bounds, left_words, child_bounds), counts, on_disk)


@dataclass(frozen=True)
class _Part:
    """The sorted keys of some pairs of last words, all keys of each."""

    keys: Keys

    def level_sizes(self, layout: Layout) -> Int64s:
        """How many different n-grams of n words there are, at n. # (order + 1,)"""
        sizes = np.zeros(layout.order + 1, np.int64)
        level_sizes(self.keys, layout.order, layout.bits, layout.per_column, sizes)
        return sizes

    def lay(
        self, layout: Layout, nodes: Int64s, left_words: npt.NDArray[np.int32], counts: Places, children: Int64s
    ) -> tuple[int, Int64s]:
        """Fill the levels; returns the first last word, and how many children it and the following words have."""
        if not len(self.keys):
            return 0, np.zeros(0, np.int64)
        shift = layout.bits * (layout.per_column - 1)
        first_word, last_word = (int(self.keys[row, 0]) >> shift for row in (0, -1))
        word_children = np.zeros(last_word - first_word + 1, np.int64)
        lay_levels(
            self.keys, layout.order, layout.bits, layout.per_column, nodes.copy(), first_word, word_children,
            left_words, counts, children,
        )  # fmt: skip
        return first_word, word_children if layout.order > 1 else word_children[:0]


class _Buckets:
    """The tokens of a text, divided by their last two words.

    Args:
        sentences: the text.
        vocabulary_size: the number of words.
        layout: of the keys.
        workers: number of threads.

    Attributes:
        layout: as given.
        word_counts: occurrences of each word.  # (words,)
    """

    def __init__(self, sentences: Sentences, vocabulary_size: int, layout: Layout, workers: int) -> None:
        self.layout = layout
        self._sentences, self._workers = sentences, workers
        self._spans = list(itertools.pairwise(np.linspace(0, sentences.tokens, workers + 1).astype(np.int64).tolist()))
        ids = sentences.ids
        starts = range(0, len(ids), _IDS_AT_A_TIME)
        counted = in_threads(
            lambda start: np.bincount(ids[start : start + _IDS_AT_A_TIME], minlength=vocabulary_size), starts, workers
        )
        self.word_counts: Int64s = sum(counted, np.zeros(vocabulary_size, np.int64))
        self.word_counts[END_ID] += len(sentences)
        self._words_below = np.concatenate([[0], np.cumsum(self.word_counts)])
        self._bucket = _BUCKET
        while sentences.tokens > self._bucket * _MOST_BUCKETS:
            self._bucket *= 2
        self._sizes = np.zeros((workers, sentences.tokens // self._bucket + 1), np.int64)

        def size(number: int) -> None:
            bucket_sizes(
                ids, sentences.bounds, *self._spans[number], self._words_below, self._bucket, self._sizes[number]
            )

        in_threads(size, range(workers), workers)

    def rounds(self, memory: int) -> list[tuple[int, int]]:
        """The buckets whose keys are in memory together: the first, and the one behind the last."""
        keys = memory // (8 * self.layout.width)
        ends = np.cumsum(self._sizes.sum(axis=0))
        rounds, first, done = [], 0, 0
        while first < len(ends):
            last = max(first + 1, int(np.searchsorted(ends, done + keys, side="right")))
            rounds.append((first, last))
            first, done = last, int(ends[last - 1])
        return rounds

    def sorted_parts(self, first: int, last: int) -> list[_Part]:
        """The keys of some buckets, sorted."""
        layout, sizes = self.layout, self._sizes[:, first:last]
        bounds = np.concatenate([[0], np.cumsum(sizes.sum(axis=0))])
        keys = np.empty((int(bounds[-1]), layout.width), np.uint64)
        places = bounds[:-1] + np.cumsum(sizes, axis=0) - sizes

        def deal(number: int) -> None:
            deal_keys(
                self._sentences.ids, self._sentences.bounds, layout.order, layout.bits, layout.per_column,
                *self._spans[number], self._words_below, self._bucket, (first, last), places[number], keys,
            )  # fmt: skip

        in_threads(deal, range(len(self._spans)), self._workers)
        wanted = np.linspace(0, bounds[-1], _PARTS * self._workers + 1)
        cuts = np.unique(np.searchsorted(bounds, wanted)).tolist()

        def part(span: tuple[int, int]) -> _Part:
            own = bounds[span[0] : span[1] + 1]
            part_keys = keys[own[0] : own[-1]]
            sort_buckets(part_keys, own - own[0], layout.per_column * layout.bits)
            return _Part(part_keys)

        return in_threads(part, list(itertools.pairwise(cuts)), self._workers)
