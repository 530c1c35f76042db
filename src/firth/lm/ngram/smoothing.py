r"""Smoothing: how much of a history's probability goes to the words seen after it, and how much is left for the others.

Every method here answers the same question at one level of the trie. For the n-gram h w with count c(h w) it gives a
*kept* part of the count, and for the history h a *total* and what is *left* over, so that

    f(w | h) = kept(h w) / total(h)        and        rest(h) = left(h) / total(h).

:mod:`firth.lm.ngram.estimation` makes these into probabilities, interpolated or by back-off. c(h) is the sum of c(h w)
over w, N1+(h .) the number of different words after h, n_r the number of n-grams of the level that occur r times, V the
number of words. What is kept depends on the count alone, and what is left on sums over the words after h, so that a
level is smoothed piece by piece. The survey of all methods is Chen and Goodman (1998), "An empirical study of smoothing
techniques for language modeling", TR-10-98, whose equations are cited as CG.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from firth.errors import OptionError, warn
from firth.lm.ngram.trie import Floats, Int64s

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
KATZ_LIMIT = 5


class DiscountWarning(UserWarning):
    """A warning that a text is too small or too regular to estimate discounts, so that fixed ones are used."""


@dataclass(frozen=True)
class Level:
    """The n-grams of one length, as a smoothing method sees them.

    Attributes:
        n: words in an n-gram.
        words: words that may follow a history (V).
        counts_of_counts: n_1 to n_6; the value at index 0 is not used.  # (7,) int64
        parameter: the method's own number for this level, if the user gave one.
    """

    n: int
    words: int
    counts_of_counts: Int64s
    parameter: float | None = None


def _itself(counts: Floats) -> Floats:
    return counts


def _nothing(counts: Floats) -> Floats:
    return np.zeros(len(counts))


def _as_summed(totals: Floats, taken: Floats) -> tuple[Floats, Floats]:
    return totals, taken


@dataclass(frozen=True)
class Shares:
    """The result of a smoothing method: how it divides the counts of a level.

    Attributes:
        kept: function from counts to what is kept of each.
        taken: function from counts to what each contributes to what its history has left.
        closed: function from the sums of each history, its count and what was taken, to its total and what is left.
        used: the numbers that the method estimated or was given.
    """

    kept: Callable[[Floats], Floats] = _itself
    taken: Callable[[Floats], Floats] = _nothing
    closed: Callable[[Floats, Floats], tuple[Floats, Floats]] = _as_summed
    used: list[float] = field(default_factory=list)


def maximum_likelihood(level: Level) -> Shares:
    """f = c(h w) / c(h), nothing left: words not seen after h have probability 0 (CG eq. 2)."""
    del level
    return Shares()


def add_k(level: Level) -> Shares:
    r"""Lidstone's law; Laplace's for k = 1 (CG eq. 6). The rest is spread evenly over all V words:

    p(w | h) = (c(h w) + k) / (c(h) + k V) = c(h w) / (c(h) + k V) + k V / (c(h) + k V) * 1/V
    """
    k = 1.0 if level.parameter is None else level.parameter
    if k <= 0:
        raise OptionError(f"k = {k}, expected more than 0", hint="smoothing='maximum-likelihood' adds nothing")
    left = k * level.words
    return Shares(closed=lambda totals, _: (totals + left, np.full(len(totals), left)), used=[k])


def jelinek_mercer(level: Level) -> Shares:
    """f = lambda_n c(h w) / c(h), rest 1 - lambda_n, one weight an order (CG eq. 12)."""
    weight = level.parameter
    if weight is None or not 0 < weight <= 1:
        raise OptionError(f"weight {weight} of order {level.n}, expected more than 0 and at most 1")
    return Shares(
        kept=lambda counts: weight * counts,
        closed=lambda totals, _: (totals, (1 - weight) * totals),
        used=[weight],
    )


def witten_bell(level: Level) -> Shares:
    """f = c(h w) / (c(h) + N1+(h .)), rest N1+(h .) / (c(h) + N1+(h .)) (CG eq. 17)."""
    del level
    return Shares(
        taken=lambda counts: (counts > 0).astype(np.float64), closed=lambda totals, kinds: (totals + kinds, kinds)
    )


def absolute(level: Level) -> Shares:
    """f = max(c(h w) - D, 0) / c(h), rest D N1+(h .) / c(h), D = n_1 / (n_1 + 2 n_2) (CG eq. 18 to 20).

    On Kneser-Ney's counts this is Kneser-Ney smoothing (Kneser and Ney 1995; interpolated: CG eq. 22).
    """
    discount = level.parameter
    if discount is None:
        n1, n2 = level.counts_of_counts[1:3]
        discount = n1 / (n1 + 2 * n2) if n1 and n2 else 0.0
        if not 0 < discount < 1:
            discount = FALLBACK_DISCOUNTS[0]
            _say_fallback(level, f"n_1 = {n1}, n_2 = {n2}", f"D = {discount}")
    if not 0 < discount <= 1:
        raise OptionError(f"discount {discount} of order {level.n}, expected more than 0 and at most 1")
    return _discounted(np.array([0.0, discount, discount, discount]))


def modified_absolute(level: Level) -> Shares:
    r"""Three discounts, for counts of 1, 2 and 3 or more (CG eq. 24 to 27); on Kneser-Ney's counts, modified
    Kneser-Ney:

        Y = n_1 / (n_1 + 2 n_2),        D_r = r - (r + 1) Y n_{r+1} / n_r        for r = 1, 2, 3

    Where n_1, n_2 or n_3 is zero, or a discount below 0 or above r, the level takes 0.5, 1, 1.5, and a
    :class:`DiscountWarning` says so.
    """
    n = level.counts_of_counts[:5].astype(np.float64)
    discounts = np.zeros(4)
    if n[1:4].all():
        y = n[1] / (n[1] + 2 * n[2])
        r = np.arange(1, 4)
        discounts[1:] = r - (r + 1) * y * n[2:5] / n[1:4]
    if not n[1:4].all() or (discounts < 0).any() or (discounts > np.arange(4)).any():
        discounts[1:] = FALLBACK_DISCOUNTS
        found = ", ".join(f"n_{r} = {int(n[r])}" for r in range(1, 5))
        _say_fallback(level, found, "D1, D2, D3+ = {}, {}, {}".format(*FALLBACK_DISCOUNTS))
    return _discounted(discounts)


def _discounted(discounts: Floats) -> Shares:
    def taken(counts: Floats) -> Floats:
        return discounts[np.minimum(counts, 3).astype(np.int64)]

    return Shares(lambda counts: counts - taken(counts), taken, used=discounts[1:].tolist())


def good_turing(level: Level) -> Shares:
    r"""Katz (1987): counts up to k = 5 are shrunk in the ratio of Good and Turing, larger ones are trusted (CG eq. 15):

        r* = (r + 1) n_{r+1} / n_r,     d_r = (r*/r - q) / (1 - q),     q = (k + 1) n_{k+1} / n_1,     f = d_r r / c(h)

    Where the ratios are not all above 0 and at most 1, the level takes d_r = (r - 0.5) / r and a
    :class:`DiscountWarning` says so. A history whose counts all exceed k has nothing left for unseen words; its total
    is raised by one, as in SRILM.
    """
    k = KATZ_LIMIT
    n = level.counts_of_counts[: k + 2].astype(np.float64)
    ratios = np.ones(k + 1)
    r = np.arange(1, k + 1)
    if n[1:].all():
        q = (k + 1) * n[k + 1] / n[1]
        if q != 1:
            ratios[1:] = ((r + 1) * n[2:] / (n[1:-1] * r) - q) / (1 - q)
    if not n[1:].all() or not ((ratios[1:] > 0) & (ratios[1:] < 1)).all():
        ratios[1:] = (r - 0.5) / r
        found = ", ".join(f"n_{i} = {int(n[i])}" for i in range(1, k + 2))
        _say_fallback(level, found, "d_r = (r - 0.5) / r")

    def kept(counts: Floats) -> Floats:
        small = counts <= k
        shrunk = counts.copy()
        shrunk[small] *= ratios[counts[small].astype(np.int64)]
        return shrunk

    def closed(totals: Floats, left: Floats) -> tuple[Floats, Floats]:
        nothing_left = (left <= 0) & (totals > 0)
        return totals + nothing_left, np.where(nothing_left, 1.0, left)

    return Shares(kept, lambda counts: counts - kept(counts), closed, ratios[1:].tolist())


def stupid(level: Level) -> Shares:
    """S(w | h) = c(h w) / c(h) if seen, else 0.4 S(w | h') (Brants et al. 2007, eq. 5): scores, not a distribution."""
    factor = 0.4 if level.parameter is None else level.parameter
    if not 0 < factor <= 1:
        raise OptionError(f"back-off factor {factor}, expected more than 0 and at most 1")
    return Shares(closed=lambda totals, _: (totals, factor * totals), used=[factor])


def _say_fallback(level: Level, found: str, stated: str) -> None:
    warn(
        f"{level.n}-grams: no discount can be estimated from {found}; {stated} is used instead",
        DiscountWarning,
    )


@dataclass(frozen=True)
class Smoothing:
    """A smoothing method as the registry holds it.

    Attributes:
        shares: the method.
        forms: ``"interpolated"`` and ``"backoff"``, the default first; empty for a rule of its own.
        left_words: below the highest order count different left words, not occurrences (Kneser and Ney).
        fits_weights: its numbers are estimated from all levels together, by deleted interpolation.
    """

    shares: Callable[[Level], Shares]
    forms: tuple[str, ...]
    left_words: bool = False
    fits_weights: bool = False


SMOOTHINGS: dict[str, Smoothing] = {
    "maximum-likelihood": Smoothing(maximum_likelihood, ("interpolated",)),
    "add-k": Smoothing(add_k, ("uniform",)),
    "good-turing": Smoothing(good_turing, ("backoff",)),
    "jelinek-mercer": Smoothing(jelinek_mercer, ("interpolated",), fits_weights=True),
    "witten-bell": Smoothing(witten_bell, ("interpolated", "backoff")),
    "absolute": Smoothing(absolute, ("interpolated", "backoff")),
    "kneser-ney": Smoothing(absolute, ("interpolated", "backoff"), left_words=True),
    "modified-kneser-ney": Smoothing(modified_absolute, ("interpolated", "backoff"), left_words=True),
    "stupid-backoff": Smoothing(stupid, ("stupid",)),
}
