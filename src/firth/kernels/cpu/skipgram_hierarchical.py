"""Skip-gram by hierarchical softmax at hardware speed: ``objectives/hierarchical.py`` over blocks of a few centers.

Every path begins at the same few inner nodes, so a large block of centers would change these many times from one stale
state. Blocks of a few share what their windows share: a row of input vectors is read, transposed and written once. A
block is one minibatch: the nodes on the paths of its words, one path after the other, against the words of all its
windows. A skip-gram pair is (input = a word of the window, target = the center), as in word2vec.c; windows are
symmetric, so over a text these are the same pairs as (input = the center, target = a word of its window).
As in ``skipgram_negative.py``, all W words on either side are pairs, weighed by the chance that a drawn width reaches
them.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.blocks import context_span, has_diverged, weight_to
from firth.kernels.cpu.hot import MERGE_EVERY, HotRows, hot_rows, merge_hot, take_hot
from firth.kernels.cpu.lanes import (
    address_of,
    begin_rounds,
    end_part,
    end_round,
    lane_windows,
    lanes_of,
    mark,
    mark_paths,
    near_address,
    own_rows,
    take_differences,
)
from firth.kernels.simd.arithmetic import between, total
from firth.kernels.simd.elementary import exp_minus_abs, log_of_product, magnitude, positive_part, sigmoid_from
from firth.kernels.simd.rows import (
    CHUNK,
    aligned_zeros,
    load,
    load_at,
    prefetch,
    slabs,
    splat,
    store,
    store_at,
)
from firth.kernels.simd.tiles import (
    ONE,
    TALL,
    add_at,
    copy_rows_at,
    score_rows,
    sum_over_centers,
    sum_over_rows,
    transpose_rows,
)


class TreeScratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`tree_scratch`. B centers, C context rows, N nodes."""

    x: npt.NDArray[np.float32]  # (C, columns) input rows of the windows
    xt: npt.NDArray[np.float32]  # (columns, C) the same, transposed
    inputs: npt.NDArray[np.int64]  # (C,) address of each input row
    y: npt.NDArray[np.float32]  # (N + TALL, columns) node rows of the paths
    g: npt.NDArray[np.float32]  # (N + TALL, C) scores, then coefficients
    bounds: npt.NDArray[np.int64]  # (B + 1,) where each center's path begins
    rows: npt.NDArray[np.int64]  # (N,) address of each node's row
    labels: npt.NDArray[np.float32]  # (N,) 1 for left, 0 for right
    places: npt.NDArray[np.float32]  # (1, C) 0, 1, 2, ...
    hot: HotRows  # the top of the tree


def tree_scratch(centers: int, window: int, longest_path: int, columns: int, hot: int) -> TreeScratch:
    """Buffers for blocks of ``centers``, ``window`` words on either side and paths of up to ``longest_path`` nodes."""
    contexts = -(-(centers + 2 * window) // CHUNK) * CHUNK
    nodes = centers * longest_path
    return TreeScratch(
        x=aligned_zeros(contexts, columns),
        xt=aligned_zeros(columns, contexts),
        inputs=np.zeros(contexts, np.int64),
        y=aligned_zeros(nodes + TALL, columns),
        g=aligned_zeros(nodes + TALL, contexts),
        bounds=np.zeros(centers + 1, np.int64),
        rows=np.zeros(nodes, np.int64),
        labels=np.zeros(nodes, np.float32),
        places=np.arange(contexts, dtype=np.float32)[None],
        hot=hot_rows(hot, columns),
    )


class TreePlan(NamedTuple):
    """The numbers of a pass."""

    dims: int  # columns that are not padding
    window: int  # most words on either side
    nearest: float  # a pair at distance d weighs ``nearest - decay * d``
    decay: float
    centers: int  # tokens of a block
    largest_step: float  # most that learning rate x examples of a block may add up to
    worst_loss: float  # a mean loss above this is that of a training that diverges
    change_inputs: bool
    change_outputs: bool


@njit(nogil=True, cache=True, error_model="numpy")
def skipgram_hierarchical(input_vectors, node_vectors, windows, kept, paths, plan, rates, _state, s, slab):
    """Skip-gram over full windows; returns (loss summed over the pairs by their weights, sum of the weights).

    Args:
        input_vectors: (words, columns) float32, changed in place.
        node_vectors: (inner nodes, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled, drawn by ``shrink`` False.
        kept: how many tokens it kept.
        paths: the Huffman tree.
        plan: the numbers of the pass.
        rates: learning rate at the first and after the last token.
        _state: nothing is drawn.
        s: :func:`tree_scratch`.
        slab: lanes that divide the columns.
    """
    loss = 0.0
    pairs = 0.0
    merged = 0
    take_hot(node_vectors, s.hot)
    for start in range(0, kept, plan.centers):
        span = (start, min(kept, start + plan.centers), kept)
        find_rows(input_vectors, node_vectors, windows, span, paths, s, None, None, slab)
        told = learn_block(input_vectors, node_vectors, windows, span, paths, plan, rates, s, slab)
        loss, pairs = loss + told[0], pairs + told[1]
        if span[1] - merged >= MERGE_EVERY or span[1] == kept:
            merge_hot(node_vectors, s.hot)
            merged = span[1]
            if has_diverged(loss, pairs, plan.worst_loss):
                break
    return loss, pairs


@njit(nogil=True, cache=True, error_model="numpy")
def skipgram_hierarchical_lanes(input_vectors, node_vectors, paths, plan, s, lanes, thread, slab):
    """The same by lanes (``lanes.py``), to be called by each thread of the team; losses are left in the lanes.

    The scratch has no hot rows.
    """
    first, last = lanes_of(lanes.threads, thread)
    _plan_round(paths, plan, lanes, thread)
    going = begin_rounds(lanes, thread)
    while going:
        for lane in range(first, last):
            windows, kept, rates = lane_windows(lanes, lane), lanes.kept[lane], lanes.rates[lane]
            inputs, nodes = own_rows(lanes.inputs, lane, thread), own_rows(lanes.outputs, lane, thread)
            start, loss, pairs = lanes.start[lane], 0.0, 0.0
            for b in range(lanes.stops.shape[1]):
                stop = lanes.stops[lane, b]
                if start < stop:
                    span = (start, stop, kept)
                    find_rows(input_vectors, node_vectors, windows, span, paths, s, inputs, nodes, slab)
                    told = learn_block(input_vectors, node_vectors, windows, span, paths, plan, rates, s, slab)
                    start, loss, pairs = stop, loss + told[0], pairs + told[1]
            end_part(lanes, lane, start, loss, pairs, plan.worst_loss)
            take_differences(input_vectors, inputs, slab)
            take_differences(node_vectors, nodes, slab)
        _plan_round(paths, plan, lanes, thread)
        going = end_round(input_vectors, node_vectors, plan, lanes, thread, slab)


@njit(nogil=True, cache=True, error_model="numpy")
def _plan_round(paths, plan, lanes, thread):
    """Cut the next blocks of this thread's lanes, and mark the rows that they will touch."""
    first, last = lanes_of(lanes.threads, thread)
    for lane in range(first, last):
        windows, kept = lane_windows(lanes, lane), lanes.kept[lane]
        start = stop = lanes.start[lane]
        for b in range(lanes.stops.shape[1]):
            stop = min(kept, stop + plan.centers)
            lanes.stops[lane, b] = stop
        if start < stop:
            left, contexts = context_span(windows, start, stop)
            mark(lanes.inputs, lane, windows.words, left, left + contexts)
            mark_paths(lanes.outputs, lane, windows.words, start, stop, paths)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def learn_block(input_vectors, node_vectors, windows, span, paths, plan, rates, s, slab):
    """Learn from a block whose rows are found; returns (loss, pairs).

    Args:
        span: its first token, behind the last one, and the tokens in all.
    """
    start, stop, kept = span
    left, contexts = context_span(windows, start, stop)
    positives = 0.0
    for i in range(start, stop):
        positives += weight_to(i - windows.first[i], plan) + weight_to(windows.last[i] - i, plan)
    rate = np.float32(rates[0] + (rates[1] - rates[0]) * (start / kept))
    rate = min(rate, np.float32(plan.largest_step / max(1.0, positives)))  # the root has them all
    for i in range(0, contexts, CHUNK):
        for n in range(0, s.bounds[stop - start], TALL):
            score_rows(s.y, n, s.xt, i, plan.dims, s.g, ONE)
    loss = 0.0
    for center in range(start, stop):
        _prefetch(input_vectors, node_vectors, windows, min(kept - 1, center + plan.centers), paths, s, slab)
        loss += _weigh(windows, center, start, contexts, rate, plan, s)
        if plan.change_outputs:
            _add_to_path(windows, center, start, s, slab)
    if plan.change_inputs:
        _add_to_contexts(left, start, stop, contexts, plan, s, slab)
    return loss, positives


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def find_rows(input_vectors, node_vectors, windows, span, paths, s, own_inputs, own_nodes, slab):
    """Addresses and rows of the words of a block's windows, and those and labels of the nodes on its paths."""
    start, stop, _ = span
    left, contexts = context_span(windows, start, stop)
    for i in range(contexts):
        s.inputs[i] = address_of(windows.words[left + i], input_vectors, own_inputs, slab)
    copy_rows_at(s.inputs, contexts, s.x, slab)
    transpose_rows(s.x, contexts, s.xt)
    row = 0
    for center in range(start, stop):
        word = windows.words[center]
        for n in range(paths.bounds[word], paths.bounds[word + 1]):
            s.rows[row] = near_address(paths.nodes[n], node_vectors, s.hot, own_nodes, slab)
            s.labels[row] = 1 - paths.codes[n]
            for column in slabs(s.y, slab):
                store(s.y, row, column, load_at(s.rows[row], column, slab))
            row += 1
        s.bounds[center - start + 1] = row


@njit(nogil=True, cache=True, forceinline=True)
def _prefetch(input_vectors, node_vectors, windows, center, paths, s, slab):
    """Ask for the rows that a center of the next block is the first to need."""
    hot = s.hot.rows.shape[0]
    prefetch(input_vectors, windows.words[windows.last[center]], slab)
    word = windows.words[center]
    for n in range(paths.bounds[word], paths.bounds[word + 1]):
        node = paths.nodes[n]
        if node >= hot:
            prefetch(node_vectors, node, slab)


@njit(nogil=True, cache=True, forceinline=True)
def _weigh(windows, center, start, contexts, rate, plan, s):
    """Coefficients ``rate * weight * (label - sigma)`` of one center's (node, row of x); returns its weighted loss."""
    left = windows.first[start]
    low, own = np.float32(windows.first[center] - left), np.float32(center - left)
    high = np.float32(windows.last[center] - left)
    begin, end = s.bounds[center - start], s.bounds[center - start + 1]
    nearest, decay = splat(plan.nearest, ONE), np.float32(plan.decay)
    loss = splat(0.0, ONE)
    for i in range(0, contexts, CHUNK):
        place = load(s.places, 0, i, ONE)
        inside = between(splat(low, ONE), place, splat(high, ONE)) - between(splat(own, ONE), place, splat(own, ONE))
        weight = inside * (nearest - magnitude(place - own) * decay)
        step = weight * rate
        linear = splat(0.0, ONE)
        logarithm = splat(0.0, ONE)
        for first in range(begin, end, 32):
            product = splat(1.0, ONE)
            for n in range(first, min(end, first + 32)):
                label = s.labels[n]
                score = load(s.g, n, i, ONE)
                e = exp_minus_abs(score)
                store(s.g, n, i, step * (label - sigmoid_from(score, e)))
                linear = linear + positive_part(score * (np.float32(1.0) - np.float32(2.0) * label))
                product = product * (e + np.float32(1.0))
            logarithm = logarithm + log_of_product(product)
        loss = loss + weight * (linear + logarithm)
    return total(loss)


@njit(nogil=True, cache=True, forceinline=True)
def _add_to_path(windows, center, start, s, slab):
    """Add g @ x to the nodes on a center's path, two at a time."""
    low, high = windows.first[center] - windows.first[start], windows.last[center] - windows.first[start] + 1
    begin, end = s.bounds[center - start], s.bounds[center - start + 1]
    for n in range(begin, end, 2):
        for column in slabs(s.x, slab):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_centers(s.g, n, slab, s.x, low, high, column, sums)
            store_at(s.rows[n], column, load_at(s.rows[n], column, slab) + sums[0])
            if n + 1 < end:
                store_at(s.rows[n + 1], column, load_at(s.rows[n + 1], column, slab) + sums[1])


@njit(nogil=True, cache=True, forceinline=True)
def _add_to_contexts(left, start, stop, contexts, plan, s, slab):
    """Add g.T @ y to the input rows of the windows, two at a time, each from the paths of the centers near it."""
    for r in range(0, contexts, 2):
        first = max(0, left + r - plan.window - start)
        last = min(stop - start, left + r + 2 + plan.window - start)
        for column in slabs(s.x, slab):
            sums = (splat(0.0, slab), splat(0.0, slab))
            sums = sum_over_rows(s.g, r, slab, s.y, s.bounds[first], s.bounds[last], column, sums)
            add_at(s.inputs[r], column, sums[0], slab)
            if r + 1 < contexts:
                add_at(s.inputs[r + 1], column, sums[1], slab)
