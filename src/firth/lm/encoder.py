"""Encoding text as sentences of word ids, with the vocabulary of a model.

Every kind of text that :func:`firth.corpus.encode` reads is converted to an encoded corpus in which each line is a
sentence, whose word ids are then replaced by those of the model. If tokens are not changed by a preparation, each is
looked up as it is read, which is several times as fast, since no words are counted.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar, Unpack, cast

import numpy as np
import numpy.typing as npt

from firth.arguments import whole, word_list
from firth.corpus import EncodedCorpus, encode
from firth.corpus.encoding import FileOptions, ReadingOptions, Source
from firth.corpus.prepared_tokens import opened, tell
from firth.corpus.second_pass import UNLIMITED
from firth.corpus.spool import Spool
from firth.errors import EncodingError, SourceError, warn
from firth.kernels.ngram.nodes import START_ID, UNKNOWN_ID, Int32s, Int64s
from firth.kernels.text.renumber import close_sentences
from firth.kernels.text.spaces import mark_spaces
from firth.lm.dictionary import Dictionary
from firth.lm.sentences import END, START, Sentences, refuse_marks
from firth.lm.spilled import allocate
from firth.parallel import cores, in_threads
from firth.targets import temporary_folder
from firth.text.preparation import Preparation, preparation_changes
from firth.text.sources import PADDING, Block, TextFiles
from firth.text.token_lists import END_OF_LIST, TokenBlock, blocks_of, join_tokens

Text: TypeAlias = Source | EncodedCorpus | Sentences
Result = TypeVar("Result")
Tokens = TypeVar("Tokens", bound=Sequence[str])

_CHARACTERS = 1 << 18  # of lines that a worker takes at a time
IDS_AT_A_TIME = 1 << 22
IN_MEMORY = 1 << 28  # bytes of word ids; beyond them they lie in a temporary file


class Encoder:
    """Looks up words in text, which is prepared as the training text of the model was.

    Args:
        index: the id of each word of the model.
        saved: the preparation of the training text, as :meth:`Preparation.as_dict` returned it; None: tokens are
            separated by whitespace and are not changed.
    """

    def __init__(self, index: Mapping[str, int], saved: Mapping[str, Any] | None = None) -> None:
        self._index = index
        self._saved = saved
        of_cutting = dict.fromkeys(("tokenizer", "split_sentences", "user_dictionary"))
        uncut = Preparation.from_dict({**(saved or {}), **of_cutting})
        self._of_tokens = None if uncut == Preparation() else uncut

    @functools.cached_property
    def preparation(self) -> Preparation:
        """The preparation of texts.

        Raises:
            OptionError: the training text was tokenized by a function, which was not saved.
        """
        return Preparation.from_dict(self._saved or {})

    @functools.cached_property
    def _is_plain(self) -> bool:
        return self.preparation == Preparation()

    @functools.cached_property
    def _dictionary(self) -> Dictionary:
        return Dictionary(list(self._index))

    @contextlib.contextmanager
    def open(
        self, text: Source | EncodedCorpus, *, workers: int | None = None, **reading: Unpack[ReadingOptions]
    ) -> Iterator[EncodedCorpus]:
        """A text as an encoded corpus with all its words, each line a sentence; an encoded corpus as it is.

        Args:
            text, workers, reading: as for :meth:`encode`.
        """
        if not isinstance(text, EncodedCorpus) and reading.get("preparation") is None and not self._is_plain:
            reading["preparation"] = self.preparation
        with open_lines(text, workers=workers, progress=False, **reading) as corpus:
            changes = preparation_changes(self._saved, corpus.options)
            if changes:
                warn(f"the text is prepared differently from the model's training text: {', '.join(changes)}")
            yield corpus

    def encode(self, text: Text, *, workers: int | None = None, **reading: Unpack[ReadingOptions]) -> Sentences:
        """A text as ids of the words of the model; other words become ``<unk>``.

        Args:
            text: as for :func:`firth.corpus.encode`, or an encoded corpus; :class:`Sentences` are returned unchanged.
            workers: number of threads, by default all cores.
            reading: options of :func:`firth.corpus.encode`; ``preparation`` is by default that of the training text.

        Raises:
            SourceError: the text cannot be read, is empty, or holds ``<s>`` or ``</s>``.
            EncodingError: a file is not UTF-8.
            OptionError: an option is invalid, or a sentence is no list of tokens.
        """
        if isinstance(text, Sentences):
            return text
        leaves_tokens = reading.get("preparation") is None and reading.get("errors", "strict") == "strict"
        if leaves_tokens and not isinstance(text, EncodedCorpus) and self._is_plain:
            reading.pop("preparation", None)
            return self._looked_up(text, whole("workers", workers, 1, optional=True), cast(FileOptions, reading))
        with self.open(text, workers=workers, **reading) as corpus:
            table = exchange_table(list(map(str, corpus.vocabulary.words)), self._index)
            return exchanged(corpus, table, IN_MEMORY, workers)

    def tokens(self, sentence: str | Sequence[str]) -> list[str]:
        """The words of one sentence, a string or its tokens, prepared as the training text was.

        Raises:
            SourceError: ``<s>`` or ``</s>`` is among them.
            WrongType: a token is not a string.
        """
        if isinstance(sentence, str):
            tokens = sentence.split() if self._is_plain else self.preparation.words(sentence)
        else:
            tokens = word_list(sentence)
            if self._of_tokens is not None:
                tokens = self._of_tokens.words_of(tokens)
        refuse_marks(tokens, "the sentence")
        return tokens

    def map_lines(
        self, lines: Iterable[str], work: Callable[[Sentences], Result], *, workers: int | None = None
    ) -> list[Result]:
        """The results of ``work`` for strings, each a sentence, which are processed in batches.

        Raises:
            SourceError: one of them holds ``<s>`` or ``</s>``.
        """
        encoded = self._lines if self._is_plain else lambda batch: self._lists(list(map(self.tokens, batch)))
        return _map(_batches(lines, _CHARACTERS), lambda batch: work(encoded(batch)), workers)

    def _lines(self, lines: list[str]) -> Sentences:
        """Encode strings whose tokens are separated by whitespace."""
        raw = bytearray("\n".join([*lines, " " * PADDING]), "utf-8", "surrogatepass")
        text, size = np.frombuffer(raw, np.uint8), len(raw) - PADDING
        spaces = np.empty(size // 64 + 2, np.uint64)
        if mark_spaces(text, size, spaces) >= 0:  # a lone surrogate
            return self._lists([line.split() for line in lines])
        ids, ends = self._look_up(text, size, spaces, ord("\n"))
        if len(ends) != len(lines):  # a newline is whitespace here, as for str.split
            return self._lines([line.replace("\n", " ") for line in lines])
        return Sentences(ids, np.concatenate([[0], ends]))

    def _lists(self, batch: list[list[str]]) -> Sentences:
        ids, ends = self._look_up_list(join_tokens(batch))
        return Sentences(ids, np.concatenate([[0], ends]))

    def _looked_up(self, text: Source, workers: int | None, reading: FileOptions) -> Sentences:
        """Encode a text whose tokens need no preparation; the result is stored on disk."""
        _, source = opened(text, None, **reading)
        is_text = isinstance(source, TextFiles)
        look_up = self._look_up_block if is_text else self._look_up_list
        turn = threading.Lock()
        with contextlib.ExitStack() as stack:

            def spool(dtype: Any) -> Spool:
                return stack.enter_context(contextlib.closing(Spool(temporary_folder(), dtype)))

            as_read, ends_as_read, ids, bounds = (spool(kind) for kind in (np.int32, np.int32, np.int32, np.int64))

            def work(block: Any) -> tuple[slice, slice]:
                found, ends = look_up(block)
                with turn:
                    return slice(*as_read.append(found)), slice(*ends_as_read.append(ends))

            pieces = _map(source.blocks() if is_text else blocks_of(source), work, workers)
            all_ids, all_ends = as_read.mapped(), ends_as_read.mapped()
            bounds.append(np.zeros(1, np.int64))
            state = np.zeros(4, np.int64)
            for piece, ending in pieces:
                found, ends = all_ids[piece], all_ends[ending]
                ids.append(found)
                closed = np.empty(len(ends) + 1, np.int64)
                bounds.append(closed[: close_sentences(ends, len(found), UNLIMITED, True, state, closed)])
            tell(source)
            if not len(all_ids):
                names = getattr(source, "names", "the token lists")
                raise SourceError(f"there is no word in {names}", hint="is it empty?")
            return Sentences(ids.mapped(), bounds.mapped())

    def _look_up_block(self, block: Block) -> tuple[Int32s, Int64s]:
        spaces = np.empty(block.size // 64 + 2, np.uint64)
        bad = mark_spaces(block.text, block.size, spaces)
        if bad >= 0:
            raise EncodingError(block.source, block.offset + bad)
        ids, ends = self._look_up(block.text, block.size, spaces, ord("\n"))
        return ids, np.append(ends, ~len(ids)) if block.ends_file else ends

    def _look_up_list(self, block: TokenBlock) -> tuple[Int32s, Int64s]:
        return self._look_up(block.text, block.size, block.ends, END_OF_LIST)

    def _look_up(
        self, text: npt.NDArray[np.uint8], size: int, spaces: npt.NDArray[np.uint64], line_end: int
    ) -> tuple[Int32s, Int64s]:
        """Word ids and the positions of line ends, as arguments of :func:`close_sentences`."""
        ids, ends, mark = self._dictionary.look_up(text, size, spaces, line_end)
        if mark:
            refuse_marks([START if mark == START_ID else END], "the text")
        return ids, ends


@contextlib.contextmanager
def open_lines(text: Source | EncodedCorpus, **reading: Any) -> Iterator[EncodedCorpus]:
    """A text as an encoded corpus with all its words, each line a sentence; an encoded corpus as it is.

    Raises:
        SourceError: as for :func:`firth.corpus.encode`; or it holds ``<s>`` or ``</s>``.
    """
    if isinstance(text, EncodedCorpus):
        refuse_marks(text.vocabulary.words, "the corpus")
        yield text
        return
    with encode(text, min_count=1, keep_lines=True, **reading) as corpus:
        refuse_marks(corpus.vocabulary.words, "the text")
        yield corpus


def exchange_table(words: Sequence[str], index: Mapping[str, int]) -> npt.NDArray[np.int32]:
    """The model's id for each word id of a corpus.  # (words,)"""
    return np.array([index.get(word, UNKNOWN_ID) for word in words], np.int32)


def exchanged(
    corpus: EncodedCorpus, table: npt.NDArray[np.int32], memory: int, workers: int | None = None
) -> Sentences:
    """The sentences of a corpus, with the ids of the model's words."""
    ids = allocate(len(corpus.ids), np.int32, on_disk=4 * len(corpus.ids) > memory)

    def exchange(start: int) -> None:
        part = slice(start, start + IDS_AT_A_TIME)
        np.take(table, corpus.tokens(part.start, part.stop), out=ids[part], mode="clip")  # in range, and so unbuffered

    in_threads(exchange, range(0, len(ids), IDS_AT_A_TIME), workers)
    return Sentences(ids, corpus.bounds)


def _map(source: Iterable[Any], work: Callable[[Any], Result], workers: int | None) -> list[Result]:
    """Apply ``work`` in threads, which fetch the next item one at a time."""
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


def _batches(sentences: Iterable[Tokens], size: int) -> Iterator[list[Tokens]]:
    """Batches of sentences whose lengths, including their ends, add up to ``size`` or a little more."""
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
