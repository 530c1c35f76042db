"""CBOW at hardware speed: hidden vectors against lists of output rows, a few centers at a time.

For a word and its window, the hidden vector h is the mean of the window's input rows, and the output rows are the
word's own and its noise words (negative sampling), or the inner nodes on its path (hierarchical softmax). Both are
binary decisions, a pair of h and a row u each, with a label t in {0, 1} and a weight w:

    score s = u . h,   loss w * (log(1 + exp(s)) - t * s),   g = rate * w * (t - sigma(s)),   u += g * h,   h += g * u.

The scores of a block of B centers are computed from the rows as they stood when it began; then output rows change pair
by pair, each read once for both of the last two sums, and input rows at the end. Blocks are as small as keeps the core
busy: CBOW has one hidden vector a center where skip-gram has many pairs, too little to share for a dense product.

Noise words come from one endless stream of draws. A center meets ``words`` of them, each with weight ``negative /
words``, and the next center the same but for the ``fresh`` oldest. The expected gradient is that of the paper; a row
that serves several centers in turn is read from memory once, and more words of less weight vary less.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from firth.kernels.arithmetic import between, fma, sum_chunks, total
from firth.kernels.elementary import exp_minus_abs, log_of_product, positive_part, sigmoid_from
from firth.kernels.hot import MERGE_EVERY, merge_hot, take_hot
from firth.kernels.rows import (
    CHUNK,
    address,
    aligned_zeros,
    load,
    load_at,
    prefetch,
    slabs,
    splat,
    store,
    store_at,
)
from firth.kernels.sampling import draw_noise
from firth.kernels.shuffles import fold
from firth.kernels.tiles import ONE, add_to

_DRAWN_AHEAD = 8
"""Blocks' worth of noise words drawn at a time."""


class CbowPlan(NamedTuple):
    """The numbers of a pass; the same for every stretch of a training."""

    centers: int  # B, most tokens of a block
    change_inputs: bool
    change_outputs: bool
    mean_gradient: bool  # an input row receives 1/C of the hidden vector's change, else all of it


class NoiseStream(NamedTuple):
    """How many noise words of the stream a center meets."""

    words: int
    fresh: int  # how many of them the center before did not meet
    weight: float  # of each


class CbowScratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`cbow_scratch`. P pairs of a block."""

    hidden: npt.NDArray[np.float32]  # (B, columns)
    change: npt.NDArray[np.float32]  # (B, columns) of each hidden vector
    bounds: npt.NDArray[np.int64]  # (B + 1,) where each center's pairs begin
    rows: npt.NDArray[np.int64]  # (P,) address of each pair's output row
    labels: npt.NDArray[np.float32]  # (1, P + 16) 1 or 0
    weights: npt.NDArray[np.float32]  # (1, P + 16)
    places: npt.NDArray[np.float32]  # (1, P + 16) 0, 1, 2, ...
    products: npt.NDArray[np.float32]  # (P + 16, 16) u * h of each pair, its chunks added up
    g: npt.NDArray[np.float32]  # (1, P + 16) coefficients
    noise_words: npt.NDArray[np.int32]  # the part of the stream that is drawn
    hot: npt.NDArray[np.float32]  # (hot, columns) this worker's copies of the first output rows
    hot_before: npt.NDArray[np.float32]  # (hot, columns) the same at the last merge


def cbow_scratch(centers: int, longest: int, columns: int, *, hot: int = 0) -> CbowScratch:
    """Buffers for blocks of ``centers`` tokens with up to ``longest`` pairs each."""
    pairs = centers * longest
    return CbowScratch(
        hidden=aligned_zeros(centers, columns),
        change=aligned_zeros(centers, columns),
        bounds=np.zeros(centers + 1, np.int64),
        rows=np.zeros(pairs, np.int64),
        labels=aligned_zeros(1, pairs + CHUNK),
        weights=np.ones((1, pairs + CHUNK), np.float32),
        places=np.arange(pairs + CHUNK, dtype=np.float32)[None],
        products=aligned_zeros(pairs + CHUNK, CHUNK),
        g=aligned_zeros(1, pairs + CHUNK),
        noise_words=np.zeros(_DRAWN_AHEAD * pairs, np.int32),
        hot=aligned_zeros(hot, columns),
        hot_before=aligned_zeros(hot, columns),
    )


@njit(nogil=True, cache=True)
def cbow_negative(input_vectors, output_vectors, windows, kept, noise, stream, plan, rates, state, s, slab):
    """CBOW by negative sampling over sampled windows; returns (loss summed over the tokens with a context, how many).

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        noise: the noise distribution.
        stream: how many noise words a center meets.
        plan: the numbers of the pass.
        rates: learning rate at the first and after the last token.
        state: (1,) uint64, the random state.
        s: :func:`cbow_scratch`.
        slab: lanes that divide the columns: how much of a row is in registers at once.
    """
    loss = 0.0
    examples = 0
    drawn = s.noise_words.shape[0]
    first = 0  # the first center's oldest noise word
    draw_noise(noise, drawn, state, s.noise_words)
    merged = 0
    take_hot(output_vectors, s.hot, s.hot_before)
    for start in range(0, kept, plan.centers):
        stop = min(kept, start + plan.centers)
        if first + 2 * plan.centers * stream.fresh + stream.words > drawn:
            s.noise_words[: drawn - first] = s.noise_words[first:]
            draw_noise(noise, first, state, s.noise_words[drawn - first :])
            first = 0
        examples += _pair_with_noise(output_vectors, windows, start, stop, first, stream, s)
        first += plan.centers * stream.fresh
        _average_contexts(input_vectors, windows, start, stop, s, slab)
        for i in range(stop - start):
            _prefetch_context(input_vectors, windows, min(kept - 1, stop + i), kept, slab)
            if windows.words[min(kept - 1, stop + i)] >= s.hot.shape[0]:
                prefetch(output_vectors, windows.words[min(kept - 1, stop + i)], slab)
            newest = first + i * stream.fresh + stream.words
            for k in range(newest - stream.fresh, newest):
                if s.noise_words[k] >= s.hot.shape[0]:
                    prefetch(output_vectors, s.noise_words[k], slab)
            _multiply(i, s, slab)
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept))
        loss += _score(stop - start, rate, s)
        _learn(input_vectors, windows, start, stop, plan, s, slab)
        if stop - merged >= MERGE_EVERY:
            merge_hot(output_vectors, s.hot, s.hot_before)
            merged = stop
    merge_hot(output_vectors, s.hot, s.hot_before)
    return loss, examples


@njit(nogil=True, cache=True)
def cbow_hierarchical(input_vectors, node_vectors, windows, kept, paths, plan, rates, s, slab):
    """CBOW by hierarchical softmax over sampled windows; returns as :func:`cbow_negative` does.

    Args:
        input_vectors: (words, columns) float32, changed in place.
        node_vectors: (inner nodes, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        paths: the Huffman tree.
        plan: the numbers of the pass.
        rates: learning rate at the first and after the last token.
        s: :func:`cbow_scratch`, its weights 1.
        slab: lanes that divide the columns.
    """
    loss = 0.0
    examples = 0
    merged = 0
    take_hot(node_vectors, s.hot, s.hot_before)
    for start in range(0, kept, plan.centers):
        stop = min(kept, start + plan.centers)
        examples += _pair_with_paths(node_vectors, windows, start, stop, paths, s)
        _average_contexts(input_vectors, windows, start, stop, s, slab)
        for i in range(stop - start):
            _prefetch_context(input_vectors, windows, min(kept - 1, stop + i), kept, slab)
            word = windows.words[min(kept - 1, stop + i)]
            for n in range(paths.bounds[word], paths.bounds[word + 1]):
                if paths.nodes[n] >= s.hot.shape[0]:
                    prefetch(node_vectors, paths.nodes[n], slab)
            _multiply(i, s, slab)
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept))
        loss += _score(stop - start, rate, s)
        _learn(input_vectors, windows, start, stop, plan, s, slab)
        if stop - merged >= MERGE_EVERY:
            merge_hot(node_vectors, s.hot, s.hot_before)
            merged = stop
    merge_hot(node_vectors, s.hot, s.hot_before)
    return loss, examples


@njit(nogil=True, cache=True, forceinline=True)
def _pair_with_noise(output_vectors, windows, start, stop, first, stream, s):
    """List the pairs of a block: each center that has a context, then its noise words; returns how many have one."""
    examples = 0
    pair = 0
    for i in range(stop - start):
        if windows.last[start + i] > windows.first[start + i]:
            word = windows.words[start + i]
            s.rows[pair] = address(s.hot, word) if word < s.hot.shape[0] else address(output_vectors, word)
            s.labels[0, pair] = 1.0
            s.weights[0, pair] = 1.0
            pair += 1
            oldest = first + i * stream.fresh
            for k in range(oldest, oldest + stream.words):
                word = s.noise_words[k]
                s.rows[pair] = address(s.hot, word) if word < s.hot.shape[0] else address(output_vectors, word)
                s.labels[0, pair] = 0.0
                s.weights[0, pair] = stream.weight
                pair += 1
            examples += 1
        s.bounds[i + 1] = pair
    return examples


@njit(nogil=True, cache=True, forceinline=True)
def _pair_with_paths(node_vectors, windows, start, stop, paths, s):
    """List the pairs of a block: the nodes on the path of each center that has a context; returns how many have one."""
    examples = 0
    pair = 0
    for i in range(stop - start):
        if windows.last[start + i] > windows.first[start + i]:
            word = windows.words[start + i]
            for n in range(paths.bounds[word], paths.bounds[word + 1]):
                node = paths.nodes[n]
                s.rows[pair] = address(s.hot, node) if node < s.hot.shape[0] else address(node_vectors, node)
                s.labels[0, pair] = 1 - paths.codes[n]
                pair += 1
            examples += 1
        s.bounds[i + 1] = pair
    return examples


@njit(nogil=True, cache=True, forceinline=True)
def _prefetch_context(input_vectors, windows, center, kept, slab):
    """Ask for the input row that this center's window is the first to reach."""
    prefetch(input_vectors, windows.words[min(kept - 1, windows.last[center])], slab)


@njit(nogil=True, cache=True, forceinline=True)
def _average_contexts(input_vectors, windows, start, stop, s, slab):
    """The hidden vector of each center."""
    for i in range(stop - start):
        first, last = windows.first[start + i], windows.last[start + i]
        share = np.float32(1.0) / np.float32(max(1, last - first))
        for column in slabs(s.hidden, slab):
            hidden = splat(0.0, slab)
            for position in range(first, start + i):
                hidden = hidden + load(input_vectors, windows.words[position], column, slab)
            for position in range(start + i + 1, last + 1):
                hidden = hidden + load(input_vectors, windows.words[position], column, slab)
            store(s.hidden, i, column, hidden * share)


@njit(nogil=True, cache=True, forceinline=True)
def _multiply(i, s, slab):
    """Products u * h of a center's pairs, added up to 16 columns each."""
    for column in slabs(s.hidden, slab):
        hidden = load(s.hidden, i, column, slab)
        for pair in range(s.bounds[i], s.bounds[i + 1]):
            product = sum_chunks(load_at(s.rows[pair], column, slab) * hidden)
            if column:
                product = product + load(s.products, pair, 0, ONE)
            store(s.products, pair, 0, product)


@njit(nogil=True, cache=True, forceinline=True)
def _score(centers, rate, s):
    """Coefficients ``rate * weight * (label - sigma)`` of a block's pairs; returns their weighted loss."""
    pairs = s.bounds[centers]
    loss = splat(0.0, ONE)
    one = np.float32(1.0)
    last = splat(np.float32(pairs) - np.float32(0.5), ONE)
    for pair in range(0, pairs, CHUNK):
        score = fold(s.products, pair)
        label = load(s.labels, 0, pair, ONE)
        weight = load(s.weights, 0, pair, ONE) * between(splat(0.0, ONE), load(s.places, 0, pair, ONE), last)
        sign = label * np.float32(-2.0) + one  # -1 for label 1: the loss is log(1 + exp(sign * score))
        e = exp_minus_abs(score)
        store(s.g, 0, pair, weight * rate * (label - sigmoid_from(score, e)))
        loss = loss + weight * (positive_part(score * sign) + log_of_product(e + one))
    return total(loss)


@njit(nogil=True, cache=True, forceinline=True)
def _learn(input_vectors, windows, start, stop, plan, s, slab):
    """Add g * h to the output rows, and each center's g @ u, or its share, to the input rows of its window."""
    for i in range(stop - start):
        for column in slabs(s.hidden, slab):
            hidden = load(s.hidden, i, column, slab)
            change = splat(0.0, slab)
            for pair in range(s.bounds[i], s.bounds[i + 1]):
                row = load_at(s.rows[pair], column, slab)
                change = fma(s.g[0, pair], row, change)
                if plan.change_outputs:
                    store_at(s.rows[pair], column, fma(s.g[0, pair], hidden, row))
            store(s.change, i, column, change)
    if plan.change_inputs:
        for i in range(stop - start):
            first, last = windows.first[start + i], windows.last[start + i]
            share = np.float32(1.0) / np.float32(max(1, last - first)) if plan.mean_gradient else np.float32(1.0)
            for column in slabs(s.change, slab):
                change = load(s.change, i, column, slab) * share
                for position in range(first, start + i):
                    add_to(input_vectors, windows.words[position], column, change, slab)
                for position in range(start + i + 1, last + 1):
                    add_to(input_vectors, windows.words[position], column, change, slab)
