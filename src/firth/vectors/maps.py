"""Maps of words: which words, where, in which colour, and with which neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from firth.arguments import shown, whole
from firth.errors import OptionError, VocabularyError, WrongType
from firth.vectors.embeddings import Embeddings, Key
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.searcher import Searcher
from firth.vectors.terms import several

if TYPE_CHECKING:
    from firth.drawing.map_groups import Groups
    from firth.drawing.word_map import WordMap
    from firth.vectors.wordvectors import WordVectors

_BATCH = 1024  # words that are searched for at once


def plot_map(
    vectors: WordVectors,
    words: Sequence[Key] | None = None,
    *,
    top: int = 5000,
    layout: str = "pca",
    color: str | Mapping[Any, Any] = "cluster",
    clusters: int = 12,
    topn: int = 10,
    seed: int = 1,
    title: str | None = None,
) -> WordMap:
    """A map of words. ``vectors.plot_map().save("map.html")`` writes a page that needs no network.

    Each word of the page has its nearest words with their similarities among all vectors, as :meth:`most_similar` finds
    them, and not as they lie on the map.

    Args:
        words: the words of the map, the most important first; by default, the most frequent ones.
        top: number of words if ``words`` is not given: those with the highest counts, or the first ones if there are no
            counts.
        layout: ``"pca"``, ``"umap"`` or ``"tsne"``, see :func:`firth.vectors.layouts.layout_of`; the last two need
            ``pip install 'firth[map]'``.
        color: what the colours show: ``"cluster"``, ``"frequency"``, or a mapping (a dict or a column of pandas) from
            words to values. Numbers are shown in ranges, and other values each in a colour.
        clusters: number of clusters, at most 24.
        topn: number of nearest words that the page has for each word.
        seed: seed of the clusters, UMAP and t-SNE.
        title: the heading of the page.

    Raises:
        OptionError: an option is invalid, a word is given twice, or a vector is not finite.
        UnknownWord: a word is unknown.
        VocabularyError: there are no words.
        MissingExtra: the package for the layout is not installed.
    """
    from firth.drawing.map_groups import MOST_GROUPS
    from firth.drawing.word_map import WordMap
    from firth.vectors.layouts import check_layout, layout_of

    topn, seed, top = whole("topn", topn, 1), whole("seed", seed, 0), whole("top", top, 1)
    clusters = whole("clusters", clusters, 1, MOST_GROUPS)
    check_layout(layout)
    rows = _most_frequent(vectors.embeddings, top) if words is None else _rows_of(vectors, words)
    if not len(rows):
        raise VocabularyError("a map of no words, expected at least one")
    units = unit_rows(vectors.vectors[rows])
    if not np.isfinite(units).all():
        wrong = vectors.embeddings.words[int(rows[np.flatnonzero(~np.isfinite(units).all(axis=1))[0]])]
        raise OptionError(f"the vector of {wrong!r} contains NaN or infinity, expected finite numbers")
    keys = [vectors.embeddings.words[row] for row in rows.tolist()]
    counts = None if vectors.counts is None else vectors.counts[rows]
    colored = _groups(keys, units, counts, rows, color, clusters, seed)
    neighbors, similarities = _neighbors(vectors.searcher, units, rows, topn)
    ids, others = _numbered(neighbors, rows, len(vectors))
    named = [str(key) for key in keys] + [str(vectors.embeddings.words[row]) for row in others.tolist()]
    heading = f"Map of {len(rows):,} words" if title is None else title
    return WordMap(heading, named, layout_of(units, layout, seed), layout, colored, ids, similarities, counts)


def _most_frequent(embeddings: Embeddings, top: int) -> npt.NDArray[np.int64]:
    if embeddings.counts is None:
        return np.arange(min(top, len(embeddings)))
    return np.argsort(-embeddings.counts, kind="stable")[:top]


def _rows_of(vectors: WordVectors, words: Sequence[Key]) -> npt.NDArray[np.int64]:
    rows = [vectors.get_index(word) for word in several(words)]
    if len(set(rows)) < len(rows):
        twice = next(row for place, row in enumerate(rows) if row in rows[:place])
        raise OptionError(f"the word {vectors.embeddings.words[twice]!r} is given twice, expected different words")
    return np.array(rows, np.int64)


def _groups(
    keys: list[Any],
    units: Matrix,
    counts: npt.NDArray[np.int64] | None,
    rows: npt.NDArray[np.int64],
    color: str | Mapping[Any, Any],
    number: int,
    seed: int,
) -> Groups:
    from firth.vectors import groups

    if isinstance(color, str):
        if color == "cluster":
            return groups.clusters([str(key) for key in keys], units, number, seed)
        if color == "frequency":
            return groups.frequencies(counts, rows + 1)
        raise OptionError(f"color={color!r}, expected 'cluster', 'frequency' or a mapping from words to values")
    if not callable(getattr(color, "get", None)):
        raise WrongType(f"{shown(color)} as color, expected 'cluster', 'frequency' or a mapping from words to values")
    return groups.values(keys, color, str(getattr(color, "name", None) or "value"))


def _neighbors(
    searcher: Searcher, units: Matrix, rows: npt.NDArray[np.int64], topn: int
) -> tuple[npt.NDArray[np.int64], Matrix]:
    """The rows nearest to each word, with their similarities, (words, topn) each; its own row where there are fewer."""
    neighbors = np.repeat(rows[:, None], topn, axis=1)
    similarities = np.zeros((len(rows), topn), np.float32)
    for start in range(0, len(rows), _BATCH):
        part = slice(start, start + _BATCH)
        found = searcher.search(units[part], topn, [{row} for row in rows[part].tolist()], 0, None)
        for place, nearest in enumerate(found, start):
            for column, (row, similarity) in enumerate(nearest):
                neighbors[place, column], similarities[place, column] = row, similarity
    return neighbors, similarities


def _numbered(
    neighbors: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], size: int
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Rows as positions among the words of the map and the others after them, and the rows of these others."""
    positions = np.full(size, -1, np.int64)
    positions[rows] = np.arange(len(rows))
    others = np.unique(neighbors[positions[neighbors] < 0])
    positions[others] = len(rows) + np.arange(len(others))
    return positions[neighbors].astype(np.uint32), others
