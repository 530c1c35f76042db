"""Outlier detection: finding the word that does not belong to a group.

Camacho-Collados and Navigli (2016), "Find the word that does not belong". A set is a group W of words and one outlier.
The compactness of a word w is the mean similarity of all pairs without it,

    c(w) = 1 / (n (n - 1)) * sum over u, v of W - {w}, u != v, of cos(u, v),    n + 1 words in all,

and the word without which the rest is most compact should be the outlier. The sum over all pairs is the same for every
w, so a lower sum of cos(w, u) over u gives a higher c(w). OPP is the position of the outlier among the
words, from 0 (the rest is least compact without it) to n (most compact), divided by n.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from firth.errors import FileFormatError, SourceError, VocabularyError
from firth.evaluation.bootstrap import RESAMPLES, interval, resampled_means
from firth.evaluation.correlation import Floats
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.results import Figure, Shown, unknown_words
from firth.guard import guarded
from firth.text.lines import read_lines
from firth.vectors import WordVectors

_FEWEST = 2  # known words that make a group


@dataclass(frozen=True)
class OutlierSet:
    """Groups of words with their outliers; ``name`` is the name of the set in tables."""

    name: str
    groups: list[tuple[list[str], list[str]]]

    @classmethod
    @guarded("groups of words with outliers")
    def read(cls, path: str | os.PathLike[str]) -> OutlierSet:
        """Read a file, or a folder of ``.txt`` files, in the format of 8-8-8: the words of the group, one per line, a
        blank line, then the outliers.

        Raises:
            FileFormatError: a file has no group of two words, or no outliers; or a line has several words.
            SourceError, EncodingError: a file cannot be read.
        """
        given = Path(path)
        files = sorted(given.rglob("*.txt")) if given.is_dir() else [given]
        if not files:
            raise SourceError(f"{given}: no .txt files in it, expected one for each group")
        return cls(given.name if given.is_dir() else given.stem, [_read_group(file) for file in files])


def _read_group(path: Path) -> tuple[list[str], list[str]]:
    lines = read_lines(path)
    for line in lines:
        if len(line.fields()) != 1:
            raise line.malformed("one word a line")
    numbers = [line.number for line in lines]
    gap = next((place for place in range(1, len(lines)) if numbers[place] > numbers[place - 1] + 1), len(lines))
    words = [line.text for line in lines]
    if gap < _FEWEST or gap == len(lines):
        raise FileFormatError(f"{path}: no group and outliers, expected words, a blank line, then outliers")
    return words[:gap], words[gap:]


@dataclass(frozen=True)
class OutlierResult(Shown):
    """The results of an outlier test.

    Attributes:
        name: name of the test set.
        accuracy: share of the sets whose outlier was found, 0 to 1.
        opp: mean outlier position, 0 to 1.
        interval: 95 % bootstrap interval of the accuracy.
        used, left_out: number of sets of a group and one outlier; a set is left out if its outlier, or all but one
            word of its group, is unknown. Other unknown words are ignored.
        unknown: words that the vectors do not hold.
        positions: (sets,) position of each outlier, 0 to 1, in the order of the set; NaN if it was left out.
    """

    name: str
    accuracy: float
    opp: float
    interval: tuple[float, float]
    used: int
    left_out: int
    unknown: list[str]
    positions: Floats = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        names = ("name", "accuracy", "opp", "interval", "used", "left_out", "unknown")
        return {"task": "outliers", **{name: getattr(self, name) for name in names}}

    def figures(self) -> list[Figure]:
        """The figures for tables."""
        return [
            Figure("outliers found", 100 * self.accuracy, self.interval),
            Figure("OPP", 100 * self.opp),
            Figure("sets used", self.used, unit=""),
        ]

    def notes(self) -> list[str]:
        """Notes on the figures."""
        total = self.used + self.left_out
        return [f"{self.left_out} of {total} sets left out", *unknown_words(self.unknown)]


def outliers(
    vectors: WordVectors | Lexicon, test: OutlierSet, *, resamples: int = RESAMPLES, seed: int = 1
) -> OutlierResult:
    """Find the outlier in each group with one of its outliers.

    Args:
        vectors: the vectors, or a :class:`Lexicon` of them.
        test: groups and outliers.
        resamples, seed: number of resamples and seed of the bootstrap.

    Raises:
        VocabularyError: no group with enough known words has a known outlier.
    """
    lexicon = vectors if isinstance(vectors, Lexicon) else Lexicon(vectors)
    positions = []
    for group, strangers in test.groups:
        rows = [row for word in group if (row := lexicon.row(word)) is not None]
        for word in strangers:
            other = lexicon.row(word)
            if other is None or len(rows) < _FEWEST:
                positions.append(np.nan)
            else:
                positions.append(position(lexicon.units[[*rows, other]].astype(np.float64)))
    unknown = lexicon.unknown([word for group, strangers in test.groups for word in (*group, *strangers)])
    places = np.array(positions)
    used = places[~np.isnan(places)]
    if not len(used):
        raise VocabularyError(
            f"{test.name}: no group with enough known words and a known outlier",
            hint=f"unknown are {', '.join(unknown[:5])}",
        )
    found = used == 1
    spread = interval(resampled_means(found, resamples, seed))
    left_out = len(places) - len(used)
    return OutlierResult(
        test.name, float(found.mean()), float(used.mean()), spread, len(used), left_out, unknown, places
    )


def position(units: Floats) -> float:
    """The position of the last of the unit rows (words, dims) among all, 0 to 1; ties count against it."""
    sums = (units @ units.T).sum(axis=1) - np.vecdot(units, units)
    return float(np.count_nonzero(sums[:-1] > sums[-1]) / (len(units) - 1))
