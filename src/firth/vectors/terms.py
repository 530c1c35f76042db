"""The terms of queries: words or vectors, one or several, which may have weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from firth.arguments import real, shown
from firth.errors import OptionError, WrongType
from firth.vectors.embeddings import Embeddings, Key, Vector

Term: TypeAlias = Key | npt.NDArray[np.floating]  # a word, or a vector itself
Weighted: TypeAlias = Term | tuple[Term, float]
Terms: TypeAlias = Term | Sequence[Weighted] | None


def several(terms: Iterable[Any]) -> list[Any]:
    """Several words or vectors as a list.

    Raises:
        WrongType: it is one word, or not a collection.
    """
    if isinstance(terms, str | bytes) or not isinstance(terms, Iterable):
        raise WrongType(f"{shown(terms)} in place of several words, expected a list", hint=f"[{terms!r:.40}]")
    return list(terms)


def listed(given: Terms, integers: bool = False) -> list[Weighted]:
    """One term, or several, or none, as a list. If words are integers, an array of integers is several words."""
    if given is None:
        return []
    is_vector = isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in ("f" if integers else "fiu")
    if is_vector or isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return [cast(Term, given)]
    return list(given)


def vector_of(embeddings: Embeddings, term: Term) -> npt.NDArray[np.floating]:
    """The vector (dims,) of a word, or a vector itself after it has been checked.

    Raises:
        OptionError: a vector has another size, or is not finite.
        UnknownWord: with the closest known spellings.
        WrongType: it is neither a word nor an array of numbers.
    """
    if not isinstance(term, np.ndarray):
        return embeddings.vector(term)
    if term.dtype.kind not in "fiu":
        raise WrongType(f"an array of {term.dtype} in place of a vector, expected one of numbers")
    if term.shape != (embeddings.vector_size,):
        raise OptionError(f"a vector of shape {term.shape}, expected ({embeddings.vector_size},)")
    if not np.isfinite(term).all():
        raise OptionError("the vector contains NaN or infinity, expected finite numbers")
    return term


def rows_of(embeddings: Embeddings, terms: Iterable[Term]) -> set[int]:
    """The rows of the terms that are known words."""
    rows = (embeddings.row(term) for term in terms if not isinstance(term, np.ndarray))
    return {row for row in rows if row is not None}


def unit(vector: npt.NDArray[np.floating]) -> Vector:
    """A vector of length 1; a zero vector stays zero."""
    with np.errstate(invalid="ignore"):  # infinity becomes NaN, and a signalling NaN a quiet one
        double = vector.astype(np.float64)
        length = float(np.linalg.norm(double))
        return (double / length if length else double).astype(np.float32)


def mean_vector(
    embeddings: Embeddings,
    keys: Sequence[Term],
    weights: Sequence[float] | npt.NDArray[np.floating] | None = None,
    pre_normalize: bool = True,
    post_normalize: bool = False,
    ignore_missing: bool = True,
) -> Vector:
    """The weighted mean (dims,) of several terms: :meth:`firth.vectors.WordVectors.get_mean_vector`."""
    keys = several(keys)
    if not keys:
        raise OptionError("the mean of no words, expected at least one word or vector")
    shares = [1.0] * len(keys) if weights is None else [real("weights", weight) for weight in weights]
    if len(shares) != len(keys):
        raise OptionError(f"{len(shares)} weights for {len(keys)} words, expected one for each")
    total, weight = np.zeros(embeddings.vector_size), 0.0
    for key, share in zip(keys, shares, strict=True):
        given = isinstance(key, np.ndarray)
        if not given and ignore_missing and key not in embeddings:
            continue
        vector = vector_of(embeddings, key)
        with np.errstate(invalid="ignore"):
            total += share * (vector if given or not pre_normalize else unit(vector))
        weight += abs(share)
    mean = total / weight if weight else total
    return unit(mean) if post_normalize else mean.astype(np.float32)
