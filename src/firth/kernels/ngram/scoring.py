"""Kernels that look n-grams up: p(w | history) by the longest n-gram in the trie and the back-off weights of the rest.

    log p(w | h) = log p(longest stored suffix of h w) + sum of log backoff(g) over the stored histories g at least
    that long

All logarithms are decimal, as in ARPA files.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import Float32s, Floats, Int32s, Int64s, find_child, token_at

Lengths = npt.NDArray[np.int8] | None


@njit(cache=True, nogil=True)
def find_histories(history: Int32s, left_words: Int32s, child_bounds: Int64s, nodes: Int64s) -> int:
    """Fill ``nodes`` with the stored suffixes of ``history`` (latest word first), shortest first; returns how many."""
    found = 0
    for length in range(min(len(history), len(nodes))):
        node = history[0]
        if length:
            above = nodes[length - 1]
            node = find_child(left_words, child_bounds[above], child_bounds[above + 1], history[length])
        if node < 0:
            break
        nodes[length] = node
        found += 1
    return found


@njit(cache=True, nogil=True)
def look_up(
    word: int, history: Int32s, given: int, nodes: Int64s, found: int, left_words: Int32s, child_bounds: Int64s,
    log_probabilities: Float32s, log_backoffs: Float32s, missing: float, uniform: float, next_nodes: Int64s,
) -> tuple[float, int, int]:  # fmt: skip
    """log10 p(word | history); the number of stored suffixes of history + word, left in ``next_nodes``; words in the
    longest of them, which ``next_nodes`` may be too short for.

    Args:
        history: the latest word first; ``given`` of them count.
        nodes: the ``found`` stored suffixes of the history, shortest first.
        missing: log10 weight of a history that is not stored (0 but for stupid back-off).
        uniform: log10 probability below every history for add-k, else NaN.
    """
    node = word
    matched = 0  # history words in the longest n-gram found
    longest = len(next_nodes)
    if longest:
        next_nodes[0] = node
    while matched < found:
        node_below = find_child(left_words, child_bounds[node], child_bounds[node + 1], history[matched])
        if node_below < 0:
            break
        node = node_below
        matched += 1
        if matched < longest:
            next_nodes[matched] = node
    value: float = np.float64(log_probabilities[node])
    if matched < given:
        if np.isnan(uniform):
            for length in range(matched, found):
                value += log_backoffs[nodes[length]]
            value += missing * (given - found)
        elif log_probabilities[word] > -np.inf:  # <s> is never predicted
            value = uniform
            if found == given:
                value += log_backoffs[nodes[found - 1]]
    return value, min(matched + 1, longest), matched + 1


@njit(cache=True, nogil=True)
def score_words(
    history: Int32s, words: Int32s, out: Floats, order: int, left_words: Int32s, child_bounds: Int64s,
    log_probabilities: Float32s, log_backoffs: Float32s, missing: float, uniform: float,
) -> None:  # fmt: skip
    """log10 p of each of ``words`` after one history (latest word first)."""
    nodes = np.empty(order - 1, np.int64)
    next_nodes = np.empty(order - 1, np.int64)
    found = find_histories(history, left_words, child_bounds, nodes)
    for index in range(len(words)):
        out[index], _, _ = look_up(
            words[index], history, len(history), nodes, found, left_words, child_bounds,
            log_probabilities, log_backoffs, missing, uniform, next_nodes,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def score_range(
    ids: Int32s, bounds: Int64s, first: int, last: int, out: Floats, lengths: Lengths,
    order: int, left_words: Int32s, child_bounds: Int64s,
    log_probabilities: Float32s, log_backoffs: Float32s, missing: float, uniform: float,
) -> None:  # fmt: skip
    """log10 p of the tokens ``first`` to ``last``, where each sentence has a ``</s>`` behind its ids.

    The words in the n-gram found for each go to ``lengths``, if it is given.
    """
    history = np.empty(order - 1, np.int32)
    nodes = np.empty(order - 1, np.int64)
    next_nodes = np.empty(order - 1, np.int64)
    sentence = sentence_at(bounds, first)
    found = -1
    for token in range(first, last):
        place = token - sentence
        given = min(place - bounds[sentence] + 1, order - 1)
        for back in range(given):
            history[back] = token_at(ids, bounds[sentence], bounds[sentence + 1], place - 1 - back)
        if found < 0:
            found = find_histories(history[:given], left_words, child_bounds, nodes)
        word = token_at(ids, bounds[sentence], bounds[sentence + 1], place)
        out[token], found, length = look_up(
            word, history, given, nodes, found, left_words, child_bounds,
            log_probabilities, log_backoffs, missing, uniform, next_nodes,
        )  # fmt: skip
        if lengths is not None:
            lengths[token] = length
        nodes, next_nodes = next_nodes, nodes
        if place == bounds[sentence + 1]:
            sentence += 1
            found = -1


@njit(cache=True, nogil=True)
def sentence_at(bounds: Int64s, token: int) -> int:
    """The sentence that holds a token, each with a ``</s>`` behind it."""
    low, high = 0, len(bounds) - 1
    while low < high:
        middle = (low + high) >> 1
        if bounds[middle + 1] + middle + 1 <= token:
            low = middle + 1
        else:
            high = middle
    return low
