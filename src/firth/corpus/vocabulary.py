"""The words of a corpus: spellings, counts, ids."""

from __future__ import annotations

import functools
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, check_word, integer_of, plain, whole, words_or_integers
from firth.errors import FileFormatError, OptionError, UnknownWord, VocabularyError
from firth.guard import guarded
from firth.stored_words import check_words
from firth.targets import replacing
from firth.text.lines import read_table

_UNFIT = re.compile("\\A\\Z|[\t\n\r\ud800-\udfff]")
_KEEP = "save the corpus or the vectors, which hold any word"


class Vocabulary:
    """Words from the most to the least frequent; the id of a word is its position.

    Words with the same count are in the order of their first occurrence.

    Args:
        words: the words, each once: strings, or integers.
        counts: how often each word occurs, in descending order.  # (words,)

    Attributes:
        words: the words by id, all str or all int.
        are_integers: whether they are.
        counts: as given, int64.  # (words,)

    Raises:
        OptionError: the numbers of words and counts differ, or the counts are not in descending order.
    """

    def __init__(self, words: Sequence[Word] | npt.NDArray[np.integer], counts: npt.ArrayLike) -> None:
        self.words: list[Any] = words_or_integers(words)
        self.are_integers = bool(self.words) and isinstance(self.words[0], int)
        self.counts: npt.NDArray[np.int64] = np.asarray(counts, np.int64)
        if self.counts.shape != (len(self.words),):
            raise OptionError(f"{len(self.words)} words, but counts of shape {self.counts.shape}")
        if (self.counts[1:] > self.counts[:-1]).any():
            raise OptionError("counts are not sorted, expected the most frequent words first")

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return self._key(word) in self._ids

    def __repr__(self) -> str:
        return f"Vocabulary({len(self):,} words, {int(self.counts.sum()):,} tokens)"

    def _repr_html_(self) -> str:
        from firth.corpus.vocabulary_cell import html

        return html(self)

    def word_id(self, word: Word) -> int:
        """The id of a word. If words are integers, a string of digits is accepted too.

        Raises:
            UnknownWord: the vocabulary does not hold it.
        """
        try:
            return self._ids[self._key(word)]
        except KeyError:
            raise UnknownWord(word) from None

    def _key(self, word: object) -> Word | None:
        if not self.are_integers:
            return check_word(word)
        key = check_word(plain(word), integers=True)
        return integer_of(key) if isinstance(key, str) else key

    def prune(self, min_count: int) -> Vocabulary:
        """The words that occur at least ``min_count`` times.

        Raises:
            VocabularyError: there are none.
        """
        min_count = whole("min_count", min_count, 1)
        kept = int(np.searchsorted(-self.counts, -min_count, side="right"))
        if not kept:
            raise no_words_left(self.counts, min_count)
        return Vocabulary(self.words[:kept], self.counts[:kept])

    def merge(self, *others: Vocabulary) -> Vocabulary:
        """The words of all vocabularies with their counts added: those of the texts together, if none was pruned.

        Words with the same count are in the order of the first vocabulary that holds them.

        Raises:
            WrongType: the words of some are strings, and those of others integers.
        """
        counts: Counter[Any] = Counter(dict(zip(self.words, self.counts.tolist(), strict=True)))
        for other in others:
            counts.update(dict(zip(other.words, other.counts.tolist(), strict=True)))
        words = sorted(counts, key=counts.__getitem__, reverse=True)
        return Vocabulary(words, [counts[word] for word in words])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a table with a word, a tab and its count on each line, in UTF-8. Integers are read back as strings.

        Raises:
            OptionError: a word is empty, or contains a tab, a line break or a lone surrogate; or the first one begins
                with U+FEFF, which would be a byte order mark.
            StorageError: the file cannot be written.
        """
        expected = "words without tabs, line breaks and lone surrogates"
        check_words(list(map(str, self.words)), _UNFIT, "a table", expected, _KEEP, at_the_head=True)
        lines = (f"{word}\t{count}\n" for word, count in zip(self.words, self.counts.tolist(), strict=True))
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)

    @classmethod
    @guarded("a table of words and counts")
    def load(cls, path: str | os.PathLike[str]) -> Vocabulary:
        """Read such a table; its lines may be in any order.

        Raises:
            FileFormatError: the file does not exist, a line is malformed, or a word occurs twice.
        """
        counts: dict[str, int] = {}
        for number, line in read_table(path, "words and counts"):
            word, _, count = line.partition("\t")
            if not word or not count.isascii() or not count.isdigit():
                raise FileFormatError(f"{path}, line {number}: {line!r:.60}, expected a word, a tab and a count")
            if word in counts:
                raise FileFormatError(f"{path}, line {number}: the word {word!r} is listed twice")
            counts[word] = int(count)
        words = sorted(counts, key=counts.__getitem__, reverse=True)
        return cls(words, [counts[word] for word in words])

    @functools.cached_property
    def _ids(self) -> dict[Any, int]:
        return {word: number for number, word in enumerate(self.words)}


def no_words_left(counts: npt.NDArray[np.int64], min_count: int) -> VocabularyError:
    """The error for a ``min_count`` that no word reaches."""
    if not len(counts):
        return VocabularyError("there are no words", hint="were all words dropped by length, or as stop words?")
    most = int(counts.max())
    kept = int((counts == most).sum())
    return VocabularyError(
        f"none of {len(counts):,} distinct words occurs {min_count:,} times, the most frequent {most:,} times",
        hint=f"min_count={most} keeps {kept:,} of them",
    )
