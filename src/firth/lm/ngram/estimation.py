r"""From counts to the probabilities and back-off weights of a trie.

With f and rest from a smoothing method (:mod:`firth.lm.ngram.smoothing`), h' the history without its first word, and
p(w | ) = 1/V below the single words:

    interpolated    p(w | h) = f(w | h) + rest(h) p(w | h')                        backoff(h) = rest(h)
    by back-off     p(w | h) = f(w | h)  for h w seen, else  backoff(h) p(w | h'),
                    backoff(h) = rest(h) / (1 - sum of p(w | h') over the w seen after h)

Both are stored alike: a probability for each n-gram seen, a back-off weight for each history.
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
from firth.lm.ngram.interpolation import fit_weights
from firth.lm.ngram.ngram_counts import NgramCounts, count_ngrams
from firth.lm.ngram.pruning import Mask, above_thresholds, check_thresholds, cut
from firth.lm.ngram.smoothing import SMOOTHINGS, Level, Shares
from firth.lm.ngram.trie import Floats, Trie
from firth.lm.sentences import Sentences

Float32s = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Estimate:
    """Probabilities (nodes,), back-off weights (inner nodes,), and the numbers that each order's method used."""

    probabilities: Floats
    backoffs: Floats
    used: list[list[float]]


def estimate(
    counts: NgramCounts,
    smoothing: str,
    form: str,
    *,
    parameters: Sequence[float | None],
    closed: bool,
    keep: Mask | None = None,
    workers: int = 1,
) -> Estimate:
    """Smooth every level of the counts.

    Args:
        counts: of a text.
        smoothing: a name of ``SMOOTHINGS``.
        form: one of its forms.
        parameters: the method's number for each order from 1, or ``None`` for its own estimate.
        closed: ``<unk>`` is not among the words.
        keep: (nodes,) which n-grams will stay after pruning; the probability of the others goes to the back-off.
        workers: threads.
    """
    trie = counts.trie
    contexts = trie.link_contexts(workers)
    words = len(counts.counts[trie.level(1)]) - 1 - closed
    probabilities = np.empty(len(counts.counts))
    backoffs = np.ones(int(trie.level_bounds[-2]) if trie.order > 1 else 0)
    used = []
    for n in range(1, trie.order + 1):
        level_nodes = trie.level(n)
        above = trie.level(n - 1) if n > 1 else slice(0, 1)
        level = Level(
            n,
            level_counts(counts, n, SMOOTHINGS[smoothing].left_words),
            contexts[level_nodes] - above.start if n > 1 else np.zeros(level_nodes.stop, np.int64),
            above.stop - above.start,
            words,
            parameters[n - 1],
        )
        shares = SMOOTHINGS[smoothing].shares(level)
        used.append(shares.used)
        if keep is not None:
            shares = _without(shares, level, ~keep[level_nodes])
        lower = 1 / words if n == 1 or form == "uniform" else probabilities[trie.suffixes(n)]
        values, rest = FORMS[form](shares, level, lower)
        if n == 1:
            values[START_ID] = 0.0
            if closed:
                values[UNKNOWN_ID] = 0.0
        else:
            backoffs[above] = rest
        probabilities[level_nodes] = values
    return Estimate(probabilities, backoffs, used)


def level_counts(counts: NgramCounts, n: int, left_words: bool) -> Floats:
    """Occurrences of the n-grams of one level, or their numbers of different left words, as Kneser and Ney count.

    At the highest order, and where the first word is ``<s>``, nothing stands to the left and occurrences are taken.
    """
    trie = counts.trie
    nodes = trie.level(n)
    occurrences = np.asarray(counts.counts[nodes], np.float64)
    if not left_words or n == trie.order:
        return occurrences
    kinds = np.diff(trie.child_bounds[nodes.start : nodes.stop + 1]).astype(np.float64)
    return np.where(trie.left_words[nodes] == START_ID, occurrences, kinds)


def _without(shares: Shares, level: Level, pruned: Mask) -> Shares:
    lost = np.where(pruned, shares.kept, 0.0)
    return Shares(shares.kept - lost, shares.totals, shares.left + level.per_history(lost), shares.used)


def interpolate(shares: Shares, level: Level, lower: Floats | float) -> tuple[Floats, Floats]:
    """p(w | h) = f(w | h) + rest(h) p(w | h')."""
    seen = shares.totals > 0
    scale = np.divide(1.0, shares.totals, out=np.zeros(level.histories), where=seen)
    rest = np.where(seen, shares.left * scale, 1.0)
    return shares.kept * scale[level.contexts] + rest[level.contexts] * lower, rest


def back_off(shares: Shares, level: Level, lower: Floats | float) -> tuple[Floats, Floats]:
    """p(w | h) = f(w | h) for what was seen; the rest is spread over the other words as p(w | h').

    Where no other word has any probability, the words seen share the rest in proportion.
    """
    seen = shares.kept > 0
    totals = shares.totals
    scale = np.divide(1.0, totals, out=np.zeros(level.histories), where=totals > 0)
    rest = np.where(totals > 0, shares.left * scale, 1.0)
    values = shares.kept * scale[level.contexts]
    others = 1.0 - level.per_history(np.where(seen, lower, 0.0))
    exhausted = others < 1e-9
    weights = np.divide(rest, others, out=np.zeros(level.histories), where=~exhausted)
    weights[totals == 0] = 1.0
    share = np.where(exhausted & (rest < 1), 1 / np.maximum(1 - rest, 1e-300), 1.0)
    values *= share[level.contexts]
    return np.where(seen, values, weights[level.contexts] * lower), weights


def keep_apart(shares: Shares, level: Level, lower: Floats | float) -> tuple[Floats, Floats]:
    """p(w | h) = f(w | h) alone, with rest(h) stored as it is: for scores that are no distribution."""
    del lower
    values, rest = interpolate(shares, level, 0.0)
    return values, rest


FORMS = {
    "interpolated": interpolate,
    "backoff": back_off,
    "uniform": interpolate,
    "stupid": keep_apart,
}


def train_trie(
    sentences: Sentences,
    vocabulary_size: int,
    order: int,
    *,
    smoothing: str,
    form: str | None,
    parameters: float | Sequence[float] | None,
    prune: Sequence[int] | None,
    closed: bool,
    workers: int,
    memory: int,
) -> tuple[Trie, Float32s, Float32s, dict[str, Any]]:
    """Count, smooth and prune; returns the trie, log10 probabilities, log10 back-off weights, and how they were made.

    Raises:
        OptionError: an option is invalid.
    """
    if smoothing not in SMOOTHINGS:
        raise OptionError(f"smoothing {smoothing!r}, expected one of {', '.join(SMOOTHINGS)}")
    method = SMOOTHINGS[smoothing]
    form = form or method.forms[0]
    if form not in method.forms:
        raise OptionError(f"{smoothing} has no form {form!r}, expected {' or '.join(method.forms)}")
    thresholds = check_thresholds(prune, order)
    given = _one_an_order(parameters, order)
    counts = count_ngrams(sentences, vocabulary_size, order, workers=workers, memory=memory)
    if method.fits_weights and parameters is None:
        given = list(fit_weights(counts, vocabulary_size - 1 - closed))
    keep = above_thresholds(counts, thresholds) if any(thresholds) else None
    made = estimate(counts, smoothing, form, parameters=given, closed=closed, keep=keep, workers=workers)
    trie, probabilities, backoffs = counts.trie, made.probabilities, made.backoffs
    if keep is not None:
        trie, probabilities, backoffs = cut(trie, keep, probabilities, backoffs)
    info = {
        "smoothing": smoothing,
        "form": form,
        "used": made.used,
        "closed": closed,
        "prune": thresholds,
        "tokens": sentences.tokens,
    }
    return trie, log10(probabilities), log10(backoffs), info


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
