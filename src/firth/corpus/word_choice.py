"""Choosing the words of a vocabulary."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, integer_of, whole, words_or_integers
from firth.corpus.vocabulary import Vocabulary, no_words_left
from firth.errors import OptionError
from firth.text.preparation import words_of_file

if TYPE_CHECKING:
    from firth.corpus.first_pass import Tokens

ABSENT = -1

_SPELLED_AT_A_TIME = 1 << 16

Words = str | os.PathLike[str] | Collection[str] | Collection[int]


class Chosen(NamedTuple):
    """The chosen words; the id of a word is its position.

    Attributes:
        numbers: the number of each among the tokens of the text, or :data:`ABSENT`.  # (words,) int64
        words: strings, or integers.
        counts: how often each word occurs, in descending order.  # (words,) int64
    """

    numbers: npt.NDArray[np.int64]
    words: Sequence[Word]
    counts: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Choice:
    """The rule by which words are chosen.

    Args:
        min_count: drop words that occur fewer than this many times.
        max_words: keep only this many words, the most frequent ones, ties by first occurrence; None keeps all.
        keep_words: words that are kept however rare they are: a file with one word per line, or a collection.
        drop_words: words that are dropped however frequent they are, even if they are in ``keep_words``.
        vocabulary: a vocabulary, or its file: use exactly its words, with their ids and counts, whatever the text
            holds; the other options then have no effect.

    Raises:
        OptionError: an option is invalid.
        SourceError: a file of words cannot be read.
        FileFormatError: a file is not a vocabulary.
    """

    min_count: int = 5
    max_words: int | None = None
    keep_words: Words = ()
    drop_words: Words = ()
    vocabulary: Vocabulary | str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "min_count", whole("min_count", self.min_count, 1))
        object.__setattr__(self, "max_words", whole("max_words", self.max_words, 1, optional=True))
        for name in ("keep_words", "drop_words"):
            given = getattr(self, name)
            object.__setattr__(self, name, tuple(sorted(map(str, words_or_integers(_listed(given))))))
        if isinstance(self.vocabulary, str | os.PathLike):
            object.__setattr__(self, "vocabulary", Vocabulary.load(self.vocabulary))

    def as_dict(self) -> dict[str, Any]:
        """The rule as plain data; a vocabulary is represented by its digest."""
        rule: dict[str, Any] = {
            "min_count": self.min_count,
            "max_words": self.max_words,
            "keep_words": list(_listed(self.keep_words)),
            "drop_words": list(_listed(self.drop_words)),
            "vocabulary": None,
        }
        if isinstance(self.vocabulary, Vocabulary):
            listed = "\n".join(map(str, self.vocabulary.words)).encode("utf-8", "surrogatepass")
            rule["vocabulary"] = hashlib.sha256(listed + self.vocabulary.counts.tobytes()).hexdigest()
        return rule

    def sought(self, word: Callable[[str], str | None]) -> tuple[set[str], set[str]]:
        """The words to keep and the words to drop, prepared by ``word`` as the text is."""
        keep, drop = map(_listed, (self.keep_words, self.drop_words))
        return {w for w in map(word, keep) if w is not None}, {w for w in map(word, drop) if w is not None}

    def of(self, tokens: Tokens, word: Callable[[str], str | None]) -> Chosen:
        """The chosen words of a text, the most frequent first, ties in the order of first occurrence.

        Args:
            tokens: the tokens as they were read.
            word: function that prepares the words of ``keep_words`` and ``drop_words`` as the text was.

        Raises:
            VocabularyError: no word is left.
        """
        if isinstance(self.vocabulary, Vocabulary):
            return _given(self.vocabulary, tokens)
        keep, drop = self.sought(word)
        wanted = tokens.wanted & ~numbers_of(tokens, drop)[1]
        kept = wanted & numbers_of(tokens, keep)[1]
        frequent = np.flatnonzero(kept | (wanted & (tokens.counts >= self.min_count)))
        if not len(frequent):
            raise no_words_left(tokens.counts[wanted], self.min_count)
        numbers = frequent[np.lexsort((tokens.firsts[frequent], -tokens.counts[frequent]))]
        if self.max_words is not None and len(numbers) > self.max_words:
            room = max(0, self.max_words - int(kept[numbers].sum()))
            numbers = numbers[kept[numbers] | (np.cumsum(~kept[numbers]) <= room)]
        return Chosen(numbers, _typed(tokens.spell(numbers), tokens.integers), tokens.counts[numbers])


def _listed(words: Words) -> Collection[Any]:
    return words_of_file(words) if isinstance(words, str | os.PathLike) else words


def numbers_of(tokens: Tokens, sought: Collection[str]) -> tuple[dict[str, int], npt.NDArray[np.bool_]]:
    """The numbers of the words that are in the text; and, for each word of the text, whether it is among them."""
    found: dict[str, int] = {}
    mask = np.zeros(len(tokens.counts), bool)
    for first in range(0, len(mask) if sought else 0, _SPELLED_AT_A_TIME):
        some = np.arange(first, min(first + _SPELLED_AT_A_TIME, len(mask)))
        here = {spelled: number for number, spelled in enumerate(tokens.spell(some), first) if spelled in sought}
        mask[list(here.values())] = True
        found |= here
    return found, mask


def _given(vocabulary: Vocabulary, tokens: Tokens) -> Chosen:
    spellings = list(map(str, vocabulary.words))
    numbers, _ = numbers_of(tokens, frozenset(spellings))
    places = np.array([numbers.get(word, ABSENT) for word in spellings], np.int64)
    if not numbers:
        raise no_words_left(np.empty(0, np.int64), 1)
    return Chosen(places, _typed(spellings, tokens.integers), vocabulary.counts)


def _typed(spellings: list[str], integers: bool) -> Sequence[Word]:
    """Words of the type that the words of the text have.

    Raises:
        OptionError: the text has integers, and a word is not an integer.
    """
    if not integers:
        return spellings
    numbers = [integer_of(word) for word in spellings]
    if None in numbers:
        word = spellings[numbers.index(None)]
        raise OptionError(
            f"the vocabulary has the word {word!r:.60}, but the text has integers", hint="convert the items to str"
        )
    return numbers  # type: ignore[return-value]
