"""The shape of the Huffman tree of a vocabulary: lengths of codes against the entropy, and its branches."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.arguments import Word
from firth.corpus import Vocabulary
from firth.errors import VocabularyError
from firth.objectives.hierarchical import huffman_tree

Ids = npt.NDArray[np.int64]


class Branch(NamedTuple):
    """A word, or several that are not told apart.

    Attributes:
        code: the decisions from the root, ``"0"`` for the left child and ``"1"`` for the right one.
        word_ids: the words below, the most frequent first.  # (words,)
        share: of the text.
    """

    code: str
    word_ids: Ids
    share: float


class Depth(NamedTuple):
    """The words of one depth: how many, and their share of the text."""

    depth: int
    words: int
    share: float


class TreeShape:
    """The Huffman tree of a vocabulary.

    Attributes:
        vocabulary: the words.
        lengths: decisions on the path to each word, the length of its code.  # (words,)
        shares: of each word in the text.  # (words,)
        expected_length: decisions for a word of the text, on the mean, in bits.
        entropy: of the words of the text, in bits: no code is shorter on the mean, and Huffman's is at most 1 longer.

    Args:
        vocabulary: the words; counts of 0 count as 1.

    Raises:
        VocabularyError: there are no words.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        if not len(vocabulary):
            raise VocabularyError("a vocabulary without words, expected one or more for a Huffman tree")
        self.vocabulary = vocabulary
        counts = np.maximum(vocabulary.counts, 1)
        self._tree = huffman_tree(counts)
        self.lengths: Ids = np.diff(self._tree.bounds)
        self.shares = counts / counts.sum()
        self.expected_length = float(self.shares @ self.lengths)
        self.entropy = float(-self.shares @ np.log2(self.shares)) + 0.0

    def code(self, word: Word) -> str:
        """The decisions on the path to a word, such as ``"0110"``; empty for the only word of a tree.

        Raises:
            UnknownWord: the vocabulary does not hold it.
        """
        _, codes = self._tree.path(self.vocabulary.word_id(word))
        return "".join(map(str, codes.tolist()))

    def depths(self) -> list[Depth]:
        """Each depth that has words, from the root down."""
        words, shares = np.bincount(self.lengths), np.bincount(self.lengths, self.shares)
        return [Depth(depth, int(words[depth]), float(shares[depth])) for depth in np.flatnonzero(words).tolist()]

    def branches(self, most: int, words: Sequence[Word] = ()) -> list[Branch]:
        """The top of the tree: branches that together hold all words, from left to right.

        The most frequent branches are opened until there are ``most``, and further ones on the paths to ``words``.

        Args:
            most: number of branches.
            words: words that have a branch of their own.

        Raises:
            UnknownWord: the vocabulary does not hold one of the words.
        """
        asked = np.array([self.vocabulary.word_id(word) for word in words], np.int64)
        heap = [(-1.0, "", np.arange(len(self.vocabulary)))]
        done: list[tuple[float, str, Ids]] = []
        while heap:
            weight, code, ids = heapq.heappop(heap)
            needed = np.isin(asked, ids).any()
            if len(ids) == 1 or (len(heap) + len(done) + 1 >= most and not needed):
                done.append((weight, code, ids))
                continue
            right = self._tree.codes[self._tree.bounds[ids] + len(code)] == 1
            for decision, below in (("0", ids[~right]), ("1", ids[right])):
                heapq.heappush(heap, (-float(self.shares[below].sum()), code + decision, below))
        return [Branch(code, ids, -weight) for weight, code, ids in sorted(done, key=lambda branch: branch[1])]
