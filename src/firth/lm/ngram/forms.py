r"""The forms of smoothing: how a history's probability is shared with the history one word shorter.

With f and rest from a smoothing method (:mod:`firth.lm.ngram.smoothing`), h' the history without its first word, and
p(w | ) = 1/V below the single words:

    interpolated    p(w | h) = f(w | h) + rest(h) p(w | h')                        backoff(h) = rest(h)
    by back-off     p(w | h) = f(w | h)  for h w seen, else  backoff(h) p(w | h'),
                    backoff(h) = rest(h) / (1 - sum of p(w | h') over the w seen after h)

Both are stored alike: a probability for each n-gram seen, a back-off weight for each history.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from firth.lm.ngram.trie import Floats


class Form(NamedTuple):
    """A form of smoothing.

    Attributes:
        weights: function from the total of each history, what it has left, and its sum of p(w | h') over the words
            seen after it, to what ``values`` needs of each history; the second of these is its back-off weight.
        values: function from what is kept of n-grams, p(w | h') and the weights of their histories to p(w | h).
        columns: how many weights of a history there are.
        sums_lower: whether ``weights`` needs the sum of p(w | h').
    """

    weights: Callable[[Floats, Floats, Floats], tuple[Floats, ...]]
    values: Callable[..., Floats]
    columns: int = 2
    sums_lower: bool = False


def interpolated_weights(totals: Floats, left: Floats, lower: Floats) -> tuple[Floats, Floats]:
    """1 / total(h) and rest(h)."""
    del lower
    seen = totals > 0
    scale = np.divide(1.0, totals, out=np.zeros(len(totals)), where=seen)
    return scale, np.where(seen, left * scale, 1.0)


def interpolate(kept: Floats, lower: Floats | float, scale: Floats, rest: Floats) -> Floats:
    """p(w | h) = f(w | h) + rest(h) p(w | h')."""
    return kept * scale + rest * lower


def back_off_weights(totals: Floats, left: Floats, lower: Floats) -> tuple[Floats, Floats, Floats]:
    """1 / total(h), the back-off weight, and a factor for f where no other word has any probability: the words seen
    then share the rest in proportion.
    """
    scale, rest = interpolated_weights(totals, left, lower)
    others = 1.0 - lower
    exhausted = others < 1e-9
    weights = np.divide(rest, others, out=np.zeros(len(totals)), where=~exhausted)
    weights[totals == 0] = 1.0
    return scale, weights, np.where(exhausted & (rest < 1), 1 / np.maximum(1 - rest, 1e-300), 1.0)


def back_off(kept: Floats, lower: Floats | float, scale: Floats, weights: Floats, share: Floats) -> Floats:
    """p(w | h) = f(w | h) for what was seen; the rest is spread over the other words as p(w | h')."""
    return np.where(kept > 0, kept * scale * share, weights * lower)


def keep_apart(kept: Floats, lower: Floats | float, scale: Floats, rest: Floats) -> Floats:
    """p(w | h) = f(w | h) alone, with rest(h) stored as it is: for scores that are no distribution."""
    del lower
    return interpolate(kept, 0.0, scale, rest)


FORMS = {
    "interpolated": Form(interpolated_weights, interpolate),
    "backoff": Form(back_off_weights, back_off, columns=3, sums_lower=True),
    "uniform": Form(interpolated_weights, interpolate),
    "stupid": Form(interpolated_weights, keep_apart),
}
