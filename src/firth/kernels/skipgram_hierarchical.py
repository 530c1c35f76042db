"""Skip-gram by hierarchical softmax at hardware speed: ``objectives/hierarchical.py``, center by center.

Every path begins at the same few inner nodes, so a block of centers would change these many times from one stale state.
Here each center is a minibatch of its own: the L nodes of its word's path against the words of its window. A skip-gram
pair is (input = a word of the window, target = the center), as in word2vec.c; windows are symmetric, so over a text
these are the same pairs as (input = the center, target = a word of its window).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from firth.kernels.arithmetic import between, total
from firth.kernels.elementary import exp_minus_abs, log_of_product, positive_part, sigmoid_from
from firth.kernels.hot import MERGE_EVERY, HotRows, hot_rows, merge_hot, take_hot
from firth.kernels.rows import CHUNK, aligned_zeros, load, prefetch, slabs, splat, store
from firth.kernels.shuffles import dots
from firth.kernels.tiles import ONE, add_to, sum_over_centers, sum_over_rows

AHEAD = 3
"""Centers between asking for a row and needing it."""


class TreeScratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`tree_scratch`. C context rows, L nodes of a path."""

    x: npt.NDArray[np.float32]  # (C + 2, columns) input rows of the window
    y: npt.NDArray[np.float32]  # (L + 16, columns) node rows of the path
    g: npt.NDArray[np.float32]  # (C + 2, L + 16) coefficients
    labels: npt.NDArray[np.float32]  # (1, L + 16) 1 for left, 0 for right
    places: npt.NDArray[np.float32]  # (1, L + 16) 0, 1, 2, ...
    words: npt.NDArray[np.int32]  # (C,) words of the window
    hot: HotRows  # the top of the tree


def tree_scratch(window: int, longest_path: int, columns: int, hot: int) -> TreeScratch:
    """Buffers for windows of ``window`` words on either side and paths of up to ``longest_path`` nodes."""
    contexts, nodes = 2 * window + 2, longest_path + CHUNK
    return TreeScratch(
        x=aligned_zeros(contexts, columns),
        y=aligned_zeros(nodes, columns),
        g=aligned_zeros(contexts, nodes),
        labels=aligned_zeros(1, nodes),
        places=np.arange(nodes, dtype=np.float32)[None],
        words=np.zeros(contexts, np.int32),
        hot=hot_rows(hot, columns),
    )


class TreePlan(NamedTuple):
    """The numbers of a pass."""

    largest_step: float  # most that learning rate x examples of one center may add up to
    change_inputs: bool
    change_outputs: bool


@njit(nogil=True, cache=True)
def skipgram_hierarchical(input_vectors, node_vectors, windows, kept, paths, plan, rates, s, slab):
    """Skip-gram over sampled windows; returns (loss summed over the pairs, number of pairs).

    Args:
        input_vectors: (words, columns) float32, changed in place.
        node_vectors: (inner nodes, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        paths: the Huffman tree.
        plan: the numbers of the pass.
        rates: learning rate at the first and after the last token.
        s: :func:`tree_scratch`.
        slab: lanes that divide the columns.
    """
    loss = 0.0
    pairs = 0
    take_hot(node_vectors, s.hot)
    for center in range(kept):
        _prefetch(input_vectors, node_vectors, windows, kept, paths, center + AHEAD, s, slab)
        contexts = _read_window(input_vectors, windows, center, s, slab)
        if contexts:
            start = paths.bounds[windows.words[center]]
            length = paths.bounds[windows.words[center] + 1] - start
            rate = np.float32(rates[0] + (rates[1] - rates[0]) * (center / kept))
            rate = min(rate, np.float32(plan.largest_step / contexts))
            _read_path(node_vectors, paths, start, length, s, slab)
            loss += _score(contexts, length, rate, s, slab)
            pairs += contexts
            if plan.change_inputs:
                _add_to_contexts(input_vectors, contexts, length, s, slab)
            if plan.change_outputs:
                _add_to_nodes(node_vectors, paths, start, length, contexts, s, slab)
        if center % MERGE_EVERY == MERGE_EVERY - 1:
            merge_hot(node_vectors, s.hot)
    merge_hot(node_vectors, s.hot)
    return loss, pairs


@njit(nogil=True, cache=True, forceinline=True)
def _prefetch(input_vectors, node_vectors, windows, kept, paths, center, s, slab):
    """Ask for the rows that a center soon to come is the first to need."""
    hot = s.hot.rows.shape[0]
    if center < kept:
        prefetch(input_vectors, windows.words[min(kept - 1, windows.last[center])], slab)
        word = windows.words[center]
        for n in range(paths.bounds[word], paths.bounds[word + 1]):
            node = paths.nodes[n]
            if node >= hot:
                prefetch(node_vectors, node, slab)


@njit(nogil=True, cache=True, forceinline=True)
def _read_window(input_vectors, windows, center, s, slab):
    """Words and input rows of the window; returns how many."""
    contexts = 0
    for position in range(windows.first[center], windows.last[center] + 1):
        if position != center:
            word = windows.words[position]
            s.words[contexts] = word
            for column in slabs(s.x, slab):
                store(s.x, contexts, column, load(input_vectors, word, column, slab))
            contexts += 1
    return contexts


@njit(nogil=True, cache=True, forceinline=True)
def _read_path(node_vectors, paths, start, length, s, slab):
    """Node rows and labels of a path."""
    hot = s.hot.rows.shape[0]
    for n in range(length):
        node = paths.nodes[start + n]
        s.labels[0, n] = 1 - paths.codes[start + n]
        for column in slabs(s.y, slab):
            row = load(s.hot.rows, node, column, slab) if node < hot else load(node_vectors, node, column, slab)
            store(s.y, n, column, row)


@njit(nogil=True, cache=True, forceinline=True)
def _score(contexts, length, rate, s, slab):
    """Coefficients ``rate * (label - sigma)`` of each (row of x, node); returns the loss of them all."""
    loss = splat(0.0, ONE)
    one = np.float32(1.0)
    for n in range(0, length, CHUNK):
        label = load(s.labels, 0, n, ONE)
        inside = between(splat(0.0, ONE), load(s.places, 0, n, ONE), splat(np.float32(length) - np.float32(0.5), ONE))
        sign = label * np.float32(-2.0) + one  # -1 for left, 1 for right: the loss is log(1 + exp(sign * score))
        product = splat(1.0, ONE)
        for r in range(contexts):
            score = splat(0.0, ONE)
            for column in slabs(s.x, slab):
                score = score + dots(s.y, n, column, load(s.x, r, column, slab))
            e = exp_minus_abs(score)
            store(s.g, r, n, inside * rate * (label - sigmoid_from(score, e)))
            loss = loss + inside * positive_part(score * sign)
            product = product * (inside * e + one)
            if r % 64 == 63:
                loss = loss + log_of_product(product)
                product = splat(1.0, ONE)
        loss = loss + log_of_product(product)
    return total(loss)


@njit(nogil=True, cache=True, forceinline=True)
def _add_to_contexts(input_vectors, contexts, length, s, slab):
    """Add g @ y to the input rows of the window, two at a time."""
    for r in range(0, contexts, 2):
        for column in slabs(s.x, slab):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_centers(s.g, r, slab, s.y, 0, length, column, sums)
            add_to(input_vectors, s.words[r], column, sums[0], slab)
            if r + 1 < contexts:
                add_to(input_vectors, s.words[r + 1], column, sums[1], slab)


@njit(nogil=True, cache=True, forceinline=True)
def _add_to_nodes(node_vectors, paths, start, length, rows, s, slab):
    """Add g.T @ x to the path's nodes, two at a time."""
    hot = s.hot.rows.shape[0]
    for n in range(0, length, 2):
        for column in slabs(s.x, slab):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_rows(s.g, n, slab, s.x, 0, rows, column, sums)
            for k in range(min(2, length - n)):
                node = paths.nodes[start + n + k]
                change = sums[0] if k == 0 else sums[1]
                if node < hot:
                    add_to(s.hot.rows, node, column, change, slab)
                else:
                    add_to(node_vectors, node, column, change, slab)
