"""Categorisation: the agreement of clusters of the vectors with human categories."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import VocabularyError
from firth.evaluation.fields import separator, split
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.results import Figure, Shown, unknown_words
from firth.guard import guarded
from firth.text.lines import read_lines
from firth.vectors import WordVectors
from firth.vectors.transforms.classes import word_classes

_STARTS = 10


@dataclass(frozen=True)
class CategorySet:
    """Words with their categories; ``name`` is the name of the set in tables."""

    name: str
    words: list[str]
    categories: list[str]

    @classmethod
    @guarded("words and categories")
    def read(cls, path: str | os.PathLike[str]) -> CategorySet:
        """Read a file of a word and its category per line, separated by a tab, a comma or spaces; ``#`` begins a
        comment.

        Raises:
            FileFormatError: a line is malformed; the message names the file and the line.
            VocabularyError: there are no words.
            SourceError, EncodingError: the file cannot be read.
        """
        lines = read_lines(path)
        mark = separator(lines, 2)
        words, categories = [], []
        for line in lines:
            fields = split(line.text, mark)
            if len(fields) != 2 or not all(fields):
                raise line.malformed("a word and its category")
            words.append(fields[0])
            categories.append(fields[1])
        if not words:
            raise VocabularyError(f"{path}: holds no words", hint="write a word and its category on each line")
        return cls(Path(path).stem, words, categories)


@dataclass(frozen=True)
class CategorisationResult(Shown):
    """The results of a categorisation test.

    Attributes:
        name: name of the test set.
        purity: share of the words that belong to the largest category of their cluster, 0 to 1.
        clusters: number of clusters, which is that of the categories of the known words.
        used, left_out: number of known words, and of the others.
        unknown: words that the vectors do not hold.
    """

    name: str
    purity: float
    clusters: int
    used: int
    left_out: int
    unknown: list[str]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        return {"task": "categorisation", **vars(self)}

    def figures(self) -> list[Figure]:
        """The figures for tables."""
        return [Figure("purity", 100 * self.purity), Figure("words used", self.used, unit="")]

    def notes(self) -> list[str]:
        """Notes on the figures."""
        total = self.used + self.left_out
        return [f"{self.clusters} clusters; {self.left_out} of {total} words left out", *unknown_words(self.unknown)]


def categorisation(vectors: WordVectors | Lexicon, test: CategorySet, *, seed: int = 1) -> CategorisationResult:
    """Cluster the words by spherical k-means, with as many clusters as categories, and compare.

    The best of 10 clusterings is used, the one with the highest sum of cosines between words and the centers of their
    clusters; the categories do not affect the choice.

    Args:
        vectors: the vectors, or a :class:`Lexicon` of them.
        test: words and categories; unknown words are left out.
        seed: seed for the first centers.

    Raises:
        VocabularyError: no word is known.
    """
    seed = whole("seed", seed, 0)
    lexicon = vectors if isinstance(vectors, Lexicon) else Lexicon(vectors)
    found = [(row, c) for w, c in zip(test.words, test.categories, strict=True) if (row := lexicon.row(w)) is not None]
    unknown = lexicon.unknown(test.words)
    if not found:
        raise VocabularyError(
            f"{test.name}: none of its {len(test.words)} words is known",
            hint=f"unknown are {', '.join(unknown[:5])}",
        )
    units = lexicon.units[[row for row, _ in found]]
    _, gold = np.unique([category for _, category in found], return_inverse=True)
    clusters = int(gold.max()) + 1
    clustered = WordVectors([str(number) for number in range(len(found))], units)
    labellings = [word_classes(clustered, clusters, seed=seed + start) for start in range(_STARTS)]
    best = max(labellings, key=lambda labels: _tightness(units, labels, clusters))
    left_out = len(test.words) - len(found)
    return CategorisationResult(test.name, purity(gold, best), clusters, len(found), left_out, unknown)


def purity(gold: npt.NDArray[np.int64], labels: npt.NDArray[np.int64]) -> float:
    """Share of items in the largest category of their cluster: sum over clusters of max over categories, by items."""
    table = np.zeros((labels.max() + 1, gold.max() + 1), np.int64)
    np.add.at(table, (labels, gold), 1)
    return float(table.max(axis=1).sum() / len(gold))


def _tightness(units: npt.NDArray[np.float32], labels: npt.NDArray[np.int64], clusters: int) -> float:
    """The sum of cosines with the centers, which is the sum of the lengths of the clusters' sums."""
    sums = np.zeros((clusters, units.shape[1]))
    np.add.at(sums, labels, units)
    return float(np.linalg.norm(sums, axis=1).sum())
