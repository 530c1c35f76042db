"""The weights of Jelinek-Mercer smoothing, estimated from the training text itself."""

from __future__ import annotations

import numpy as np

from firth.lm.ngram.ngram_counts import NgramCounts
from firth.lm.ngram.trie import Floats

_ROUNDS = 50


def fit_weights(counts: NgramCounts, words: int) -> Floats:
    r"""One weight for each order, by deleted interpolation (Jelinek and Mercer 1980), leaving one occurrence out.

    Each occurrence of an n-gram is predicted from the counts without it, (c(h w) - 1) / (c(h) - 1) at each order, and
    EM finds the mixture q_0 .. q_n of these and of the uniform distribution that predicts all of them best:

        q_m  <-  mean over occurrences of  q_m p_m / sum over m of q_m p_m

    The nested weights are lambda_m = q_m / (q_0 + .. + q_m).

    Args:
        counts: of the training text.
        words: words that may follow a history.

    Returns:
        lambda_1 to lambda_n.
    """
    trie = counts.trie
    contexts = trie.link_contexts()
    longest = max(n for n in range(1, trie.order + 1) if trie.level(n).start < trie.level(n).stop)
    nodes = np.arange(trie.level(longest).start, trie.level(longest).stop)
    weights = np.asarray(counts.counts[nodes], np.float64)
    predictions = np.zeros((trie.order + 1, len(nodes)))  # of orders longer than every sentence: 0
    predictions[0] = 1 / words
    for n in range(longest, 0, -1):
        level, above = trie.level(n), trie.level(n - 1) if n > 1 else slice(0, 1)
        owners = contexts[level] - above.start if n > 1 else np.zeros(level.stop, np.int64)
        occurrences = np.asarray(counts.counts[level], np.float64)
        totals = np.bincount(owners, weights=occurrences, minlength=above.stop - above.start)
        places = nodes - level.start
        others = totals[owners[places]] - 1
        left = np.maximum(occurrences[places] - 1, 0)  # what never occurs has no weight below
        predictions[n] = np.divide(left, others, out=np.zeros(len(nodes)), where=others > 0)
        if n > 1:
            nodes = np.searchsorted(trie.child_bounds, nodes, side="right") - 1
    mixture = np.full(trie.order + 1, 1 / (trie.order + 1))
    for _ in range(_ROUNDS):
        posterior = mixture[:, None] * predictions
        posterior /= posterior.sum(axis=0)
        updated = posterior @ weights / weights.sum()
        converged = np.abs(updated - mixture).max() < 1e-6
        mixture = updated
        if converged:
            break
    mixture = np.maximum(mixture, 1e-9)  # no order's weight may be 0
    return np.asarray(mixture[1:] / np.cumsum(mixture)[1:])
