"""Comparing given words with each other, under the names of gensim's KeyedVectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError
from firth.vectors.lookup import Key, Lookup, Term, several
from firth.vectors.search import Matrix, unit_rows


class Comparisons(Lookup):
    """Similarities and distances between words that are named.

    Similarity is the cosine, and distance 1 minus it; a zero vector has similarity 0 with everything.
    """

    def similarity(self, w1: Key, w2: Key) -> float:
        """Cosine similarity of two words."""
        return float(self.get_vector(w1, norm=True) @ self.get_vector(w2, norm=True))

    def distance(self, w1: Key, w2: Key) -> float:
        """1 minus the cosine similarity of two words."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Term, other_words: Sequence[Key] = ()) -> Matrix:
        """Distances (n,) from a word or vector to ``other_words``, or to all words by row when there are none."""
        given = word_or_vector
        unit = self._unit(self._fitting(given) if isinstance(given, np.ndarray) else self.get_vector(given))
        if others := several(other_words):
            return 1 - unit_rows(self[others]) @ unit
        return 1 - self._similarities(unit, len(self))

    def _similarities(self, unit: npt.NDArray[np.float32], stop: int, start: int = 0) -> Matrix:
        """Cosine similarities of a unit vector with the rows from ``start`` to ``stop``."""
        norms = self.norms[start:stop]
        with np.errstate(invalid="ignore", over="ignore"):
            products: Matrix = self.vectors[start:stop] @ unit
        return np.divide(products, norms, out=np.zeros(len(norms), np.float32), where=norms > 0)

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Cosine similarity of the means of two groups of words; unknown words are passed over."""
        means = [self.get_mean_vector(group, pre_normalize=False, post_normalize=True) for group in (ws1, ws2)]
        return float(means[0] @ means[1])

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """The words closer to ``key1`` than ``key2`` is, by row."""
        distances = self.distances(key1)
        closer = np.flatnonzero(distances < distances[self.get_index(key2)])
        return [self._words[row] for row in closer.tolist() if row != self._row(key1)]

    def rank(self, key1: Key, key2: Key) -> int:
        """The place of ``key2`` among the words nearest to ``key1``, from 1."""
        return len(self.closer_than(key1, key2)) + 1

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """The one of ``keys_list`` most similar to ``key1``."""
        keys: list[Key] = several(keys_list)
        if not keys:
            raise OptionError("no words to choose from, expected at least one")
        return keys[int(np.argmax([self.similarity(key1, key) for key in keys]))]

    def rank_by_centrality(self, words: Sequence[Key], use_norm: bool = True) -> list[tuple[float, Key]]:
        """``words`` by their similarity to their mean, the most central first; unknown words are passed over.

        Raises:
            OptionError: none of the words is known.
        """
        known = [word for word in several(words) if word in self]
        if not known:
            raise OptionError("no known word among those given, expected at least one", hint="check their spelling")
        vectors = np.stack([self.get_vector(word, norm=use_norm) for word in known])
        scores = vectors @ self.get_mean_vector(list(vectors), post_normalize=True)
        order = np.argsort(-scores, kind="stable")
        return [(float(scores[i]), known[i]) for i in order.tolist()]

    def doesnt_match(self, words: Sequence[Key]) -> Key:
        """The one of ``words`` that is farthest from their mean."""
        return self.rank_by_centrality(words)[-1][1]
