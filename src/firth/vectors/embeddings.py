"""Words with a vector for each: the contents of a file of vectors, which all queries use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, check_word, plain
from firth.errors import OptionError, UnknownWord, VectorsWarning, warn
from firth.vectors.search import Matrix, row_norms
from firth.vectors.spelling import closest
from firth.vectors.subwords import Subwords
from firth.vectors.words import Words

Vector: TypeAlias = npt.NDArray[np.float32]
Key: TypeAlias = Word


class Embeddings:
    """Words, each with one row of a matrix.

    Args:
        words: the words by row, each different: strings, or integers.
        matrix: (words, dims); kept as float32 without a copy if it is float32 already.
        counts: (words,), how often each word occurred in the training text.
        metadata: how the vectors were made; anything that JSON can hold.
        subwords: the n-grams from which unknown words get vectors; ``None`` if there are none.
        output: (words, dims) the output vectors of the model; kept as given, so they may be those of a live model.

    Attributes:
        words: the words by row.
        vectors: (words, dims) float32, read-only.
        counts: (words,) int64, or ``None``.
        metadata, subwords, output: as given.

    Raises:
        OptionError: a word is given twice, or the shapes do not fit.
    """

    def __init__(
        self,
        words: Sequence[Word] | npt.NDArray[np.integer],
        matrix: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        subwords: Subwords | None = None,
        output: Matrix | None = None,
    ) -> None:
        self.words = words if isinstance(words, Words) else Words(words)
        rows = np.asarray(matrix, np.float32)
        if rows.ndim != 2 or len(rows) != len(self.words):
            raise OptionError(
                f"a matrix of shape {rows.shape}, expected ({len(self.words)}, dims): a row for each word"
            )
        self.vectors: Matrix = rows.view()
        self.vectors.flags.writeable = False
        self.counts = None if counts is None else np.asarray(counts, np.int64)
        if self.counts is not None and self.counts.shape != (len(rows),):
            raise OptionError(f"counts of shape {self.counts.shape}, expected ({len(rows)},): one for each word")
        self.metadata: dict[str, Any] = dict(metadata or {})
        self.subwords = subwords
        self.output = output
        if output is not None and output.shape != rows.shape:
            raise OptionError(f"output vectors of shape {output.shape}, expected {rows.shape} as the input vectors")

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.vectors.flags.writeable = False

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector."""
        return int(self.vectors.shape[1])

    @property
    def index_to_key(self) -> list[Any]:
        """The words by row."""
        return self.words.to_list()

    @cached_property
    def norms(self) -> Matrix:
        """Euclidean lengths of the vectors, (words,); computed once."""
        return row_norms(self.vectors)

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.words)

    def __contains__(self, key: object) -> bool:
        return self.row(key) is not None

    def row(self, key: object) -> int | None:
        """The row of a word, or ``None`` for an unknown one.

        Raises:
            WrongType: it is not a word.
        """
        return self.words.row(check_word(plain(key), integers=self.words.are_integers))

    def unknown(self, key: Key) -> UnknownWord:
        """The error for an unknown word, with the closest known spellings."""
        return UnknownWord(key, closest(str(key), self.words))

    def vector(self, key: Key) -> Vector:
        """The vector (dims,) of a word; that of an unknown word is made of its n-grams, if there are any.

        Raises:
            UnknownWord: with the closest known spellings.
            WrongType: it is not a word.
        """
        row = self.row(key)
        if row is not None:
            vector: Vector = self.vectors[row]
            return vector
        if self.subwords is None:
            raise self.unknown(key)
        return self.subwords.vector(str(key))

    def replaced(self, matrix: npt.ArrayLike) -> Embeddings:
        """The same words with other vectors (words, any); n-grams are dropped, with a warning."""
        kept = self.without_subwords()
        return Embeddings(kept.words, matrix, kept.counts, kept.metadata)

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> Embeddings:
        """Words and n-grams with an affine map applied to their rows, which maps means to means."""
        subwords = None if self.subwords is None else self.subwords.mapped(change)
        return Embeddings(self.words, change(self.vectors), self.counts, self.metadata, subwords)

    def take(self, rows: Sequence[int]) -> Embeddings:
        """Only the words of these rows, in this order, and all n-grams.

        Raises:
            OptionError: they are not row numbers.
        """
        numbers = np.asarray(rows)
        if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
            raise OptionError(
                f"rows of {numbers.dtype} and shape {numbers.shape}, expected whole numbers (n,)",
                hint="for a mask, use numpy.flatnonzero(mask)",
            )
        if numbers.size and not -len(self) <= numbers.min() <= numbers.max() < len(self):
            raise OptionError(f"rows {numbers.min()} to {numbers.max()}, expected 0 to {len(self) - 1}")
        counts = None if self.counts is None else self.counts[list(rows)]
        words = [self.words[row] for row in rows]
        output = None if self.output is None else self.output[list(rows)]
        return Embeddings(words, self.vectors[list(rows)], counts, self.metadata, self.subwords, output)

    def added(self) -> Embeddings:
        """Input plus output vectors: :meth:`firth.vectors.WordVectors.add_output`."""
        if self.output is None:
            configuration = self.metadata.get("configuration")
            if isinstance(configuration, dict) and configuration.get("objective") == "hierarchical":
                raise OptionError(
                    "no output vectors to add: those of hierarchical softmax belong to no words",
                    hint="models by negative sampling and by full softmax have them",
                )
            raise OptionError(
                "no output vectors to add: only a model has them",
                hint="use model.vectors of a Word2Vec, or the file of a saved model",
            )
        kept = self.without_subwords()
        return Embeddings(kept.words, self.vectors + self.output, kept.counts, kept.metadata)

    def without_subwords(self) -> Embeddings:
        """The words without their n-grams; a warning says so if there are any."""
        if self.subwords is None:
            return self
        warn("the n-grams are dropped, so unknown words will have no vectors", VectorsWarning)
        return Embeddings(self.words, self.vectors, self.counts, self.metadata)
