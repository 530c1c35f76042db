"""Comparing given words with each other. The functions are methods of :class:`firth.vectors.WordVectors`.

Similarity is the cosine, and distance is 1 minus the cosine; the similarity of a zero vector with any other is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from firth.errors import OptionError
from firth.vectors.embeddings import Embeddings, Key, Vector
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.terms import Term, mean_vector, several, unit, vector_of

if TYPE_CHECKING:
    from firth.vectors.wordvectors import WordVectors


def similarity(vectors: WordVectors, w1: Key, w2: Key) -> float:
    """Cosine similarity of two words."""
    return float(vectors.get_vector(w1, norm=True) @ vectors.get_vector(w2, norm=True))


def distance(vectors: WordVectors, w1: Key, w2: Key) -> float:
    """1 minus the cosine similarity of two words."""
    return 1 - vectors.similarity(w1, w2)


def distances(vectors: WordVectors, word_or_vector: Term, other_words: Sequence[Key] = ()) -> Matrix:
    """Distances (n,) from a word or vector to ``other_words``, or to all words by row if none are given."""
    direction = unit(vector_of(vectors.embeddings, word_or_vector))
    if others := several(other_words):
        return 1 - unit_rows(np.stack([vectors.get_vector(word) for word in others])) @ direction
    return 1 - similarities(vectors.embeddings, direction, len(vectors))


def n_similarity(vectors: WordVectors, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
    """Cosine similarity of the means of two groups of words; unknown words are ignored."""
    groups = (ws1, ws2)
    first, second = (vectors.get_mean_vector(group, pre_normalize=False, post_normalize=True) for group in groups)
    return float(first @ second)


def closer_than(vectors: WordVectors, key1: Key, key2: Key) -> list[Any]:
    """The words closer to ``key1`` than ``key2`` is, by row."""
    found = vectors.distances(key1)
    closer = np.flatnonzero(found < found[vectors.get_index(key2)])
    own = vectors.embeddings.row(key1)
    return [vectors.embeddings.words[row] for row in closer.tolist() if row != own]


def rank(vectors: WordVectors, key1: Key, key2: Key) -> int:
    """The place of ``key2`` among the words nearest to ``key1``, from 1."""
    return len(vectors.closer_than(key1, key2)) + 1


def most_similar_to_given(vectors: WordVectors, key1: Key, keys_list: Sequence[Key]) -> Key:
    """The word of ``keys_list`` that is most similar to ``key1``."""
    keys: list[Key] = several(keys_list)
    if not keys:
        raise OptionError("no words to choose from, expected at least one")
    return keys[int(np.argmax([vectors.similarity(key1, key) for key in keys]))]


def rank_by_centrality(vectors: WordVectors, words: Sequence[Key], use_norm: bool = True) -> list[tuple[float, Key]]:
    """``words`` by their similarity to their mean, the most central first; unknown words are ignored.

    Raises:
        OptionError: none of the words is known.
    """
    known = [word for word in several(words) if word in vectors]
    if not known:
        raise OptionError("no known word among those given, expected at least one", hint="check their spelling")
    rows = np.stack([vectors.get_vector(word, norm=use_norm) for word in known])
    scores = rows @ mean_vector(vectors.embeddings, list(rows), post_normalize=True)
    order = np.argsort(-scores, kind="stable")
    return [(float(scores[i]), known[i]) for i in order.tolist()]


def doesnt_match(vectors: WordVectors, words: Sequence[Key]) -> Key:
    """The word of ``words`` that is farthest from their mean."""
    return vectors.rank_by_centrality(words)[-1][1]


def similarities(embeddings: Embeddings, direction: Vector, stop: int, start: int = 0) -> Matrix:
    """Cosine similarities of a unit vector with the rows from ``start`` to ``stop``."""
    norms = embeddings.norms[start:stop]
    with np.errstate(invalid="ignore", over="ignore"):
        products: Matrix = embeddings.vectors[start:stop] @ direction
    return np.divide(products, norms, out=np.zeros(len(norms), np.float32), where=norms > 0)
