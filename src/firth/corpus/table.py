"""A worker's table of words: grows as it must, and turns blocks of text into word ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.corpus import scanner
from firth.corpus.scanner import LINE_END, SPARE
from firth.corpus.spaces import mark_spaces
from firth.errors import EncodingError
from firth.text.sources import PADDING, Block

IDS = npt.NDArray[np.int32]

_FIRST_WORDS = 1 << 12


class WordTable:
    """The words that a worker has met, in the order in which it met them.

    Args:
        errors: ``"strict"``: bytes that are not UTF-8 raise; ``"replace"``: they become U+FFFD, as in ``bytes.decode``.
    """

    def __init__(self, errors: str = "strict") -> None:
        self._errors = errors
        self._slots = np.zeros(2 * _FIRST_WORDS, np.uint64)
        self._entries = np.empty(_FIRST_WORDS, scanner.ENTRY)
        self._firsts = np.empty(_FIRST_WORDS, np.int64)
        self._spellings = np.empty(16 * _FIRST_WORDS, np.uint8)
        self._spelled = 0
        self._spaces = np.empty(0, np.uint64)
        self._ids = np.empty(0, np.int32)
        self.words = 0

    def scan(self, block: Block, number: int) -> IDS:
        """The word ids of a block, a :data:`~firth.corpus.LINE_END` after each line; valid until the next call.

        Args:
            block: the text.
            number: the block's place among all blocks.

        Raises:
            EncodingError: the block is not UTF-8.
        """
        text, size = block.text, block.size
        bad = self._mark(text, size)
        if bad >= 0:
            if self._errors == "strict":
                raise EncodingError(block.source, block.offset + bad)
            text, size = _replaced(text, size)
            self._mark(text, size)
        if len(self._ids) < size + 2:
            self._ids = np.empty(size + 2, np.int32)
        position = count = 0
        while True:
            position, self.words, self._spelled, count = scanner.scan(
                text, size, position, self._spaces, number << 32, self._slots, self._entries, self._firsts,
                self._spellings, self.words, self._spelled, self._ids, count,
            )  # fmt: skip
            if position == size:
                break
            self._grow(size - position)
        if block.ends_file:
            self._ids[count] = LINE_END
            count += 1
        return self._ids[:count]

    def merge(self, other: WordTable) -> IDS:
        """Take in the words and counts of another table; returns the id here of each of its words."""
        ids = np.empty(other.words, np.int32)
        known = 0
        while True:
            known, self.words, self._spelled = scanner.merge(
                other._entries, other._firsts, other._spellings, known, self._slots, self._entries, self._firsts,
                self._spellings, self.words, self._spelled, ids,
            )  # fmt: skip
            if known == other.words:
                return ids
            self._grow(int(other._entries[known]["length"]))

    def counts(self) -> npt.NDArray[np.int64]:
        """How often each word was seen.  # (words,)"""
        return self._entries["count"][: self.words].copy()

    def firsts(self) -> npt.NDArray[np.int64]:
        """Where each word was seen first: grows with the text.  # (words,)"""
        return self._firsts[: self.words]

    def spell(self, words: npt.NDArray[np.int64]) -> list[str]:
        """The spelling of each of these words."""
        text = np.empty(int((self._entries["length"][words] + 1).sum()), np.uint8)
        scanner.spell(self._entries, self._spellings, words, text)
        return text.tobytes().decode().split("\n")[:-1]

    def _mark(self, text: npt.NDArray[np.uint8], size: int) -> int:
        if len(self._spaces) < size // 64 + 2:
            self._spaces = np.empty(size // 64 + 2, np.uint64)
        return int(mark_spaces(text, size, self._spaces))

    def _grow(self, longest: int) -> None:
        """Make room for more words, and for one whose spelling may be as long as ``longest`` bytes."""
        if self.words == len(self._entries):
            self._entries = _longer(self._entries, 2 * self.words)
            self._firsts = _longer(self._firsts, 2 * self.words)
            self._slots = np.zeros(2 * len(self._slots), np.uint64)
            scanner.rehash(self._slots, self._entries, self._spellings, self.words)
        needed = self._spelled + longest + SPARE
        if len(self._spellings) < needed:
            self._spellings = _longer(self._spellings, max(needed, 2 * len(self._spellings)))


def _longer(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    longer = np.empty(size, array.dtype)
    longer[: len(array)] = array
    return longer


def _replaced(text: npt.NDArray[np.uint8], size: int) -> tuple[npt.NDArray[np.uint8], int]:
    decoded = text[:size].tobytes().decode("utf-8", "replace").encode()
    return np.frombuffer(decoded + b" " * PADDING, np.uint8), len(decoded)
