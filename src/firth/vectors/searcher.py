"""Searchers find the rows nearest to a query, with a pass over all rows or a graph (:mod:`firth.vectors.index`)."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from firth.arguments import whole
from firth.errors import OptionError
from firth.vectors.embeddings import Embeddings
from firth.vectors.search import Matrix, top_rows

Found: TypeAlias = list[tuple[int, float]]  # rows with their similarity, best first


class Searcher(Protocol):
    """Nearest rows by cosine similarity."""

    @property
    def recall(self) -> float:
        """The share of the true ten nearest words that are found."""

    @property
    def expansion(self) -> int | None:
        """Number of candidates that a search keeps; ``None`` if it examines every row."""

    def search(
        self, queries: Matrix, topn: int, excluded: Sequence[Collection[int]] | None, start: int, stop: int | None
    ) -> list[Found]:
        """The rows nearest to each query: :meth:`firth.vectors.WordVectors.search`, with rows in place of words."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to a file."""


class ExactSearcher:
    """A searcher that examines every row."""

    recall, expansion = 1.0, None

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    def search(
        self,
        queries: Matrix,
        topn: int,
        excluded: Sequence[Collection[int]] | None = None,
        start: int = 0,
        stop: int | None = None,
    ) -> list[Found]:
        """The rows nearest to each query (queries, dims), without those excluded for it.

        Raises:
            OptionError: the queries have another shape, or are not finite.
        """
        topn, start, stop = whole("topn", topn, 0), whole("start", start, 0), whole("stop", stop, 0, optional=True)
        size = self._embeddings.vector_size
        if np.shape(queries)[1:] != (size,):
            raise OptionError(f"queries of shape {np.shape(queries)}, expected (queries, {size})")
        if not np.isfinite(queries).all():
            raise OptionError(
                "the query contains NaN or infinity, expected finite numbers", hint="check the word's vector"
            )
        skipped = excluded or [()] * len(queries)
        k = topn and topn + max(map(len, skipped), default=0)
        part = slice(start, stop)
        rows, scores = top_rows(self._embeddings.vectors[part], self._embeddings.norms[part], queries, k)
        answers: list[Found] = []
        for row_list, score_list, skip in zip((rows + start).tolist(), scores.tolist(), skipped, strict=True):
            pairs = zip(row_list, score_list, strict=True)
            answers.append([(row, score) for row, score in pairs if row not in skip and score > -np.inf][:topn])
        return answers

    def save(self, path: str | os.PathLike[str]) -> None:
        """Raise an error, since there is no index.

        Raises:
            OptionError: always.
        """
        raise OptionError(
            f"{os.fspath(path)}: these vectors have no index to save", hint="vectors.build_index().save_index(path)"
        )
