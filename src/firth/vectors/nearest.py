"""The words nearest to something. The public functions are methods of :class:`firth.vectors.WordVectors`.

The words that a question names are never among its answers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from firth.arguments import shown, whole
from firth.errors import OptionError, WrongType
from firth.vectors.comparisons import similarities
from firth.vectors.embeddings import Embeddings, Key, Vector
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.searcher import Searcher
from firth.vectors.terms import Term, Terms, listed, mean_vector, rows_of, several, unit, vector_of

if TYPE_CHECKING:
    from firth.vectors.wordvectors import WordVectors

Neighbors: TypeAlias = list[tuple[Any, float]]  # words, each a str or an int, with their similarity, best first


@overload
def most_similar(
    vectors: WordVectors,
    positive: Terms = None,
    negative: Terms = None,
    topn: int = 10,
    clip_start: int = 0,
    clip_end: int | None = None,
    restrict_vocab: int | None = None,
    indexer: WordVectors | None = None,
) -> Neighbors: ...
@overload
def most_similar(
    vectors: WordVectors,
    positive: Terms = None,
    negative: Terms = None,
    *,
    topn: None,
    clip_start: int = 0,
    clip_end: int | None = None,
    restrict_vocab: int | None = None,
    indexer: WordVectors | None = None,
) -> Matrix: ...
def most_similar(
    vectors: WordVectors,
    positive: Terms = None,
    negative: Terms = None,
    topn: int | None = 10,
    clip_start: int = 0,
    clip_end: int | None = None,
    restrict_vocab: int | None = None,
    indexer: WordVectors | None = None,
) -> Neighbors | Matrix:
    """The words nearest to the mean of ``positive`` minus ``negative`` words, each of unit length.

    With king and woman positive and man negative this is the 3CosAdd of Mikolov et al. (2013), "Linguistic
    Regularities in Continuous Space Word Representations".

    Args:
        positive: a word, a vector (which is used as it is), or several; ``(word, weight)`` sets the weight, which
            is 1 by default.
        negative: the same, with weight -1.
        topn: number of words; ``None`` returns the similarities of all rows as an array.
        clip_start, clip_end: search only these rows.
        restrict_vocab: search only this many first rows, which are the most frequent words in a sorted vocabulary.
        indexer: these vectors with an index, from ``build_index``, to search approximately.

    Raises:
        OptionError: there are no positive or negative words, a vector has another size, or the indexer is for other
            words.
        UnknownWord: with the closest known spellings.
    """
    searcher = vectors.searcher if indexer is None else _over_the_same(vectors, indexer)
    topn = whole("topn", topn, 0, optional=True)
    restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
    clip_start, clip_end = whole("clip_start", clip_start, 0), whole("clip_end", clip_end, 1, optional=True)
    mean, rows = _combine(vectors.embeddings, positive, negative)
    stop = restrict_vocab or clip_end or len(vectors)
    start = 0 if restrict_vocab else clip_start
    if topn is None:
        return similarities(vectors.embeddings, mean, stop, start)
    return _found(vectors.embeddings, searcher, mean[None], topn, [rows], start, stop)[0]


@overload
def similar_by_word(
    vectors: WordVectors, word: Key, topn: int = 10, restrict_vocab: int | None = None
) -> Neighbors: ...
@overload
def similar_by_word(vectors: WordVectors, word: Key, topn: None, restrict_vocab: int | None = None) -> Matrix: ...
def similar_by_word(
    vectors: WordVectors, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbors | Matrix:
    """The words nearest to one word: :meth:`most_similar` of it alone."""
    return vectors.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)


@overload
def similar_by_key(vectors: WordVectors, key: Key, topn: int = 10, restrict_vocab: int | None = None) -> Neighbors: ...
@overload
def similar_by_key(vectors: WordVectors, key: Key, topn: None, restrict_vocab: int | None = None) -> Matrix: ...
def similar_by_key(
    vectors: WordVectors, key: Key, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbors | Matrix:
    """The same as :meth:`similar_by_word`."""
    return vectors.similar_by_word(key, topn, restrict_vocab)


@overload
def similar_by_vector(
    vectors: WordVectors, vector: npt.NDArray[np.floating], topn: int = 10, restrict_vocab: int | None = None
) -> Neighbors: ...
@overload
def similar_by_vector(
    vectors: WordVectors, vector: npt.NDArray[np.floating], topn: None, restrict_vocab: int | None = None
) -> Matrix: ...
def similar_by_vector(
    vectors: WordVectors, vector: npt.NDArray[np.floating], topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbors | Matrix:
    """The words nearest to a vector (dims,)."""
    return vectors.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)


def neighbors(
    vectors: WordVectors, keys: Sequence[Term], topn: int = 10, restrict_vocab: int | None = None
) -> list[Neighbors]:
    """The words nearest to each of many words or vectors, computed with one matrix product.

    Args:
        keys: words or vectors (dims,).
        topn: number of words for each.
        restrict_vocab: search only this many first rows.
    """
    restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
    keys = several(keys)
    if not keys:
        return []
    queries = np.stack([vector_of(vectors.embeddings, key) for key in keys]).astype(np.float32)
    excluded = [rows_of(vectors.embeddings, [key]) for key in keys]
    return vectors.search(unit_rows(queries), topn, excluded, 0, restrict_vocab)


def analogy(vectors: WordVectors, a: Key, b: Key, c: Key, topn: int = 10) -> Neighbors:
    """Answers to "``a`` is to ``b`` as ``c`` is to what?": the words nearest to b - a + c."""
    return vectors.most_similar([b, c], [a], topn=topn)


def most_similar_cosmul(
    vectors: WordVectors,
    positive: Terms = None,
    negative: Terms = None,
    topn: int | None = 10,
    restrict_vocab: int | None = None,
) -> Neighbors | Matrix:
    """The words with the highest 3CosMul score: the product of the positive similarities over that of the negative
    ones.

    Levy and Goldberg (2014), "Linguistic Regularities in Sparse and Explicit Word Representations", equation 4,
    with similarities shifted to s = (1 + cos) / 2:  prod(s_positive) / (prod(s_negative) + 1e-6).
    """
    embeddings = vectors.embeddings
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


def relative_cosine_similarity(vectors: WordVectors, wa: Key, wb: Key, topn: int = 10) -> float:
    """Similarity of two words, divided by the sum of the similarities of the ``topn`` words nearest to the first.

    Leeuwenberg et al. (2016), "A Minimally Supervised Approach for Synonym Extraction with Word Embeddings",
    equation 1; above 0.10 for ``topn=10``, the two are likely synonyms.
    """
    closest = vectors.similar_by_word(wa, topn)
    if not closest:
        raise OptionError(f"no word besides {wa!r}, expected at least one more")
    return vectors.similarity(wa, wb) / sum(score for _, score in closest)


def search(
    vectors: WordVectors,
    queries: Matrix,
    topn: int = 10,
    excluded: Sequence[Collection[int]] | None = None,
    start: int = 0,
    stop: int | None = None,
) -> list[Neighbors]:
    """The words nearest to each row of ``queries``.

    Args:
        queries: (queries, dims) float32, of unit length or zero.
        topn: words for each.
        excluded: for each query, rows that are excluded from the answers.
        start, stop: search only these rows.

    Raises:
        OptionError: the queries have another shape, or are not finite.
    """
    return _found(vectors.embeddings, vectors.searcher, queries, topn, excluded, start, stop)


def _found(
    embeddings: Embeddings,
    searcher: Searcher,
    queries: Matrix,
    topn: int,
    excluded: Sequence[Collection[int]] | None,
    start: int,
    stop: int | None,
) -> list[Neighbors]:
    """The words nearest to each row of ``queries``, as :func:`search`."""
    found = searcher.search(queries, topn, excluded, start, stop)
    return [[(embeddings.words[row], score) for row, score in answer] for answer in found]


def _over_the_same(vectors: WordVectors, indexer: WordVectors) -> Searcher:
    """The searcher of ``indexer``, once it is known to have the same words."""
    over = getattr(indexer, "embeddings", None)
    if isinstance(over, Embeddings) and (
        over.words is vectors.embeddings.words or over.index_to_key == vectors.index_to_key
    ):
        return indexer.searcher
    raise OptionError(f"the indexer {indexer!r}, expected these vectors with an index", hint="vectors.build_index()")


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
