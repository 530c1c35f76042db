"""Negative sampling at hardware speed: the mathematics of ``objectives/negative.py`` over blocks of centers.

Negatives are shared within a block: B consecutive kept tokens share K noise words drawn once for the block, and each
center weighs each of them by ``negative * positives / K``. The expected gradient is that of the paper, where every
positive pair draws ``negative`` noise words of its own; only the sampling differs. A block is one minibatch: its scores
are computed from the rows as they stood when it began, and every row's change is added at its end.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from firth.kernels.elementary import exp_minus_abs, log_of_product, positive_part, sigmoid_from
from firth.kernels.rows import CHUNK, between, columns_of, load, prefetch, splat, store, total, transpose
from firth.kernels.sampling import draw_noise
from firth.kernels.tiles import ONE, TALL, add_to, copy_rows, score_rows, sum_over_centers, sum_over_rows


class Scratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`scratch`."""

    x: npt.NDArray[np.float32]  # (B, columns) input rows
    xt: npt.NDArray[np.float32]  # (columns, B + 16) the same, transposed; the last 16 stay zero
    y: npt.NDArray[np.float32]  # (R + TALL, columns) output rows: contexts, then negatives
    g: npt.NDArray[np.float32]  # (R + TALL, B + 16) scores, then coefficients
    low: npt.NDArray[np.float32]  # (1, B + 16) first context row of each center
    own: npt.NDArray[np.float32]  # (1, B + 16) the center's own context row, which is no context of it
    high: npt.NDArray[np.float32]  # (1, B + 16) last context row
    weight: npt.NDArray[np.float32]  # (1, B + 16) weight of each negative
    output_words: npt.NDArray[np.int32]  # (R + TALL,) word of each output row
    drawn: npt.NDArray[np.int32]  # (K,) negatives of the next block


def scratch(centers: int, window: int, negatives: int, columns: int) -> Scratch:
    """Buffers for blocks of ``centers`` (a multiple of 16) tokens and ``negatives`` shared noise words."""
    rows = centers + 2 * window + negatives + TALL
    beside = centers + CHUNK
    return Scratch(
        x=np.zeros((centers, columns), np.float32),
        xt=np.zeros((columns, beside), np.float32),
        y=np.zeros((rows, columns), np.float32),
        g=np.zeros((rows, beside), np.float32),
        low=np.ones((1, beside), np.float32),
        own=np.full((1, beside), -1, np.float32),
        high=np.zeros((1, beside), np.float32),
        weight=np.zeros((1, beside), np.float32),
        output_words=np.zeros(rows, np.int32),
        drawn=np.zeros(negatives, np.int32),
    )


@njit(nogil=True, cache=True)
def skipgram_negative(
    input_vectors, output_vectors, windows, kept, window, noise, negative, rates, dims, state, s, slab, block
):
    """One pass over sampled windows; returns (loss summed over the pairs, number of positive pairs).

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        window: most words on either side.
        noise: the noise distribution.
        negative: noise words per positive pair, any positive number: it weighs the K that are drawn for a block.
        rates: learning rate at the first and after the last token.
        dims: columns that are not padding.
        state: (1,) uint64, the random state.
        s: :func:`scratch`.
        slab: lanes that divide the columns: how much of a row is in registers at once.
        block: lanes of one block's centers.
    """
    B = columns_of(block)
    K = s.drawn.shape[0]
    loss = 0.0
    pairs = 0
    draw_noise(noise, K, state, s.drawn)
    for start in range(0, kept, B):
        stop = min(kept, start + B)
        left = max(0, start - window)
        contexts = min(kept, stop + window) - left
        rows = contexts + K
        offset = start - left  # context row of the first center
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept))

        s.output_words[:contexts] = windows.words[left : left + contexts]
        s.output_words[contexts:rows] = s.drawn
        draw_noise(noise, K, state, s.drawn)
        _prefetch_block(input_vectors, output_vectors, windows.words, stop, stop + B, kept, window, s.drawn, slab)

        pairs += _read_centers(input_vectors, windows, start, stop, left, negative, s, slab)
        copy_rows(output_vectors, s.output_words, 0, rows, s.y, slab)

        loss += _score_contexts(contexts, offset, window, rate, dims, s)
        loss += _score_negatives(contexts, rows, rate, dims, s, block)
        _add_to_inputs(input_vectors, windows.words, start, stop, contexts, rows, s, slab)
        _add_to_outputs(output_vectors, stop - start, contexts, rows, offset, window, s, slab)
    return loss, pairs


@njit(nogil=True, cache=True)
def _prefetch_block(input_vectors, output_vectors, words, start, stop, kept, window, negatives, slab):
    """Ask for the rows of the next block while this one is computed."""
    for i in range(start, min(kept, stop)):
        prefetch(input_vectors, words[i], slab)
    for i in range(start + window, min(kept, stop + window)):
        prefetch(output_vectors, words[i], slab)
    for k in range(negatives.shape[0]):
        prefetch(output_vectors, negatives[k], slab)


@njit(nogil=True, cache=True)
def _read_centers(input_vectors, windows, start, stop, left, negative, s, slab):
    """Input rows, their transpose, windows and weights of a block; returns its positive pairs."""
    pairs = 0
    K = s.drawn.shape[0]
    columns = input_vectors.shape[1]
    for i in range(s.x.shape[0]):
        if start + i < stop:
            word = windows.words[start + i]
            for column in range(0, columns, columns_of(slab)):
                store(s.x, i, column, load(input_vectors, word, column, slab))
            positives = windows.last[start + i] - windows.first[start + i]
            s.low[0, i] = windows.first[start + i] - left
            s.own[0, i] = start + i - left
            s.high[0, i] = windows.last[start + i] - left
            s.weight[0, i] = np.float32(negative * positives / K)
            pairs += positives
        else:  # the last block may be short
            for column in range(0, columns, columns_of(slab)):
                store(s.x, i, column, splat(0.0, slab))
            s.low[0, i], s.own[0, i], s.high[0, i], s.weight[0, i] = 1.0, -1.0, 0.0, 0.0
    for i in range(0, s.x.shape[0], CHUNK):
        for column in range(0, columns, CHUNK):
            transpose(s.x, i, column, s.xt, column, i)
    return pairs


@njit(nogil=True, cache=True)
def _score_contexts(contexts, offset, window, rate, dims, s):
    """Coefficients ``rate * (1 - sigma)`` of the positive pairs, 0 elsewhere in the band; returns their loss."""
    centers = s.x.shape[0]
    for r in range(contexts):
        for i in range(0, centers + CHUNK, CHUNK):
            store(s.g, r, i, splat(0.0, ONE))
    loss = splat(0.0, ONE)
    for r in range(0, contexts, TALL):
        begin = max(0, r - offset - window)
        end = min(centers, r + TALL - offset + window)
        for i in range(begin, end, CHUNK):
            score_rows(s.y, r, s.xt, i, dims, s.g, ONE)
            low, own, high = load(s.low, 0, i, ONE), load(s.own, 0, i, ONE), load(s.high, 0, i, ONE)
            product = splat(1.0, ONE)
            for row in range(r, min(contexts, r + TALL)):
                q = np.float32(row)
                positive = between(low, q, high) - between(own, q, own)
                score = load(s.g, row, i, ONE)
                e = exp_minus_abs(score)
                store(s.g, row, i, positive * rate * (np.float32(1.0) - sigmoid_from(score, e)))
                loss = loss + positive * positive_part(score * np.float32(-1.0))
                product = product * (positive * e + np.float32(1.0))
            loss = loss + log_of_product(product)
    return total(loss)


@njit(nogil=True, cache=True)
def _score_negatives(contexts, rows, rate, dims, s, block):
    """Coefficients ``-rate * weight * sigma`` of the negatives; returns their weighted loss."""
    for r in range(contexts, rows, TALL):
        score_rows(s.y, r, s.xt, 0, dims, s.g, block)
    weight = load(s.weight, 0, 0, block)
    step = weight * (np.float32(-1.0) * rate)
    linear = splat(0.0, block)
    logarithm = splat(0.0, block)
    for r in range(contexts, rows, 32):
        product = splat(1.0, block)
        for row in range(r, min(rows, r + 32)):
            score = load(s.g, row, 0, block)
            e = exp_minus_abs(score)
            store(s.g, row, 0, step * sigmoid_from(score, e))
            linear = linear + positive_part(score)
            product = product * (e + np.float32(1.0))
        logarithm = logarithm + log_of_product(product)
    return total(weight * (linear + logarithm))


@njit(nogil=True, cache=True)
def _add_to_inputs(input_vectors, words, start, stop, contexts, rows, s, slab):
    """Add g.T @ y to the centers' rows, two centers at a time."""
    for i in range(0, stop - start, 2):
        first = np.int64(s.low[0, i])
        last = np.int64(s.high[0, i])
        if start + i + 1 < stop:
            first = min(first, np.int64(s.low[0, i + 1]))
            last = max(last, np.int64(s.high[0, i + 1]))
        for column in range(0, input_vectors.shape[1], columns_of(slab)):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_rows(s.g, i, slab, s.y, first, last + 1, column, sums)
            sums = sum_over_rows(s.g, i, slab, s.y, contexts, rows, column, sums)
            add_to(input_vectors, words[start + i], column, sums[0], slab)
            if start + i + 1 < stop:
                add_to(input_vectors, words[start + i + 1], column, sums[1], slab)


@njit(nogil=True, cache=True)
def _add_to_outputs(output_vectors, centers, contexts, rows, offset, window, s, slab):
    """Add g @ x to the output rows, two rows at a time."""
    for r in range(0, rows, 2):
        begin, end = 0, centers
        if r + 1 < contexts:
            begin, end = max(0, r - offset - window), min(centers, r + 2 - offset + window)
        for column in range(0, output_vectors.shape[1], columns_of(slab)):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_centers(s.g, r, slab, s.x, begin, end, column, sums)
            add_to(output_vectors, s.output_words[r], column, sums[0], slab)
            if r + 1 < rows:
                add_to(output_vectors, s.output_words[r + 1], column, sums[1], slab)
