"""Text as word ids under the vocabulary of a model; words outside it become ``<unk>``.

No word becomes a Python object: workers look up bytes in one table (:mod:`firth.lm.dictionary`).
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from firth.errors import EncodingError, SourceError
from firth.kernels.ngram.codes import Bits, Bytes
from firth.kernels.ngram.nodes import START_ID
from firth.kernels.text.spaces import mark_spaces
from firth.lm.dictionary import Dictionary
from firth.lm.sentences import END, START, Sentences, Text, check_sentences, refuse_marks, sentence_bounds
from firth.parallel import cores
from firth.text.sources import PADDING, Block, text_files
from firth.text.token_lists import END_OF_LIST, join_tokens

Ids = npt.NDArray[np.int32]
Bounds = npt.NDArray[np.int64]
Result = TypeVar("Result")
Tokens = TypeVar("Tokens", bound=Sequence[str])

_CHARACTERS, _TOKENS = 1 << 18, 1 << 16  # of lines, or of token lists, that a worker takes at a time


class _Piece(NamedTuple):
    """Some of the text: word ids, where its lines end among them, and whether a file ends with it."""

    ids: Ids
    ends: Bounds
    ends_file: bool


class Encoder:
    """Looks words up.

    Args:
        words: the vocabulary; a word's id is its place.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.dictionary = Dictionary(words)

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
            lists = check_sentences(cast("Iterable[object]", text))
            sentences = _joined(_map(_batches(lists, _TOKENS), self._tokens, workers), workers)
        else:
            sentences = _joined(_map(files.blocks(), self._block, workers), workers)
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

        def encode_and_work(batch: list[str]) -> Result:
            piece = self._lines(batch)
            return work(Sentences(piece.ids, np.concatenate([[0], piece.ends])))

        return _map(_batches(lines, _CHARACTERS), encode_and_work, workers)

    def _block(self, block: Block) -> _Piece:
        """A block of a file; a last line without its newline ends with the file."""
        spaces = np.empty(block.size // 64 + 2, np.uint64)
        bad = mark_spaces(block.text, block.size, spaces)
        if bad >= 0:
            raise EncodingError(block.source, block.offset + bad, hint="convert it to UTF-8")
        return self._look_up(block.text, block.size, spaces, ord("\n"), ends_file=block.ends_file)

    def _lines(self, lines: list[str]) -> _Piece:
        raw = bytearray("\n".join([*lines, " " * PADDING]), "utf-8", "surrogatepass")
        block = Block(np.frombuffer(raw, np.uint8), len(raw) - PADDING, "the lines", 0, False, 0)
        piece = self._block(block)
        if len(piece.ends) != len(lines):  # a newline is whitespace here, as for str.split
            return self._lines([line.replace("\n", " ") for line in lines])
        return piece

    def _tokens(self, batch: list[Sequence[str]]) -> _Piece:
        """Token lists; the dictionary sees those that are not empty."""
        full = [tokens for tokens in batch if tokens]
        ends = np.cumsum([len(tokens) for tokens in batch])
        if not full:
            return _Piece(np.empty(0, np.int32), ends, False)
        joined = join_tokens(full, int(ends[-1]))
        piece = self._look_up(joined.text, joined.size, joined.ends, END_OF_LIST, ends_file=False)
        return piece._replace(ends=ends)

    def _look_up(self, text: Bytes, size: int, spaces: Bits, line_end: int, *, ends_file: bool) -> _Piece:
        ids, ends, mark = self.dictionary.look_up(text, size, spaces, line_end)
        if mark:
            refuse_marks([START if mark == START_ID else END], "the text")
        return _Piece(ids, ends, ends_file)


def _map(source: Iterable[Any], work: Callable[[Any], Result], workers: int | None) -> list[Result]:
    """Workers take turns in fetching what they work on next."""
    numbered = enumerate(source)
    results: dict[int, Result] = {}
    turn = threading.Lock()

    def work_on(_: int) -> None:
        while True:
            with turn:
                number, part = next(numbered, (-1, None))
            if part is None:
                return
            results[number] = work(part)

    workers = workers or cores()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work_on, range(workers)))
    return [results[number] for number in range(len(results))]


def _joined(pieces: list[_Piece], workers: int | None) -> Sentences:
    starts = list(itertools.accumulate((len(piece.ids) for piece in pieces), initial=0))
    ids = np.empty(starts[-1], np.int32)

    def place(number: int) -> None:
        ids[starts[number] : starts[number + 1]] = pieces[number].ids

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(place, range(len(pieces))))
    return Sentences(ids, sentence_bounds((piece.ends, len(piece.ids), piece.ends_file) for piece in pieces))


def _batches(sentences: Iterable[Tokens], size: int) -> Iterator[list[Tokens]]:
    """Some sentences at a time, whose lengths with their ends add up to ``size`` or a little more."""
    batch: list[Tokens] = []
    taken = 0
    for sentence in sentences:
        batch.append(sentence)
        taken += len(sentence) + 1
        if taken >= size:
            yield batch
            batch, taken = [], 0
    if batch:
        yield batch
