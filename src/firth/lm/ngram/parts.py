"""The n-grams of a range of word pairs, counted alone; :mod:`firth.lm.ngram.ngram_counts` cuts a text into ranges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from firth.kernels.ngram.sorted_keys import fill_keys, lay_levels, level_sizes, sort_keys
from firth.lm.ngram.trie import Int32s, Int64s
from firth.lm.sentences import Sentences
from firth.lm.spilled import put_aside


@dataclass(frozen=True)
class Layout:
    """How the words of an n-gram are packed: the last word in the highest bits, as many whole words per column as fit.

    Attributes:
        order: words in a key.
        bits: bits a word.
    """

    order: int
    bits: int

    @property
    def per_column(self) -> int:
        """Words in a 64-bit column."""
        return min(self.order, 63 // self.bits)

    @property
    def width(self) -> int:
        """Columns of a key."""
        return -(-self.order // self.per_column)


@dataclass(frozen=True)
class Part:
    """The n-grams that end in some range of word pairs, level by level from 2 on.

    Attributes:
        word_counts: (vocabulary,) occurrences of each word in this part.
        word_children: (vocabulary,) different bigrams that end in each word.
        left_words, counts, children: for each level its nodes' left words, occurrences and numbers of children.
    """

    word_counts: Int64s
    word_children: Int64s
    left_words: list[Int32s] = field(default_factory=list)
    counts: list[Int64s] = field(default_factory=list)
    children: list[Int32s] = field(default_factory=list)

    def stored(self, spill: bool) -> Part:
        """This part, or when ``spill`` is true its copy in temporary files, mapped."""
        if not spill:
            return self
        return Part(
            self.word_counts,
            self.word_children,
            [put_aside(array, on_disk=True) for array in self.left_words],
            [put_aside(array, on_disk=True) for array in self.counts],
            [put_aside(array, on_disk=True) for array in self.children],
        )


def count_part(sentences: Sentences, layout: Layout, vocabulary_size: int, low: int, high: int, size: int) -> Part:
    """Count the n-grams whose last two words, packed, lie in ``low`` to ``high``; there are ``size`` of them."""
    keys = np.empty((size, layout.width), np.uint64)
    scratch = np.empty_like(keys)
    fill_keys(sentences.ids, sentences.bounds, layout.order, layout.bits, layout.per_column, low, high, keys)
    keys = sort_keys(keys, scratch, layout.per_column * layout.bits)
    del scratch
    sizes = np.zeros(layout.order + 1, np.int64)
    level_sizes(keys, layout.order, layout.bits, layout.per_column, sizes)
    part = Part(np.zeros(vocabulary_size, np.int64), np.zeros(vocabulary_size, np.int64))
    bounds = np.concatenate([[0, 0], np.cumsum(sizes[2:])]).astype(np.int64)
    left_words = np.empty(bounds[-1], np.int32)
    counts = np.zeros(bounds[-1], np.int64)
    children = np.zeros(bounds[-1], np.int32)
    lay_levels(
        keys, layout.order, layout.bits, layout.per_column, bounds, part.word_counts, part.word_children,
        left_words, counts, children,
    )  # fmt: skip
    for n in range(2, layout.order + 1):
        level = slice(bounds[n - 1], bounds[n])
        part.left_words.append(left_words[level])
        part.counts.append(counts[level])
        part.children.append(children[level])
    return part
