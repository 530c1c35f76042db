"""Building a trie from n-grams in any order, as in a file of another tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firth.kernels.ngram.nodes import Float32s, count_children
from firth.lm.ngram.trie import Int32s, Trie


@dataclass(frozen=True)
class Ngrams:
    """The n-grams of one order.

    Attributes:
        rows: (n-grams, n) word ids in text order.
        probabilities, backoffs: (n-grams,) log10; for a probability of NaN, that of backing off is used.
    """

    rows: Int32s
    probabilities: Float32s
    backoffs: Float32s

    def duplicate(self) -> Int32s | None:
        """An n-gram that occurs twice, if there is one."""
        rows = self.rows[np.lexsort(self.rows.T)]
        same = (rows[1:] == rows[:-1]).all(axis=1)
        return rows[1:][same][0] if same.any() else None

    def with_blanks(self, rows: Int32s) -> Ngrams:
        """These n-grams, and those of ``rows`` that are not among them."""
        both = np.concatenate([self.rows, rows])
        order = np.lexsort(both.T)  # stable: of equal rows, ours stand first
        sorted_rows = both[order]
        is_first = np.ones(len(both), bool)
        is_first[1:] = (sorted_rows[1:] != sorted_rows[:-1]).any(axis=1)
        new = order[is_first & (order >= len(self.rows))]
        return Ngrams(
            np.concatenate([self.rows, both[new]]),
            np.concatenate([self.probabilities, np.full(len(new), np.nan, np.float32)]),
            np.concatenate([self.backoffs, np.zeros(len(new), np.float32)]),
        )


def build_trie(levels: Sequence[Ngrams]) -> tuple[Trie, Float32s, Float32s]:
    """The trie, its log10 probabilities (nodes,) and back-off weights (inner nodes,).

    Args:
        levels: for each order from 1; the first holds every word in the order of its id.
    """
    complete = list(levels)
    for n in range(len(levels), 2, -1):
        rows = complete[n - 1].rows
        complete[n - 2] = complete[n - 2].with_blanks(np.concatenate([rows[:, 1:], rows[:, :-1]]))

    level_bounds = np.concatenate([[0], np.cumsum([len(level.rows) for level in complete])]).astype(np.int64)
    inner = int(level_bounds[-2])
    left_words = np.empty(level_bounds[-1], np.int32)
    children = np.zeros(inner + 1, np.int64)
    probabilities = np.empty(level_bounds[-1], np.float32)
    backoffs = np.empty(inner, np.float32)
    child_bounds = np.zeros(inner + 1, np.int64)
    for n, level in enumerate(complete, 1):
        nodes = slice(int(level_bounds[n - 1]), int(level_bounds[n]))
        order = np.lexsort(level.rows.T)
        rows = np.ascontiguousarray(level.rows[order])
        left_words[nodes] = rows[:, 0]
        probabilities[nodes] = level.probabilities[order]
        if n < len(complete):
            backoffs[nodes] = level.backoffs[order]
        if n > 1:
            count_children(rows, left_words, child_bounds, children)
            above = slice(int(level_bounds[n - 2]), int(level_bounds[n - 1]))
            child_bounds[above.start] = nodes.start
            child_bounds[above.start + 1 : above.stop + 1] = nodes.start + np.cumsum(children[above])
    trie = Trie(level_bounds, left_words, child_bounds)
    _fill_blanks(trie, probabilities, backoffs)
    return trie, probabilities, backoffs


def _fill_blanks(trie: Trie, probabilities: Float32s, backoffs: Float32s) -> None:
    contexts = trie.link_contexts()
    for n in range(2, trie.order + 1):
        level = trie.level(n)
        blank = np.flatnonzero(np.isnan(probabilities[level]))
        if len(blank):
            suffixes = trie.suffixes(n)[blank]
            nodes = blank + level.start
            probabilities[nodes] = backoffs[contexts[nodes]] + probabilities[suffixes]
