"""Words and their rows: what every query stands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from firth.arguments import check_word, plain, real, shown
from firth.errors import OptionError, UnknownWord, WrongType
from firth.vectors.search import Matrix, row_norms
from firth.vectors.spelling import closest
from firth.vectors.words import Words

Vector: TypeAlias = npt.NDArray[np.float32]
Key: TypeAlias = str  # a word
Term: TypeAlias = Key | npt.NDArray[np.floating]  # a key, or a vector itself


def several(terms: Iterable[Any]) -> list[Any]:
    """Words or vectors, given together.

    Raises:
        WrongType: one word, or nothing that holds several.
    """
    if isinstance(terms, str | bytes) or not isinstance(terms, Iterable):
        raise WrongType(f"{shown(terms)} in place of several words, expected a list", hint=f"[{terms!r:.40}]")
    return list(terms)


class Lookup:
    """Words, each with one row of a matrix.

    Attributes:
        vectors: (words, dims) float32, read-only.
        counts: (words,) int64, how often each word occurred, or ``None``.
    """

    def __init__(self, words: Sequence[str], matrix: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> None:
        self._words = words if isinstance(words, Words) else Words(words)
        rows = np.asarray(matrix, np.float32)
        if rows.ndim != 2 or len(rows) != len(self._words):
            raise OptionError(
                f"a matrix of shape {rows.shape}, expected ({len(self._words)}, dims): a row for each word"
            )
        self.vectors: Matrix = rows.view()
        self.vectors.flags.writeable = False
        self.counts = None if counts is None else np.asarray(counts, np.int64)
        if self.counts is not None and self.counts.shape != (len(rows),):
            raise OptionError(f"counts of shape {self.counts.shape}, expected ({len(rows)},): one for each word")

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.vectors.flags.writeable = False

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector."""
        return int(self.vectors.shape[1])

    @property
    def index_to_key(self) -> list[str]:
        """The words by row."""
        return self._words.to_list()

    @property
    def key_to_index(self) -> dict[str, int]:
        """The row of each word."""
        return self._words.to_rows()

    @cached_property
    def norms(self) -> Matrix:
        """Euclidean lengths of the vectors, (words,); measured once."""
        return row_norms(self.vectors)

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __contains__(self, key: object) -> bool:
        return self._row(key) is not None

    def _row(self, key: object) -> int | None:
        return self._words.row(check_word(plain(key)))

    def get_index(self, key: Key, default: int | None = None) -> int:
        """The row of a word, or ``default`` for an unknown one.

        Raises:
            UnknownWord: the word is unknown and there is no default.
            WrongType: it is no word.
        """
        row = self._row(key)
        if row is not None:
            return row
        if default is not None:
            return default
        raise UnknownWord(key, closest(key, self._words))

    def get_vector(self, key: Key, norm: bool = False) -> Vector:
        """The vector (dims,) of a word; of unit length if ``norm``.

        Raises:
            UnknownWord: with the closest known spellings.
            WrongType: it is no word.
        """
        vector = self.vectors[self.get_index(key)]
        return self._unit(vector) if norm else vector

    @overload
    def __getitem__(self, keys: Key) -> Vector: ...
    @overload
    def __getitem__(self, keys: Iterable[Key]) -> Matrix: ...
    def __getitem__(self, keys: Key | Iterable[Key]) -> Matrix:
        """The vector (dims,) of a word, or the vectors (n, dims) of several.

        Raises:
            UnknownWord: with the closest known spellings.
            WrongType: it is no word, or no collection of words. Rows by their numbers are ``vectors.vectors[row]``.
        """
        keys = plain(keys)
        if isinstance(keys, str | bytes) or not isinstance(keys, Iterable):
            return self.get_vector(keys)
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
            keys: words or vectors; a vector enters as it is.
            weights: one for each key; all 1 by default.
            pre_normalize: bring the vectors of words to unit length first.
            post_normalize: bring the mean to unit length.
            ignore_missing: pass over unknown words.

        Raises:
            OptionError: no keys, or not one weight for each, or a vector of another size.
            UnknownWord: a word is unknown and ``ignore_missing`` is false.
            WrongType: a key is neither a word nor a vector, or ``keys`` is one word.
        """
        keys = several(keys)
        if not keys:
            raise OptionError("the mean of no words, expected at least one word or vector")
        shares = [1.0] * len(keys) if weights is None else [real("weights", weight) for weight in weights]
        if len(shares) != len(keys):
            raise OptionError(f"{len(shares)} weights for {len(keys)} words, expected one for each")
        total, weight = np.zeros(self.vector_size), 0.0
        for key, share in zip(keys, shares, strict=True):
            if isinstance(key, np.ndarray):
                vector = self._fitting(key)
            elif ignore_missing and key not in self:
                continue
            else:
                vector = self.get_vector(key, norm=pre_normalize)
            with np.errstate(invalid="ignore"):
                total += share * vector
            weight += abs(share)
        mean = total / weight if weight else total
        return self._unit(mean) if post_normalize else mean.astype(np.float32)

    def _fitting(self, vector: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        if vector.dtype.kind not in "fiu":
            raise WrongType(f"an array of {vector.dtype} in place of a vector, expected one of numbers")
        if vector.shape != (self.vector_size,):
            raise OptionError(f"a vector of shape {vector.shape}, expected ({self.vector_size},)")
        if not np.isfinite(vector).all():
            raise OptionError("a vector that holds NaN or infinity, expected numbers")
        return vector

    @staticmethod
    def _unit(vector: npt.NDArray[np.floating]) -> Vector:
        with np.errstate(invalid="ignore"):  # infinity becomes NaN, and a signalling NaN a quiet one
            length = float(np.linalg.norm(vector.astype(np.float64)))
            return (vector / length if length else vector).astype(np.float32)
