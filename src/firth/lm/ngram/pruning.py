"""Pruning: leaving out n-grams by count or by relative entropy."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.kernels.ngram.nodes import END_ID, START_ID
from firth.lm.ngram.ngram_counts import NgramCounts
from firth.lm.ngram.trie import Floats, Int64s, Trie

Mask = npt.NDArray[np.bool_]
Values = TypeVar("Values", bound=npt.NDArray[np.floating])
Weights = TypeVar("Weights", bound=npt.NDArray[np.floating])


def check_thresholds(prune: Sequence[int] | None, order: int) -> list[int]:
    """One threshold for each order; the last given one applies to all higher orders.

    Raises:
        OptionError: the first is not 0, they decrease, or there are too many.
    """
    if prune is None or not len(prune):
        return [0] * order
    given = [whole("prune", threshold, 0) for threshold in prune]
    if len(given) > order:
        raise OptionError(f"{len(given)} pruning thresholds, expected at most {order}, one for each order")
    if given[0] != 0:
        raise OptionError(
            f"single words cannot be pruned, but {given[0]} was given", hint="min_count=2 leaves rare words out"
        )
    if any(later < earlier for earlier, later in itertools.pairwise(given)):
        raise OptionError(f"pruning thresholds {given}, expected none below the previous one")
    return given + [given[-1]] * (order - len(given))


def above_thresholds(counts: NgramCounts, thresholds: Sequence[int]) -> Mask:
    """Which n-grams occur more often than the threshold of their order. # (nodes,)

    An n-gram never occurs more often than its suffix or its context, so these are kept if it is kept.
    """
    keep = np.ones(len(counts.counts), bool)
    for n in range(2, counts.trie.order + 1):
        level = counts.trie.level(n)
        keep[level] = counts.counts[level] > thresholds[n - 1]
    return keep


def entropy_mask(trie: Trie, probabilities: Floats, threshold: float) -> Mask:
    r"""Which n-grams stay when those that matter least are left out (Stolcke 1998, section 3). # (nodes,)

    Leaving h w out changes the distribution p into p', whose relative entropy is (eq. 4)

        D(p || p') = -p(h) { p(w | h) [log p(w | h') + log a'(h) - log p(w | h)]
                             + [log a'(h) - log a(h)] (1 - sum of p(v | h) over the v seen after h) }

    a and a' being the back-off weights of h before and after (eq. 5). It goes when exp(D) - 1 is below the threshold
    (eq. 6), unless a longer n-gram that stays has it as its context or suffix.

    Args:
        trie: of a back-off model.
        probabilities: (nodes,) p(last word | the others).
        threshold: relative change of perplexity.
    """
    contexts = trie.contexts()
    history = _history_probabilities(trie, probabilities, contexts)
    keep = np.ones(len(probabilities), bool)
    needed = np.zeros(len(probabilities), bool)
    for n in range(trie.order, 1, -1):
        level = trie.level(n)
        owners, suffixes = contexts[level], trie.suffixes(n)
        p, lower = probabilities[level], probabilities[suffixes]
        above = trie.level(n - 1)
        seen, lower_seen = _sums(owners, above, p), _sums(owners, above, lower)
        mine = owners - above.start
        rest, lower_rest = (1 - seen)[mine], (1 - lower_seen)[mine]
        with np.errstate(divide="ignore", invalid="ignore"):
            log_before = np.log(rest) - np.log(lower_rest)
            log_after = np.log(rest + p) - np.log(lower_rest + lower)
            change = p * (np.log(lower) + log_after - np.log(p)) + (log_after - log_before) * rest
            lost = np.expm1(-history[owners] * change)
        keep[level] = needed[level] | ~(lost < threshold)
        kept = keep[level]
        needed[owners[kept]] = True
        needed[suffixes[kept]] = True
    return keep


def _history_probabilities(trie: Trie, probabilities: Floats, contexts: Int64s) -> Floats:
    """p(h) of each n-gram as a history, by the chain rule; ``<s>`` is as frequent as ``</s>``. # (nodes,)"""
    history = probabilities.copy()
    history[START_ID] = probabilities[END_ID]
    for n in range(2, trie.order + 1):
        level = trie.level(n)
        history[level] *= history[contexts[level]]
    return history


def _sums(owners: Int64s, above: slice, values: Floats) -> Floats:
    sums = np.bincount(owners - above.start, weights=values, minlength=above.stop - above.start)
    return sums.astype(np.float64, copy=False)


def normalising_backoffs(trie: Trie, probabilities: Floats, keep: Mask) -> Floats:
    """The back-off weight of each history when only the n-grams to keep are stored (Stolcke 1998, eq. 2).

    backoff(h) = (1 - sum of p(w | h)) / (1 - sum of p(w | h')) over the w kept after h. # (inner nodes,)
    """
    contexts = trie.contexts()
    backoffs = np.ones(int(trie.level_bounds[-2]))
    for n in range(2, trie.order + 1):
        level, above = trie.level(n), trie.level(n - 1)
        kept = keep[level]
        owners = contexts[level][kept]
        rest = 1 - _sums(owners, above, probabilities[level][kept])
        lower_rest = 1 - _sums(owners, above, probabilities[trie.suffixes(n)[kept]])
        backoffs[above] = np.divide(np.maximum(rest, 0), lower_rest, out=np.zeros(len(rest)), where=lower_rest > 1e-9)
    return backoffs


def cut(trie: Trie, keep: Mask, probabilities: Values, backoffs: Weights) -> tuple[Trie, Values, Weights]:
    """The trie of the n-grams to keep, with their probabilities and back-off weights.

    Level 1 is kept whole, and the suffix and the context of each n-gram that is kept must be kept too.
    """
    inner = len(backoffs)
    kept_before = np.concatenate([[0], np.cumsum(keep)])
    level_bounds = kept_before[trie.level_bounds]
    bounds = kept_before[np.asarray(trie.child_bounds)]
    child_bounds = np.concatenate([bounds[:-1][keep[:inner]], bounds[-1:]])
    smaller = Trie(level_bounds, np.ascontiguousarray(trie.left_words[keep]), child_bounds)
    return smaller, cast(Values, probabilities[keep]), cast(Weights, backoffs[keep[:inner]])
