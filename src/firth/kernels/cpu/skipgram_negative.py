"""Skip-gram by negative sampling at hardware speed: ``objectives/negative.py`` over blocks of centers.

Negatives are shared within a block: B consecutive kept tokens share K noise words drawn once for the BLOCK, and each
center weighs each of them by ``negative * positives / K``. And where word2vec.c draws the width b of each window evenly
from 1 to W, all W words on either side are pairs here, each weighed by the chance of being within it:

    P(b >= d) = (W + 1 - d) / W   at distance d,

with ``positives`` the sum of a center's weights. Noise words are a stratified sample (``sampling.py``). So the expected
gradient is that of the paper; only the sampling differs, and varies less. A block is one minibatch: its scores are
computed from the rows as they stood when it began, and every row's change is added at its end.

Meanwhile the rows are asked for that the next block is the first to need, a few at a time, for the core keeps few
requests: its noise words while this block's are scored, its centers while input rows change, and its contexts while
output rows do.
"""

import numpy as np

from firth.kernels.compiled import njit
from firth.kernels.cpu.blocks import BLOCK, burst_end, context_span, has_diverged, weight_to
from firth.kernels.cpu.lanes import (
    address_of,
    begin_rounds,
    end_part,
    end_round,
    lane_windows,
    lanes_of,
    mark,
    own_rows,
    take_differences,
)
from firth.kernels.cpu.sampling import draw_stratified_noise
from firth.kernels.simd.arithmetic import between, total
from firth.kernels.simd.elementary import (
    exp_minus_abs,
    log_of_product,
    log_one_plus,
    magnitude,
    positive_part,
    sigmoid_from,
)
from firth.kernels.simd.rows import CHUNK, load, slabs, splat, store
from firth.kernels.simd.tiles import (
    ONE,
    TALL,
    add_at,
    copy_rows_at,
    prefetch_rows,
    score_rows,
    sum_over_centers,
    sum_over_rows,
    transpose_rows,
)

_MANY = 0.25
"""The share of the largest sum of steps from which on the curvature is looked at."""


@njit(nogil=True, cache=True, error_model="numpy")
def skipgram_negative(input_vectors, output_vectors, windows, kept, noise, plan, rates, state, s, slab):
    """Skip-gram over full windows; returns (loss summed over the pairs by their weights, sum of the weights).

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled, drawn by ``shrink`` False.
        kept: how many tokens it kept.
        noise: the noise distribution.
        plan: the numbers of the pass.
        rates: learning rate at the first and after the last token.
        state: (1,) uint64, the random state.
        s: :func:`scratch`.
        slab: lanes that divide the columns: how much of a row is in registers at once.
    """
    loss = 0.0
    pairs = 0.0
    stop = 0
    draw_stratified_noise(noise, plan.negatives, state, s.noise_places, s.noise_words)
    while stop < kept:
        start = stop
        rate, stop = block_end(windows, start, kept, kept, plan, rates, s)
        left, contexts = context_span(windows, start, stop)
        span = (start, stop, left, contexts)
        find_rows(input_vectors, output_vectors, windows, span, s.noise_words, s, None, None, slab)
        draw_stratified_noise(noise, plan.negatives, state, s.noise_places, s.noise_words)  # of the next block
        told = learn_block(input_vectors, output_vectors, windows, span, s.noise_words, rate, plan, s, slab)
        loss, pairs = loss + told[0], pairs + told[1]
        if has_diverged(loss, pairs, plan.worst_loss):
            break
    return loss, pairs


@njit(nogil=True, cache=True, error_model="numpy")
def skipgram_negative_lanes(input_vectors, output_vectors, noise, plan, s, lanes, thread, slab):
    """The same by lanes (``lanes.py``), to be called by each thread of the team; losses are left in the lanes."""
    first, last = lanes_of(lanes.threads, thread)
    _plan_round(noise, plan, s, lanes, thread)
    going = begin_rounds(lanes, thread)
    while going:
        for lane in range(first, last):
            windows, kept, rates = lane_windows(lanes, lane), lanes.kept[lane], lanes.rates[lane]
            inputs, outputs = own_rows(lanes.inputs, lane, thread), own_rows(lanes.outputs, lane, thread)
            start, loss, pairs = lanes.start[lane], 0.0, 0.0
            for b in range(lanes.stops.shape[1]):
                stop = lanes.stops[lane, b]
                if start < stop:
                    rate = np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept))
                    left, contexts = context_span(windows, start, stop)
                    span = (start, stop, left, contexts)
                    noise_words = lanes.noise_words[lane, b]
                    find_rows(input_vectors, output_vectors, windows, span, noise_words, s, inputs, outputs, slab)
                    following = lanes.noise_words[lane, b + 1]
                    told = learn_block(input_vectors, output_vectors, windows, span, following, rate, plan, s, slab)
                    start, loss, pairs = stop, loss + told[0], pairs + told[1]
            end_part(lanes, lane, start, loss, pairs, plan.worst_loss)
            take_differences(input_vectors, inputs, slab)
            take_differences(output_vectors, outputs, slab)
        _plan_round(noise, plan, s, lanes, thread)
        going = end_round(input_vectors, output_vectors, plan, lanes, thread, slab)


@njit(nogil=True, cache=True, error_model="numpy")
def _plan_round(noise, plan, s, lanes, thread):
    """Cut the next blocks of this thread's lanes, draw their noise words, and mark the rows that they will touch."""
    first, last = lanes_of(lanes.threads, thread)
    for lane in range(first, last):
        windows, kept, rates = lane_windows(lanes, lane), lanes.kept[lane], lanes.rates[lane]
        start = stop = lanes.start[lane]
        for b in range(lanes.stops.shape[1]):
            if stop < kept:
                _, stop = block_end(windows, stop, kept, kept, plan, rates, s)
                noise_words = lanes.noise_words[lane, b]
                draw_stratified_noise(noise, plan.negatives, lanes.state[lane], s.noise_places, noise_words)
                mark(lanes.outputs, lane, noise_words, 0, plan.negatives)
            lanes.stops[lane, b] = stop
        if start < stop:
            left, contexts = context_span(windows, start, stop)
            mark(lanes.inputs, lane, windows.words, start, stop)
            mark(lanes.outputs, lane, windows.words, left, left + contexts)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def block_end(windows, start, end, kept, plan, rates, s):
    """The learning rate of a block that begins at ``start``, and where it stops."""
    rate = np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept))
    most = plan.largest_step / max(np.float32(1e-30), rate * plan.positives)
    return rate, burst_end(windows.words, start, min(end, start + plan.centers), most, s.repeats)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def find_rows(input_vectors, output_vectors, windows, span, noise_words, s, own_inputs, own_outputs, slab):
    """Where the rows of a block are: the centers', those of their windows, and behind these the noise words'."""
    start, stop, left, contexts = span
    for i in range(stop - start):
        s.inputs[i] = address_of(windows.words[start + i], input_vectors, own_inputs, slab)
    for r in range(contexts):
        s.outputs[r] = address_of(windows.words[left + r], output_vectors, own_outputs, slab)
    for k in range(noise_words.shape[0]):
        s.outputs[contexts + k] = address_of(noise_words[k], output_vectors, own_outputs, slab)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def learn_block(input_vectors, output_vectors, windows, span, following, rate, plan, s, slab):
    """Learn from a block whose rows are found; returns (loss, pairs).

    Args:
        span: its first token, behind the last one, the first of their windows, and how many these span.
        following: noise words of the next BLOCK, whose rows are asked for.
    """
    start, stop, left, contexts = span
    rows = contexts + plan.negatives
    offset = start - left  # context row of the first center
    pairs = _read_centers(windows, start, stop, left, rate, plan, s, slab)
    copy_rows_at(s.outputs, rows, s.y, slab)

    loss = _score_contexts(contexts, offset, plan, s)
    loss += _score_negatives(output_vectors, following, contexts, rows, plan, s, slab)
    if has_diverged(loss, pairs, plan.worst_loss):
        return loss, pairs
    examples = plan.positives * (1.0 + plan.negative)
    if rate * plan.positives > plan.largest_step or rate * examples > _MANY * plan.largest_sum:
        _shorten_steps(stop - start, contexts, rows, rate, plan, s, slab)
    if plan.change_inputs:
        _add_to_inputs(input_vectors, windows.words, start, stop, contexts, rows, s, slab)
    if plan.change_outputs:
        _add_to_outputs(output_vectors, windows.words, start, stop, contexts, rows, plan.window, offset, s, slab)
    return loss, pairs


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def _read_centers(windows, start, stop, left, rate, plan, s, slab):
    """Input rows, their transpose, windows and weights of a block; returns what its positive pairs weigh."""
    pairs = 0.0
    every = 1.0 + plan.negative  # examples of a positive pair
    copy_rows_at(s.inputs, stop - start, s.x, slab)
    _no_centers(stop - start, s, slab)
    for i in range(stop - start):
        before = start + i - windows.first[start + i]
        after = windows.last[start + i] - start - i
        positives = weight_to(before, plan) + weight_to(after, plan)
        s.low[0, i] = windows.first[start + i] - left
        s.own[0, i] = start + i - left
        s.high[0, i] = windows.last[start + i] - left
        s.weight[0, i] = np.float32(plan.negative * positives / plan.negatives)
        # All pairs of a center change its row at once: with very many, each takes a shorter step. So it does with
        # very many noise words, which would else carry the row to what fits this one window best.
        step = min(plan.largest_step / max(1.0, positives), plan.largest_sum / max(1.0, positives * every))
        s.rate[0, i] = min(rate, np.float32(step))
        pairs += positives
    transpose_rows(s.x, s.x.shape[0], s.xt)
    return pairs


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def _no_centers(centers, s, slab):
    """Zero rows and weights for the lanes that a block leaves empty."""
    for i in range(centers, s.x.shape[0]):
        for column in slabs(s.x, slab):
            store(s.x, i, column, splat(0.0, slab))
        s.low[0, i], s.own[0, i], s.high[0, i], s.weight[0, i] = 1.0, -1.0, 0.0, 0.0


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def _score_contexts(contexts, offset, plan, s):
    """Coefficients ``rate * weight * (1 - sigma)`` of the positive pairs, 0 elsewhere; returns their weighted loss."""
    centers = s.x.shape[0]
    nearest, decay = splat(plan.nearest, ONE), np.float32(plan.decay)
    for r in range(contexts):
        for i in range(0, centers + CHUNK, CHUNK):
            store(s.g, r, i, splat(0.0, ONE))
    loss = splat(0.0, ONE)
    for r in range(0, contexts, TALL):
        begin = max(0, r - offset - plan.window)
        end = min(centers, r + TALL - offset + plan.window)
        for i in range(begin, end, CHUNK):
            score_rows(s.y, r, s.xt, i, plan.dims, s.g, ONE)
            low, own, high = load(s.low, 0, i, ONE), load(s.own, 0, i, ONE), load(s.high, 0, i, ONE)
            rate = load(s.rate, 0, i, ONE)
            for row in range(r, min(contexts, r + TALL)):
                q = np.float32(row)
                weight = (between(low, q, high) - between(own, q, own)) * (nearest - magnitude(own - q) * decay)
                score = load(s.g, row, i, ONE)
                e = exp_minus_abs(score)
                store(s.g, row, i, weight * rate * (np.float32(1.0) - sigmoid_from(score, e)))
                loss = loss + weight * (positive_part(score * np.float32(-1.0)) + log_one_plus(e))
    return total(loss)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def _score_negatives(output_vectors, following, first, rows, plan, s, slab):
    """Coefficients ``-rate * weight * sigma`` of the negatives, rows from ``first`` on; returns their weighted loss.

    Meanwhile the rows of the ``following`` noise words are asked for.
    """
    for r in range(first, rows, TALL):
        prefetch_rows(output_vectors, following, r - first, r - first + TALL, slab)
        score_rows(s.y, r, s.xt, 0, plan.dims, s.g, BLOCK)
    weight = load(s.weight, 0, 0, BLOCK)
    step = weight * load(s.rate, 0, 0, BLOCK) * np.float32(-1.0)
    linear = splat(0.0, BLOCK)
    logarithm = splat(0.0, BLOCK)
    for r in range(first, rows, 32):
        product = splat(1.0, BLOCK)
        for row in range(r, min(rows, r + 32)):
            score = load(s.g, row, 0, BLOCK)
            e = exp_minus_abs(score)
            store(s.g, row, 0, step * sigmoid_from(score, e))
            linear = linear + positive_part(score)
            product = product * (e + np.float32(1.0))
        logarithm = logarithm + log_of_product(product)
    return total(weight * (linear + logarithm))


@njit(nogil=True, cache=True, error_model="numpy")
def _shorten_steps(centers, contexts, rows, rate, plan, s, slab):
    """Shorten the steps of centers with very many pairs where these overshoot.

    All examples of a center change its row at once, by a step along  d = g.T @ y.  There the loss has the curvature

        k = sum of  w sigma (1 - sigma) (y.d)**2 / |d|**2   over the examples, each by its weight w,

    and the step is the best one where  rate * k  is 1: it is made no longer. Only centers whose rate is limited by the
    number of their pairs, or that have very many noise words, are looked at, so that ordinary windows pay nothing.
    """
    for i in range(centers):
        step = s.rate[0, i]
        noise = s.weight[0, i] * np.float32(plan.negatives)
        if step < rate or step * noise > _MANY * plan.largest_sum:
            even = i - i % 2
            square = np.float32(0.0)
            for column in slabs(s.y, slab):
                sums = (splat(0.0, slab), splat(0.0, slab))
                sums = sum_over_rows(s.g, even, slab, s.y, 0, rows, column, sums)
                d = sums[0] if i == even else sums[1]
                store(s.direction, 0, column, d)
                square += total(d * d)
            curvature = np.float32(0.0)
            for r in range(rows):
                if s.g[r, i] != 0.0:
                    distance = abs(np.float32(r) - s.own[0, i])
                    weight = np.float32(plan.nearest - plan.decay * distance) if r < contexts else s.weight[0, i]
                    sigma = abs(s.g[r, i]) / (step * weight)  # or 1 - sigma, for a context
                    along = np.float32(0.0)
                    for column in slabs(s.y, slab):
                        along += total(load(s.y, r, column, slab) * load(s.direction, 0, column, slab))
                    curvature += weight * sigma * (np.float32(1.0) - sigma) * along * along
            if step * curvature > square:
                shorter = square / (step * curvature)
                for r in range(rows):
                    s.g[r, i] *= shorter


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def _add_to_inputs(input_vectors, words, start, stop, contexts, rows, s, slab):
    """Add g.T @ y to the centers' rows, two centers at a time."""
    for i in range(0, stop - start, 2):
        prefetch_rows(input_vectors, words, stop + i, stop + i + 2, slab)
        first = np.int64(s.low[0, i])
        last = np.int64(s.high[0, i])
        if start + i + 1 < stop:
            first = min(first, np.int64(s.low[0, i + 1]))
            last = max(last, np.int64(s.high[0, i + 1]))
        for column in slabs(input_vectors, slab):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_rows(s.g, i, slab, s.y, first, last + 1, column, sums)
            sums = sum_over_rows(s.g, i, slab, s.y, contexts, rows, column, sums)
            add_at(s.inputs[i], column, sums[0], slab)
            if start + i + 1 < stop:
                add_at(s.inputs[i + 1], column, sums[1], slab)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def _add_to_outputs(output_vectors, words, start, stop, contexts, rows, window, offset, s, slab):
    """Add g @ x to the output rows, two at a time: contexts within their band, negatives whole."""
    for r in range(0, rows, 2):
        following = stop + window + r // 2
        prefetch_rows(output_vectors, words, following, following + 1, slab)
        begin, end = 0, stop - start
        if r + 1 < contexts:
            begin, end = max(0, r - offset - window), min(stop - start, r + 2 - offset + window)
        for column in slabs(output_vectors, slab):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_centers(s.g, r, slab, s.x, begin, end, column, sums)
            add_at(s.outputs[r], column, sums[0], slab)
            if r + 1 < rows:
                add_at(s.outputs[r + 1], column, sums[1], slab)
