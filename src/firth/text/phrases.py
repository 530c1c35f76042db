"""Phrases: words that are joined into one word wherever they occur side by side, in a file that users can edit.

The file has a line for each phrase: its words separated by spaces and then, separated by tabs, the pass that joins it,
its count and its score. A phrase alone on its line is joined in the first pass. The words of a later pass may be
phrases of an earlier one, such as ``new_york times`` in the second.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from firth.errors import FileFormatError, OptionError
from firth.guard import guarded
from firth.stored_words import check_words
from firth.targets import replacing
from firth.text.lines import read_table

DELIMITER = "_"
MOST_PASSES = 100

_UNFIT = re.compile("\\A\\Z|[ \t\n\r\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are joined, with their count and their score."""

    words: tuple[str, ...]
    count: int = 0
    score: float = 0.0

    @property
    def joined(self) -> str:
        """The joined word."""
        return DELIMITER.join(self.words)


@dataclass(frozen=True)
class Phrases:
    """The phrases of one or several passes; each pass goes over the results of the previous one.

    At each position of a sentence, from left to right, the longest phrase that begins there is joined.

    Args:
        passes: the phrases of each pass.
        path: the file that holds them, if one does.

    Raises:
        OptionError: a phrase has fewer than two words.
    """

    passes: tuple[tuple[Phrase, ...], ...]
    path: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for phrase in self:
            if len(phrase.words) < 2:
                raise OptionError(f"the phrase {' '.join(phrase.words)!r}, expected at least two words")

    def __len__(self) -> int:
        return sum(map(len, self.passes))

    def __iter__(self) -> Iterator[Phrase]:
        return (phrase for found in self.passes for phrase in found)

    def join(self, words: Sequence[str]) -> list[str]:
        """The words of a sentence with phrases joined."""
        left = list(words)
        for phrases, longest in self._sought:
            joined, place = [], 0
            while place < len(left):
                lengths = range(min(longest, len(left) - place), 1, -1)
                length = next((size for size in lengths if tuple(left[place : place + size]) in phrases), 1)
                joined.append(DELIMITER.join(left[place : place + length]))
                place += length
            left = joined
        return left

    @property
    def digest(self) -> str:
        """A digest of these phrases, without counts and scores."""
        import hashlib  # takes longer than all that a query needs of this module

        listed = "\n\n".join("\n".join(sorted(" ".join(phrase.words) for phrase in found)) for found in self.passes)
        return hashlib.sha256(listed.encode("utf-8", "surrogatepass")).hexdigest()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write them to a file.

        Raises:
            OptionError: a word is empty, or contains a space, a tab, a line end or a lone surrogate; or the first one
                begins with U+FEFF, which would be a byte order mark.
            StorageError: the file cannot be written.
        """
        words = [word for phrase in self for word in phrase.words]
        expected = "words without spaces, tabs, line breaks and lone surrogates"
        check_words(words, _UNFIT, "a table of phrases", expected, "leave such phrases out", at_the_head=True)
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            for number, found in enumerate(self.passes, 1):
                file.writelines(f"{' '.join(p.words)}\t{number}\t{p.count}\t{p.score!r}\n" for p in found)

    @classmethod
    @guarded("a table of phrases")
    def load(cls, path: str | os.PathLike[str]) -> Phrases:
        """Read such a file.

        Raises:
            FileFormatError: the file does not exist, or a line is malformed.
        """
        passes: list[list[Phrase]] = []
        for number, line in read_table(path, "phrases"):
            if line.strip(" \t"):
                later, phrase = _parsed(line, f"{path}, line {number}")
                passes += [[] for _ in range(later - len(passes))]
                passes[later - 1].append(phrase)
        return cls(tuple(map(tuple, passes)), str(path))

    @functools.cached_property
    def _sought(self) -> list[tuple[frozenset[tuple[str, ...]], int]]:
        """For each pass its phrases, and the words of the longest."""
        sets = [frozenset(phrase.words for phrase in found) for found in self.passes]
        return [(found, max(map(len, found), default=1)) for found in sets]


def _parsed(line: str, place: str) -> tuple[int, Phrase]:
    words, *facts = line.split("\t")
    try:
        number, count, score = (*facts, *("1", "0", "0")[len(facts) :])
        found = int(number), Phrase(tuple(word for word in words.split(" ") if word), int(count), float(score))
    except ValueError:
        found = 0, Phrase(())
    if not 1 <= found[0] <= MOST_PASSES or len(found[1].words) < 2:
        raise FileFormatError(f"{place}: {line!r:.60}, expected two words or more, pass, count and score")
    return found
