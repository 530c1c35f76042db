"""The text that a new language model learns from: its words are chosen, and its sentences have their ids."""

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
    """What a new language model learns from.

    Attributes:
        words: the special ones first, then by decreasing count, or as they were given; a word's id is its place.
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
    memory: int = IN_MEMORY,
    progress: OnProgress | None = None,
    **reading: Unpack[TrainingTextOptions],
) -> TrainingText:
    """Read a text and choose the words of a model.

    Every line is a sentence, empty lines too, and no line is cut. Words that are not chosen become ``<unk>``.

    Args:
        text: as for :func:`firth.corpus.encode`; or an encoded corpus, whose words were chosen once already.
        vocabulary: the words that count: a file of them, between whitespace or with their counts as ``firth vocab``
            writes them, or a collection. By default the words of the text.
        min_count: words that occur fewer times become ``<unk>``.
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
        OptionError: ``closed``, and yet there are other words in the text; or an option is invalid.
        VocabularyError: no word is left.
    """
    choice = Choice(
        min_count, reading.pop("max_words", None), reading.pop("keep_words", ()), reading.pop("drop_words", ())
    )
    named = None if vocabulary is None else _words_of(vocabulary)
    with open_lines(text, workers=workers, progress=progress, **reading) as corpus:
        spelled, counts = list(map(str, corpus.vocabulary.words)), _counts(corpus)
        if named is None:
            kept = _chosen(spelled, counts, choice, reading.get("preparation") or Preparation())
        else:
            kept = [word for word in dict.fromkeys(named) if word not in SPECIAL_WORDS]
        if not kept:
            raise VocabularyError(f"none of {len(spelled)} words is left", hint="min_count=1 keeps them all")
        words = [*SPECIAL_WORDS, *kept]
        table = exchange_table(spelled, {word: number for number, word in enumerate(words)})
        occurrences = np.zeros(len(words), np.int64)
        np.add.at(occurrences, table, counts)
        if closed and occurrences[UNKNOWN_ID]:
            raise OptionError(
                f"the vocabulary is closed, but {occurrences[UNKNOWN_ID]} tokens of the text are not in it",
                hint="closed=False, so that <unk> has a probability",
            )
        occurrences[END_ID] = corpus.sentences
        return TrainingText(words, occurrences, exchanged(corpus, table, memory), corpus.options)


def _counts(corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    """How often each word of a corpus occurs in it.  # (words,)"""
    if corpus.options.get("vocabulary") is None:
        return corpus.vocabulary.counts
    counts = np.zeros(len(corpus.vocabulary), np.int64)  # its vocabulary has the counts of another text
    for start in range(0, len(corpus.ids), IDS_AT_A_TIME):
        counts += np.bincount(corpus.tokens(start, start + IDS_AT_A_TIME), minlength=len(counts))
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
