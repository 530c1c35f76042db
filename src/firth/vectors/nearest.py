"""The words nearest to something. The words asked with are never among the answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

import numpy as np

from firth.arguments import shown, whole
from firth.errors import OptionError, WrongType
from firth.vectors.comparisons import similarities
from firth.vectors.embeddings import Embeddings, Vector
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.searcher import Searcher
from firth.vectors.terms import Term, Terms, listed, mean_vector, rows_of, several, unit, vector_of

Neighbors: TypeAlias = list[tuple[Any, float]]  # words, each a str or an int, with their similarity, best first


def search(
    embeddings: Embeddings,
    searcher: Searcher,
    queries: Matrix,
    topn: int,
    excluded: Sequence[Collection[int]] | None = None,
    start: int = 0,
    stop: int | None = None,
) -> list[Neighbors]:
    """The words nearest to each row of ``queries``: :meth:`firth.vectors.WordVectors.search`."""
    found = searcher.search(queries, topn, excluded, start, stop)
    return [[(embeddings.words[row], score) for row, score in answer] for answer in found]


def most_similar(
    embeddings: Embeddings,
    searcher: Searcher,
    positive: Terms,
    negative: Terms,
    topn: int | None,
    clip_start: int,
    clip_end: int | None,
    restrict_vocab: int | None,
) -> Neighbors | Matrix:
    """The words nearest to a mean of terms: :meth:`firth.vectors.WordVectors.most_similar`."""
    topn = whole("topn", topn, 0, optional=True)
    restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
    clip_start, clip_end = whole("clip_start", clip_start, 0), whole("clip_end", clip_end, 1, optional=True)
    mean, rows = _combine(embeddings, positive, negative)
    stop = restrict_vocab or clip_end or len(embeddings)
    start = 0 if restrict_vocab else clip_start
    if topn is None:
        return similarities(embeddings, mean, stop, start)
    return search(embeddings, searcher, mean[None], topn, [rows], start, stop)[0]


def most_similar_cosmul(
    embeddings: Embeddings, positive: Terms, negative: Terms, topn: int | None, restrict_vocab: int | None
) -> Neighbors | Matrix:
    """The words of highest 3CosMul: :meth:`firth.vectors.WordVectors.most_similar_cosmul`."""
    topn = whole("topn", topn, 0, optional=True)
    restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
    plus, minus = (_unweighted(embeddings, given) for given in (positive, negative))
    if not plus:
        raise OptionError("no positive word, expected at least one")
    stop = min(restrict_vocab or len(embeddings), len(embeddings))
    scores = _shifted(embeddings, plus, stop) / (_shifted(embeddings, minus, stop) + 1e-6)
    if topn is None:
        return scores
    excluded = rows_of(embeddings, [*plus, *minus])
    order = np.argsort(-scores, kind="stable")[: topn + len(excluded)]
    return [(embeddings.words[row], float(scores[row])) for row in order.tolist() if row not in excluded][:topn]


def neighbors(
    embeddings: Embeddings, searcher: Searcher, keys: Sequence[Term], topn: int, restrict_vocab: int | None
) -> list[Neighbors]:
    """The words nearest to each of many: :meth:`firth.vectors.WordVectors.neighbors`."""
    restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
    keys = several(keys)
    if not keys:
        return []
    queries = np.stack([vector_of(embeddings, key) for key in keys]).astype(np.float32)
    excluded = [rows_of(embeddings, [key]) for key in keys]
    return search(embeddings, searcher, unit_rows(queries), topn, excluded, 0, restrict_vocab)


def _shifted(embeddings: Embeddings, terms: Sequence[Term], stop: int) -> Matrix:
    """The product (stop,) of the similarities with each term, shifted to 0 to 1."""
    product = np.ones(stop, np.float32)
    for term in terms:
        product *= (1 + similarities(embeddings, unit(vector_of(embeddings, term)), stop)) / 2
    return product


def _combine(embeddings: Embeddings, positive: Terms, negative: Terms) -> tuple[Vector, set[int]]:
    """The unit mean (dims,) of weighted terms, and the rows of those that are words."""
    terms: list[Term] = []
    weights: list[float] = []
    for given, default in ((positive, 1.0), (negative, -1.0)):
        for item in listed(given, embeddings.words.are_integers):
            if isinstance(item, tuple) and len(item) != 2:
                raise WrongType(f"{shown(item)} in place of a word and its weight", hint="('king', 0.5)")
            term, weight = item if isinstance(item, tuple) else (item, default)
            terms.append(term)
            weights.append(weight)
    mean = mean_vector(embeddings, terms, weights, post_normalize=True, ignore_missing=False)
    return mean, rows_of(embeddings, terms)


def _unweighted(embeddings: Embeddings, given: Terms) -> list[Term]:
    terms = listed(given, embeddings.words.are_integers)
    return [item[0] if isinstance(item, tuple) else item for item in terms]
