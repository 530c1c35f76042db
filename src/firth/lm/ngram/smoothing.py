r"""Smoothing: how much of a history's probability goes to the words seen after it, and how much is left for the others.

Every method here answers the same question at one level of the trie. For the n-gram h w with count c(h w) it gives a
*kept* part of the count, and for the history h a *total* and what is *left* over, so that

    f(w | h) = kept(h w) / total(h)        and        rest(h) = left(h) / total(h).

:mod:`firth.lm.ngram.estimation` makes these into probabilities, interpolated or by back-off. c(h) is the sum of c(h w)
over w, N1+(h .) the number of different words after h, n_r the number of n-grams of the level that occur r times, V the
number of words. The survey of all of them is Chen and Goodman (1998), "An empirical study of smoothing techniques for
language modeling", TR-10-98, whose equations are cited as CG.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

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
        counts: (n-grams,) occurrences, or for Kneser-Ney below the highest order the number of different left words.
        contexts: (n-grams,) which history each belongs to.
        histories: the number of histories.
        words: words that may follow a history (V).
        parameter: the method's own number for this level, if the user gave one.
    """

    n: int
    counts: Floats
    contexts: Int64s
    histories: int
    words: int
    parameter: float | None = None

    def totals(self) -> Floats:
        """c(h) for each history."""
        return self.per_history(self.counts)

    def kinds(self) -> Floats:
        """N1+(h .) for each history."""
        return self.per_history((self.counts > 0).astype(np.float64))

    def per_history(self, values: Floats) -> Floats:
        """Sum a value of every n-gram over each history."""
        return np.bincount(self.contexts, weights=values, minlength=self.histories).astype(np.float64, copy=False)

    def counts_of_counts(self, highest: int) -> npt.NDArray[np.int64]:
        """n_1 to n_highest; what lies at index 0 is of no use. # (highest + 1,)"""
        clipped = np.minimum(self.counts, highest + 1).astype(np.int64)
        return np.bincount(clipped, minlength=highest + 2)[: highest + 1]


@dataclass(frozen=True)
class Shares:
    """The result of a smoothing method; ``used`` holds the numbers that it estimated or was given."""

    kept: Floats
    totals: Floats
    left: Floats
    used: list[float] = field(default_factory=list)


def maximum_likelihood(level: Level) -> Shares:
    """f = c(h w) / c(h), nothing left: words not seen after h have probability 0 (CG eq. 2)."""
    return Shares(level.counts, level.totals(), np.zeros(level.histories))


def add_k(level: Level) -> Shares:
    r"""Lidstone's law; Laplace's for k = 1 (CG eq. 6). The rest is spread evenly over all V words:

    p(w | h) = (c(h w) + k) / (c(h) + k V) = c(h w) / (c(h) + k V) + k V / (c(h) + k V) * 1/V
    """
    k = 1.0 if level.parameter is None else level.parameter
    if k <= 0:
        raise OptionError(f"k = {k}, expected more than 0", hint="smoothing='maximum-likelihood' adds nothing")
    left = np.full(level.histories, k * level.words)
    return Shares(level.counts, level.totals() + left, left, [k])


def jelinek_mercer(level: Level) -> Shares:
    """f = lambda_n c(h w) / c(h), rest 1 - lambda_n, one weight an order (CG eq. 12)."""
    weight = level.parameter
    if weight is None or not 0 < weight <= 1:
        raise OptionError(f"weight {weight} of order {level.n}, expected more than 0 and at most 1")
    totals = level.totals()
    return Shares(weight * level.counts, totals, (1 - weight) * totals, [weight])


def witten_bell(level: Level) -> Shares:
    """f = c(h w) / (c(h) + N1+(h .)), rest N1+(h .) / (c(h) + N1+(h .)) (CG eq. 17)."""
    kinds = level.kinds()
    return Shares(level.counts, level.totals() + kinds, kinds)


def absolute(level: Level) -> Shares:
    """f = max(c(h w) - D, 0) / c(h), rest D N1+(h .) / c(h), D = n_1 / (n_1 + 2 n_2) (CG eq. 18 to 20).

    On Kneser-Ney's counts this is Kneser-Ney smoothing (Kneser and Ney 1995; interpolated: CG eq. 22).
    """
    discount = level.parameter
    if discount is None:
        _, n1, n2 = level.counts_of_counts(2)
        discount = n1 / (n1 + 2 * n2) if n1 and n2 else 0.0
        if not 0 < discount < 1:
            discount = FALLBACK_DISCOUNTS[0]
            _say_fallback(level, f"n_1 = {n1}, n_2 = {n2}", f"D = {discount}")
    if not 0 < discount <= 1:
        raise OptionError(f"discount {discount} of order {level.n}, expected more than 0 and at most 1")
    return _discounted(level, np.array([0.0, discount, discount, discount]))


def modified_absolute(level: Level) -> Shares:
    r"""Three discounts, for counts of 1, 2 and 3 or more (CG eq. 24 to 27); on Kneser-Ney's counts, modified
    Kneser-Ney:

        Y = n_1 / (n_1 + 2 n_2),        D_r = r - (r + 1) Y n_{r+1} / n_r        for r = 1, 2, 3

    Where n_1, n_2 or n_3 is zero, or a discount below 0 or above r, the level takes 0.5, 1, 1.5, and a
    :class:`DiscountWarning` says so.
    """
    n = level.counts_of_counts(4).astype(np.float64)
    discounts = np.zeros(4)
    if n[1:4].all():
        y = n[1] / (n[1] + 2 * n[2])
        r = np.arange(1, 4)
        discounts[1:] = r - (r + 1) * y * n[2:5] / n[1:4]
    if not n[1:4].all() or (discounts < 0).any() or (discounts > np.arange(4)).any():
        discounts[1:] = FALLBACK_DISCOUNTS
        found = ", ".join(f"n_{r} = {int(n[r])}" for r in range(1, 5))
        _say_fallback(level, found, "D1, D2, D3+ = {}, {}, {}".format(*FALLBACK_DISCOUNTS))
    return _discounted(level, discounts)


def _discounted(level: Level, discounts: Floats) -> Shares:
    taken = discounts[np.minimum(level.counts, 3).astype(np.int64)]
    return Shares(level.counts - taken, level.totals(), level.per_history(taken), discounts[1:].tolist())


def good_turing(level: Level) -> Shares:
    r"""Katz (1987): counts up to k = 5 are shrunk in the ratio of Good and Turing, larger ones are trusted (CG eq. 15):

        r* = (r + 1) n_{r+1} / n_r,     d_r = (r*/r - q) / (1 - q),     q = (k + 1) n_{k+1} / n_1,     f = d_r r / c(h)

    Where the ratios are not all above 0 and at most 1, the level takes d_r = (r - 0.5) / r and a
    :class:`DiscountWarning` says so. A history whose counts all exceed k has nothing left for unseen words; its total
    is raised by one, as in SRILM.
    """
    k = KATZ_LIMIT
    n = level.counts_of_counts(k + 1).astype(np.float64)
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
    small = level.counts <= k
    kept = level.counts.copy()
    kept[small] *= ratios[level.counts[small].astype(np.int64)]
    totals = level.totals()
    left = level.per_history(level.counts - kept)
    nothing_left = (left <= 0) & (totals > 0)
    left[nothing_left] = 1.0
    totals[nothing_left] += 1.0
    return Shares(kept, totals, left, ratios[1:].tolist())


def stupid(level: Level) -> Shares:
    """S(w | h) = c(h w) / c(h) if seen, else 0.4 S(w | h') (Brants et al. 2007, eq. 5): scores, not a distribution."""
    factor = 0.4 if level.parameter is None else level.parameter
    if not 0 < factor <= 1:
        raise OptionError(f"back-off factor {factor}, expected more than 0 and at most 1")
    totals = level.totals()
    return Shares(level.counts, totals, factor * totals, [factor])


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
