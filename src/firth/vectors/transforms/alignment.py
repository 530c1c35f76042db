"""Alignment of two spaces by a rotation, and the words that differ most after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from firth.arguments import Word
from firth.errors import OptionError
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.transforms.selection import subset
from firth.vectors.wordvectors import WordVectors


class Drift(NamedTuple):
    """A word of both spaces, and the cosine similarity of its two vectors."""

    word: Word
    similarity: float


def align(source: WordVectors, target: WordVectors, anchors: Sequence[Word] | None = None) -> WordVectors:
    """``source`` rotated onto ``target``; lengths and angles within it do not change.

    The orthogonal Procrustes problem (Schönemann 1966), as used for words by Hamilton et al. (2016), "Diachronic Word
    Embeddings Reveal Statistical Laws of Semantic Change": with unit rows X and Y of the same words in both spaces, the
    rotation R that minimizes |X R - Y| is U V', where U S V' is the singular value decomposition of X' Y.

    Args:
        source, target: spaces of the same dimensions.
        anchors: words whose vectors should coincide; by default all that both hold.

    Raises:
        OptionError: the dimensions differ, or there is no word in common.
        UnknownWord: one of the two does not hold an anchor.
    """
    if source.vector_size != target.vector_size:
        raise OptionError(f"spaces of {source.vector_size} and {target.vector_size} dimensions, expected the same")
    words = shared_words(source, target) if anchors is None else anchors
    if not words:
        raise OptionError("the vectors have no words in common", hint="do both have the same language and case?")
    x, y = (unit_rows(subset(space, words).vectors).astype(np.float64) for space in (source, target))
    u, _, v = np.linalg.svd(x.T @ y)
    rotation: Matrix = (u @ v).astype(np.float32)
    return source.mapped(lambda rows: rows @ rotation)


def drift(first: WordVectors, second: WordVectors) -> list[Drift]:
    """The words of two aligned spaces, those that moved most first; equal ones in the order of ``first``."""
    words = shared_words(first, second)
    x, y = (unit_rows(subset(space, words).vectors) for space in (first, second))
    similarities = np.vecdot(x, y)
    return [Drift(words[row], float(similarities[row])) for row in np.argsort(similarities, kind="stable").tolist()]


def shared_words(first: WordVectors, second: WordVectors) -> list[Any]:
    """The words of both, in the order of the first."""
    known = second.key_to_index
    return [word for word in first if word in known]
