"""Between the two passes: tokens are normalised, once for each distinct token, and unwanted words are marked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from firth.corpus.first_pass import Tokens

_SPELLED_AT_A_TIME = 1 << 16


def normalized(tokens: Tokens, word: Callable[[str], str | None]) -> Tokens:
    """Tokens counted by their words; dropped ones are marked as unwanted.

    Args:
        tokens: the tokens as they were read.
        word: function from a token to its word; None if it is dropped.
    """
    places: dict[str | None, int] = {}
    spellings: list[str] = []
    dropped: list[int] = []
    became = np.empty(len(tokens.counts), np.int32)  # (distinct tokens,)
    for first in range(0, len(became), _SPELLED_AT_A_TIME):
        some = np.arange(first, min(first + _SPELLED_AT_A_TIME, len(became)))
        for number, token in zip(some.tolist(), tokens.spell(some), strict=True):
            spelled = word(token)
            if spelled is None:  # keeps its own number: it is still a word of the text, only not of the vocabulary
                dropped.append(len(spellings))
                became[number] = len(spellings)
                spellings.append(token)
                continue
            place = places.setdefault(spelled, len(spellings))
            if place == len(spellings):
                spellings.append(spelled)
            became[number] = place
    counts = np.zeros(len(spellings), np.int64)
    np.add.at(counts, became, tokens.counts)
    firsts = np.full(len(spellings), np.iinfo(np.int64).max)
    np.minimum.at(firsts, became, tokens.firsts)
    wanted = np.ones(len(spellings), bool)
    wanted[dropped] = False
    numbers = [became[own] for own in tokens.numbers]

    def spell(words: npt.NDArray[np.int64]) -> list[str]:
        return [spellings[number] for number in words.tolist()]

    return Tokens(tokens.pieces, numbers, counts, firsts, spell, wanted)
