"""What the two architectures learn from a sentence, and the pairs that it shows and does not show.

Skip-gram predicts each word of the window from the word in the middle: an example is one pair, and its hidden vector
h = v_w is that word's input vector. CBOW predicts the word in the middle from the words of its window: an example has
C input words, and h = (1/C) sum of their input vectors (Rong 2014, eq. 18).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Example(NamedTuple):
    """Predict ``target`` from ``inputs``, all word ids."""

    inputs: tuple[int, ...]
    target: int


def skipgram(sentence: Sequence[int], window: int) -> Iterator[Example]:
    """One example for each word and each other word at most ``window`` places away."""
    for i, word in enumerate(sentence):
        for j in _window(sentence, i, window):
            yield Example((word,), sentence[j])


def cbow(sentence: Sequence[int], window: int) -> Iterator[Example]:
    """One example for each word that has others at most ``window`` places away."""
    for i, word in enumerate(sentence):
        inputs = tuple(sentence[j] for j in _window(sentence, i, window))
        if inputs:
            yield Example(inputs, word)


def _window(sentence: Sequence[int], i: int, window: int) -> list[int]:
    return [j for j in range(max(0, i - window), min(len(sentence), i + window + 1)) if j != i]


def unseen_pairs(sentences: Sequence[Sequence[int]], words: int, window: int) -> list[tuple[int, int]]:
    """D' in full: every ordered pair of distinct words that never stand within ``window`` of each other.

    In Goldberg and Levy's reading D' is all pairs that the text does not show, of which negative sampling draws some.
    For the sentence 川建国 同志 一名 优秀 党员 and window 1, D has 8 pairs and D' has the other 12 of the 20.
    """
    seen = {(example.inputs[0], example.target) for sentence in sentences for example in skipgram(sentence, window)}
    return [(w, c) for w in range(words) for c in range(words) if w != c and (w, c) not in seen]
