"""The growing word table of a worker, which converts blocks of text into word ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import EncodingError, VocabularyError
from firth.kernels.text.scanner import ENTRY, FILE_END, SEPARATOR, SPARE, Table, merge, rehash, scan, spell
from firth.kernels.text.spaces import mark_spaces
from firth.kernels.text.word_marks import mark_words
from firth.text.decoding import decode_replacing
from firth.text.sources import PADDING, Block
from firth.text.token_lists import END_OF_LIST, TokenBlock, join_tokens
from firth.text.tokenizers import Cut
from firth.text.unicode_words import character_classes

Ids = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Spaces = npt.NDArray[np.uint64]

MOST_WORDS = 1 << 31

_NEWLINE = 0x0A
_FIRST_WORDS = 1 << 12


class WordTable:
    """The words that a worker has read, in the order of their first occurrence.

    Args:
        errors: ``"strict"``: bytes that are not UTF-8 raise; ``"replace"``: they become U+FFFD, as in ``bytes.decode``.

    Attributes:
        words: number of words.
        replaced: number of replaced bytes in each file.
    """

    def __init__(self, errors: str = "strict") -> None:
        self._errors = errors
        self._table = Table(
            slots=np.zeros(2 * _FIRST_WORDS, np.uint64),
            entries=np.empty(_FIRST_WORDS, ENTRY),
            starts=np.empty(_FIRST_WORDS, np.int64),
            firsts=np.empty(_FIRST_WORDS, np.int64),
            spellings=np.empty(16 * _FIRST_WORDS, np.uint8),
        )
        self._spelled = 0
        self._spaces = np.empty(0, np.uint64)
        self._ids = np.empty(0, np.int32)
        self.words = 0
        self.replaced: Counter[str] = Counter()

    def read(self, block: Block, number: int) -> Ids:
        """The word ids of a block of text, a :data:`~firth.kernels.text.scanner.LINE_END` after each line.

        The last block of a file is followed by a :data:`~firth.kernels.text.scanner.FILE_END`.
        The array is reused by the next call.

        Args:
            block: the text.
            number: number of the block among all blocks.

        Raises:
            EncodingError: the block is not UTF-8.
        """
        return self._read(block, number, mark_spaces)

    def read_words(self, block: Block, number: int) -> Ids:
        """The word ids of the Unicode words of a block of text, as from :meth:`read`.

        Raises:
            EncodingError: the block is not UTF-8.
        """
        classes = character_classes()
        return self._read(block, number, lambda text, size, spaces: mark_words(text, size, classes, spaces))

    def _read(self, block: Block, number: int, mark: Callable[[Bytes, int, Spaces], int]) -> Ids:
        text, size = block.text, block.size
        bad = self._mark(text, size, mark)
        if bad >= 0:
            if self._errors == "strict":
                raise EncodingError(block.source, block.offset + bad)
            text, size = self._replaced(block)
            self._mark(text, size, mark)
        ids = self._scan(text, size, self._spaces, _NEWLINE, number)
        if block.ends_file:
            ids = self._ids[: len(ids) + 1]
            ids[-1] = FILE_END
        return ids

    def read_cut(self, block: Block, number: int, cut: Cut) -> Ids:
        """The word ids of the tokens that a tokenizer finds in a block of text, as from :meth:`read`.

        Raises:
            EncodingError: the block is not UTF-8.
            OptionError: a function that was given as a tokenizer returns something else than tokens.
        """
        found = cut(self._decoded(block))
        if isinstance(found, str):
            raw = found.encode("utf-8", "surrogatepass")
            spaced = np.frombuffer(raw + b" " * PADDING, np.uint8)
            return self.read(block._replace(text=spaced, size=len(raw)), number)
        lists = found if found and found[-1] else found[:-1]  # nothing follows the last newline
        return self.read_tokens(join_tokens(lists), number) if lists else np.empty(0, np.int32)

    def read_tokens(self, block: TokenBlock, number: int) -> Ids:
        """The word ids of a block of token lists, as from :meth:`read`."""
        return self._scan(block.text, block.size, block.ends, END_OF_LIST, number)

    def merge(self, other: WordTable) -> Ids:
        """Add the words and counts of another table; returns the id of each of its words in this table."""
        ids = np.empty(other.words, np.int32)
        known = 0
        while True:
            known, self.words, self._spelled = merge(other._table, known, self._table, self.words, self._spelled, ids)
            if known == other.words:
                return ids
            self._grow(int(other._table.entries[known]["length"]))

    def counts(self) -> npt.NDArray[np.int64]:
        """How often each word occurs.  # (words,)"""
        return self._table.entries["count"][: self.words].copy()

    def firsts(self) -> npt.NDArray[np.int64]:
        """The position of the first occurrence of each word, in the order of the text.  # (words,)"""
        return self._table.firsts[: self.words]

    def spell(self, words: npt.NDArray[np.int64]) -> list[str]:
        """The spelling of each of these words."""
        text = np.empty(int((self._table.entries["length"][words] + 1).sum()), np.uint8)
        spell(self._table, words, text)
        return text.tobytes().decode("utf-8", "surrogatepass").split(chr(SEPARATOR))[:-1]

    def _decoded(self, block: Block) -> str:
        raw = block.text[: block.size].tobytes()
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            if self._errors == "strict":
                raise EncodingError(block.source, block.offset + error.start) from error
        text, replaced = decode_replacing(raw)
        self.replaced[block.source] += replaced
        return text

    def _replaced(self, block: Block) -> tuple[npt.NDArray[np.uint8], int]:
        raw = self._decoded(block).encode()
        return np.frombuffer(raw + b" " * PADDING, np.uint8), len(raw)

    def _mark(self, text: Bytes, size: int, mark: Callable[[Bytes, int, Spaces], int]) -> int:
        if len(self._spaces) < size // 64 + 2:
            self._spaces = np.empty(size // 64 + 2, np.uint64)
        return int(mark(text, size, self._spaces))

    def _scan(
        self, text: npt.NDArray[np.uint8], size: int, spaces: npt.NDArray[np.uint64], line_end: int, number: int
    ) -> Ids:
        if len(self._ids) < size + 2:
            self._ids = np.empty(size + 2, np.int32)
        position = count = 0
        while True:
            position, self.words, self._spelled, count = scan(
                text, size, position, spaces, line_end, number << 32, self._table, self.words, self._spelled,
                self._ids, count,
            )  # fmt: skip
            if position == size:
                return self._ids[:count]
            self._grow(size - position)

    def _grow(self, longest: int) -> None:
        """Allocate space for more words, and for one whose spelling takes up to ``longest`` bytes.

        Raises:
            VocabularyError: there are more words than int32 can number.
        """
        table = self._table
        if self.words == len(table.entries):
            if 2 * self.words > MOST_WORDS:
                raise VocabularyError(f"more than {self.words:,} distinct words", hint="split the text, or its tokens")
            slots = np.zeros(2 * len(table.slots), np.uint64)
            rehash(table.slots, slots)
            entries, starts, firsts = (
                _longer(array, 2 * self.words) for array in (table.entries, table.starts, table.firsts)
            )
            table = Table(slots, entries, starts, firsts, table.spellings)
        needed = self._spelled + longest + SPARE
        if len(table.spellings) < needed:
            table = table._replace(spellings=_longer(table.spellings, max(needed, 2 * len(table.spellings))))
        self._table = table


def merge_tables(tables: list[WordTable]) -> list[Ids]:
    """Merge all tables into the first, pair by pair; returns the number there of each word of each table."""
    numbers = [np.arange(table.words, dtype=np.int32) for table in tables]
    step = 1

    def absorb(left: int) -> None:
        right = left + step
        renumbered = tables[left].merge(tables[right])
        numbers[right : right + step] = [renumbered[own] for own in numbers[right : right + step]]
        tables[right] = WordTable()  # its words are elsewhere now: give the memory back

    with ThreadPoolExecutor(len(tables), "firth-merger") as executor:
        while step < len(tables):
            list(executor.map(absorb, range(0, len(tables) - step, 2 * step)))
            step *= 2
    return numbers


def _longer(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    longer = np.empty(size, array.dtype)
    longer[: len(array)] = array
    return longer
