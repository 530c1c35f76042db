"""Sentences that have weights: one of weight w is learned from w times an epoch, on the mean.

A weight of 2.3 is two times, and a third time in 3 of 10 epochs, at random. The expected gradient is that of a loss in
which each sentence has its weight, and steps are no longer than without weights.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_REPEATS = 0x5EED  # keeps these draws apart from all others of the same state


def most_tokens(bounds: npt.NDArray[np.int64], weights: npt.NDArray[np.float32] | None) -> npt.NDArray[np.int64]:
    """(sentences + 1,) tokens before each sentence, and in all, if each is repeated as often as its weight allows.

    Args:
        bounds: tokens before each sentence, and in all.  # (sentences + 1,)
        weights: of the sentences, or None if they have none.  # (sentences,)
    """
    if weights is None:
        return bounds
    most = np.zeros(len(bounds), np.int64)
    np.cumsum(np.diff(bounds) * np.ceil(weights).astype(np.int64), out=most[1:])
    return most


def repeated(
    ids: npt.NDArray[np.int32], bounds: npt.NDArray[np.int64], weights: npt.NDArray[np.float32], state: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Sentences repeated as often as their weights say: first each one once, then those that occur twice, and so on.

    Args:
        ids: their words.  # (tokens,)
        bounds: where each begins, and the end.  # (sentences + 1,)
        weights: of each.  # (sentences,)
        state: a number that all random draws follow from.

    Returns:
        Words and bounds as they were given; a single empty sentence if none is there.
    """
    random = np.random.default_rng([state, _REPEATS])
    whole = np.floor(weights)
    copies = whole.astype(np.int64) + (random.random(len(weights)) < weights - whole)
    sentences = np.repeat(np.arange(len(copies)), copies)
    if not len(sentences):
        return ids[:0], np.zeros(2, np.int64)
    which = np.arange(len(sentences)) - np.repeat(np.cumsum(copies) - copies, copies)  # the first copy, the second ...
    order = sentences[np.lexsort((sentences, which))]
    lengths = np.diff(bounds)[order]
    begins = np.zeros(len(order) + 1, np.int64)
    np.cumsum(lengths, out=begins[1:])
    places = np.arange(begins[-1]) + np.repeat(bounds[:-1][order] - begins[:-1], lengths)
    return ids[places], begins
