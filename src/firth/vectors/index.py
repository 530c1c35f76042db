"""Approximate search with a graph (HNSW, by usearch), for millions of words, where exact search takes too long.

Malkov and Yashunin (2018), "Efficient and Robust Approximate Nearest Neighbor Search Using Hierarchical Navigable
Small World Graphs".
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from firth.arguments import real, whole
from firth.errors import FileFormatError, MissingExtra, OptionError, VectorsWarning, warn
from firth.guard import guarded
from firth.storage import map_tensors, write_tensors
from firth.vectors.embeddings import Embeddings
from firth.vectors.search import Matrix, top_rows, unit_rows
from firth.vectors.searcher import ExactSearcher, Found

if TYPE_CHECKING:
    from firth.vectors import WordVectors

_SAMPLE = 1000  # words whose true neighbours are compared with those found
_ROWS = 1 << 14
_FIRST = 1 << 10  # rows that one thread adds: those that enter a small graph at the same time do not find each other
_MOST_EXPANSION = 1 << 20
_EXPANSIONS = (64, 128, 256, 512, 1024)  # candidates of a search, tried in turn; with more, exact search is faster


class Graph:
    """A searcher that follows the edges of a graph.

    Similarities are exact, but a neighbour may be missed; :attr:`recall` says how often. Searches among a part of the
    rows are exact, and so is a search for which the graph finds too few words. Zero vectors are not in the graph.

    Args:
        embeddings: the words.
        graph: the graph of usearch over their rows.
        recall: the share of the true ten nearest words that were found, over a sample of words.
    """

    def __init__(self, embeddings: Embeddings, graph: Any, recall: float = float("nan")) -> None:
        self._embeddings, self._graph, self.recall = embeddings, graph, recall
        self._exact = ExactSearcher(embeddings)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_graph": (bytes(self._graph.save()), self.expansion)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        graph, expansion = state["_graph"]
        self.__dict__.update(state, _graph=_usearch().Index.restore(graph, expansion_search=expansion))

    @property
    def expansion(self) -> int:
        """Candidates that a search keeps."""
        return int(self._graph.expansion_search)

    def search(
        self,
        queries: Matrix,
        topn: int,
        excluded: Sequence[Collection[int]] | None = None,
        start: int = 0,
        stop: int | None = None,
    ) -> list[Found]:
        """The rows nearest to each query, found with the graph if all rows are searched."""
        topn, every = whole("topn", topn, 0), not start and stop in (None, len(self._embeddings))
        if not every or np.shape(queries)[1:] != (self._embeddings.vector_size,) or not topn or not len(queries):
            return self._exact.search(queries, topn, excluded, start, stop)
        skipped = excluded or [()] * len(queries)
        k = topn + max(map(len, skipped))
        answers: list[Found] = []
        for query, skip, rows in zip(queries, skipped, self.found(queries, k), strict=True):
            if len(rows) < min(k, len(self._graph)):
                answers += self._exact.search(query[None], topn, [skip])
                continue
            scores = np.vecdot(self._embeddings.vectors[rows], query) / self._embeddings.norms[rows]
            order = np.lexsort((rows, -scores))
            pairs = [(int(rows[i]), float(scores[i])) for i in order.tolist()]
            answers.append([(row, score) for row, score in pairs if row not in skip][:topn])
        return answers

    def found(self, queries: Matrix, k: int) -> list[npt.NDArray[np.int64]]:
        """The rows that the graph finds for each query, in no order."""
        k = min(k, len(self._graph))
        if not k:
            return [np.empty(0, np.int64)] * len(queries)
        matches = self._graph.search(np.ascontiguousarray(queries), k)
        if len(queries) == 1:
            return [np.asarray(matches.keys).ravel().astype(np.int64)]
        pairs = zip(matches.keys, matches.counts, strict=True)
        return [np.asarray(keys[:count]).astype(np.int64) for keys, count in pairs]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the graph, with a fingerprint of the vectors that it belongs to, completely or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        graph = bytes(self._graph.save())
        described = {
            "fingerprint": _fingerprint(self._embeddings),
            "recall": self.recall,
            "expansion_search": self.expansion,
            "crc32": zlib.crc32(graph),
        }
        write_tensors(path, "index", {"graph": np.frombuffer(graph, np.uint8)}, described)


def build_index(
    vectors: WordVectors,
    *,
    recall: float = 0.95,
    connectivity: int = 16,
    expansion_add: int = 128,
    expansion_search: int | None = None,
    precision: str = "f32",
) -> WordVectors:
    """Build a graph over all words, and measure its recall. N-grams for unknown words are dropped, with a warning.

    Args:
        vectors: the words.
        recall: the share of the true ten nearest words that should be found. A search keeps the smallest number of
            candidates (64, 128, ... 1024) that reaches it; a warning says so if none does.
        connectivity: number of edges per node; with more, searches find more and the graph takes more memory.
        expansion_add: number of candidates kept while building; with more, searches find more and building takes
            longer.
        expansion_search: candidates kept while searching, in place of ``recall``.
        precision: number format of the vectors in the graph, ``"f32"``, ``"f16"`` or ``"i8"``; similarities remain
            exact.

    Raises:
        MissingExtra: usearch is not installed.
        OptionError: a number is below 1, the recall is not between 0 and 1, or the precision is unknown.
    """
    connectivity, expansion_add = whole("connectivity", connectivity, 1), whole("expansion_add", expansion_add, 1)
    expansion_search = whole("expansion_search", expansion_search, 1, optional=True)
    expansions = _EXPANSIONS if expansion_search is None else (expansion_search,)
    if precision not in ("f32", "f16", "i8"):
        raise OptionError(f"precision={precision!r}, expected 'f32', 'f16' or 'i8'")
    recall = real("recall", recall, 0, 1)
    vectors = vectors.without_ngrams()
    graph = _usearch().Index(
        ndim=max(vectors.vector_size, 1),
        metric="cos",
        dtype=precision,
        connectivity=connectivity,
        expansion_add=expansion_add,
    )
    usable = np.flatnonzero(np.isfinite(vectors.norms) & (vectors.norms > 0))
    for start in (0, *range(_FIRST, len(usable), _ROWS)):
        rows = usable[start : start + _ROWS if start else _FIRST]
        if len(rows):
            graph.add(rows.astype(np.uint64), unit_rows(vectors.vectors[rows]), threads=0 if start else 1)
    searcher = Graph(vectors.embeddings, graph)
    sample, truth = _nearest(vectors.embeddings, usable)
    for expansion in expansions:
        graph.expansion_search = expansion
        searcher.recall = _recall(searcher, unit_rows(vectors.vectors[sample]), sample, truth)
        if searcher.recall >= recall:
            break
    if expansion_search is None and searcher.recall < recall:
        warn(
            f"the index finds {searcher.recall:.1%} of the nearest words, fewer than {recall:.1%}: "
            "search these vectors without an index",
            VectorsWarning,
        )
    return vectors.of(vectors.embeddings, searcher)


@guarded("an index")
def open_index(vectors: WordVectors, path: str | os.PathLike[str]) -> WordVectors:
    """Vectors with the graph that :meth:`firth.vectors.WordVectors.save_index` wrote for them.

    Raises:
        FileFormatError: the file is damaged, in another format, or the graph of other vectors.
        MissingExtra: usearch is not installed.
    """
    tensors, described = map_tensors(path, "index")
    graph = tensors["graph"].tobytes() if "graph" in tensors else b""
    if not graph or described.get("crc32") != zlib.crc32(graph):  # usearch itself would crash on a damaged graph
        raise FileFormatError(f"{path}: the index is damaged", hint="build it again")
    if described.get("fingerprint") != _fingerprint(vectors.embeddings):
        raise FileFormatError(f"{path}: this is the index of other vectors", hint="build it again for these")
    expansion, recall = described.get("expansion_search"), described.get("recall")
    if not isinstance(expansion, int) or not 1 <= expansion <= _MOST_EXPANSION or not isinstance(recall, int | float):
        raise FileFormatError(
            f"{path}: {expansion!r} candidates and recall {recall!r}, expected 1 to {_MOST_EXPANSION:,} and a share",
            hint="build it again",
        )
    restored = _usearch().Index.restore(graph, expansion_search=expansion)
    return vectors.of(vectors.embeddings, Graph(vectors.embeddings, restored, float(recall)))


def _usearch() -> Any:
    try:
        return import_module("usearch.index")
    except ImportError as error:
        raise MissingExtra("approximate search", "index") from error


def _nearest(
    embeddings: Embeddings, usable: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Evenly spaced rows (n,), and the rows (n, up to 11) truly nearest to each, itself among them."""
    sample = usable[:: max(1, -(-len(usable) // _SAMPLE))]
    places, _ = top_rows(
        embeddings.vectors[usable], embeddings.norms[usable], unit_rows(embeddings.vectors[sample]), 11
    )
    return sample, usable[places]


def _recall(searcher: Graph, queries: Matrix, sample: npt.NDArray[np.int64], truth: npt.NDArray[np.int64]) -> float:
    """The share of the true ten nearest rows that the graph finds."""
    k = truth.shape[1]
    if k < 2:
        return 1.0
    rounds = zip(sample, truth, searcher.found(queries, k), strict=True)
    hits = [len(np.intersect1d(nearest[nearest != row][: k - 1], rows[rows != row])) for row, nearest, rows in rounds]
    return float(sum(hits) / ((k - 1) * len(sample)))


def _fingerprint(embeddings: Embeddings) -> str:
    """A digest of the shape, the words and a checksum of the matrix, computed in one pass."""
    import hashlib  # merely opening a file of vectors should not load it

    digest = hashlib.blake2b(repr(embeddings.vectors.shape).encode(), digest_size=16)
    for part in embeddings.words.pack():
        digest.update(np.ascontiguousarray(part).tobytes())
    checksum = 0
    for start in range(0, len(embeddings), _ROWS):
        checksum = zlib.crc32(np.ascontiguousarray(embeddings.vectors[start : start + _ROWS]).data, checksum)
    digest.update(str(checksum).encode())
    return digest.hexdigest()
