"""CBOW at hardware speed: hidden vectors against lists of output rows, a few centers at a time.

For a word and its window, the hidden vector h is the mean of the window's input rows, and the output rows are the
word's own and its noise words (negative sampling), or the inner nodes on its path (hierarchical softmax). Both are
binary decisions, a pair of h and a row u each, with a label t in {0, 1} and a weight w:

    score s = u . h,   loss w * (log(1 + exp(s)) - t * s),   g = rate * w * (t - sigma(s)),   u += g * h,   h += g * u.

The scores of a block of B centers are computed from the rows as they stood when it began; then output rows change, and
input rows at the end. Blocks are as small as keeps the core busy: CBOW has one hidden vector a center where skip-gram
has many pairs, too little to share for a large dense product.

The word, or the nodes on its path, are a center's own: a list of pairs. The K noise words are the same for all centers
of a block, each with weight ``negative / K``: a row that serves several centers is read from memory once, and more
words of less weight vary less. F of them are drawn for the block, the others were drawn for earlier ones (``pool.py``).
The expected gradient is that of the paper. The objective is told by the F new ones, each with weight ``negative / F``:
words that were pushed away a moment ago cost less than noise does.
"""

import numpy as np

from firth.kernels.compiled import njit
from firth.kernels.cpu.blocks import context_span, has_diverged
from firth.kernels.cpu.hot import MERGE_EVERY, merge_hot, take_hot
from firth.kernels.cpu.lanes import (
    begin_rounds,
    end_part,
    end_round,
    lane_windows,
    lanes_of,
    mark,
    mark_paths,
    own_rows,
    pool_of,
    take_differences,
)
from firth.kernels.cpu.pairs import find_inputs, find_pairs, weigh_noise
from firth.kernels.cpu.pool import draw_pooled, fill_pool
from firth.kernels.cpu.tree import paths_and_noise
from firth.kernels.simd.arithmetic import fma, sum_chunks, total
from firth.kernels.simd.elementary import exp_minus_abs, log_one_plus, positive_part, sigmoid_from
from firth.kernels.simd.rows import (
    CHUNK,
    load,
    load_at,
    prefetch,
    slabs,
    splat,
    store,
    store_at,
)
from firth.kernels.simd.shuffles import fold
from firth.kernels.simd.tiles import ONE


@njit(nogil=True, cache=True, error_model="numpy")
def cbow(input_vectors, output_vectors, windows, kept, targets, plan, rates, state, s, slab):
    """CBOW over sampled windows; returns (loss summed over the tokens with a context, how many).

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words or inner nodes, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        targets: the noise distribution, or the Huffman tree of hierarchical softmax, whose scratch has no noise words.
        plan: the numbers of the pass.
        rates: learning rate at the first and after the last token.
        state: (1,) uint64, the random state.
        s: :func:`cbow_scratch`.
        slab: lanes that divide the columns: how much of a row is in registers at once.
    """
    paths, noise = paths_and_noise(targets)
    return _cbow(input_vectors, output_vectors, windows, kept, paths, noise, plan, rates, state, s, slab)


@njit(nogil=True, cache=True, error_model="numpy")
def _cbow(input_vectors, output_vectors, windows, kept, paths, noise, plan, rates, state, s, slab):
    loss = 0.0
    examples = 0
    merged = 0
    take_hot(input_vectors, s.hot_inputs)
    take_hot(output_vectors, s.hot_outputs)
    find_inputs(input_vectors, windows, 0, kept, s, None, slab)
    if noise is not None:
        weigh_noise(plan, s)
        fill_pool(noise, state, s.pool)
        draw_pooled(noise, plan.fresh, state, s.pool, s.noise_words)
    for start in range(0, kept, plan.centers):
        stop = min(kept, start + plan.centers)
        examples += find_pairs(output_vectors, windows, start, stop, paths, noise, s.noise_words, s, None, slab)
        if noise is not None:
            draw_pooled(noise, plan.fresh, state, s.pool, s.noise_words)  # of the next block
        span = (start, stop, kept)
        loss += learn_block(
            input_vectors, output_vectors, windows, span, paths, noise, s.noise_words, plan, rates, s, slab
        )
        if stop - merged >= MERGE_EVERY or stop == kept:
            merge_hot(input_vectors, s.hot_inputs)
            merge_hot(output_vectors, s.hot_outputs)
            merged = stop
            if has_diverged(loss, examples, plan.worst_loss):
                break
    return loss, examples


@njit(nogil=True, cache=True, error_model="numpy")
def cbow_lanes(input_vectors, output_vectors, targets, plan, s, lanes, thread, slab):
    """The same by lanes (``lanes.py``), to be called by each thread of the team; losses are left in the lanes.

    The scratch has no hot rows.
    """
    paths, noise = paths_and_noise(targets)
    _cbow_lanes(input_vectors, output_vectors, paths, noise, plan, s, lanes, thread, slab)


@njit(nogil=True, cache=True, error_model="numpy")
def _cbow_lanes(input_vectors, output_vectors, paths, noise, plan, s, lanes, thread, slab):
    first, last = lanes_of(lanes.threads, thread)
    if noise is not None:
        weigh_noise(plan, s)
        for lane in range(first, last):
            fill_pool(noise, lanes.state[lane], pool_of(lanes, lane))
    _plan_round(paths, noise, plan, lanes, thread)
    going = begin_rounds(lanes, thread)
    while going:
        for lane in range(first, last):
            windows, kept, rates = lane_windows(lanes, lane), lanes.kept[lane], lanes.rates[lane]
            inputs, outputs = own_rows(lanes.inputs, lane, thread), own_rows(lanes.outputs, lane, thread)
            start, loss, examples = lanes.start[lane], 0.0, 0
            left, contexts = context_span(windows, start, lanes.stops[lane, -1])
            find_inputs(input_vectors, windows, left, left + contexts, s, inputs, slab)
            for b in range(lanes.stops.shape[1]):
                stop = lanes.stops[lane, b]
                if start < stop:
                    noise_words, following = lanes.noise_words[lane, b], lanes.noise_words[lane, b + 1]
                    examples += find_pairs(
                        output_vectors, windows, start, stop, paths, noise, noise_words, s, outputs, slab
                    )
                    span = (start, stop, kept)
                    loss += learn_block(
                        input_vectors, output_vectors, windows, span, paths, noise, following, plan, rates, s, slab
                    )
                    start = stop
            end_part(lanes, lane, start, loss, examples, plan.worst_loss)
            take_differences(input_vectors, inputs, slab)
            take_differences(output_vectors, outputs, slab)
        _plan_round(paths, noise, plan, lanes, thread)
        going = end_round(input_vectors, output_vectors, plan, lanes, thread, slab)


@njit(nogil=True, cache=True, error_model="numpy")
def _plan_round(paths, noise, plan, lanes, thread):
    """Cut the next blocks of this thread's lanes, draw their noise words, and mark the rows that they will touch."""
    first, last = lanes_of(lanes.threads, thread)
    for lane in range(first, last):
        windows, kept = lane_windows(lanes, lane), lanes.kept[lane]
        start = stop = lanes.start[lane]
        for b in range(lanes.stops.shape[1]):
            if noise is not None and stop < kept:
                noise_words = lanes.noise_words[lane, b]
                draw_pooled(noise, plan.fresh, lanes.state[lane], pool_of(lanes, lane), noise_words)
                mark(lanes.outputs, lane, noise_words, 0, plan.noise)
            stop = min(kept, stop + plan.centers)
            lanes.stops[lane, b] = stop
        if start < stop:
            left, contexts = context_span(windows, start, stop)
            mark(lanes.inputs, lane, windows.words, left, left + contexts)
            if paths is None:
                mark(lanes.outputs, lane, windows.words, start, stop)
            else:
                mark_paths(lanes.outputs, lane, windows.words, start, stop, paths)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def learn_block(input_vectors, output_vectors, windows, span, paths, noise, following, plan, rates, s, slab):
    """Learn from a block whose pairs are listed; returns its loss.

    Args:
        span: its first token, behind the last one, and the tokens in all.
        following: noise words of the next block, whose rows are asked for.
    """
    start, stop, kept = span
    for i in range(stop - start):
        _average_context(i, s, slab)
    for i in range(stop - start):
        later = min(kept - 1, stop + i)
        # The one row that this center's window is the first to reach.
        _prefetch_cold(input_vectors, windows.words[min(kept - 1, windows.last[later])], s.hot_inputs, slab)
        if paths is not None:
            word = windows.words[later]
            for node in range(paths.bounds[word], paths.bounds[word + 1]):
                _prefetch_cold(output_vectors, paths.nodes[node], s.hot_outputs, slab)
        _multiply(i, s, slab)
    for i in range(0, stop - start, 2):
        _multiply_noise(i, stop - start, s, slab)
    loss = _score(stop - start, np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept)), s)
    for i in range(stop - start):
        if paths is None:
            _prefetch_cold(output_vectors, windows.words[min(kept - 1, stop + i)], s.hot_outputs, slab)
        _learn(i, plan, s, slab)
    for i in range(0, stop - start, 2):
        _change_by_noise(i, stop - start, s, slab)
    if noise is not None:
        for k in range(0, plan.noise, 2):
            if k < plan.fresh:  # the others are still near
                _prefetch_cold(output_vectors, following[k], s.hot_outputs, slab)
                _prefetch_cold(output_vectors, following[min(k + 1, plan.noise - 1)], s.hot_outputs, slab)
            if plan.change_outputs:
                _learn_noise(k, stop - start, s, slab)
    if plan.change_inputs:
        # With very many noise words a hidden vector takes a shorter step, for these would else carry it to what fits
        # one center best.
        most = np.float32(plan.largest_sum / max(1e-30, rates[0] * plan.every))
        for i in range(stop - start):
            _learn_context(i, most, plan, s, slab)
    return loss


@njit(nogil=True, cache=True, forceinline=True)
def _average_context(i, s, slab):
    """The hidden vector of a center; its contexts two at a time."""
    size = s.sizes[i]
    share = np.float32(1.0) / np.float32(max(1, size))
    for column in slabs(s.hidden, slab):
        hidden = splat(0.0, slab)
        if size & 1:
            hidden = load_at(s.contexts[i, size - 1], column, slab)
        for k in range(size >> 1):
            hidden = hidden + load_at(s.contexts[i, 2 * k], column, slab)
            hidden = hidden + load_at(s.contexts[i, 2 * k + 1], column, slab)
        store(s.hidden, i, column, hidden * share)


@njit(nogil=True, cache=True, forceinline=True)
def _prefetch_cold(matrix, row, hot, slab):
    """Ask for a row, if it is not among the worker's own copies, which are near."""
    if row >= hot.rows.shape[0]:
        prefetch(matrix, row, slab)


@njit(nogil=True, cache=True, forceinline=True)
def _multiply(i, s, slab):
    """Products u * h of a center's own pairs, added up to 16 columns each."""
    for column in slabs(s.hidden, slab):
        hidden = load(s.hidden, i, column, slab)
        for pair in range(s.bounds[i], s.bounds[i + 1]):
            _add_product(load_at(s.rows[pair], column, slab) * hidden, column, pair, s)


@njit(nogil=True, cache=True, forceinline=True)
def _multiply_noise(i, centers, s, slab):
    """The same of the noise words with centers i and i + 1."""
    noise = s.noise_rows.shape[0]
    pair = s.bounds[centers] + i * noise
    for column in slabs(s.hidden, slab):
        first = load(s.hidden, i, column, slab)
        second = load(s.hidden, i + 1, column, slab)
        for k in range(noise):
            row = load_at(s.noise_rows[k], column, slab)
            _add_product(row * first, column, pair + k, s)
            _add_product(row * second, column, pair + noise + k, s)


@njit(nogil=True, cache=True, forceinline=True)
def _add_product(product, column, pair, s):
    """Keep the sum of a product's chunks, added to that of the slabs before."""
    chunk = sum_chunks(product)
    if column:
        chunk = chunk + load(s.products, pair, 0, ONE)
    store(s.products, pair, 0, chunk)


@njit(nogil=True, cache=True, forceinline=True)
def _score(centers, rate, s):
    """Coefficients ``rate * weight * (label - sigma)`` of a block's pairs; returns the loss of those that are told."""
    pairs = s.bounds[centers] + (centers + centers % 2) * s.noise_rows.shape[0]
    loss = splat(0.0, ONE)
    one = np.float32(1.0)
    for pair in range(0, pairs, CHUNK):
        score = fold(s.products, pair)
        label = load(s.labels, 0, pair, ONE)
        weight = load(s.weights, 0, pair, ONE)
        sign = label * np.float32(-2.0) + one  # -1 for label 1: the loss is log(1 + exp(sign * score))
        e = exp_minus_abs(score)
        store(s.g, 0, pair, weight * rate * (label - sigmoid_from(score, e)))
        loss = loss + load(s.told, 0, pair, ONE) * (positive_part(score * sign) + log_one_plus(e))
    return total(loss)


@njit(nogil=True, cache=True, forceinline=True)
def _learn(i, plan, s, slab):
    """Add g * h to the rows of a center's own pairs; the sum of their g * u is what its hidden vector changes by."""
    for column in slabs(s.hidden, slab):
        hidden = load(s.hidden, i, column, slab)
        change = splat(0.0, slab)
        for pair in range(s.bounds[i], s.bounds[i + 1]):
            row = load_at(s.rows[pair], column, slab)
            change = fma(s.g[0, pair], row, change)
            if plan.change_outputs:
                store_at(s.rows[pair], column, fma(s.g[0, pair], hidden, row))
        store(s.change, i, column, change)


@njit(nogil=True, cache=True, forceinline=True)
def _change_by_noise(i, centers, s, slab):
    """Add the noise words' g * u to the changes of centers i and i + 1."""
    noise = s.noise_rows.shape[0]
    pair = s.bounds[centers] + i * noise
    for column in slabs(s.hidden, slab):
        first = load(s.change, i, column, slab)
        second = load(s.change, i + 1, column, slab)
        for k in range(noise):
            row = load_at(s.noise_rows[k], column, slab)
            first = fma(s.g[0, pair + k], row, first)
            second = fma(s.g[0, pair + noise + k], row, second)
        store(s.change, i, column, first)
        store(s.change, i + 1, column, second)


@njit(nogil=True, cache=True, forceinline=True)
def _learn_noise(k, centers, s, slab):
    """Add g * h of all centers to the rows of noise words k and k + 1."""
    noise = s.noise_rows.shape[0]
    other = min(k + 1, noise - 1)
    for column in slabs(s.hidden, slab):
        first = splat(0.0, slab)
        second = splat(0.0, slab)
        pair = s.bounds[centers]
        for i in range(centers):
            hidden = load(s.hidden, i, column, slab)
            first = fma(s.g[0, pair + k], hidden, first)
            second = fma(s.g[0, pair + other], hidden, second)
            pair += noise
        _add_at(s.noise_rows[k], column, first, slab)
        if other > k:  # read behind the first, for both may be one word
            _add_at(s.noise_rows[other], column, second, slab)


@njit(nogil=True, cache=True, forceinline=True)
def _learn_context(i, most, plan, s, slab):
    """Add the change of a center's hidden vector, or its share, to the input rows of its window, two at a time.

    The hidden vector itself moves by that share, which is ``most`` at most.
    """
    size = s.sizes[i]
    share = np.float32(1.0) / np.float32(max(1, size)) if plan.mean_gradient else np.float32(1.0)
    share = min(share, most)
    for column in slabs(s.change, slab):
        change = load(s.change, i, column, slab) * share
        if size & 1:
            _add_at(s.contexts[i, size - 1], column, change, slab)
        for k in range(size >> 1):
            _add_at(s.contexts[i, 2 * k], column, change, slab)
            _add_at(s.contexts[i, 2 * k + 1], column, change, slab)


@njit(nogil=True, cache=True, forceinline=True)
def _add_at(row, column, change, slab):
    """Add to the row at an address."""
    store_at(row, column, load_at(row, column, slab) + change)
