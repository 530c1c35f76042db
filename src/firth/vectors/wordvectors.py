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
from firth.vectors import comparisons, hub, index, maps, nearest, recommendations
from firth.vectors.embeddings import Embeddings, Key, Vector
from firth.vectors.search import Matrix
from firth.vectors.searcher import ExactSearcher, Searcher
from firth.vectors.subwords import Part, Subwords
from firth.vectors.terms import Term, mean_vector, unit


class WordVectors:
    """Word vectors: look them up, compare them, search among them.

    The methods have the same names as those of gensim's KeyedVectors. Similarity is the cosine, and distance is 1 minus
    the cosine; the similarity of a zero vector with any other is 0. If n-grams give every word a vector, ``in``,
    :attr:`key_to_index` and the answers to queries still cover only the words of the vocabulary.

    Words are strings, or all of them are integers, such as the numbers of items. Answers are then integers too, and
    ``most_similar(3)`` is about the item 3, whatever its row. A string of digits is accepted in place of an integer.

    Args:
        words: the words by row, each different: strings, or integers.
        matrix: (words, dims); kept as float32 without a copy if it is float32 already.
        counts: (words,), how often each word occurred in the training text.
        metadata: how the vectors were made; anything that JSON can hold.
        subwords: the n-grams from which unknown words get vectors; ``None`` if there are none.

    Attributes:
        embeddings: all of these, which a file holds.
        searcher: what finds the nearest rows: exactly, or with an index.

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
        self.searcher: Searcher = ExactSearcher(self.embeddings)

    @classmethod
    def of(cls, embeddings: Embeddings, searcher: Searcher | None = None) -> WordVectors:
        """The vectors of a file, searched exactly or with ``searcher``."""
        self = cls.__new__(cls)
        self.embeddings = embeddings
        self.searcher = ExactSearcher(embeddings) if searcher is None else searcher
        return self

    def __repr__(self) -> str:
        searched = self.searcher
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
        """How the vectors were made."""
        return self.embeddings.metadata

    @property
    def subwords(self) -> Subwords | None:
        """The n-grams from which unknown words get vectors, if there are any."""
        return self.embeddings.subwords

    @property
    def norms(self) -> Matrix:
        """Euclidean lengths of the vectors, (words,); computed once."""
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

    # The following methods are functions in the modules that do the work; their first argument is the vectors.

    # Comparing given words
    similarity = comparisons.similarity
    distance = comparisons.distance
    distances = comparisons.distances
    n_similarity = comparisons.n_similarity
    closer_than = comparisons.closer_than
    rank = comparisons.rank
    most_similar_to_given = comparisons.most_similar_to_given
    rank_by_centrality = comparisons.rank_by_centrality
    doesnt_match = comparisons.doesnt_match

    # Finding the words nearest to something
    most_similar = nearest.most_similar
    similar_by_word = nearest.similar_by_word
    similar_by_key = nearest.similar_by_key
    similar_by_vector = nearest.similar_by_vector
    neighbors = nearest.neighbors
    recommend = recommendations.recommend
    analogy = nearest.analogy
    most_similar_cosmul = nearest.most_similar_cosmul
    relative_cosine_similarity = nearest.relative_cosine_similarity
    search = nearest.search

    plot_map = maps.plot_map

    @property
    def recall(self) -> float:
        """The share of the true ten nearest words that a search finds: 1, or the measured share with an index."""
        return self.searcher.recall

    @property
    def expansion(self) -> int | None:
        """Candidates that a search with an index keeps; ``None`` without an index."""
        return self.searcher.expansion

    build_index = index.build_index

    def save_index(self, path: str | os.PathLike[str]) -> None:
        """Write the index, with a fingerprint of the vectors that it belongs to, completely or not at all.

        Raises:
            OptionError: there is no index.
            StorageError: the file cannot be written.
        """
        self.searcher.save(path)

    def replaced(self, matrix: npt.ArrayLike) -> WordVectors:
        """The same words with other vectors (words, any); n-grams are dropped, with a warning."""
        return self.of(self.embeddings.replaced(matrix))

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> WordVectors:
        """The same words and n-grams, with an affine map applied to their rows, (n, dims) to (n, any)."""
        return self.of(self.embeddings.mapped(change))

    def add_output(self) -> WordVectors:
        """The sums v + u of the input vector and the output vector of each word; n-grams are dropped.

        Levy, Goldberg and Dagan (2015), "Improving Distributional Similarity with Lessons Learned from Word
        Embeddings", section 3.3, after Pennington et al. (2014). The cosine of two sums measures both how similar the
        contexts of two words are (v v', u u') and how often one occurs beside the other (v u', u v'). It costs no
        training; whether it helps depends on the task, which ``firth evaluate`` shows.

        Output vectors exist for ``model.vectors``, and for vectors that are loaded from a saved model.

        Raises:
            OptionError: there are no output vectors, or they are not those of words (hierarchical softmax).
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
        from firth.vectors.formats import format_for, native, saved_format, write

        name = format_for(self.embeddings, saved_format(Path(path), format), format)
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

    push_to_hub = hub.push_to_hub
    load_from_hub = classmethod(hub.load_from_hub)
