"""Text as sentences of word ids: under the words of a new model, or under those that a model knows.

Text of every kind that :func:`firth.corpus.encode` reads becomes an encoded corpus in which each line is a sentence;
its word ids are then exchanged for those of the model. Where a model knows its words, and tokens stay as they are, each
is looked up as it is read: that is several times as fast, since no words need be counted.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, whole, word_list
from firth.corpus import EncodedCorpus, encode
from firth.corpus.encoding import ReadingOptions, Source, WordOptions
from firth.corpus.prepared_tokens import opened
from firth.corpus.second_pass import UNLIMITED
from firth.corpus.spool import Spool
from firth.corpus.word_choice import Choice
from firth.errors import EncodingError, OptionError, SourceError, VocabularyError, warn
from firth.kernels.ngram.nodes import END_ID, START_ID, UNKNOWN_ID, Int32s, Int64s
from firth.kernels.text.renumber import close_sentences
from firth.kernels.text.spaces import mark_spaces
from firth.lm.dictionary import Dictionary
from firth.lm.sentences import END, SPECIAL_WORDS, START, Sentences, refuse_marks
from firth.lm.spilled import allocate
from firth.parallel import cores
from firth.targets import temporary_folder
from firth.text.lines import read_whole
from firth.text.preparation import Preparation, preparation_changes
from firth.text.records import Records
from firth.text.sources import PADDING, Block
from firth.text.token_lists import END_OF_LIST, TokenBlock, join_tokens, token_blocks

Text: TypeAlias = Source | EncodedCorpus | Sentences
Words: TypeAlias = str | os.PathLike[str] | Iterable[str]
Result = TypeVar("Result")
Tokens = TypeVar("Tokens", bound=Sequence[str])

_CHARACTERS = 1 << 18  # of lines that a worker takes at a time
_IDS_AT_A_TIME = 1 << 22
_IN_MEMORY = 1 << 28  # bytes of word ids; beyond them they lie in a temporary file
_COUNTED = re.compile("[^\t]+\t[0-9]+")


class TrainingText(NamedTuple):
    """What a new language model learns from.

    Attributes:
        words: the special ones first, then by falling count, or as they were given; a word's id is its place.
        counts: how often each occurs, ``</s>`` once a sentence.  # (words,) int64
        sentences: the text under these words.
        options: how the text became words, and what else made the corpus.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    sentences: Sentences
    options: dict[str, Any]


class TrainingTextOptions(WordOptions, total=False):
    """Further options of :func:`read_training_text`, for the models that pass them on."""

    max_words: int | None
    cache: str | os.PathLike[str] | None


def read_training_text(
    text: Source | EncodedCorpus,
    *,
    vocabulary: Words | None = None,
    min_count: int = 1,
    closed: bool = False,
    workers: int | None = None,
    memory: int = _IN_MEMORY,
    progress: OnProgress | None = None,
    **reading: Unpack[TrainingTextOptions],
) -> TrainingText:
    """Read a text and choose the words of a model.

    Every line is a sentence, empty lines too, and no line is cut. Words that are not chosen become ``<unk>``.

    Args:
        text: as for :func:`firth.corpus.encode`; or an encoded corpus, whose words were chosen once already.
        vocabulary: the words that count: a file of them, between whitespace or with their counts as ``firth vocab``
            writes them, or a collection. By default the words of the text.
        min_count: words that occur less often become ``<unk>``.
        closed: there are no other words: nothing may become ``<unk>``.
        workers: threads for reading files, by default all cores.
        memory: bytes that word ids may take; beyond them they lie in a temporary file.
        progress: called with the bytes read and all that there are.
        reading: further options of :func:`firth.corpus.encode`; ``max_words``, ``keep_words`` and ``drop_words`` say
            which words of the text count.

    Raises:
        SourceError: the text cannot be read, is empty, or holds ``<s>`` or ``</s>``, which mark the borders of
            sentences.
        EncodingError: a file is not UTF-8.
        OptionError: ``closed``, and yet there are other words in the text; or an option makes no sense.
        VocabularyError: no word is left.
    """
    choice = Choice(
        min_count, reading.pop("max_words", None), reading.pop("keep_words", ()), reading.pop("drop_words", ())
    )
    named = None if vocabulary is None else _words_of(vocabulary)
    with _opened(text, workers=workers, progress=progress, **reading) as corpus:
        spelled, counts = corpus.vocabulary.words, _counts(corpus)
        if named is None:
            kept = _chosen(spelled, counts, choice, reading.get("preparation") or Preparation())
        else:
            kept = [word for word in dict.fromkeys(named) if word not in SPECIAL_WORDS]
        if not kept:
            raise VocabularyError(f"none of {len(spelled)} words is left", hint="min_count=1 keeps them all")
        words = [*SPECIAL_WORDS, *kept]
        table = _exchange(spelled, {word: number for number, word in enumerate(words)})
        occurrences = np.zeros(len(words), np.int64)
        np.add.at(occurrences, table, counts)
        if closed and occurrences[UNKNOWN_ID]:
            raise OptionError(
                f"a closed vocabulary, but {occurrences[UNKNOWN_ID]} tokens of the text are outside it",
                hint="closed=False, so that <unk> has a probability",
            )
        occurrences[END_ID] = corpus.sentences
        return TrainingText(words, occurrences, _exchanged(corpus, table, memory), corpus.options)


class Encoder:
    """Looks words up, in text that is prepared as the model's first text was.

    Args:
        index: the id of each word of the model.
        saved: how the first text became words, as :meth:`Preparation.as_dict` made it; None: tokens stand between
            whitespace and stay as they are.
    """

    def __init__(self, index: Mapping[str, int], saved: Mapping[str, Any] | None = None) -> None:
        self._index = index
        self._saved = saved
        uncut = Preparation.from_dict({**(saved or {}), "tokenizer": None, "split_sentences": None})
        self._of_tokens = None if uncut == Preparation() else uncut

    @functools.cached_property
    def preparation(self) -> Preparation:
        """How text becomes words.

        Raises:
            OptionError: the first text was cut by a function, which no file holds.
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
        with _opened(text, workers=workers, **reading) as corpus:
            changes = preparation_changes(self._saved, corpus.options)
            if changes:
                warn(f"the text is prepared differently from the model's training text: {', '.join(changes)}")
            yield corpus

    def encode(self, text: Text, *, workers: int | None = None, **reading: Unpack[ReadingOptions]) -> Sentences:
        """A text, under the words of the model; others become ``<unk>``.

        Args:
            text: as for :func:`firth.corpus.encode`, or an encoded corpus; sentences are taken as they are.
            workers: threads, by default all cores.
            reading: options of :func:`firth.corpus.encode`; ``preparation`` is by default that of the first text.

        Raises:
            SourceError: the text cannot be read, is empty, or holds ``<s>`` or ``</s>``.
            EncodingError: a file is not UTF-8.
            OptionError: an option makes no sense, or a sentence is no list of tokens.
        """
        if isinstance(text, Sentences):
            return text
        leaves_tokens = reading.get("preparation") is None and reading.get("errors", "strict") == "strict"
        if leaves_tokens and not isinstance(text, EncodedCorpus) and self._is_plain:
            records = Records(reading.get("field"), reading.get("on_error", "raise"))
            return self._looked_up(text, records, whole("workers", workers, 1, optional=True))
        with self.open(text, workers=workers, **reading) as corpus:
            return _exchanged(corpus, _exchange(corpus.vocabulary.words, self._index), _IN_MEMORY)

    def tokens(self, sentence: str | Sequence[str]) -> list[str]:
        """The words of one sentence, a string or its tokens, as the first text would have had them.

        Raises:
            SourceError: ``<s>`` or ``</s>`` is among them.
            WrongType: a token is no string.
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
        """What ``work`` makes of strings, each a sentence, some of them at a time.

        Raises:
            SourceError: one of them holds ``<s>`` or ``</s>``.
        """
        encoded = self._lines if self._is_plain else lambda batch: self._lists(list(map(self.tokens, batch)))
        return _map(_batches(lines, _CHARACTERS), lambda batch: work(encoded(batch)), workers)

    def _lines(self, lines: list[str]) -> Sentences:
        """Strings with whitespace between their tokens."""
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

    def _looked_up(self, text: Source, records: Records, workers: int | None) -> Sentences:
        """A text whose tokens are words as they are; what it becomes lies on the disk."""
        files, lists = opened(text, records, None)
        look_up = self._look_up_list if files is None else self._look_up_block
        turn = threading.Lock()
        with contextlib.ExitStack() as stack:

            def spool(dtype: Any) -> Spool:
                return stack.enter_context(contextlib.closing(Spool(temporary_folder(), dtype)))

            as_read, ends_as_read, ids, bounds = (spool(kind) for kind in (np.int32, np.int32, np.int32, np.int64))

            def work(block: Any) -> tuple[slice, slice]:
                found, ends = look_up(block)
                with turn:
                    return slice(*as_read.append(found)), slice(*ends_as_read.append(ends))

            pieces = _map(token_blocks(lists) if files is None else files.blocks(), work, workers)
            all_ids, all_ends = as_read.mapped(), ends_as_read.mapped()
            bounds.append(np.zeros(1, np.int64))
            state = np.zeros(4, np.int64)
            for piece, ending in pieces:
                found, ends = all_ids[piece], all_ends[ending]
                ids.append(found)
                closed = np.empty(len(ends) + 1, np.int64)
                bounds.append(closed[: close_sentences(ends, len(found), UNLIMITED, True, state, closed)])
            for line in records.summary():
                warn(line)
            if not len(all_ids):
                names = "the token lists" if files is None else files.names
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
        """Word ids, and where lines end among them, as :func:`close_sentences` takes both."""
        ids, ends, mark = self._dictionary.look_up(text, size, spaces, line_end)
        if mark:
            refuse_marks([START if mark == START_ID else END], "the text")
        return ids, ends


@contextlib.contextmanager
def _opened(text: Source | EncodedCorpus, **reading: Any) -> Iterator[EncodedCorpus]:
    """A text as an encoded corpus with all its words and lines."""
    if isinstance(text, EncodedCorpus):
        refuse_marks(text.vocabulary, "the corpus")
        yield text
        return
    with encode(text, min_count=1, keep_lines=True, **reading) as corpus:
        refuse_marks(corpus.vocabulary, "the text")
        yield corpus


def _counts(corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    """How often each word of a corpus occurs in it.  # (words,)"""
    if corpus.options.get("vocabulary") is None:
        return corpus.vocabulary.counts
    counts = np.zeros(len(corpus.vocabulary), np.int64)  # its vocabulary has the counts of another text
    for start in range(0, len(corpus.ids), _IDS_AT_A_TIME):
        counts += np.bincount(corpus.ids[start : start + _IDS_AT_A_TIME], minlength=len(counts))
    return counts


def _chosen(words: Sequence[str], counts: npt.NDArray[np.int64], choice: Choice, preparation: Preparation) -> list[str]:
    """The words of a text that count, in their order."""
    keep, drop = choice.sought(preparation.word)
    drop |= set(SPECIAL_WORDS)
    frequent = [
        word
        for word, count in zip(words, counts.tolist(), strict=True)
        if (count >= choice.min_count or word in keep) and word not in drop
    ]
    if choice.max_words is None or len(frequent) <= choice.max_words:
        return frequent
    others = [word for word in frequent if word not in keep]
    left = set(others[max(0, choice.max_words - (len(frequent) - len(others))) :])
    return [word for word in frequent if word not in left]


def _words_of(vocabulary: Words) -> list[str]:
    """The words of a collection, or of a file: between whitespace, or lines of a word, a tab and its count."""
    if not isinstance(vocabulary, str | os.PathLike):
        return word_list(vocabulary)
    text = read_whole(Path(vocabulary), "words")
    lines = text.removesuffix("\n").split("\n")
    if all(map(_COUNTED.fullmatch, lines)):
        return [line.partition("\t")[0] for line in lines]
    return text.split()


def _exchange(words: Sequence[str], index: Mapping[str, int]) -> npt.NDArray[np.int32]:
    """For the id of each word of a corpus that of the model's word.  # (words,)"""
    return np.array([index.get(word, UNKNOWN_ID) for word in words], np.int32)


def _exchanged(corpus: EncodedCorpus, table: npt.NDArray[np.int32], memory: int) -> Sentences:
    """The sentences of a corpus, with the ids of the model's words."""
    ids = allocate(len(corpus.ids), np.int32, on_disk=4 * len(corpus.ids) > memory)
    for start in range(0, len(ids), _IDS_AT_A_TIME):
        part = slice(start, start + _IDS_AT_A_TIME)
        np.take(table, corpus.ids[part], out=ids[part], mode="clip")  # in range, and so unbuffered
    return Sentences(ids, corpus.bounds)


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
