"""Text as word ids under the vocabulary of a model; words outside it become ``<unk>``.

Each worker looks words up in its own copy of one table, so that nothing is shared and no word is a Python object.
"""

from __future__ import annotations

import copy
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from firth.corpus.table import WordTable
from firth.errors import SourceError
from firth.lm.sentences import END, END_ID, START, START_ID, UNKNOWN_ID, Sentences, Text, check_sentence
from firth.text.sources import PADDING, Block, text_files
from firth.text.token_lists import join_tokens

Ids = npt.NDArray[np.int32]
Bounds = npt.NDArray[np.int64]
Result = TypeVar("Result")

_CHARACTERS, _TOKENS = 1 << 18, 1 << 16  # of lines, or of token lists, that a worker takes at a time


class _Piece(NamedTuple):
    """Some of the text: word ids, where its lines end among them, and whether the last line ends in any case."""

    ids: Ids
    ends: Bounds
    closed: bool


class Encoder:
    """Looks words up.

    Args:
        words: the vocabulary; a word's id is its place.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = len(words)
        self._table = WordTable()
        self._table.read_tokens(join_tokens([words], len(words)), 0)

    def encode(self, text: Text, *, workers: int | None = None) -> Sentences:
        """A text as for :func:`firth.lm.sentences.read_text`, under the vocabulary.

        Raises:
            SourceError: the text cannot be read, is empty, or holds ``<s>`` or ``</s>``.
            EncodingError: a file is not UTF-8.
            OptionError: a sentence is no list of tokens.
        """
        if isinstance(text, Sentences):
            return text
        files = text_files(text)
        if files is None:
            sentences = _joined(self._map(_batches(text), self._tokens, workers), workers)
        else:
            sentences = _joined(self._map(files.blocks(), self._block, workers), workers)
        if not len(sentences.ids):
            raise SourceError("the text has no word in it", hint="is it empty?")
        return sentences

    def map_lines(
        self, lines: Iterable[str], work: Callable[[Sentences], Result], *, workers: int | None = None
    ) -> list[Result]:
        """What ``work`` makes of strings, each a sentence of tokens between whitespace, some of them at a time.

        Raises:
            SourceError: one of them holds ``<s>`` or ``</s>``.
        """

        def encode_and_work(table: WordTable, batch: list[str]) -> Result:
            piece = self._lines(table, batch)
            return work(Sentences(piece.ids, np.concatenate([[0], piece.ends])))

        return self._map(_batches_of_lines(lines), encode_and_work, workers)

    def _map(
        self, source: Iterable[Any], work: Callable[[WordTable, Any], Result], workers: int | None
    ) -> list[Result]:
        """Workers, each with a table, take turns in fetching what they work on next."""
        numbered = enumerate(source)
        results: dict[int, Result] = {}
        turn = threading.Lock()

        def work_on(_: int) -> None:
            table = copy.deepcopy(self._table)
            while True:
                with turn:
                    number, part = next(numbered, (-1, None))
                if part is None:
                    return
                results[number] = work(table, part)

        workers = workers or os.cpu_count() or 1
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work_on, range(workers)))
        return [results[number] for number in range(len(results))]

    def _block(self, table: WordTable, block: Block) -> _Piece:
        """A block of a file; a last line without its newline ends with the file."""
        return self._split(table.read(block._replace(ends_file=False), 0), closed=block.ends_file)

    def _lines(self, table: WordTable, lines: list[str]) -> _Piece:
        joined = "\n".join(lines) + "\n"
        if joined.count("\n") != len(lines):
            joined = "\n".join(line.replace("\n", " ") for line in lines) + "\n"
        raw = joined.encode("utf-8", "surrogatepass")
        text = np.full(len(raw) + PADDING, ord(" "), np.uint8)
        text[: len(raw)] = np.frombuffer(raw, np.uint8)
        return self._split(table.read(Block(text, len(raw), "the lines", 0, False, 0), 0), closed=False)

    def _tokens(self, table: WordTable, batch: list[Sequence[str]]) -> _Piece:
        """Token lists; the table reads those that are not empty."""
        full = [tokens for tokens in batch if tokens]
        ends = np.cumsum([len(tokens) for tokens in batch])
        if not full:
            return _Piece(np.empty(0, np.int32), ends, False)
        piece = self._split(table.read_tokens(join_tokens(full, int(ends[-1])), 0), closed=False)
        return piece._replace(ends=ends)

    def _split(self, numbers: Ids, *, closed: bool) -> _Piece:
        ids, ends = np.empty(len(numbers), np.int32), np.empty(len(numbers), np.int64)
        kept, lines, reserved = split_lines(numbers, self.words, ids, ends)
        if reserved:
            raise SourceError(
                f"the text holds the token {START if reserved == START_ID else END}, "
                "expected sentences without their marks",
                hint="remove <s> and </s>: each line is a sentence",
            )
        return _Piece(ids[:kept], ends[:lines].copy(), closed)


def _joined(pieces: list[_Piece], workers: int | None) -> Sentences:
    starts = list(itertools.accumulate((len(piece.ids) for piece in pieces), initial=0))
    ids = np.empty(starts[-1], np.int32)

    def place(number: int) -> None:
        ids[starts[number] : starts[number + 1]] = pieces[number].ids

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(place, range(len(pieces))))
    bounds, last = [np.zeros(1, np.int64)], 0
    for piece, start in zip(pieces, starts, strict=False):
        bounds.append(piece.ends + start)
        last = int(bounds[-1][-1]) if len(piece.ends) else last
        if piece.closed and start + len(piece.ids) > last:
            last = start + len(piece.ids)
            bounds.append(np.array([last]))
    return Sentences(ids, np.concatenate(bounds))


def _batches(text: Any) -> Iterator[list[Sequence[str]]]:
    batch: list[Sequence[str]] = []
    tokens = 0
    for sentence in text:
        check_sentence(sentence)
        batch.append(sentence)
        tokens += len(sentence) + 1
        if tokens >= _TOKENS:
            yield batch
            batch, tokens = [], 0
    if batch:
        yield batch


def _batches_of_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    characters = 0
    for line in lines:
        batch.append(line)
        characters += len(line) + 1
        if characters >= _CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


@njit(cache=True, nogil=True)
def split_lines(numbers: Ids, words: int, ids: Ids, ends: Bounds) -> tuple[int, int, int]:
    """Copy word ids, those of ``words`` and above as ``<unk>``, and note where lines end, which a negative number says.

    Returns:
        How many ids and how many line ends there are; and a mark of a sentence's border among the ids, or 0.
    """
    kept = lines = reserved = 0
    for number in numbers:
        if number < 0:
            ends[lines] = kept
            lines += 1
        else:
            if number in (START_ID, END_ID):
                reserved = number
            ids[kept] = number if number < words else UNKNOWN_ID
            kept += 1
    return kept, lines, reserved
