"""The training text of a new language model: its vocabulary, and its sentences as word ids."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, word_list
from firth.corpus import EncodedCorpus
from firth.corpus.encoding import Source, WordOptions
from firth.corpus.word_choice import Choice
from firth.errors import OptionError, VocabularyError
from firth.kernels.ngram.nodes import END_ID, UNKNOWN_ID
from firth.lm.encoder import IDS_AT_A_TIME, IN_MEMORY, exchange_table, exchanged, open_lines
from firth.lm.sentences import SPECIAL_WORDS, Sentences
from firth.text.lines import read_whole
from firth.text.preparation import Preparation

Words: TypeAlias = str | os.PathLike[str] | Iterable[str]

_COUNTED = re.compile("[^\t]+\t[0-9]+")


class TrainingText(NamedTuple):
    """The training text of a new language model.

    Attributes:
        words: the special words first, the others by decreasing count, or as they were given; the id of a word is its
            position.
        counts: how often each word occurs; ``</s>`` occurs once per sentence.  # (words,) int64
        sentences: the text as ids of these words.
        options: the preparation of the text, and the other options of the corpus.
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
    memory: int = IN_MEMORY,
    progress: OnProgress | None = None,
    **reading: Unpack[TrainingTextOptions],
) -> TrainingText:
    """Read a text and choose the words of a model.

    Every line is a sentence, even if it is empty, and no line is split. Words that are not chosen become ``<unk>``.

    Args:
        text: as for :func:`firth.corpus.encode`; or an encoded corpus, whose words have already been chosen once.
        vocabulary: the words of the vocabulary: a file of them, separated by whitespace or with their counts as
            ``firth vocab`` writes them, or a collection. By default the words of the text.
        min_count: words that occur fewer times become ``<unk>``.
        closed: whether words that would become ``<unk>`` are an error.
        workers: number of threads for reading files, by default all cores.
        memory: bytes that word ids may use; beyond this they are stored in a temporary file.
        progress: called with the number of bytes read and their total number.
        reading: further options of :func:`firth.corpus.encode`; ``max_words``, ``keep_words`` and ``drop_words``
            choose the words of the text.

    Raises:
        SourceError: the text cannot be read, is empty, or holds ``<s>`` or ``</s>``, which mark the borders of
            sentences.
        EncodingError: a file is not UTF-8.
        OptionError: ``closed`` is true and there are other words in the text; or an option is invalid.
        VocabularyError: no word is left.
    """
    choice = Choice(
        min_count, reading.pop("max_words", None), reading.pop("keep_words", ()), reading.pop("drop_words", ())
    )
    named = None if vocabulary is None else _words_of(vocabulary)
    with open_lines(text, workers=workers, progress=progress, **reading) as corpus:
        spelled, counts = list(map(str, corpus.vocabulary.words)), _counts(corpus)
        if named is None:
            ids = _chosen(spelled, counts, choice, reading.get("preparation") or Preparation())
            kept = spelled if len(ids) == len(spelled) else [spelled[number] for number in ids.tolist()]
            table = np.full(len(spelled), UNKNOWN_ID, np.int32)
            table[ids] = np.arange(len(SPECIAL_WORDS), len(SPECIAL_WORDS) + len(ids))
        else:
            kept = [word for word in dict.fromkeys(named) if word not in SPECIAL_WORDS]
            table = exchange_table(spelled, {word: number for number, word in enumerate([*SPECIAL_WORDS, *kept])})
        if not kept:
            raise VocabularyError(f"none of {len(spelled)} words is left", hint="min_count=1 keeps them all")
        words = [*SPECIAL_WORDS, *kept]
        occurrences = np.zeros(len(words), np.int64)
        np.add.at(occurrences, table, counts)
        if closed and occurrences[UNKNOWN_ID]:
            raise OptionError(
                f"the vocabulary is closed, but {occurrences[UNKNOWN_ID]} tokens of the text are not in it",
                hint="closed=False, so that <unk> has a probability",
            )
        occurrences[END_ID] = corpus.sentences
        return TrainingText(words, occurrences, exchanged(corpus, table, memory, workers), corpus.options)


def _counts(corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    """How often each word of a corpus occurs in it.  # (words,)"""
    if corpus.options.get("vocabulary") is None:
        return corpus.vocabulary.counts
    counts = np.zeros(len(corpus.vocabulary), np.int64)  # its vocabulary has the counts of another text
    for start in range(0, len(corpus.ids), IDS_AT_A_TIME):
        counts += np.bincount(corpus.tokens(start, start + IDS_AT_A_TIME), minlength=len(counts))
    return counts


def _chosen(
    words: Sequence[str], counts: npt.NDArray[np.int64], choice: Choice, preparation: Preparation
) -> npt.NDArray[np.int64]:
    """The ids of the chosen words of a text, in their order."""
    keep, drop = choice.sought(preparation.word)
    kept, dropped = _among(words, keep), _among(words, drop | set(SPECIAL_WORDS))
    ids = np.flatnonzero(((counts >= choice.min_count) | kept) & ~dropped)
    if choice.max_words is None or len(ids) <= choice.max_words:
        return ids
    others = ~kept[ids]
    room = max(0, choice.max_words - int(kept[ids].sum()))
    return ids[~others | (np.cumsum(others) <= room)]


def _among(words: Sequence[str], sought: set[str]) -> npt.NDArray[np.bool_]:
    """Whether each word is one of those sought.  # (words,)"""
    if not sought:
        return np.zeros(len(words), bool)
    return np.fromiter(map(sought.__contains__, words), bool, len(words))


def _words_of(vocabulary: Words) -> list[str]:
    """The words of a collection, or of a file: separated by whitespace, or lines of a word, a tab and its count."""
    if not isinstance(vocabulary, str | os.PathLike):
        return word_list(vocabulary)
    text = read_whole(Path(vocabulary), "words")
    lines = text.removesuffix("\n").split("\n")
    if all(map(_COUNTED.fullmatch, lines)):
        return [line.partition("\t")[0] for line in lines]
    return text.split()
