"""Sentences as flat word ids, from files, encoded corpora or any iterable."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from firth.errors import EncodingError, OptionError, SourceError, VocabularyError
from firth.kernels.ngram.nodes import END_ID, UNKNOWN_ID
from firth.lm.arrays import allocate
from firth.parallel import cores
from firth.targets import temporary_folder
from firth.text.sources import BLOCK_SIZE, Block, TextFiles, text_files
from firth.text.token_lists import join_tokens, listed

UNKNOWN, START, END = "<unk>", "<s>", "</s>"
SPECIAL_WORDS = (UNKNOWN, START, END)

Text: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Iterable[Sequence[str]] | Sentences"
Progress: TypeAlias = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Sentences:
    """Sentences under some vocabulary, without ``<s>`` and ``</s>``.

    Attributes:
        ids: (tokens,) int32 word ids, read-only.
        bounds: (sentences + 1,) int64, read-only; sentence i is ``ids[bounds[i]:bounds[i + 1]]``, perhaps empty.
    """

    ids: npt.NDArray[np.int32]
    bounds: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        # Compiled code is compiled once for read-only arrays, wherever they come from.
        for name, dtype in (("ids", np.int32), ("bounds", np.int64)):
            array = np.ascontiguousarray(getattr(self, name), dtype).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __reduce__(self) -> tuple[Any, ...]:
        return Sentences, (self.ids, self.bounds)  # read-only again

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def tokens(self) -> int:
        """Tokens that a language model predicts: the words and one ``</s>`` a sentence."""
        return len(self.ids) + len(self)

    @property
    def ends(self) -> npt.NDArray[np.int64]:
        """Where the ``</s>`` stand among these tokens. # (sentences,)"""
        return self.bounds[1:] + np.arange(len(self))

    def parts(self, tokens: int) -> Iterator[tuple[Sentences, int]]:
        """Sentences of about so many tokens at a time, and how many tokens there are up to their end."""
        ends = self.ends + 1
        first = 0
        while first < len(self):
            done = int(ends[first - 1]) if first else 0
            last = min(int(np.searchsorted(ends, done + tokens)) + 1, len(self))
            bounds = self.bounds[first : last + 1]
            yield Sentences(self.ids[bounds[0] : bounds[-1]], bounds - bounds[0]), int(ends[last - 1])
            first = last

    def targets(self) -> npt.NDArray[np.int32]:
        """The tokens themselves: the words, and ``</s>`` behind each sentence. # (tokens,)"""
        targets = np.empty(self.tokens, np.int32)
        ends = self.ends
        is_word = np.ones(self.tokens, bool)
        is_word[ends] = False
        targets[ends] = END_ID
        targets[is_word] = self.ids
        return targets


def read_text(
    text: Text, *, workers: int | None = None, memory: int = 2 << 30, progress: Progress | None = None
) -> tuple[list[str], Sentences]:
    """The different words of a text, and its sentences as places in that list.

    Every line is a sentence, empty lines too, and no line is cut, however long.

    Args:
        text: a UTF-8 file or several, plain or compressed (one sentence a line, tokens between whitespace), or an
        iterable
            of token lists.
        workers: threads for reading files, by default all cores.
        memory: bytes that the text may take; beyond them it lies in a temporary file.
        progress: called with the bytes read and all that there are.

    Raises:
        SourceError: the text cannot be read, is empty, or holds ``<s>`` or ``</s>``, which mark the borders of
        sentences. EncodingError: a file is not UTF-8.
    """
    files = text_files(text)
    words, sentences = _read_iterable(text) if files is None else _read_files(files.paths, workers, memory, progress)
    if not words:
        raise SourceError("the text has no word in it", hint="is it empty?")
    refuse_marks(words, "the text")
    return words, sentences


def refuse_marks(tokens: Container[str], given: str) -> None:
    """Refuse ``<s>`` and ``</s>`` among the tokens of sentences.

    Args:
        tokens: of one sentence, or of all.
        given: what holds them, for the error.

    Raises:
        SourceError: one of the marks is there.
    """
    for mark in (START, END):
        if mark in tokens:
            raise SourceError(
                f"{given} holds the token {mark}, expected sentences without their marks",
                hint="remove <s> and </s>: they are added to each sentence",
            )


def _read_iterable(text: Any) -> tuple[list[str], Sentences]:
    ids: list[int] = []
    bounds = [0]
    index: dict[str, int] = {}
    for sentence in check_sentences(text):
        ids.extend([index.setdefault(word, len(index)) for word in sentence])
        bounds.append(len(ids))
    return list(index), Sentences(np.array(ids, np.int32), np.array(bounds, np.int64))


def check_sentences(sentences: Iterable[object]) -> Iterator[Sequence[str]]:
    """The same sentences, each a list of tokens.

    Raises:
        OptionError: one of them is something else; it is named by its number.
    """
    for number, sentence in enumerate(sentences):
        tokens = sentence if isinstance(sentence, list | tuple) else listed(sentence, number)
        if not {str}.issuperset(map(type, tokens)):
            join_tokens([tokens], len(tokens), number)  # says which token is none
        yield tokens


def _read_files(
    paths: Sequence[str | os.PathLike[str]], workers: int | None, memory: int, progress: Progress | None
) -> tuple[list[str], Sentences]:
    from firth.corpus.reading import read_files
    from firth.corpus.spool import Spool
    from firth.kernels.text.renumber import renumber

    files = _LineFiles(paths)
    with contextlib.ExitStack() as stack:
        folder = temporary_folder()
        spools = [stack.enter_context(contextlib.closing(Spool(folder, np.int32))) for _ in range(workers or cores())]
        try:
            tokens = read_files(files, spools, progress=progress)
        except EncodingError as error:
            raise EncodingError(error.source, error.offset, hint="convert it to UTF-8") from error
        total = int(tokens.counts.sum())
        ids = allocate(total, np.int32, on_disk=4 * total > memory)
        spooled = [spool.mapped() for spool in spools]
        order = np.argsort(tokens.firsts)  # the numbers depend on the workers, the first places do not
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order))
        tables = [ranks[numbers] for numbers in tokens.numbers]
        pieces, place = [], 0
        for (worker, start, stop), ends_file in zip(tokens.pieces, files.ends, strict=True):
            numbers = spooled[worker][start : stop - ends_file]  # the reader ends the last line of a file once more
            piece, line_ends = np.empty(len(numbers), np.int32), np.empty(len(numbers), np.int32)
            kept, lines = renumber(numbers, tables[worker], piece, line_ends)
            ids[place : place + kept] = piece[:kept]
            pieces.append((line_ends[:lines].astype(np.int64), kept, ends_file))
            place += kept
        words = tokens.spell(order)
    return words, Sentences(ids, sentence_bounds(pieces))


def sentence_bounds(pieces: Iterable[tuple[npt.NDArray[np.int64], int, bool]]) -> npt.NDArray[np.int64]:
    """Where sentences begin and end in a text that was read in pieces.

    Args:
        pieces: of each, where lines end among its tokens; how many tokens it has; and whether a file ends with it, and
            with the file a last line that no newline has ended.
    """
    bounds, place, last = [np.zeros(1, np.int64)], 0, 0
    for ends, tokens, ends_file in pieces:
        bounds.append(ends + place)
        last = int(bounds[-1][-1]) if len(ends) else last
        place += tokens
        if ends_file and place > last:
            bounds.append(np.array([place]))
            last = place
    return np.concatenate(bounds)


class _LineFiles(TextFiles):
    """Text files that remember which of their blocks end a file."""

    def blocks(self, size: int = BLOCK_SIZE) -> Iterator[Block]:
        self.ends: list[bool] = []
        for block in super().blocks(size):
            self.ends.append(block.ends_file)
            yield block


def build_vocabulary(
    text: Text,
    *,
    vocabulary: Iterable[str] | None = None,
    min_count: int = 1,
    closed: bool = False,
    workers: int | None = None,
    memory: int = 2 << 30,
    progress: Progress | None = None,
) -> tuple[list[str], Sentences]:
    """The words of a language model, the special ones first, then by falling count; and the text under them.

    Args:
        text: as for :func:`read_text`.
        vocabulary: the words that count; all others become ``<unk>``. By default the words of the text.
        min_count: words that occur less often become ``<unk>``.
        closed: there are no other words: nothing may become ``<unk>``.

    Raises:
        OptionError: ``closed``, and yet there are other words in the text.
        VocabularyError: no word is left.
    """
    words, sentences = read_text(text, workers=workers, memory=memory, progress=progress)
    counts = np.bincount(sentences.ids, minlength=len(words))
    order = np.argsort(-counts, kind="stable")
    if vocabulary is None:
        kept = [words[i] for i in order.tolist() if counts[i] >= min_count and words[i] not in SPECIAL_WORDS]
    else:
        kept = [word for word in dict.fromkeys(vocabulary) if word not in SPECIAL_WORDS]
    if not kept:
        raise VocabularyError(f"none of {len(words)} words is left", hint="min_count=1 keeps them all")
    index = {word: i for i, word in enumerate([*SPECIAL_WORDS, *kept])}
    table = np.array([index.get(word, UNKNOWN_ID) for word in words], np.int32)
    unknown = int(counts[table == UNKNOWN_ID].sum())
    if closed and unknown:
        raise OptionError(
            f"a closed vocabulary, but {unknown} tokens of the text are outside it",
            hint="closed=False, so that <unk> has a probability",
        )
    return [*SPECIAL_WORDS, *kept], Sentences(table[sentences.ids], sentences.bounds)


def read_words(path: str | os.PathLike[str]) -> list[str]:
    """The words of a file, separated by whitespace.

    Raises:
        SourceError: it cannot be read, or is empty.
        EncodingError: it is not UTF-8.
    """
    return read_text(path, workers=1)[0]
