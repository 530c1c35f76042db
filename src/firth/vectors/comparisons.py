"""Comparing given words with each other: the answers of :class:`firth.vectors.WordVectors` that search nothing.

Similarity is the cosine, and distance 1 minus it; a zero vector has similarity 0 with everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from firth.errors import OptionError
from firth.vectors.embeddings import Embeddings, Key, Vector
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.terms import Term, mean_vector, several, unit, vector_of


def similarity(embeddings: Embeddings, w1: Key, w2: Key) -> float:
    """Cosine similarity of two words."""
    return float(unit(embeddings.vector(w1)) @ unit(embeddings.vector(w2)))


def similarities(embeddings: Embeddings, direction: Vector, stop: int, start: int = 0) -> Matrix:
    """Cosine similarities of a unit vector with the rows from ``start`` to ``stop``."""
    norms = embeddings.norms[start:stop]
    with np.errstate(invalid="ignore", over="ignore"):
        products: Matrix = embeddings.vectors[start:stop] @ direction
    return np.divide(products, norms, out=np.zeros(len(norms), np.float32), where=norms > 0)


def distances(embeddings: Embeddings, word_or_vector: Term, other_words: Sequence[Key] = ()) -> Matrix:
    """Distances (n,) from a word or vector to ``other_words``, or to all words by row when there are none."""
    direction = unit(vector_of(embeddings, word_or_vector))
    if others := several(other_words):
        return 1 - unit_rows(np.stack([embeddings.vector(word) for word in others])) @ direction
    return 1 - similarities(embeddings, direction, len(embeddings))


def n_similarity(embeddings: Embeddings, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
    """Cosine similarity of the means of two groups of words."""
    first, second = (mean_vector(embeddings, group, pre_normalize=False, post_normalize=True) for group in (ws1, ws2))
    return float(first @ second)


def closer_than(embeddings: Embeddings, key1: Key, key2: Key) -> list[Any]:
    """The words closer to ``key1`` than ``key2`` is, by row."""
    found = distances(embeddings, key1)
    limit = embeddings.row(key2)
    if limit is None:
        raise embeddings.unknown(key2)
    closer = np.flatnonzero(found < found[limit])
    return [embeddings.words[row] for row in closer.tolist() if row != embeddings.row(key1)]


def most_similar_to_given(embeddings: Embeddings, key1: Key, keys_list: Sequence[Key]) -> Key:
    """The one of ``keys_list`` most similar to ``key1``."""
    keys: list[Key] = several(keys_list)
    if not keys:
        raise OptionError("no words to choose from, expected at least one")
    return keys[int(np.argmax([similarity(embeddings, key1, key) for key in keys]))]


def rank_by_centrality(embeddings: Embeddings, words: Sequence[Key], use_norm: bool = True) -> list[tuple[float, Key]]:
    """``words`` by their similarity to their mean, the most central first."""
    known = [word for word in several(words) if word in embeddings]
    if not known:
        raise OptionError("no known word among those given, expected at least one", hint="check their spelling")
    vectors = [embeddings.vector(word) for word in known]
    rows = np.stack([unit(vector) for vector in vectors] if use_norm else vectors)
    scores = rows @ mean_vector(embeddings, list(rows), post_normalize=True)
    order = np.argsort(-scores, kind="stable")
    return [(float(scores[i]), known[i]) for i in order.tolist()]
