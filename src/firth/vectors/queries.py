"""Finding words: neighbours and analogies, under the names of gensim's KeyedVectors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias, cast, overload

import numpy as np
import numpy.typing as npt

from firth.arguments import shown, whole
from firth.errors import OptionError, WrongType
from firth.vectors.comparisons import Comparisons
from firth.vectors.lookup import Key, Term, several
from firth.vectors.search import Matrix, top_rows, unit_rows

Neighbors: TypeAlias = list[tuple[str, float]]  # words with their similarity, best first
Weighted: TypeAlias = Term | tuple[Term, float]
Terms: TypeAlias = Term | Sequence[Weighted] | None


class Queries(Comparisons):
    """Words that are nearest to something. The words asked with are never among the answers."""

    @overload
    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Queries | None = None,
    ) -> Neighbors: ...
    @overload
    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        *,
        topn: None,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Queries | None = None,
    ) -> Matrix: ...
    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Queries | None = None,
    ) -> Neighbors | Matrix:
        """The words nearest to the mean of ``positive`` minus ``negative`` words, each of unit length.

        With king and woman positive and man negative this is the 3CosAdd of Mikolov et al. (2013), "Linguistic
        Regularities in Continuous Space Word Representations".

        Args:
            positive: a word, a vector (which enters as it is), or several; ``(word, weight)`` sets the weight, 1.
            negative: the same, with weight -1.
            topn: how many words; ``None`` for the similarities of all rows as an array.
            clip_start, clip_end: search only these rows.
            restrict_vocab: search only so many first rows; the most frequent words in a sorted vocabulary.
            indexer: these vectors with an index, from ``build_index``, to search approximately.

        Raises:
            OptionError: neither positive nor negative words, or a vector of another size, or an indexer of other words.
            UnknownWord: with the closest known spellings.
        """
        topn = whole("topn", topn, 0, optional=True)
        restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
        clip_start, clip_end = whole("clip_start", clip_start, 0), whole("clip_end", clip_end, 1, optional=True)
        mean, rows = self._combine(positive, negative)
        searcher = self if indexer is None else self._over_the_same(indexer)
        stop = restrict_vocab or clip_end or len(self)
        start = 0 if restrict_vocab else clip_start
        if topn is None:
            return self._similarities(mean, stop, start)
        return searcher.search(mean[None], topn, [rows], start, stop)[0]

    @overload
    def similar_by_word(self, word: Key, topn: int = 10, restrict_vocab: int | None = None) -> Neighbors: ...
    @overload
    def similar_by_word(self, word: Key, topn: None, restrict_vocab: int | None = None) -> Matrix: ...
    def similar_by_word(
        self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbors | Matrix:
        """The words nearest to one word: :meth:`most_similar` of it alone."""
        return self.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)

    @overload
    def similar_by_key(self, key: Key, topn: int = 10, restrict_vocab: int | None = None) -> Neighbors: ...
    @overload
    def similar_by_key(self, key: Key, topn: None, restrict_vocab: int | None = None) -> Matrix: ...
    def similar_by_key(self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Neighbors | Matrix:
        """The same as :meth:`similar_by_word`."""
        return self.similar_by_word(key, topn, restrict_vocab)

    @overload
    def similar_by_vector(
        self, vector: npt.NDArray[np.floating], topn: int = 10, restrict_vocab: int | None = None
    ) -> Neighbors: ...
    @overload
    def similar_by_vector(
        self, vector: npt.NDArray[np.floating], topn: None, restrict_vocab: int | None = None
    ) -> Matrix: ...
    def similar_by_vector(
        self, vector: npt.NDArray[np.floating], topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbors | Matrix:
        """The words nearest to a vector (dims,)."""
        return self.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)

    def neighbors(self, keys: Sequence[Term], topn: int = 10, restrict_vocab: int | None = None) -> list[Neighbors]:
        """The words nearest to each of many words or vectors, all through one matrix product.

        Args:
            keys: words or vectors (dims,).
            topn: words for each.
            restrict_vocab: search only so many first rows.
        """
        restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
        keys = several(keys)
        if not keys:
            return []
        queries = np.stack([self._fitting(k) if isinstance(k, np.ndarray) else self.get_vector(k) for k in keys])
        excluded = [self._rows_of([key]) for key in keys]
        return self.search(unit_rows(queries.astype(np.float32)), topn, excluded, 0, restrict_vocab)

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 10) -> Neighbors:
        """Answers to "``a`` is to ``b`` as ``c`` is to what?": the words nearest to b - a + c."""
        return self.most_similar([b, c], [a], topn=topn)

    def most_similar_cosmul(
        self, positive: Terms = None, negative: Terms = None, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbors | Matrix:
        """The words of highest 3CosMul: product of the positive similarities over that of the negative ones.

        Levy and Goldberg (2014), "Linguistic Regularities in Sparse and Explicit Word Representations", equation 4,
        with similarities shifted to s = (1 + cos) / 2:  prod(s_positive) / (prod(s_negative) + 1e-6).
        """
        topn = whole("topn", topn, 0, optional=True)
        restrict_vocab = whole("restrict_vocab", restrict_vocab, 1, optional=True)
        plus, minus = self._terms(positive), self._terms(negative)
        if not plus:
            raise OptionError("no positive word, expected at least one")
        stop = min(restrict_vocab or len(self), len(self))
        scores = self._shifted(plus, stop) / (self._shifted(minus, stop) + 1e-6)
        if topn is None:
            return scores
        excluded = self._rows_of([*plus, *minus])
        order = np.argsort(-scores, kind="stable")[: topn + len(excluded)]
        return [(self._words[row], float(scores[row])) for row in order.tolist() if row not in excluded][:topn]

    def _shifted(self, terms: Sequence[Term], stop: int) -> Matrix:
        product = np.ones(stop, np.float32)
        for term in terms:
            given = self._fitting(term) if isinstance(term, np.ndarray) else self.get_vector(term)
            product *= (1 + self._similarities(self._unit(given), stop)) / 2
        return product

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Similarity of two words over the sum of those of the ``topn`` words nearest to the first.

        Leeuwenberg et al. (2016), "A Minimally Supervised Approach for Synonym Extraction with Word Embeddings",
        equation 1; above 0.10 for ``topn=10``, the two are likely synonyms.
        """
        nearest = self.similar_by_word(wa, topn)
        if not nearest:
            raise OptionError(f"no word beside {wa!r}, expected at least one")
        return self.similarity(wa, wb) / sum(score for _, score in nearest)

    def search(
        self,
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
            excluded: for each query, rows that are no answer.
            start, stop: search only these rows.

        Raises:
            OptionError: queries of another shape, or one that is not finite.
        """
        topn, start, stop = whole("topn", topn, 0), whole("start", start, 0), whole("stop", stop, 0, optional=True)
        if np.shape(queries)[1:] != (self.vector_size,):
            raise OptionError(f"queries of shape {np.shape(queries)}, expected (queries, {self.vector_size})")
        if not np.isfinite(queries).all():
            raise OptionError("a query that holds NaN or infinity, expected numbers", hint="check the word's vector")
        skipped = excluded or [()] * len(queries)
        k = topn and topn + max(map(len, skipped), default=0)
        rows, scores = top_rows(self.vectors[start:stop], self.norms[start:stop], queries, k)
        answers: list[Neighbors] = []
        for row_list, score_list, skip in zip((rows + start).tolist(), scores.tolist(), skipped, strict=True):
            pairs = zip(row_list, score_list, strict=True)
            found = [(row, score) for row, score in pairs if row not in skip and score > -np.inf][:topn]
            answers.append([(self._words[row], score) for row, score in found])
        return answers

    def _over_the_same(self, indexer: Queries) -> Queries:
        if isinstance(indexer, Queries) and (
            indexer._words is self._words or indexer.index_to_key == self.index_to_key
        ):
            return indexer
        raise OptionError(
            f"the indexer {indexer!r}, expected these vectors with an index", hint="vectors.build_index()"
        )

    def _combine(self, positive: Terms, negative: Terms) -> tuple[npt.NDArray[np.float32], set[int]]:
        """The unit mean (dims,) of weighted terms, and the rows of those that are words."""
        terms: list[Term] = []
        weights: list[float] = []
        for given, default in ((positive, 1.0), (negative, -1.0)):
            for item in self._listed(given):
                if isinstance(item, tuple) and len(item) != 2:
                    raise WrongType(f"{shown(item)} in place of a word and its weight", hint="('king', 0.5)")
                term, weight = item if isinstance(item, tuple) else (item, default)
                terms.append(term)
                weights.append(weight)
        mean = self.get_mean_vector(terms, weights, post_normalize=True, ignore_missing=False)
        return mean, self._rows_of(terms)

    def _terms(self, given: Terms) -> list[Term]:
        return [item[0] if isinstance(item, tuple) else item for item in self._listed(given)]

    @staticmethod
    def _listed(given: Terms) -> list[Weighted]:
        if given is None:
            return []
        is_vector = isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "fiu"
        if is_vector or isinstance(given, str | bytes) or not isinstance(given, Iterable):
            return [cast(Term, given)]
        return list(given)

    def _rows_of(self, terms: Sequence[Term]) -> set[int]:
        rows = (self._row(term) for term in terms if not isinstance(term, np.ndarray))
        return {row for row in rows if row is not None}
