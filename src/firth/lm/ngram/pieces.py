"""The n-grams of one level in pieces, whose arrays stay in the cache while they are smoothed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np

from firth.kernels.ngram.histories import add_to_histories
from firth.kernels.ngram.nodes import START_ID, Places
from firth.lm.ngram.ngram_counts import NgramCounts
from firth.lm.ngram.trie import NODES_AT_A_TIME, Floats
from firth.lm.spilled import allocate
from firth.parallel import in_threads

Result = TypeVar("Result")


class Piece(NamedTuple):
    """Some n-grams of a level.

    Attributes:
        nodes: which ones.
        within: which ones of the level, counted from its first one.
        counts: occurrences, or Kneser and Ney's counts.  # (n-grams,)
        contexts: the history of each, counted from the first one.  # (n-grams,)
        lower: p(w | h') of each, h' being the history without its first word; or one value for all of them.
    """

    nodes: slice
    within: slice
    counts: Floats
    contexts: Places
    lower: Floats | float


class Pieces:
    """All n-grams of a level, piece by piece, in several threads.

    Args:
        counts: of a text.
        n: the level.
        left_words: whether Kneser and Ney's counts are taken.
        contexts: the history of each n-gram, counted from the first one.  # (nodes of the level,)
        shorter: the probabilities of level n - 1; or one value for all n-grams.
        workers: number of threads.
    """

    def __init__(
        self, counts: NgramCounts, n: int, left_words: bool, contexts: Places, shorter: Floats | float, workers: int
    ) -> None:
        self._counts, self._n, self._left_words = counts, n, left_words
        self._contexts, self._shorter, self._workers = contexts, shorter, workers
        trie = counts.trie
        self._level, self._above = trie.level(n), trie.level(n - 1) if n > 1 else slice(0, 1)
        if n > 1:
            self._spans = trie.families(n - 1)
        else:
            self._spans = parts_of(self._level.stop)

    @property
    def histories(self) -> int:
        """The number of histories."""
        return self._above.stop - self._above.start

    def each(self, work: Callable[[Piece], Result]) -> list[Result]:
        """The results of ``work`` for each piece."""
        return in_threads(lambda span: work(self._piece(span)), self._spans, self._workers)

    def sums(self, *columns: Callable[[Piece], Floats]) -> Floats:
        """Values of each n-gram, summed over the n-grams of each history. # (histories, columns)

        Each thread adds to histories of its own, in the order of the n-grams, so the sums do not depend on the number
        of threads.
        """
        size = self.histories * len(columns)
        sums = allocate(size, np.float64, on_disk=self._counts.on_disk).reshape(-1, len(columns))

        def add(own: tuple[int, int]) -> None:
            for piece in map(self._piece, self._spans):
                add_to_histories(tuple(column(piece) for column in columns), piece.contexts, *own, sums)

        shares = np.linspace(0, self.histories, min(self._workers, self.histories) + 1).astype(np.int64)
        in_threads(add, itertools.pairwise(shares.tolist()), self._workers)
        return sums

    def _piece(self, span: tuple[int, int]) -> Piece:
        nodes, lower = slice(*span), self._shorter
        if self._n > 1:
            children = self._counts.trie.child_bounds[span[0] : span[1] + 1]
            nodes = slice(int(children[0]), int(children[-1]))
            if isinstance(lower, np.ndarray):
                parents = lower[span[0] - self._above.start : span[1] - self._above.start]
                lower = np.repeat(parents, np.diff(children))
        within = slice(nodes.start - self._level.start, nodes.stop - self._level.start)
        return Piece(nodes, within, self._counted(nodes), self._contexts[within], lower)

    def _counted(self, nodes: slice) -> Floats:
        """Occurrences of some n-grams, or their numbers of different left words, as Kneser and Ney count.

        At the highest order, and where the first word is ``<s>``, nothing stands to the left and occurrences are taken.
        """
        trie = self._counts.trie
        occurrences = self._counts.counts[nodes].astype(np.float64)
        if not self._left_words or self._n == trie.order:
            return occurrences
        kinds = np.diff(trie.child_bounds[nodes.start : nodes.stop + 1]).astype(np.float64)
        return np.where(trie.left_words[nodes] == START_ID, occurrences, kinds)


def parts_of(size: int) -> list[tuple[int, int]]:
    """Parts of an array of this size."""
    return list(itertools.pairwise([*range(0, size, NODES_AT_A_TIME), size]))
