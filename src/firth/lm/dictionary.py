"""A hash table from words to word ids.

A word is represented by a 64-bit code of its spelling, as in KenLM (Heafield 2011, section 3.1); the spelling itself is
not kept. A salt is chosen so that the words of a dictionary have different codes. An unknown word is mistaken for one
of its V words with probability V / 2^63, about 1e-13 for a million words.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from firth.errors import VocabularyError
from firth.kernels.ngram.codes import Bits, Bytes, fill, look_up
from firth.kernels.simd.open_addressing import SLOT
from firth.lm.ngram.trie import Int32s, Int64s
from firth.text.sources import PADDING


class Dictionary:
    """The ids of words.

    Args:
        words: different words; the id of a word is its position.

    Raises:
        VocabularyError: two words are the same.

    Attributes:
        slots: (2 ** n,) the ids by the codes of the words; at most half are used.
        salt: the salt of the codes.
    """

    def __init__(self, words: Sequence[str]) -> None:
        if len(set(words)) < len(words):
            raise VocabularyError("a word is in the vocabulary twice", hint="each word has one id")
        spelled = [word.encode("utf-8", "surrogatepass") for word in words]
        text = np.frombuffer(b"".join(spelled) + b" " * PADDING, np.uint8).copy()
        bounds = np.array(list(itertools.accumulate(map(len, spelled), initial=0)), np.int64)
        for salt in itertools.count(1):
            self.slots = np.zeros(1 << (2 * len(words)).bit_length(), SLOT)
            self.salt = salt
            if fill(text, bounds, self.salt, self.slots):
                return

    def look_up(self, text: Bytes, size: int, spaces: Bits, line_end: int) -> tuple[Int32s, Int64s, int]:
        """The ids of the words of a text, and the positions of its line ends; ``<unk>`` for unknown words.

        Args:
            text: UTF-8, then :data:`firth.text.sources.PADDING` bytes.
            size: bytes of text.
            spaces: one bit per byte, the lowest first, that marks the ends of words.
            line_end: the byte that ends a line.

        Returns:
            The ids, the ends of lines, and the id of ``<s>`` or ``</s>`` if one is among the ids, or 0.
        """
        ids, ends = np.empty(size // 2 + 1, np.int32), np.empty(size + 1, np.int64)
        words, lines, mark = look_up(text, size, spaces, line_end, self.salt, self.slots, ids, ends)
        return ids[:words], ends[:lines].copy(), mark
