"""WordVectors: words, their vectors, and queries about them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, plain
from firth.errors import OptionError
from firth.vectors import comparisons, nearest
from firth.vectors.embeddings import Embeddings, Key, Vector
from firth.vectors.nearest import Neighbors
from firth.vectors.search import Matrix
from firth.vectors.searcher import ExactSearcher, Searcher
from firth.vectors.subwords import Part, Subwords
from firth.vectors.terms import Term, Terms, mean_vector, unit


class WordVectors:
    """Word vectors: look them up, compare them, search among them.

    The methods have the same names as those of gensim's KeyedVectors. Similarity is the cosine, and distance is 1 minus
    the cosine; the similarity of a zero vector with any other is 0. If n-grams give every word a vector, ``in``,
    :attr:`key_to_index` and the answers to queries still cover only the words of the vocabulary.

    Words are strings, or all of them are integers, such as the numbers of items: then answers are integers too, and
        ``most_similar(3)`` is about the item 3, whatever its row. A string of digits is accepted for an integer too.

    Args:
        words: the words by row, each different: strings, or integers.
        matrix: (words, dims); kept as float32 without a copy if it is float32 already.
        counts: (words,), how often each word occurred in the training text.
        metadata: how the vectors came to be; anything that JSON can hold.
        subwords: the n-grams from which unknown words get vectors; ``None`` if there are none.

    Attributes:
        embeddings: all of these, which a file holds.

    Raises:
        OptionError: a word is given twice, or the shapes do not fit.
    """

    def __init__(
        self,
        words: Sequence[Word] | npt.NDArray[np.integer],
        matrix: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        *,
        subwords: Subwords | None = None,
    ) -> None:
        self.embeddings = Embeddings(words, matrix, counts, metadata, subwords)
        self._searcher: Searcher = ExactSearcher(self.embeddings)

    @classmethod
    def of(cls, embeddings: Embeddings, searcher: Searcher | None = None) -> WordVectors:
        """The vectors of a file, searched exactly or with ``searcher``."""
        self = cls.__new__(cls)
        self.embeddings = embeddings
        self._searcher = ExactSearcher(embeddings) if searcher is None else searcher
        return self

    def __repr__(self) -> str:
        searched = self._searcher
        indexed = f", indexed: recall@10 {searched.recall:.3f} with {searched.expansion} candidates"
        ngrams = "" if self.subwords is None else f", {len(self.subwords.ngrams):,} n-grams"
        size = f"{len(self):,} words, {self.vector_size} dimensions{ngrams}"
        return f"<{type(self).__name__}: {size}{'' if searched.expansion is None else indexed}>"

    def _repr_html_(self) -> str:
        from firth.vectors.vectors_cell import html

        return html(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> WordVectors:
        return self  # read-only, and too large to copy by accident, as scikit-learn's clone would

    @property
    def vectors(self) -> Matrix:
        """The matrix (words, dims), float32 and read-only."""
        return self.embeddings.vectors

    @property
    def counts(self) -> npt.NDArray[np.int64] | None:
        """How often each word occurred in the training text, (words,), or ``None``."""
        return self.embeddings.counts

    @property
    def metadata(self) -> dict[str, Any]:
        """How the vectors came to be."""
        return self.embeddings.metadata

    @property
    def subwords(self) -> Subwords | None:
        """The n-grams from which unknown words get vectors, if there are any."""
        return self.embeddings.subwords

    @property
    def norms(self) -> Matrix:
        """Euclidean lengths of the vectors, (words,); measured once."""
        return self.embeddings.norms

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector."""
        return self.embeddings.vector_size

    @property
    def index_to_key(self) -> list[Any]:
        """The words by row."""
        return self.embeddings.index_to_key

    @property
    def key_to_index(self) -> dict[Any, int]:
        """The row of each word."""
        return self.embeddings.words.to_rows()

    def __len__(self) -> int:
        return len(self.embeddings)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.embeddings)

    def __contains__(self, key: object) -> bool:
        return key in self.embeddings

    def is_known(self, key: Key) -> bool:
        """Whether a word is in the vocabulary; if not, its vector is made of its n-grams, if there are any.

        Raises:
            WrongType: it is not a word.
        """
        return key in self.embeddings

    def explain_subwords(self, key: Key) -> list[Part]:
        """The n-grams of a word, with the share that each has in the word's vector.

        A vector is the mean of its parts: the n-grams, and for a known word a row of its own. The share of a part is
        the length of its projection onto the vector, divided by the number of parts and the length of the vector, so
        that all shares sum to 1. A negative share points away from the vector.

        Returns:
            The parts, the largest share first. Nothing for a word without n-grams.

        Raises:
            OptionError: the vectors have no n-grams.
            WrongType: it is not a word.
        """
        if self.subwords is None:
            raise OptionError(
                "the vectors have no n-grams", hint="train with subwords=True, or load a .bin file of fastText"
            )
        known = self.is_known(key)
        return self.subwords.explain(str(key), self.get_vector(key) if known else None)

    def get_index(self, key: Key, default: int | None = None) -> int:
        """The row of a word, or ``default`` for an unknown one.

        Raises:
            UnknownWord: the word is unknown and there is no default.
            WrongType: it is not a word.
        """
        row = self.embeddings.row(key)
        if row is not None:
            return row
        if default is not None:
            return default
        raise self.embeddings.unknown(key)

    def get_vector(self, key: Key, norm: bool = False) -> Vector:
        """The vector (dims,) of a word; of unit length if ``norm``.

        If there are n-grams, the vector of an unknown word is the mean of those of its n-grams (zero if it has none).

        Raises:
            UnknownWord: with the closest known spellings.
            WrongType: it is not a word.
        """
        vector = self.embeddings.vector(key)
        return unit(vector) if norm else vector

    @overload
    def __getitem__(self, keys: Key) -> Vector: ...
    @overload
    def __getitem__(self, keys: Iterable[Key]) -> Matrix: ...
    def __getitem__(self, keys: Key | Iterable[Key]) -> Matrix:
        """The vector (dims,) of a word, or the vectors (n, dims) of several.

        Raises:
            UnknownWord: with the closest known spellings.
            WrongType: it is neither a word nor a collection of words. For rows by number, use ``vectors.vectors[row]``.
        """
        keys = plain(keys)
        if isinstance(keys, str | bytes) or not isinstance(keys, Iterable):
            return self.get_vector(keys)  # type: ignore[arg-type]  # bytes are refused there
        found = [self.get_vector(key) for key in keys]
        return np.stack(found) if found else np.empty((0, self.vector_size), np.float32)

    def get_mean_vector(
        self,
        keys: Sequence[Term],
        weights: Sequence[float] | npt.NDArray[np.floating] | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Vector:
        """The weighted mean (dims,) of several vectors: sum of w_i v_i over the sum of abs(w_i).

        Args:
            keys: words or vectors; vectors are used as they are.
            weights: one for each key; all 1 by default.
            pre_normalize: scale the vectors of words to unit length first.
            post_normalize: scale the mean to unit length.
            ignore_missing: ignore unknown words.

        Raises:
            OptionError: there are no keys, the number of weights is wrong, or a vector has another size.
            UnknownWord: a word is unknown and ``ignore_missing`` is false.
            WrongType: a key is neither a word nor a vector, or ``keys`` is one word.
        """
        return mean_vector(self.embeddings, keys, weights, pre_normalize, post_normalize, ignore_missing)

    def similarity(self, w1: Key, w2: Key) -> float:
        """Cosine similarity of two words."""
        return comparisons.similarity(self.embeddings, w1, w2)

    def distance(self, w1: Key, w2: Key) -> float:
        """1 minus the cosine similarity of two words."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Term, other_words: Sequence[Key] = ()) -> Matrix:
        """Distances (n,) from a word or vector to ``other_words``, or to all words by row if none are given."""
        return comparisons.distances(self.embeddings, word_or_vector, other_words)

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Cosine similarity of the means of two groups of words; unknown words are ignored."""
        return comparisons.n_similarity(self.embeddings, ws1, ws2)

    def closer_than(self, key1: Key, key2: Key) -> list[Any]:
        """The words closer to ``key1`` than ``key2`` is, by row."""
        return comparisons.closer_than(self.embeddings, key1, key2)

    def rank(self, key1: Key, key2: Key) -> int:
        """The place of ``key2`` among the words nearest to ``key1``, from 1."""
        return len(self.closer_than(key1, key2)) + 1

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """The word of ``keys_list`` that is most similar to ``key1``."""
        return comparisons.most_similar_to_given(self.embeddings, key1, keys_list)

    def rank_by_centrality(self, words: Sequence[Key], use_norm: bool = True) -> list[tuple[float, Key]]:
        """``words`` by their similarity to their mean, the most central first; unknown words are ignored.

        Raises:
            OptionError: none of the words is known.
        """
        return comparisons.rank_by_centrality(self.embeddings, words, use_norm)

    def doesnt_match(self, words: Sequence[Key]) -> Key:
        """The word of ``words`` that is farthest from their mean."""
        return self.rank_by_centrality(words)[-1][1]

    @overload
    def most_similar(
        self,
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
        self,
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
        self,
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
        searcher = self._searcher if indexer is None else self._over_the_same(indexer)
        return nearest.most_similar(
            self.embeddings, searcher, positive, negative, topn, clip_start, clip_end, restrict_vocab
        )

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
        """The words nearest to each of many words or vectors, computed with one matrix product.

        Args:
            keys: words or vectors (dims,).
            topn: number of words for each.
            restrict_vocab: search only this many first rows.
        """
        return nearest.neighbors(self.embeddings, self._searcher, keys, topn, restrict_vocab)

    @overload
    def recommend(  # type: ignore[overload-overlap]  # a str is a sequence of str, and yet no session
        self,
        session: Iterable[Word],
        topn: int = 10,
        exclude: Iterable[Word] | Iterable[Iterable[Word]] = (),
        *,
        repeat: bool = False,
        history: int | None = None,
    ) -> Neighbors: ...
    @overload
    def recommend(
        self,
        session: Iterable[Iterable[Word]],
        topn: int = 10,
        exclude: Iterable[Word] | Iterable[Iterable[Word]] = (),
        *,
        repeat: bool = False,
        history: int | None = None,
    ) -> list[Neighbors]: ...
    def recommend(
        self,
        session: Iterable[Word] | Iterable[Iterable[Word]],
        topn: int = 10,
        exclude: Iterable[Word] | Iterable[Iterable[Word]] = (),
        *,
        repeat: bool = False,
        history: int | None = None,
    ) -> Neighbors | list[Neighbors]:
        """The items nearest to those of a session, best first, with their cosine similarity to its mean.

        ``firth evaluate --sessions`` measures how often such recommendations are right.

        Args:
            session: its items, oldest first; one that stands there twice counts twice, and unknown ones are ignored. Or
                several sessions, all of which are answered together.
            topn: items for each session.
            exclude: items that are never recommended, such as those that a user has seen; for several sessions the
                same for all, or a list for each.
            repeat: whether items of the session itself may be recommended.
            history: only so many known items of each session count, the last ones; None for all.

        Returns:
            Items and similarities, an empty list for a session without a known item; for several sessions a list of
            such lists.

        Raises:
            OptionError: not one list to exclude for each session, or ``topn`` or ``history`` is invalid.
            WrongType: an item is no word.
        """
        from firth.vectors import recommendations

        return recommendations.recommend(
            self.embeddings, self._searcher, session, topn, exclude, repeat=repeat, history=history
        )

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 10) -> Neighbors:
        """Answers to "``a`` is to ``b`` as ``c`` is to what?": the words nearest to b - a + c."""
        return self.most_similar([b, c], [a], topn=topn)

    def most_similar_cosmul(
        self, positive: Terms = None, negative: Terms = None, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbors | Matrix:
        """The words with the highest 3CosMul score: the product of the positive similarities over that of the negative
        ones.

        Levy and Goldberg (2014), "Linguistic Regularities in Sparse and Explicit Word Representations", equation 4,
        with similarities shifted to s = (1 + cos) / 2:  prod(s_positive) / (prod(s_negative) + 1e-6).
        """
        return nearest.most_similar_cosmul(self.embeddings, positive, negative, topn, restrict_vocab)

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Similarity of two words, divided by the sum of the similarities of the ``topn`` words nearest to the first.

        Leeuwenberg et al. (2016), "A Minimally Supervised Approach for Synonym Extraction with Word Embeddings",
        equation 1; above 0.10 for ``topn=10``, the two are likely synonyms.
        """
        closest = self.similar_by_word(wa, topn)
        if not closest:
            raise OptionError(f"no word besides {wa!r}, expected at least one more")
        return self.similarity(wa, wb) / sum(score for _, score in closest)

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
            excluded: for each query, rows that are excluded from the answers.
            start, stop: search only these rows.

        Raises:
            OptionError: the queries have another shape, or are not finite.
        """
        return nearest.search(self.embeddings, self._searcher, queries, topn, excluded, start, stop)

    def _over_the_same(self, indexer: WordVectors) -> Searcher:
        if isinstance(indexer, WordVectors) and (
            indexer.embeddings.words is self.embeddings.words or indexer.index_to_key == self.index_to_key
        ):
            return indexer._searcher
        raise OptionError(
            f"the indexer {indexer!r}, expected these vectors with an index", hint="vectors.build_index()"
        )

    @property
    def recall(self) -> float:
        """The share of the true ten nearest words that a search finds: 1, or the measured share with an index."""
        return self._searcher.recall

    @property
    def expansion(self) -> int | None:
        """Candidates that a search with an index keeps; ``None`` without an index."""
        return self._searcher.expansion

    def build_index(
        self,
        *,
        recall: float = 0.95,
        connectivity: int = 16,
        expansion_add: int = 128,
        expansion_search: int | None = None,
        precision: str = "f32",
    ) -> WordVectors:
        """These vectors with a graph for approximate search; see :func:`firth.vectors.index.build_index`.

        Raises:
            MissingExtra: usearch is not installed.
        """
        from firth.vectors.index import build_index

        return build_index(
            self,
            recall=recall,
            connectivity=connectivity,
            expansion_add=expansion_add,
            expansion_search=expansion_search,
            precision=precision,
        )

    def save_index(self, path: str | os.PathLike[str]) -> None:
        """Write the index, with a fingerprint of the vectors that it belongs to, completely or not at all.

        Raises:
            OptionError: there is none.
            StorageError: the file cannot be written.
        """
        self._searcher.save(path)

    def replaced(self, matrix: npt.ArrayLike) -> WordVectors:
        """The same words with other vectors (words, any); n-grams are dropped, with a warning."""
        return self.of(self.embeddings.replaced(matrix))

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> WordVectors:
        """The same words and n-grams, with an affine map applied to their rows, (n, dims) to (n, any)."""
        return self.of(self.embeddings.mapped(change))

    def add_output(self) -> WordVectors:
        """The sums v + u of the input vector and the output vector of each word; n-grams are dropped.

        Levy, Goldberg and Dagan (2015), "Improving Distributional Similarity with Lessons Learned from Word
        Embeddings", section 3.3, after Pennington et al. (2014). The cosine of two sums counts how alike the contexts
        of two words are (v v', u u') and how often one stands beside the other (v u', u v'). It costs no training;
        whether it helps depends on the task, which ``firth evaluate`` shows.

        The output vectors are there for ``model.vectors``, and for vectors that are loaded from a saved model.

        Raises:
            OptionError: there are none, or they belong to no words (hierarchical softmax).
        """
        return self.of(self.embeddings.added())

    def take(self, rows: Sequence[int]) -> WordVectors:
        """Only the words of these rows, in this order, and all n-grams.

        Raises:
            OptionError: they are not valid row numbers.
        """
        return self.of(self.embeddings.take(rows))

    def without_ngrams(self) -> WordVectors:
        """These vectors without the n-grams for unknown words; a warning says so if there were any."""
        return self if self.subwords is None else self.of(self.embeddings.without_subwords())

    def prune_ngrams(self, most: int | None = None) -> WordVectors:
        """These vectors with the n-grams that matter; the others count as zero, and take no room in a file.

        The vectors of known words do not change. See :func:`firth.vectors.pruned_subwords.prune`, and
        :func:`firth.vectors.pruned_subwords.pruning_error` for what it costs unknown words.

        Args:
            most: how many buckets are kept at most; None keeps all that words of the vocabulary use. The others have
                never been trained.

        Raises:
            OptionError: the vectors have no n-grams, or ``most`` is below 1.
        """
        from firth.vectors.pruned_subwords import prune

        return self.of(prune(self.embeddings, most))

    def save(self, path: str | os.PathLike[str], format: str | None = None, *, precision: str | None = None) -> None:
        """Write one file, completely or not at all.

        Args:
            path: the file. Its suffix determines the format, such as ``.txt``; ``.safetensors`` and all suffixes that
                are not in :data:`firth.vectors.formats.SUFFIXES` stand for firth's own format, one safetensors file.
            format: one of :data:`firth.vectors.formats.FORMATS`, whatever the suffix.
            precision: of the numbers in firth's own format, ``"float32"`` (the default), ``"float16"`` or ``"int8"``,
                see :func:`firth.vectors.formats.native.shrink`.

        Raises:
            OptionError: the numbers do not fit the precision, or the words do not fit the format; the format is
                unknown, or the file would be compressed; or a precision is given for another format than firth's own.
            StorageError: the file cannot be written.
        """
        from firth.vectors.formats import native, saved_format, write

        name = saved_format(Path(path), format)
        if precision is None:
            write(self.embeddings, path, name)
        elif name == "native":
            native.write(self.embeddings, Path(path), precision)
        else:
            raise OptionError(
                f"precision={precision!r} cannot be used for {path}, which is written as {name}",
                hint="name a .safetensors file",
            )

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        format: str | None = None,
        *,
        limit: int | None = None,
        wanted: Collection[Word] | None = None,
    ) -> WordVectors:
        """Open a file of vectors in any known format. firth's own format is memory-mapped, so it opens without being
        read.

        For a saved model, these are its input vectors. If the file holds n-grams, unknown words have vectors too.

        Args:
            path: the file, or folder.
            format: one of :data:`firth.vectors.formats.FORMATS`; ``None`` to detect it.
            limit: keep only this many words, the first ones.
            wanted: keep only these words.

        Raises:
            FileFormatError: the file is missing, damaged, in another format, or from a newer version.
        """
        from firth.vectors.formats import read

        return cls.of(read(Path(path), format, limit=limit, wanted=wanted))

    @classmethod
    def load_output(cls, path: str | os.PathLike[str]) -> WordVectors:
        """The output vectors of a saved model, which represent words as context words; memory-mapped.

        Raises:
            FileFormatError: the file is not a saved model, or the model has hierarchical softmax, whose output vectors
                are not those of words.
        """
        from firth.vectors.formats.native import read_output

        return cls.of(read_output(Path(path)))

    def push_to_hub(
        self,
        repo_id: str,
        *,
        private: bool | None = None,
        token: str | None = None,
        revision: str | None = None,
        message: str | None = None,
        create_pr: bool = False,
        precision: str = "float32",
        card: str | None = None,
        language: str | Sequence[str] | None = None,
        license: str | None = None,
        datasets: str | Sequence[str] | None = None,
        endpoint: str | None = None,
    ) -> str:
        """Upload the vectors to the Hugging Face Hub, as ``vectors.safetensors`` beside a model card, in one commit.

        The repository is created if it does not exist. The card is generated
        (:func:`firth.vectors.model_card.model_card`) if the repository has none yet; an existing card is kept.

        Args:
            repo_id: the repository, such as ``"user/name"``.
            private: whether a new repository is private; the default is that of the account.
            token: the token to write with; by default the one of ``hf auth login`` or of the variable ``HF_TOKEN``.
            revision: the branch, which is created if it does not exist; by default ``main``.
            message: message of the commit.
            create_pr: whether to open a pull request instead of writing to the branch.
            precision: precision of the numbers, as for :meth:`save`.
            card: text of the model card, which replaces an existing or generated one.
            language, license, datasets: details for a generated card.
            endpoint: the address of another Hub; by default the one of the variable ``HF_ENDPOINT``, or huggingface.co.

        Returns:
            The address of the commit, or of the pull request.

        Raises:
            MissingExtra: huggingface_hub is not installed.
            OptionError: the name of the repository is invalid, or the numbers do not fit the precision.
            StorageError: the Hub cannot be reached, or rejects the upload.
        """
        from firth.vectors.hub import push_to_hub

        return push_to_hub(
            self,
            repo_id,
            private=private,
            token=token,
            revision=revision,
            message=message,
            create_pr=create_pr,
            precision=precision,
            card=card,
            language=language,
            license=license,
            datasets=datasets,
            endpoint=endpoint,
        )

    @classmethod
    def load_from_hub(
        cls,
        repo_id: str,
        filename: str | None = None,
        *,
        revision: str | None = None,
        token: str | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        endpoint: str | None = None,
        format: str | None = None,
        limit: int | None = None,
        wanted: Collection[str] | None = None,
    ) -> WordVectors:
        """Open vectors from the Hugging Face Hub. They are downloaded once and then taken from the cache.

        Args:
            repo_id: the repository, such as ``"user/name"``.
            filename: the file in it, in any format that :meth:`load` reads. By default ``vectors.safetensors``, or else
                the layout of model2vec, or else the only file of vectors in the repository.
            revision: a branch, a tag or a commit; by default ``main``.
            token: the token to read with, for private repositories; by default that of ``hf auth login``.
            cache_dir: the folder for downloads; by default that of huggingface_hub.
            endpoint: the address of another Hub, as for :meth:`push_to_hub`.
            format, limit, wanted: as for :meth:`load`.

        Raises:
            MissingExtra: huggingface_hub is not installed.
            OptionError: the name of the repository is invalid.
            SourceError: the Hub cannot be reached or rejects the request, or the repository or file does not exist.
            FileFormatError: the file is damaged, in another format, or from a newer version.
        """
        from firth.vectors.hub import load_from_hub

        return cls.of(
            load_from_hub(
                repo_id,
                filename,
                revision=revision,
                token=token,
                cache_dir=cache_dir,
                endpoint=endpoint,
                format=format,
                limit=limit,
                wanted=wanted,
            )
        )
