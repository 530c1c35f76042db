"""Lengths of character n-grams that suit the words of a text: ``minn="auto"``.

Novotny et al. (2021), "One Size Does Not Fit All: Finding the Optimal Subword Sizes for FastText Models across
Languages" (arXiv 2102.02585): of all distinct substrings of the words, the n-grams of the best lengths were about one
in twenty, 4.91 %, in the languages that they searched. So their model takes the lengths whose share is nearest to that.

They counted the words of whole Wikipedias, rare ones too. Here the words are those of the vocabulary, without rare
words, whose substrings are mostly the longest ones; so lengths beyond the most numerous one are not considered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from firth.arguments import Word

COVERAGE = 0.0491
_LONGEST = 10
_WORDS = 200_000  # most frequent ones


class NgramLengths(NamedTuple):
    """The chosen lengths.

    Attributes:
        minn, maxn: shortest and longest n-grams, in characters.
        coverage: share of these n-grams among all distinct substrings of the words.
    """

    minn: int
    maxn: int
    coverage: float


def ngram_lengths(words: Sequence[Word]) -> NgramLengths:
    """The lengths of n-grams for words by frequency, of which the first 200,000 are looked at."""
    counts = np.array(_distinct(list(map(str, words[:_WORDS]))), np.float64)
    if not counts.sum():
        return NgramLengths(1, 1, 0.0)
    sums = np.concatenate([[0.0], np.cumsum(counts / counts.sum())])
    longest = min(_LONGEST, int(counts.argmax()) + 1)
    pairs = [(minn, maxn) for maxn in range(1, longest + 1) for minn in range(1, maxn + 1)]
    minn, maxn = min(pairs, key=lambda pair: abs(float(sums[pair[1]] - sums[pair[0] - 1]) - COVERAGE))
    return NgramLengths(minn, maxn, float(sums[maxn] - sums[minn - 1]))


def _distinct(words: list[str]) -> list[int]:
    """How many distinct substrings of each length the words have, from 1 character on."""
    counts, length = [], 1
    while words:
        counts.append(len({word[at : at + length] for word in words for at in range(len(word) - length + 1)}))
        length += 1
        words = [word for word in words if len(word) >= length]
    return counts[:1] if counts == [0] else counts
