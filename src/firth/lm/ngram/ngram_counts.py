"""Counting n-grams of every order up to n at once, by sorting.

Each position of the text gives one key: its last n words as one number, the last word in the highest bits. Sorted keys
put all n-grams with the same last word side by side, among these all with the same last two, and so on: one sort
counts all orders, and one pass over it lays down the backward trie. Histories that begin a sentence are padded with
``<s>``; what lies beyond the first ``<s>`` is not part of any n-gram.

The keys are cut into parts by their last two words, so that each part is sorted alone: parts of equal size for the
workers, and as many as are needed to keep the sort within ``memory``. When the text is longer than that, finished
parts are kept in temporary files, and so are the resulting arrays.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.kernels.ngram.sorted_keys import part_sizes, sample_pairs
from firth.lm.ngram.parts import Layout, Part, count_part
from firth.lm.ngram.trie import Int64s, Trie
from firth.lm.sentences import Sentences
from firth.lm.spilled import allocate

MAX_ORDER = 16
_SAMPLE = 1 << 16


@dataclass(frozen=True)
class NgramCounts:
    """How often each n-gram of a text occurs.

    Attributes:
        trie: the n-grams; ``<s>`` is on level 1 with count 0, since nothing predicts it.
        counts: (nodes,) occurrences.
    """

    trie: Trie
    counts: Int64s


def count_ngrams(
    sentences: Sentences, vocabulary_size: int, order: int, *, workers: int = 1, memory: int = 2 << 30
) -> NgramCounts:
    """Count the n-grams of orders 1 to ``order``, with ``<s>`` before and ``</s>`` after each sentence.

    Args:
        sentences: word ids below ``vocabulary_size``.
        vocabulary_size: the number of words, which are level 1 whether they occur or not.
        order: length of the longest n-grams, in words.
        workers: number of threads.
        memory: bytes that sorting may use.

    Raises:
        OptionError: ``order``, ``workers`` or ``memory`` is invalid.
    """
    order, workers = whole("order", order, 1, MAX_ORDER), whole("workers", workers, 1)
    bits = max(1, int(vocabulary_size - 1).bit_length())
    layout = Layout(order, bits)
    total = sentences.tokens
    key_bytes = 16 * layout.width  # the keys and their scratch
    if memory < 1 << 20:
        raise OptionError(f"memory of {memory} bytes, expected at least {1 << 20}")
    wanted = max(workers, -(-total * key_bytes * workers // memory))
    pivots = _pivots(sentences, layout, wanted)
    spill = wanted > workers

    def counted(part: int) -> Part:
        low = int(pivots[part - 1]) if part else 0
        high = int(pivots[part]) if part < len(pivots) else (1 << 63) - 1
        return count_part(sentences, layout, vocabulary_size, low, high, sizes[part]).stored(spill)

    with ThreadPoolExecutor(workers) as pool:
        bounds = np.linspace(0, len(sentences), workers + 1).astype(np.int64)
        sized = pool.map(
            lambda span: part_sizes(sentences.ids, sentences.bounds, bits, pivots, *span),
            itertools.pairwise(bounds),
        )
        sizes = np.sum(list(sized), axis=0)
        parts = list(pool.map(counted, range(len(sizes))))
    return _join(parts, vocabulary_size, order, spill)


def _pivots(sentences: Sentences, layout: Layout, parts: int) -> npt.NDArray[np.uint64]:
    """Pairs of last words that cut the text into ``parts`` of about the same size, or fewer."""
    if parts == 1 or sentences.tokens == 0:
        return np.empty(0, np.uint64)
    stride = max(1, sentences.tokens // _SAMPLE)
    sample = np.sort(sample_pairs(sentences.ids, sentences.bounds, layout.bits, stride))
    places = np.arange(1, parts) * len(sample) // parts
    return np.unique(sample[places])


def _join(parts: list[Part], vocabulary_size: int, order: int, spill: bool) -> NgramCounts:
    """Concatenate the parts; only level 1 is shared by them."""
    sizes = [vocabulary_size, *(sum(len(part.counts[n]) for part in parts) for n in range(order - 1))]
    level_bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    left_words = allocate(level_bounds[-1], np.int32, on_disk=spill)
    counts = allocate(level_bounds[-1], np.int64, on_disk=spill)
    child_bounds = allocate(level_bounds[-2] + 1, np.int64, on_disk=spill)

    left_words[:vocabulary_size] = np.arange(vocabulary_size)
    counts[:vocabulary_size] = np.sum([part.word_counts for part in parts], axis=0)
    child_bounds[0] = vocabulary_size if order > 1 else 0
    if order > 1:
        child_bounds[1 : vocabulary_size + 1] = np.sum([part.word_children for part in parts], axis=0)
    for n in range(2, order + 1):
        place = int(level_bounds[n - 1])
        for part in parts:
            stop = place + len(part.counts[n - 2])
            left_words[place:stop] = part.left_words[n - 2]
            counts[place:stop] = part.counts[n - 2]
            if n < order:
                child_bounds[place + 1 : stop + 1] = part.children[n - 2]
            place = stop
    np.cumsum(child_bounds, out=child_bounds)
    return NgramCounts(Trie(level_bounds, left_words, child_bounds), counts)
