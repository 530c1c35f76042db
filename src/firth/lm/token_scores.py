"""How a model predicts a text: its perplexity, and the score of each token."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Perplexity:
    """How well a model predicts a text.

    Attributes:
        tokens: number of predicted tokens, including ``<unk>`` and ``</s>``.
        sentences: number of sentences, and of ``</s>`` if these are counted.
        unknown: number of tokens outside the vocabulary.
        log_probability: natural log probability of all these tokens.
        known_log_probability: the same without the unknown tokens.
        with_end: whether ``</s>`` is predicted and counted.
    """

    tokens: int
    sentences: int
    unknown: int
    log_probability: float
    known_log_probability: float
    with_end: bool

    @property
    def perplexity(self) -> float:
        """exp(-log p / tokens), where unknown words have the probability of ``<unk>``."""
        return _perplexity(self.log_probability, self.tokens)

    @property
    def known_perplexity(self) -> float:
        """The same for the known tokens only."""
        return _perplexity(self.known_log_probability, self.tokens - self.unknown)


def _perplexity(log_probability: float, tokens: int) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(-log_probability / tokens)) if tokens else float("nan")


class TokenScore(NamedTuple):
    """How a model predicts one token: the same three numbers as in KenLM's ``full_scores``.

    Attributes:
        log10_probability: to base 10, as in ARPA files and KenLM.
        ngram_length: words in the longest n-gram of the model that ends with the token, from 1; ``None`` for models
            other than n-gram models.
        is_unknown: whether the token is outside the vocabulary.
    """

    log10_probability: float
    ngram_length: int | None
    is_unknown: bool


@dataclass(frozen=True)
class TokenScores:
    """How a model predicts each token of a text, the ``</s>`` of its sentences included.

    Attributes:
        log10_probabilities: to base 10, as in ARPA files and KenLM. # (tokens,) float64
        ngram_lengths: words in the longest n-gram of the model that ends with the token, from 1; ``None`` for models
            other than n-gram models. # (tokens,) int8
        is_unknown: whether the token is outside the vocabulary. # (tokens,) bool
        bounds: the tokens of sentence i are ``bounds[i]`` to ``bounds[i + 1]``. # (sentences + 1,) int64
    """

    log10_probabilities: Floats
    ngram_lengths: npt.NDArray[np.int8] | None
    is_unknown: npt.NDArray[np.bool_]
    bounds: npt.NDArray[np.int64]

    def sentences(self) -> Iterator[list[TokenScore]]:
        """The result of :meth:`LanguageModel.full_scores` for each sentence."""
        values, unknown = self.log10_probabilities.tolist(), self.is_unknown.tolist()
        lengths = [None] * len(values) if self.ngram_lengths is None else self.ngram_lengths.tolist()
        tokens = list(map(TokenScore, values, lengths, unknown))
        for first, last in itertools.pairwise(self.bounds.tolist()):
            yield tokens[first:last]
