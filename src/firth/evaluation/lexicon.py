"""Which row of the vectors a word of a test set means."""

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
        vectors: the vectors that are tested.
        case: ``"fold"``: words are compared by Unicode's full case folding (:meth:`str.casefold`, the same under every
            locale), and of several spellings the first row counts, which is the most frequent in a sorted vocabulary;
            ``"exact"``: as they are written.
        restrict: only so many first rows; ``None`` for all.

    Attributes:
        usable: (rows,), false where a vector holds NaN or infinity: its word is unknown and never an answer.

    Raises:
        OptionError: no such case, or ``restrict`` below 1.
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
        """The row of a word, or ``None`` where it is unknown."""
        return self._rows.get(self.folded(word))

    def unknown(self, words: list[str]) -> list[str]:
        """Those of the words that have no row, each once, in the order given."""
        return [word for word in dict.fromkeys(words) if self.row(word) is None]

    @cached_property
    def first_spelling(self) -> npt.NDArray[np.int64]:
        """(rows,) for each row the first row whose word is the same but for case; itself for unusable rows."""
        return np.array([self._rows.get(s, row) for row, s in enumerate(self._spellings)], np.int64)

    @cached_property
    def units(self) -> Matrix:
        """(rows, dims) vectors of unit length; zero where the vector is zero or unusable."""
        units = unit_rows(self.vectors.vectors[: self.restrict])
        units[~self.usable] = 0
        return units
