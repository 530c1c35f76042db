"""The n-grams of a text or of a model, in one trie of flat sorted arrays.

The trie is read backwards, like KenLM's (Heafield 2011, section 3.2): the children of an n-gram are the n-grams that
are one word longer *to the left*. Level 1 is dense, so that the node of a single word is its id; the nodes of the
levels follow each other in breadth-first order, and siblings are sorted by their left word. So an n-gram is found by
one binary search a word, and its suffix (w_2 .. w_n) is its parent. Its context (w_1 .. w_{n-1}) is another node:
:func:`link_contexts`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError
from firth.kernels.ngram.nodes import Places, link_contexts
from firth.lm.spilled import allocate
from firth.parallel import in_threads

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NODES_AT_A_TIME = 1 << 16


@dataclass(frozen=True)
class Trie:
    """The shape of the trie.

    Attributes:
        level_bounds: (order + 1,) the nodes of level n are ``level_bounds[n - 1]`` to ``level_bounds[n]``.
        left_words: (nodes,) the first word of the n-gram.
        child_bounds: (inner nodes + 1,) the children of node i are ``child_bounds[i]`` to ``child_bounds[i + 1]``;
            the nodes of the highest order have none and are left out.
    """

    level_bounds: Int64s
    left_words: Int32s
    child_bounds: Int64s

    def is_sound(self) -> bool:
        """Whether the arrays fit each other, the children of a level being the level below it; look-ups trust them."""
        bounds, children = self.level_bounds, self.child_bounds
        return (
            [array.dtype for array in (bounds, self.left_words, children)] == [np.int64, np.int32, np.int64]
            and bounds.ndim == self.left_words.ndim == children.ndim == 1
            and len(bounds) >= 2
            and bounds[0] == 0
            and bool((bounds[1:] >= bounds[:-1]).all())
            and len(self.left_words) == bounds[-1]
            and len(children) == bounds[-2] + 1
            and bool((children[1:] >= children[:-1]).all())
            and (len(bounds) == 2 or bool((children[bounds[:-1]] == bounds[1:]).all()))
            and self.left_words.min(initial=0) >= 0
            and self.left_words.max(initial=0) < max(1, bounds[1])
        )

    @property
    def order(self) -> int:
        """The greatest number of words in an n-gram."""
        return len(self.level_bounds) - 1

    def level(self, n: int) -> slice:
        """The nodes of the n-grams of exactly ``n`` words, n from 1."""
        return slice(int(self.level_bounds[n - 1]), int(self.level_bounds[n]))

    def sizes(self) -> list[int]:
        """How many n-grams there are of each order."""
        return [int(size) for size in np.diff(self.level_bounds)]

    def suffixes(self, n: int) -> Int64s:
        """For each node of level ``n`` >= 2 its parent, the node of the n-gram without its first word."""
        above = self.level(n - 1)
        children = np.diff(self.child_bounds[above.start : above.stop + 1])
        return np.repeat(np.arange(above.start, above.stop), children)

    def ngrams(self, n: int) -> Int32s:
        """The words of every n-gram of level ``n``, one row each, in text order. # (nodes of the level, n)"""
        nodes = np.arange(self.level(n).start, self.level(n).stop)
        rows = np.empty((len(nodes), n), np.int32)
        for position in range(n):
            rows[:, position] = self.left_words[nodes]
            if position < n - 1:
                nodes = np.searchsorted(self.child_bounds, nodes, side="right") - 1
        return rows

    def contexts_of(self, n: int, above: Places | None, workers: int = 1, *, on_disk: bool = False) -> Places:
        """The context of each node of level ``n`` >= 2, the n-gram without its last word. # (nodes of the level,)

        Contexts are counted from the first node of level n - 1; -1 if one is missing.

        Args:
            n: the level.
            above: the same of level n - 1; None for n = 2.
            workers: number of threads.
            on_disk: whether the result is a temporary file, mapped.
        """
        above_level, level = self.level(n - 1), self.level(n)
        bases = (self.level(n - 2).start if n > 2 else 0, above_level.start, level.start)
        fits = above_level.stop - above_level.start <= np.iinfo(np.int32).max
        contexts = allocate(level.stop - level.start, np.int32 if fits else np.int64, on_disk=on_disk)

        def link(span: tuple[int, int]) -> None:
            link_contexts(*span, self.child_bounds, self.left_words, above, bases, contexts)

        in_threads(link, self.families(n - 1), workers)
        return contexts

    def families(self, n: int) -> list[tuple[int, int]]:
        """The nodes of level ``n`` below the highest, in parts that have about ``NODES_AT_A_TIME`` children each."""
        level = self.level(n)
        children = self.child_bounds[level.start : level.stop + 1]
        places = np.arange(children[0], children[-1] + NODES_AT_A_TIME, NODES_AT_A_TIME)
        bounds = level.start + np.searchsorted(children, places)
        bounds[-1] = level.stop
        return list(itertools.pairwise(np.unique(bounds).tolist()))

    def link_contexts(self, workers: int = 1) -> Int64s:
        """For each node the node of its context, the n-gram without its last word; -1 on level 1. # (nodes,)"""
        linked = np.full(len(self.left_words), -1, np.int64)
        above = None
        for n in range(2, self.order + 1):
            above = self.contexts_of(n, above, workers)
            linked[self.level(n)] = np.where(above < 0, -1, above.astype(np.int64) + self.level(n - 1).start)
        return linked

    def contexts(self) -> Int64s:
        """:meth:`link_contexts` of a trie that may have been read from a damaged file.

        Raises:
            FileFormatError: the context of an n-gram is missing, or a word id is invalid.
        """
        words = self.left_words
        is_sound = not len(words) or (words.min() >= 0 and words.max() < self.level_bounds[1])
        contexts = self.link_contexts() if is_sound else None
        if contexts is None or (contexts[self.level_bounds[1] :] < 0).any():
            raise FileFormatError(
                "the model is damaged: n-grams without their contexts", hint="train or convert it again"
            )
        return contexts
