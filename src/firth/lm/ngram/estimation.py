"""From counts to the probabilities and back-off weights of a trie.

A smoothing method (:mod:`firth.lm.ngram.smoothing`) and its form (:mod:`firth.lm.ngram.forms`) are applied to one level
after another. A level is smoothed in pieces and in two passes: the sums of each history, then the probabilities. Of
everything else than the results, no more than one level is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import real
from firth.errors import OptionError
from firth.kernels.ngram.nodes import START_ID, UNKNOWN_ID
from firth.lm.ngram.forms import FORMS, Form
from firth.lm.ngram.interpolation import fit_weights
from firth.lm.ngram.ngram_counts import NgramCounts
from firth.lm.ngram.pieces import Piece, Pieces, parts_of
from firth.lm.ngram.pruning import Mask, above_thresholds, check_thresholds, cut
from firth.lm.ngram.smoothing import KATZ_LIMIT, SMOOTHINGS, Level, Shares
from firth.lm.ngram.trie import Floats, Int64s, Trie
from firth.lm.spilled import allocate
from firth.parallel import in_threads

Float32s = npt.NDArray[np.float32]

_HIGHEST = KATZ_LIMIT + 1  # of the counts whose numbers the methods ask for


@dataclass(frozen=True)
class Estimate:
    """What a model stores, and the numbers that each order's method used.

    Attributes:
        log10_probabilities: of the last word of each n-gram.  # (nodes,)
        log10_backoffs: of the weight of each history.  # (inner nodes,)
        used: for each order.
    """

    log10_probabilities: Float32s
    log10_backoffs: Float32s
    used: list[list[float]]


@dataclass(frozen=True)
class Estimator:
    """How probabilities are made of counts.

    Attributes:
        smoothing: a name of ``SMOOTHINGS``.
        form: one of its forms.
        parameters: the method's number for each order from 1, or None for its own estimate.
        thresholds: for each order, the highest count whose n-grams are left out.
        closed: whether unknown words have no probability.
    """

    smoothing: str
    form: str
    parameters: list[float | None]
    thresholds: list[int]
    closed: bool

    @classmethod
    def of(
        cls,
        order: int,
        *,
        smoothing: str,
        form: str | None,
        parameters: float | Sequence[float] | None,
        prune: Sequence[int] | None,
        closed: bool,
    ) -> Estimator:
        """The estimator of these options of :meth:`firth.lm.NgramModel.train`.

        Raises:
            OptionError: an option is invalid.
        """
        if smoothing not in SMOOTHINGS:
            raise OptionError(f"smoothing {smoothing!r}, expected one of {', '.join(SMOOTHINGS)}")
        forms = SMOOTHINGS[smoothing].forms
        form = form or forms[0]
        if form not in forms:
            raise OptionError(f"{smoothing} has no form {form!r}, expected {' or '.join(forms)}")
        given = _one_an_order(parameters, order)
        return cls(smoothing, form, given, check_thresholds(prune, order), closed)

    def trie(self, counts: NgramCounts, workers: int = 1) -> tuple[Trie, Float32s, Float32s, dict[str, Any]]:
        """The trie, log10 probabilities, log10 back-off weights, and how they were made.

        Raises:
            OptionError: a parameter is invalid.
        """
        parameters, words = self.parameters, counts.trie.level(1).stop - 1 - self.closed
        if SMOOTHINGS[self.smoothing].fits_weights and parameters == [None] * len(parameters):
            parameters = list(fit_weights(counts, words))
        keep = above_thresholds(counts, self.thresholds) if any(self.thresholds) else None
        made = self._estimate(counts, parameters, words, keep, workers)
        arrays = counts.trie, made.log10_probabilities, made.log10_backoffs
        if keep is not None:
            arrays = cut(counts.trie, keep, made.log10_probabilities, made.log10_backoffs)
        info = {
            "smoothing": self.smoothing,
            "form": self.form,
            "used": made.used,
            "closed": self.closed,
            "prune": self.thresholds,
            "tokens": int(counts.counts[counts.trie.level(1)].sum()),
        }
        return *arrays, info

    def _estimate(
        self, counts: NgramCounts, parameters: list[float | None], words: int, keep: Mask | None, workers: int
    ) -> Estimate:
        """Smooth every level.

        Args:
            counts: of a text.
            parameters: the method's number for each order.
            words: words that may follow a history.
            keep: (nodes,) which n-grams will stay after pruning; the probability of the others goes to the back-off.
            workers: number of threads.
        """
        trie, method = counts.trie, SMOOTHINGS[self.smoothing]
        on_disk = counts.on_disk
        inner = int(trie.level_bounds[-2]) if trie.order > 1 else 0
        made = Estimate(
            allocate(len(counts.counts), np.float32, on_disk=on_disk), allocate(inner, np.float32, on_disk=on_disk), []
        )
        contexts = np.zeros(trie.level(1).stop, np.int32)
        uniform = 1 / words
        shorter: Floats | float = uniform
        for n in range(1, trie.order + 1):
            if n > 1:
                contexts = trie.contexts_of(n, contexts if n > 2 else None, workers, on_disk=on_disk)
            pieces = Pieces(counts, n, method.left_words, contexts, shorter, workers)
            shares = method.shares(Level(n, words, _counts_of_counts(pieces), parameters[n - 1]))
            made.used.append(shares.used)
            weights = _weights(pieces, shares, FORMS[self.form], keep, workers)
            if n > 1:
                above = trie.level(n - 1).start
                for first, last in parts_of(len(weights)):
                    made.log10_backoffs[above + first : above + last] = log10(weights[first:last, 1])
            level = trie.level(n)
            longest = n == trie.order
            shorter = allocate(0 if longest else level.stop - level.start, np.float64, on_disk=on_disk)
            self._fill(pieces, shares, weights, keep, made.log10_probabilities[level], None if longest else shorter)
            if self.form == "uniform":
                shorter = uniform
        return made

    def _fill(
        self,
        pieces: Pieces,
        shares: Shares,
        weights: Floats,
        keep: Mask | None,
        log10_probabilities: Float32s,
        probabilities: Floats | None,
    ) -> None:
        """The probabilities of a level; as such, too, where the next level needs them."""
        form = FORMS[self.form]

        def fill(piece: Piece) -> None:
            own_weights = np.take(weights, piece.contexts, axis=0).T[: form.columns]
            values = form.values(_kept(piece, shares, keep), piece.lower, *own_weights)
            if piece.nodes.start == 0:
                values[START_ID] = 0.0
                if self.closed:
                    values[UNKNOWN_ID] = 0.0
            if probabilities is not None:
                probabilities[piece.within] = values
            log10_probabilities[piece.within] = log10(values)

        pieces.each(fill)


def _counts_of_counts(pieces: Pieces) -> Int64s:
    def of_piece(piece: Piece) -> Int64s:
        return np.bincount(np.minimum(piece.counts, _HIGHEST + 1).astype(np.int64), minlength=_HIGHEST + 2)

    return sum(pieces.each(of_piece), np.zeros(_HIGHEST + 2, np.int64))[: _HIGHEST + 1]


def _kept(piece: Piece, shares: Shares, keep: Mask | None) -> Floats:
    kept = shares.kept(piece.counts)
    return kept if keep is None else np.where(keep[piece.nodes], kept, 0.0)


def _weights(pieces: Pieces, shares: Shares, form: Form, keep: Mask | None, workers: int) -> Floats:
    """What the form needs of each history. # (histories, columns)"""
    columns = [lambda piece: piece.counts, lambda piece: shares.taken(piece.counts)]
    if keep is not None:
        columns.append(lambda piece: np.where(keep[piece.nodes], 0.0, shares.kept(piece.counts)))
    if form.sums_lower:
        columns.append(lambda piece: np.where(_kept(piece, shares, keep) > 0, piece.lower, 0.0))
    sums = pieces.sums(*columns)

    def weigh(rows: tuple[int, int]) -> None:
        own = sums[slice(*rows)]
        totals, left = shares.closed(own[:, 0], own[:, 1])
        if keep is not None:
            left = left + own[:, 2]
        for column, values in enumerate(form.weights(totals, left, own[:, -1])):
            own[:, column] = values

    in_threads(weigh, parts_of(len(sums)), workers)
    return sums


def _one_an_order(parameters: float | Sequence[float] | None, order: int) -> list[float | None]:
    if parameters is None:
        return [None] * order
    if not isinstance(parameters, Iterable) or np.ndim(parameters) == 0:
        return [real("parameters", parameters, 0)] * order
    given = [real("parameters", parameter, 0) for parameter in parameters]
    if len(given) != order:
        raise OptionError(f"{len(given)} parameters, expected one, or one for each order from 1 to {order}")
    return list(given)


def log10(values: Floats) -> Float32s:
    """Decimal logarithms as they are stored; zero becomes -inf."""
    with np.errstate(divide="ignore"):
        return np.log10(values).astype(np.float32)
