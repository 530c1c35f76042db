"""Before word2vec: the probability of a sentence as a product over its words, from counted pairs of words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from firth.lm import NgramModel
from firth.lm.sentences import END, START


class Factor(NamedTuple):
    """One factor p(word | history) of a sentence, by a model of two words with Laplace's smoothing."""

    history: str
    word: str
    seen: int
    """How often the text has the word after the history."""
    history_seen: int
    probability: float
    """(seen + 1) / (history_seen + V), where V counts the different words and the end of the sentence."""


def factors(sentences: Sequence[Sequence[str]], sentence: Sequence[str]) -> tuple[Factor, ...]:
    """The factors of a sentence of a text; their product is its probability.

    Args:
        sentences: the text, which is counted.
        sentence: one of them.
    """
    codes = {word: str(number) for number, word in enumerate(dict.fromkeys(chain.from_iterable(sentences)))}
    words = dict(zip(codes.values(), codes, strict=True)) | {START: START, END: END}
    text = [[codes[word] for word in one] for one in sentences]  # a word may look like a mark of the model's own
    model = NgramModel.train(text, 2, smoothing="add-k", parameters=1.0, closed=True, workers=1, progress=False)
    counts = Counter(chain.from_iterable(pairwise([START, *one, END]) for one in text))
    totals = Counter(history for history, _ in counts.elements())
    made, state = [], model.start()
    for history, word in pairwise([START, *(codes[word] for word in sentence), END]):
        logarithm, state = model.step(state, word)
        made.append(Factor(words[history], words[word], counts[history, word], totals[history], math.exp(logarithm)))
    return tuple(made)
