"""Looking up the words of test sets in vectors."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.search import Matrix, unit_rows

CASES = ("fold", "exact")


class Lexicon:
    """The words that a test may use, and their rows.

    Args:
        vectors: the vectors to be tested.
        case: ``"fold"``: words are compared with full Unicode case folding (:meth:`str.casefold`, the same in every
            locale), and the first row of several spellings is used, which is the most frequent one in a sorted
            vocabulary; ``"exact"``: words are compared as they are written.
        restrict: use only this many first rows; ``None`` for all.

    Attributes:
        usable: (rows,), false if a vector contains NaN or infinity; its word counts as unknown and is never an answer.

    Raises:
        OptionError: the case is unknown, or ``restrict`` is below 1.
    """

    def __init__(self, vectors: WordVectors, case: str = "fold", restrict: int | None = None) -> None:
        if case not in CASES:
            raise OptionError(f"case={case!r}, expected {' or '.join(map(repr, CASES))}")
        restrict = whole("restrict", restrict, 1, optional=True)
        self.case, self.restrict = case, restrict
        self.vectors = vectors
        self.usable: npt.NDArray[np.bool_] = np.isfinite(vectors.norms[:restrict])
        self._spellings = [self.folded(word) for word in vectors.embeddings.words.spellings()[:restrict]]
        usable = self.usable.tolist()
        self._rows: dict[str, int] = {}
        for row, spelling in enumerate(self._spellings):
            if usable[row]:
                self._rows.setdefault(spelling, row)

    def __len__(self) -> int:
        return len(self._spellings)

    def folded(self, word: str) -> str:
        """The form under which a word is looked up."""
        return word.casefold() if self.case == "fold" else word

    def row(self, word: str) -> int | None:
        """The row of a word, or ``None`` if it is unknown."""
        return self._rows.get(self.folded(word))

    def unknown(self, words: list[str]) -> list[str]:
        """The words that have no row, each once, in the given order."""
        return [word for word in dict.fromkeys(words) if self.row(word) is None]

    @cached_property
    def first_spelling(self) -> npt.NDArray[np.int64]:
        """(rows,) for each row, the first row whose word differs only in case; the row itself if it is unusable."""
        return np.array([self._rows.get(s, row) for row, s in enumerate(self._spellings)], np.int64)

    @cached_property
    def units(self) -> Matrix:
        """(rows, dims) vectors of unit length; zero if the vector is zero or unusable."""
        units = unit_rows(self.vectors.vectors[: self.restrict])
        units[~self.usable] = 0
        return units
