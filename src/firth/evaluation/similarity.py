"""Word similarity: the correlation of cosines with human similarity scores."""

from __future__ import annotations

import math
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import VocabularyError
from firth.evaluation.bootstrap import RESAMPLES, interval, resampled
from firth.evaluation.correlation import Floats, pearson, spearman
from firth.evaluation.fields import separator, split
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.results import Figure, Shown, unknown_words
from firth.guard import guarded
from firth.text.lines import Line, read_lines
from firth.vectors import WordVectors

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SimilaritySet:
    """Pairs of words with human similarity scores.

    Attributes:
        name: name of the set in tables.
        pairs: the pairs of words.
        scores: (pairs,), on any scale.
    """

    name: str
    pairs: list[tuple[str, str]]
    scores: Floats = field(repr=False)

    @classmethod
    @guarded("pairs of words and numbers")
    def read(cls, path: str | os.PathLike[str]) -> SimilaritySet:
        """Read a file with one pair per line: two words, then columns, the first number of which is the score.

        Columns are separated by tabs, commas or spaces, whichever most lines have; a first line without a number is a
        header; lines that begin with ``#`` are comments.

        Raises:
            FileFormatError: a line has too few columns or no number; the message names the file and the line.
            SourceError, EncodingError: the file cannot be read.
        """
        lines = read_lines(path)
        mark = separator(lines, 3)
        if lines and _score_column(split(lines[0].text, mark)) is None and len(split(lines[0].text, mark)) >= 3:
            lines = lines[1:]
        pairs, scores = [], []
        rows = [split(line.text, mark) for line in lines]
        column = next((place for place, _ in Counter(map(_score_column, rows)).most_common(1)), None)
        for line, fields in zip(lines, rows, strict=True):
            scores.append(_score(line, fields, column))
            pairs.append((fields[0], fields[1]))
        if not pairs:
            raise VocabularyError(f"{path}: holds no pair of words", hint="write two words and a number on each line")
        return cls(Path(path).stem, pairs, np.array(scores))


def _score_column(fields: list[str]) -> int | None:
    return next((place for place in range(2, len(fields)) if _number(fields[place]) is not None), None)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _score(line: Line, fields: list[str], column: int | None) -> float:
    score = _number(fields[column]) if column is not None and column < len(fields) else None
    if score is None or not fields[0] or not fields[1]:
        raise line.malformed("two words and a number")
    return score


def _cosines(lexicon: Lexicon, first: Rows, second: Rows) -> Floats:
    """Cosines of rows (pairs,), rounded to 12 digits so that true ties, such as pairs of equal words, remain ties."""
    a, b = (lexicon.vectors.vectors[rows].astype(np.float64) for rows in (first, second))
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    products = np.divide(np.vecdot(a, b), lengths, out=np.zeros(len(a)), where=lengths > 0)
    rounded: Floats = products.round(12)
    return rounded


@dataclass(frozen=True)
class SimilarityResult(Shown):
    """The results of a similarity test.

    Attributes:
        name: name of the test set.
        spearman, pearson: correlations over the pairs used, -1 to 1.
        interval: 95 % bootstrap interval of Spearman's.
        used, left_out: number of pairs with two known words, and of the others.
        unknown: words that the vectors do not hold.
        cosines: (pairs,) of the whole set, NaN if a pair was left out.
        scores: (pairs,) human scores.
    """

    name: str
    spearman: float
    pearson: float
    interval: tuple[float, float]
    used: int
    left_out: int
    unknown: list[str]
    cosines: Floats = field(repr=False)
    scores: Floats = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        names = ("name", "spearman", "pearson", "interval", "used", "left_out", "unknown")
        return {"task": "similarity", **{name: getattr(self, name) for name in names}}

    def figures(self) -> list[Figure]:
        """The figures for tables."""
        return [
            Figure("Spearman", 100 * self.spearman, self.interval),
            Figure("Pearson", 100 * self.pearson),
            Figure("pairs used", self.used, unit=""),
        ]

    def notes(self) -> list[str]:
        """Notes on the figures."""
        return [f"{self.left_out} of {self.used + self.left_out} pairs left out", *unknown_words(self.unknown)]


def similarity(
    vectors: WordVectors | Lexicon, test: SimilaritySet, *, resamples: int = RESAMPLES, seed: int = 1
) -> SimilarityResult:
    """Correlate the cosines of the pairs with their scores.

    Args:
        vectors: the vectors, or a :class:`Lexicon` of them that sets the case policy and the rows used.
        test: the pairs; those with an unknown word are left out.
        resamples, seed: number of resamples and seed of the bootstrap.

    Raises:
        VocabularyError: fewer than two pairs are known, or all cosines or all scores are the same, so that there is no
            correlation.
    """
    lexicon = vectors if isinstance(vectors, Lexicon) else Lexicon(vectors)
    rows = [(lexicon.row(a), lexicon.row(b)) for a, b in test.pairs]
    known = np.array([a is not None and b is not None for a, b in rows])
    unknown = lexicon.unknown([word for pair in test.pairs for word in pair])
    if known.sum() < 2:
        raise VocabularyError(
            f"{test.name}: {known.sum()} of {len(known)} pairs known, expected at least 2",
            hint=f"unknown are {', '.join(unknown[:5])}",
        )
    first, second = np.array([row for row, is_known in zip(rows, known, strict=True) if is_known], np.int64).T
    cosines = np.full(len(rows), np.nan)
    cosines[known] = _cosines(lexicon, first, second)
    ours, theirs = cosines[known], test.scores[known]
    rank_correlation = float(spearman(ours, theirs)[0])
    if math.isnan(rank_correlation):
        raise VocabularyError(f"{test.name}: all cosines or all scores are the same, so there is no correlation")
    figures = spearman(ours, theirs, resampled(len(ours), resamples, seed))
    return SimilarityResult(
        test.name,
        rank_correlation,
        float(pearson(ours, theirs)[0]),
        interval(figures),
        int(known.sum()),
        int((~known).sum()),
        unknown,
        cosines,
        test.scores,
    )
