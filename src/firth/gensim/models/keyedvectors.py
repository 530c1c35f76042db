"""gensim's KeyedVectors over :class:`firth.WordVectors`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn, Self, cast

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError
from firth.gensim.changing_vectors import ATTRIBUTES, ChangingVectors
from firth.gensim.refusals import Gone, NoKeys
from firth.vectors import WordVectors
from firth.vectors.embeddings import Embeddings
from firth.vectors.nearest import Neighbors
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.terms import Terms, listed, mean_vector

StrPath = str | os.PathLike[str]


class KeyedVectors(ChangingVectors):
    """Keys with their vectors, and gensim's methods.

    It also has all methods of :class:`firth.WordVectors`, so that every function of firth accepts it. In addition, keys
    and vectors can be changed, an integer that is not a key means the row of that number, and a key may be any hashable
    object. Arguments and attributes are those of :class:`firth.gensim.changing_vectors.ChangingVectors`.
    """

    def word_vec(self, key: Any, norm: bool = False) -> Matrix:
        """The same as :meth:`get_vector`."""
        return self.get_vector(key, norm=norm)

    def words_closer_than(self, word1: Any, word2: Any) -> list[Any]:
        """The same as :meth:`closer_than`."""
        return self.closer_than(word1, word2)

    def most_similar(  # type: ignore[override]
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Neighbors | Matrix:
        """The keys nearest to the mean of ``positive`` minus ``negative`` ones: :meth:`firth.WordVectors.most_similar`.

        ``indexer`` may also be an index for gensim, which has a method ``most_similar(vector, topn)``.
        """
        if indexer is None or isinstance(indexer, WordVectors) or topn is None:
            return super().most_similar(
                positive,
                negative,
                topn=cast(int, topn),  # mypy tries no overloads where there are so many unions
                clip_start=clip_start,
                clip_end=clip_end,
                restrict_vocab=restrict_vocab,
                indexer=indexer,
            )
        terms = [(*item, sign)[:2] if isinstance(item, tuple) else (item, sign)
                 for given, sign in ((positive, 1.0), (negative, -1.0)) for item in listed(given)]  # fmt: skip
        keys, weights = [term for term, _ in terms], [float(weight) for _, weight in terms]
        mean = mean_vector(self.embeddings, keys, weights, post_normalize=True, ignore_missing=False)
        return cast(Neighbors, indexer.most_similar(mean, topn))

    def n_similarity(self, ws1: Sequence[Any], ws2: Sequence[Any]) -> float:
        """Cosine of the means of two groups of keys; unknown ones are ignored.

        Raises:
            NoKeys: a group is empty.
        """
        if not len(ws1) or not len(ws2):
            raise NoKeys(f"groups of {len(ws1)} and {len(ws2)} keys, expected at least one in each")
        return super().n_similarity(ws1, ws2)

    @staticmethod
    def cosine_similarities(vector_1: npt.ArrayLike, vectors_all: npt.ArrayLike) -> Matrix:
        """Cosines (n,) of a vector (dims,) with several (n, dims)."""
        one, several = (np.atleast_2d(np.asarray(given, np.float32)) for given in (vector_1, vectors_all))
        cosines: Matrix = unit_rows(several) @ unit_rows(one)[0]
        return cosines

    def vectors_for_all(
        self, keys: Iterable[Any], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> KeyedVectors:
        """New vectors of those of the keys that have one, each once.

        Args:
            keys: any keys.
            allow_inference: whether n-grams give unknown words their vectors.
            copy_vecattrs: whether known keys keep their attributes; others have 0 there.
        """
        known = [key for key in dict.fromkeys(keys) if (key in self if allow_inference else self.has_index_for(key))]
        other = KeyedVectors(self.vector_size, dtype=self._matrix.dtype)
        attributes: dict[str, npt.NDArray[Any]] = {"count": np.arange(len(known), 0, -1)}
        if copy_vecattrs:
            rows = np.array([self.get_index(key, -1) for key in known], np.int64)
            attributes = {name: np.where(rows >= 0, values[rows], 0) for name, values in self.expandos.items()}
        other._fill(known, np.array(self[known], self._matrix.dtype), attributes, counted=copy_vecattrs)
        return other

    def evaluate_word_analogies(
        self,
        analogies: StrPath,
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Answer a set of analogies, by :func:`firth.evaluation.analogy`.

        Args:
            analogies: the file.
            restrict_vocab: use only this many words, the first ones.
            case_insensitive: whether case does not matter.
            dummy4unknown: whether a question with an unknown word counts as wrong; otherwise it is left out.
            similarity_function: ``"most_similar"`` or ``"most_similar_cosmul"``.

        Returns:
            The share of correct answers, and for each section, the last of which is the total, its name and its
            questions that were answered ``correct`` and ``incorrect``.
        """
        from firth.gensim.scores import word_analogies

        return word_analogies(self, analogies, restrict_vocab, case_insensitive, dummy4unknown, similarity_function)

    def evaluate_word_pairs(
        self,
        pairs: StrPath,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Correlate the cosines of pairs of words with human scores, by :func:`firth.evaluation.similarity`.

        Args:
            pairs: a file with two words and a score per line; other lines, and those that begin with ``#``, are
                ignored.
            delimiter: separator of the three.
            encoding: encoding of the file.
            restrict_vocab, case_insensitive: as for :meth:`evaluate_word_analogies`.
            dummy4unknown: whether a pair with an unknown word counts with cosine 0; otherwise it is left out.

        Returns:
            Pearson's correlation and Spearman's, each with its p-value, and the percentage of pairs with unknown words.

        Raises:
            MissingExtra: scipy is not installed.
            VocabularyError: fewer than two pairs are known.
        """
        from firth.gensim.scores import word_pairs

        return word_pairs(self, pairs, delimiter, encoding, restrict_vocab, case_insensitive, dummy4unknown)

    def wmdistance(self, document1: Sequence[str], document2: Sequence[str], norm: bool = True) -> float:
        """Word Mover's Distance (Kusner et al. 2015) of two lists of words; infinite if one has no known word.

        Args:
            document1, document2: words; unknown ones are ignored.
            norm: whether to scale the vectors to unit length first.

        Raises:
            MissingExtra: POT is not installed.
        """
        from firth.gensim.scores import word_movers_distance

        return word_movers_distance(self, document1, document2, norm)

    # Files

    def save(  # type: ignore[override]
        self,
        fname_or_handle: StrPath,
        format: str | None = "native",
        *,
        precision: str | None = None,
        **_: Any,
    ) -> None:
        """Write firth's own file, whatever the suffix; gensim's options for saving have no effect.

        Args:
            fname_or_handle: the file.
            format, precision: as for :meth:`firth.WordVectors.save`.

        Raises:
            OptionError: an attribute has a value that JSON cannot hold.
            StorageError: the file cannot be written.
        """
        told = {name: values.tolist() for name, values in self.expandos.items() if name != "count"}
        written = WordVectors.of(self.embeddings)
        if told:
            written = WordVectors(
                self._keys, self._matrix, self.embeddings.counts, {**self.metadata, ATTRIBUTES: told},
                subwords=self._subwords,
            )  # fmt: skip
        written.save(fname_or_handle, format, precision=precision)

    @classmethod
    def load(  # type: ignore[override]
        cls, fname: StrPath, mmap: str | None = None, *, format: str | None = None, **options: Any
    ) -> Self:
        """Open a file of vectors in any format that firth reads; files pickled by gensim are refused, with a hint.

        Args:
            fname: the file.
            mmap: ``"r"`` maps the vectors in firth's own file, read-only; otherwise they are read into memory.
            format, options: as for :meth:`firth.WordVectors.load`.

        Raises:
            FileFormatError: the file is missing, damaged or in another format.
        """
        from firth.contents import head_of, recognize
        from firth.vectors.formats import read

        found = recognize(head_of(fname), fname)
        own = "native" if found is not None and found.kind == "native" else None
        vectors = cls.of(read(Path(fname), format or own, **options))
        if mmap is None:
            vectors._writable()
        return vectors

    def save_word2vec_format(
        self,
        fname: StrPath,
        fvocab: StrPath | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Write word2vec's text format, or its binary one.

        Args:
            fname: the file.
            fvocab: file to which words and their ``sort_attr`` are also written.
            binary: whether the format is the binary one.
            total_vec: must be the number of keys.
            write_header: whether a text file begins with the numbers of words and dimensions.
            prefix: text before each word.
            append: must be false.
            sort_attr: attribute by which words are sorted, the highest first, if they have it.

        Raises:
            OptionError: the format cannot hold a word, or an argument has a value that is not allowed.
            StorageError: a file cannot be written.
        """
        from firth.gensim import word2vec_files

        if append or total_vec not in (None, len(self)):
            raise OptionError(
                f"append={append}, total_vec={total_vec}: a file is written whole, with the number of words in it",
                hint="put all vectors in one KeyedVectors, with add_vectors",
            )
        order = np.arange(len(self))
        if sort_attr in self.expandos:
            order = np.argsort(-self.expandos[sort_attr], kind="stable")
        elif fvocab is not None:
            raise OptionError(f"no attribute {sort_attr!r} to write to {fvocab}", hint="fvocab=None")
        words = [f"{prefix}{self._keys[row]}" for row in order]
        word2vec_files.save(Embeddings(words, self._matrix[order]), fname, binary=binary, header=write_header)
        if fvocab is not None:
            counts = self.expandos[sort_attr][order].tolist()
            word2vec_files.write_counts(dict(zip(words, counts, strict=True)), fvocab)

    @classmethod
    def load_word2vec_format(
        cls,
        fname: StrPath,
        fvocab: StrPath | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Read word2vec's text format, or its binary one, or GloVe's.

        Args:
            fname: the file; it may be compressed.
            fvocab: a file of words and counts, as word2vec.c's ``-save-vocab`` writes it.
            binary: whether the format is the binary one.
            encoding: must be UTF-8.
            unicode_errors: what to do with bytes that are not UTF-8: ``"strict"``, ``"replace"`` or ``"ignore"``.
            limit: read only this many words, the first ones.
            datatype: type of the numbers in memory.
            no_header: whether a text file has no header, as those of GloVe.

        Raises:
            FileFormatError: the file is missing, damaged, in another format, or with ``"strict"`` not UTF-8.
        """
        from firth.gensim import word2vec_files

        counts = None if fvocab is None else word2vec_files.read_counts(fvocab, unicode_errors)
        read = word2vec_files.read(
            fname,
            binary=binary,
            encoding=encoding,
            unicode_errors=unicode_errors,
            limit=limit,
            no_header=no_header,
        )
        self = cls.__new__(cls)
        words = read.index_to_key
        made_up = range(len(words), 0, -1)
        listed = made_up if counts is None else [counts.get(word, 0) for word in words]
        expandos = {"count": np.array(listed, np.int64)}
        matrix = read.vectors.astype(np.dtype(datatype))
        self._fill(words, matrix, expandos, counted=counts is not None, metadata=dict(read.metadata))
        return self

    def intersect_word2vec_format(
        self,
        fname: StrPath,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:
        """Take the vectors of known words from a file.

        Args:
            fname: the file.
            lockf: 1.0 if these vectors are trained; 0.0 if not, which firth can only do for all words or none.
            binary, encoding, unicode_errors: as for :meth:`load_word2vec_format`.

        Raises:
            OptionError: the vectors have another size.
            FileFormatError: as for :meth:`load_word2vec_format`.
        """
        from firth.gensim import word2vec_files

        read = word2vec_files.read(fname, binary=binary, encoding=encoding, unicode_errors=unicode_errors)
        if read.vector_size != self.vector_size:
            raise OptionError(f"{fname}: {read.vector_size} dimensions, expected {self.vector_size}")
        there = [row for row, word in enumerate(read.words) if word in self._rows]
        here = [self._rows[read.words[row]] for row in there]
        self._writable()[here] = read.vectors[there]
        locks = np.ones(len(self), np.float32) * self.vectors_lockf
        locks[here] = lockf
        self.vectors_lockf = locks
        self._forget()


def _replaced(name: str, way: str) -> property:
    def refuse(_: KeyedVectors) -> NoReturn:
        raise Gone(f"KeyedVectors has no {name} since gensim 4", hint=way)

    return property(cast(Callable[[Any], Any], refuse))


for _name, _way in {
    "vocab": "key_to_index, index_to_key, and get_vecattr(word, 'count')",
    "index2word": "index_to_key",
    "index2entity": "index_to_key",
    "vectors_norm": "get_normed_vectors()",
    "syn0": "vectors",
}.items():
    setattr(KeyedVectors, _name, _replaced(_name, _way))
