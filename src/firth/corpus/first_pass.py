"""The first pass: every token becomes a number, and every word is counted.

The text is read once. Each worker numbers the words in the order of their occurrence, in its own table, and writes the
numbers to a temporary file. At the end the tables are merged; only then are the word ids known, which the second pass
uses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, Word
from firth.corpus.spool import Spool
from firth.corpus.word_table import WordTable, merge_tables
from firth.errors import OptionError
from firth.text.sources import BLOCK_SIZE, TextFiles
from firth.text.token_lists import TokenSource, blocks_of
from firth.text.tokenizers import Cut
from firth.text.unicode_words import spaced_words


class Piece(NamedTuple):
    """A part of the text: a range of the spool of one worker."""

    worker: int
    start: int
    stop: int


@dataclass
class Tokens:
    """All tokens of a source, numbered by the workers that read them.

    Attributes:
        pieces: positions of the text in the spools of the workers, in the order of the text.
        numbers: for each worker, the common number of each of its words.  # (its words,) int32 each
        counts: how often each word occurs, by common number.  # (distinct words,) int64
        firsts: position of the first occurrence of each word, in the order of the text.  # (distinct words,) int64
        spell: function from common numbers to spellings.
        wanted: whether each word may be kept, whatever its count.  # (distinct words,) bool
        integers: whether the words are integers, whose spellings are their digits.
        weights: of the token lists that were read, if they have any.  # (lists,) float32
        read: number of tokens, where words are counted by weights.
    """

    pieces: list[Piece]
    numbers: list[npt.NDArray[np.int32]]
    counts: npt.NDArray[np.int64]
    firsts: npt.NDArray[np.int64]
    spell: Callable[[npt.NDArray[np.int64]], list[str]]
    wanted: npt.NDArray[np.bool_]
    integers: bool = False
    weights: npt.NDArray[np.float32] | None = None
    read: int | None = None


def read_files(
    files: TextFiles,
    spools: Sequence[Spool],
    *,
    cut: Cut | None = None,
    progress: OnProgress | None = None,
    block_size: int = BLOCK_SIZE,
) -> Tokens:
    """Number the tokens of text files, with one worker for each spool.

    ``cut`` is a tokenizer (:mod:`firth.text.tokenizers`); without one, tokens are separated by whitespace.

    Workers take turns in reading, so there are never more blocks in memory than workers. The result does not depend
    on their number.

    Raises:
        SourceError: a file cannot be read to its end.
        EncodingError: a file is not UTF-8; the error is that of the first invalid byte in the text.
        StorageError: the disk is full.
    """
    source = files.blocks(block_size)
    blocks = enumerate(source)
    total = files.size()
    tables = [WordTable(files.decoding.errors) for _ in spools]
    pieces: dict[int, Piece] = {}
    taken = [0] * len(spools)  # the block that each worker has come to
    turn, stop = threading.Lock(), threading.Event()

    def work(worker: int) -> None:
        try:
            while not stop.is_set():
                with turn:
                    taken[worker] = max(taken) + 1
                    number, block = next(blocks, (-1, None))
                    if block is None:
                        break
                    if progress is not None:
                        progress(block.bytes_done, total)
                table = tables[worker]
                if cut is None:
                    ids = table.read(block, number)
                elif cut is spaced_words:
                    ids = table.read_words(block, number)
                else:
                    ids = table.read_cut(block, number, cut)
                pieces[number] = Piece(worker, *spools[worker].append(ids))
        finally:
            stop.set()  # the text is read, or something failed: blocks already taken are finished, no more are taken

    with ThreadPoolExecutor(len(spools), "firth-reader") as executor:
        try:
            futures = [executor.submit(work, worker) for worker in range(len(spools))]
            wait(futures)
        finally:
            stop.set()
    if isinstance(source, Generator):
        source.close()  # closes the file where reading stopped before its end
    failures = [(block, failed) for block, job in zip(taken, futures, strict=True) if (failed := job.exception())]
    if failures:
        raise min(failures, key=lambda failure: failure[0])[1]

    for table in tables:
        for source_name, count in table.replaced.items():
            files.decoding.replaced(source_name, count)
    numbers = merge_tables(tables)
    table, in_order = tables[0], [pieces[number] for number in range(len(pieces))]
    return _all_wanted(in_order, numbers, table)


def read_sentences(
    sentences: TokenSource | Iterable[Iterable[Word]], spool: Spool, *, progress: OnProgress | None = None
) -> Tokens:
    """Number the tokens of token lists, which are iterated over once, in this thread.

    Raises:
        OptionError: a value is of another type than token lists or tokens.
        StorageError: the disk is full.
    """
    table = WordTable()
    pieces, done = [], 0
    integers: bool | None = None
    weights: list[npt.NDArray[np.float32]] = []
    for number, block in enumerate(blocks_of(sentences)):
        pieces.append(Piece(0, *spool.append(table.read_tokens(block, number))))
        done += block.tokens
        if block.weights is not None:
            weights.append(block.weights)
        if None not in (integers, block.integers) and integers != block.integers:
            raise OptionError(
                "some tokens are strings and others integers, expected one type", hint="convert all of them to str"
            )
        integers = block.integers if integers is None else integers
        if progress is not None:
            progress(done, None)
    numbers = np.arange(table.words, dtype=np.int32)
    tokens = _all_wanted(pieces, [numbers], table, bool(integers))
    if weights:
        tokens.weights = np.concatenate(weights)
    return tokens


def _all_wanted(
    pieces: list[Piece], numbers: list[npt.NDArray[np.int32]], table: WordTable, integers: bool = False
) -> Tokens:
    return Tokens(pieces, numbers, table.counts(), table.firsts(), table.spell, np.ones(table.words, bool), integers)
