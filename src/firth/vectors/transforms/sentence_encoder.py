"""Sentence vectors from word vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from firth.arguments import Word, real, words_or_integers
from firth.errors import OptionError
from firth.vectors.search import Matrix
from firth.vectors.wordvectors import WordVectors


class SentenceEncoder:
    """Sentences to vectors: the mean of their words, or smooth inverse frequency (SIF).

    Arora, Liang and Ma (2017), "A Simple but Tough-to-Beat Baseline for Sentence Embeddings": with p(w) the share of
    a word in the training text, a sentence s is  v_s = 1/|s| sum over its words of  a / (a + p(w)) v_w,  and from all
    of them the first singular vector u of the sentences seen in :meth:`fit` is removed:  v_s - u (u . v_s).

    Args:
        vectors: the words, with counts for SIF.
        weighting: ``"mean"`` or ``"sif"``.
        smoothing: the a of SIF, 1e-3 by default; the paper recommends 1e-4 to 1e-3.

    Attributes:
        component: u (dims,), or ``None`` before :meth:`fit`, and for the mean.

    Raises:
        OptionError: the weighting is unknown, the smoothing is not above 0, or SIF is used with vectors without counts.
    """

    def __init__(self, vectors: WordVectors, weighting: str = "mean", smoothing: float = 1e-3) -> None:
        if weighting not in ("mean", "sif"):
            raise OptionError(f"weighting {weighting!r}, expected mean or sif")
        if weighting == "sif" and vectors.counts is None:
            raise OptionError("SIF for vectors without counts of words, expected counts", hint="weighting='mean'")
        smoothing = real("smoothing", smoothing, 0)
        if not smoothing:
            raise OptionError("smoothing=0, expected a number above 0")
        self.vectors, self.weighting = vectors, weighting
        self.component: Matrix | None = None
        self._weights = np.ones(len(vectors), np.float32)  # (words,)
        if weighting == "sif" and vectors.counts is not None:
            share = vectors.counts / max(int(vectors.counts.sum()), 1)
            self._weights = (smoothing / (smoothing + share)).astype(np.float32)

    def fit(self, sentences: Iterable[Sequence[Word]]) -> SentenceEncoder:
        """Find the common direction of all sentences, which SIF removes; the mean does not need this."""
        if self.weighting == "sif":
            means = self._means(sentences).astype(np.float64)
            _, axes = np.linalg.eigh(means.T @ means)
            self.component = axes[:, -1].astype(np.float32)
        return self

    def encode(self, sentences: Iterable[Sequence[Word]]) -> Matrix:
        """Vectors (sentences, dims); unknown words are ignored, and a sentence without known words is zero.

        Raises:
            WrongType: a sentence is not a list of words.
        """
        means = self._means(sentences)
        if self.component is None:
            return means
        without: Matrix = means - np.outer(means @ self.component, self.component)
        return without

    def _means(self, sentences: Iterable[Sequence[Word]]) -> Matrix:
        rows, known = [], self.vectors.key_to_index
        for sentence in sentences:
            found = [known[word] for word in words_or_integers(sentence) if word in known]
            weighted = self._weights[found] @ self.vectors.vectors[found]
            rows.append(weighted / np.float32(max(len(found), 1)))
        return np.stack(rows) if rows else np.empty((0, self.vectors.vector_size), np.float32)
