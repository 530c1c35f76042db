"""The kernels of whole words over inputs that are bags of rows (``bags.py``), piece by piece.

The arguments are those of the kernels of whole words, but for the input matrix, which has a row for each word and each
n-gram; the targets, which come with the bags; and the scratch, which comes with the worker's composed vectors.
"""

from typing import Any, NamedTuple

from firth.kernels.compiled import njit
from firth.kernels.cpu.bags import Bags, Composed, compose, spread
from firth.kernels.cpu.blocks import context_span, has_diverged
from firth.kernels.cpu.cbow import learn_block as learn_cbow_block
from firth.kernels.cpu.hot import MERGE_EVERY, merge_hot, take_hot
from firth.kernels.cpu.pairs import find_inputs, find_pairs, weigh_noise
from firth.kernels.cpu.pool import draw_pooled, fill_pool
from firth.kernels.cpu.sampling import draw_stratified_noise
from firth.kernels.cpu.skipgram_hierarchical import find_rows as find_tree_rows
from firth.kernels.cpu.skipgram_hierarchical import learn_block as learn_tree_block
from firth.kernels.cpu.skipgram_negative import block_end
from firth.kernels.cpu.skipgram_negative import find_rows as find_noise_rows
from firth.kernels.cpu.skipgram_negative import learn_block as learn_noise_block
from firth.kernels.cpu.tree import paths_and_noise


class BaggedTargets(NamedTuple):
    """What a kernel of whole words takes as targets, and the bags."""

    targets: Any
    bags: Bags
    piece: int  # tokens between two compositions
    step: float  # times the learning rate, the share of the way that is left which a touch of an input row closes


class BaggedScratch(NamedTuple):
    """What a kernel of whole words takes as scratch, and the composed vectors."""

    scratch: Any
    composed: Composed


@njit(nogil=True, cache=True, error_model="numpy")
def bagged_skipgram_negative(input_vectors, output_vectors, windows, kept, targets, plan, rates, state, scratch, slab):
    """See ``skipgram_negative.skipgram_negative``."""
    noise, bags = targets.targets, targets.bags
    s, composed = scratch.scratch, scratch.composed
    loss = 0.0
    pairs = 0.0
    stop = 0
    draw_stratified_noise(noise, plan.negatives, state, s.noise_places, s.noise_words)
    while stop < kept:
        end = min(kept, stop + targets.piece)
        compose(input_vectors, bags, windows.words, stop, end, composed, slab)
        while stop < end:
            start = stop
            rate, stop = block_end(windows, start, end, kept, plan, rates, s)
            left, contexts = context_span(windows, start, stop)
            span = (start, stop, left, contexts)
            find_noise_rows(input_vectors, output_vectors, windows, span, s.noise_words, s, composed.own, None, slab)
            draw_stratified_noise(noise, plan.negatives, state, s.noise_places, s.noise_words)  # of the next block
            told = learn_noise_block(input_vectors, output_vectors, windows, span, s.noise_words, rate, plan, s, slab)
            loss, pairs = loss + told[0], pairs + told[1]
        spread(input_vectors, bags, composed, targets.step * rates[0], plan.change_inputs, slab)
        if has_diverged(loss, pairs, plan.worst_loss):
            break
    return loss, pairs


@njit(nogil=True, cache=True, error_model="numpy")
def bagged_skipgram_hierarchical(
    input_vectors, node_vectors, windows, kept, targets, plan, rates, _state, scratch, slab
):
    """See ``skipgram_hierarchical.skipgram_hierarchical``."""
    paths, bags = targets.targets, targets.bags
    s, composed = scratch.scratch, scratch.composed
    loss = 0.0
    pairs = 0.0
    merged = 0
    stop = 0
    take_hot(node_vectors, s.hot)
    while stop < kept:
        end = min(kept, stop + targets.piece)
        left, contexts = context_span(windows, stop, end)
        compose(input_vectors, bags, windows.words, left, left + contexts, composed, slab)
        while stop < end:
            span = (stop, min(end, stop + plan.centers), kept)
            find_tree_rows(input_vectors, node_vectors, windows, span, paths, s, composed.own, None, slab)
            told = learn_tree_block(input_vectors, node_vectors, windows, span, paths, plan, rates, s, slab)
            loss, pairs = loss + told[0], pairs + told[1]
            stop = span[1]
        spread(input_vectors, bags, composed, targets.step * rates[0], plan.change_inputs, slab)
        if stop - merged >= MERGE_EVERY or stop == kept:
            merge_hot(node_vectors, s.hot)
            merged = stop
            if has_diverged(loss, pairs, plan.worst_loss):
                break
    return loss, pairs


@njit(nogil=True, cache=True, error_model="numpy")
def bagged_cbow(input_vectors, output_vectors, windows, kept, targets, plan, rates, state, scratch, slab):
    """See ``cbow.cbow``."""
    paths, noise = paths_and_noise(targets.targets)
    return _bagged_cbow(
        input_vectors, output_vectors, windows, kept, paths, noise, targets, plan, rates, state, scratch, slab
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _bagged_cbow(
    input_vectors, output_vectors, windows, kept, paths, noise, targets, plan, rates, state, scratch, slab
):
    bags, s, composed = targets.bags, scratch.scratch, scratch.composed
    loss = 0.0
    examples = 0
    merged = 0
    stop = 0
    take_hot(output_vectors, s.hot_outputs)
    if noise is not None:
        weigh_noise(plan, s)
        fill_pool(noise, state, s.pool)
        draw_pooled(noise, plan.fresh, state, s.pool, s.noise_words)
    while stop < kept:
        end = min(kept, stop + targets.piece)
        left, contexts = context_span(windows, stop, end)
        compose(input_vectors, bags, windows.words, left, left + contexts, composed, slab)
        find_inputs(input_vectors, windows, left, left + contexts, s, composed.own, slab)
        while stop < end:
            start = stop
            stop = min(end, start + plan.centers)
            examples += find_pairs(output_vectors, windows, start, stop, paths, noise, s.noise_words, s, None, slab)
            if noise is not None:
                draw_pooled(noise, plan.fresh, state, s.pool, s.noise_words)  # of the next block
            span = (start, stop, kept)
            loss += learn_cbow_block(
                input_vectors, output_vectors, windows, span, paths, noise, s.noise_words, plan, rates, s, slab
            )
        spread(input_vectors, bags, composed, targets.step * rates[0], plan.change_inputs, slab)
        if stop - merged >= MERGE_EVERY or stop == kept:
            merge_hot(output_vectors, s.hot_outputs)
            merged = stop
            if has_diverged(loss, examples, plan.worst_loss):
                break
    return loss, examples
