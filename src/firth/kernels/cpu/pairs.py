"""Lists of pairs, which CBOW learns from: a worker's buffers beside the matrices, and how a block fills them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.hot import HotRows, hot_rows
from firth.kernels.cpu.lanes import near_address
from firth.kernels.cpu.pool import Pool, new_pool
from firth.kernels.simd.rows import CHUNK, aligned_zeros, load, splat, store
from firth.kernels.simd.tiles import ONE

_STEP = 8  # addresses that are copied at a time


class CbowPlan(NamedTuple):
    """The numbers of a pass; the same for every chunk of a training."""

    centers: int  # B, most tokens of a block
    noise: int  # K, noise words of a block
    fresh: int  # F, those drawn for it
    weight: float  # negative / K, of a noise word in the gradient
    fresh_weight: float  # negative / F, of a new one in the objective
    every: float  # examples of a center, by weight: its own and noise; of a path, 1
    largest_sum: float  # most that learning rate x these may add up to
    worst_loss: float  # a mean loss above this is that of a training that diverges
    change_inputs: bool
    change_outputs: bool
    mean_gradient: bool  # an input row receives 1/C of the hidden vector's change, else all of it


class CbowScratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`cbow_scratch`. P pairs of a block."""

    input_rows: npt.NDArray[np.int64]  # (tokens + 8,) address of each token's input row
    contexts: npt.NDArray[np.int64]  # (B, 2 * window + 16) the addresses of a center's window, itself left out
    sizes: npt.NDArray[np.int64]  # (B,) how many these are; 0 also for centers that the last block lacks
    hidden: npt.NDArray[np.float32]  # (B, columns)
    change: npt.NDArray[np.float32]  # (B, columns) of each hidden vector
    bounds: npt.NDArray[np.int64]  # (B + 1,) where each center's own pairs begin
    rows: npt.NDArray[np.int64]  # (own pairs,) address of each one's output row
    pool: Pool
    noise_words: npt.NDArray[np.int32]  # (K,) of the next block
    noise_weights: npt.NDArray[np.float32]  # (2, K + 16) of each in the gradient, and in the loss that is told
    noise_rows: npt.NDArray[np.int64]  # (K,) address of each noise word's output row
    labels: npt.NDArray[np.float32]  # (1, P + 16) 1 or 0
    weights: npt.NDArray[np.float32]  # (1, P + 16) of a pair in the gradient
    told: npt.NDArray[np.float32]  # (1, P + 16) of a pair in the loss that is told
    products: npt.NDArray[np.float32]  # (P + 16, 16) u * h of each pair, its chunks added up
    g: npt.NDArray[np.float32]  # (1, P + 16) coefficients
    hot_inputs: HotRows
    hot_outputs: HotRows


def cbow_scratch(
    columns: int, *, tokens: int, centers: int, window: int, own: int, noise: int, hot_inputs: int, hot_outputs: int
) -> CbowScratch:
    """Buffers for chunks of ``tokens`` and blocks of ``centers``, each with ``own`` pairs or less.

    A block has first the own pairs of all centers, then each center's pairs with the ``noise`` noise words.
    """
    centers += centers % 2  # noise words meet two centers at a time
    pairs = centers * (own + noise)
    return CbowScratch(
        input_rows=np.zeros(tokens + _STEP, np.int64),
        contexts=np.zeros((centers, 2 * (window + _STEP)), np.int64),
        sizes=np.zeros(centers, np.int64),
        hidden=aligned_zeros(centers, columns),
        change=aligned_zeros(centers, columns),
        bounds=np.zeros(centers + 1, np.int64),
        rows=np.zeros(centers * own, np.int64),
        pool=new_pool(),
        noise_words=np.zeros(noise, np.int32),
        noise_weights=aligned_zeros(2, -(-noise // CHUNK) * CHUNK + CHUNK),
        noise_rows=np.zeros(noise, np.int64),
        labels=aligned_zeros(1, pairs + CHUNK),
        weights=aligned_zeros(1, pairs + CHUNK),
        told=aligned_zeros(1, pairs + CHUNK),
        products=aligned_zeros(pairs + CHUNK, CHUNK),
        g=aligned_zeros(1, pairs + CHUNK),
        hot_inputs=hot_rows(hot_inputs, columns),
        hot_outputs=hot_rows(hot_outputs, columns),
    )


@njit(nogil=True, cache=True, forceinline=True)
def weigh_noise(plan, s):
    """What each noise word of a block weighs, in the gradient and in the loss that is told."""
    s.noise_weights[:] = 0.0
    s.noise_weights[0, : plan.noise] = plan.weight
    s.noise_weights[1, : plan.fresh] = plan.fresh_weight


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def find_inputs(input_vectors, windows, first, last, s, own, slab):
    """Where the input rows of tokens are."""
    for token in range(first, last):
        s.input_rows[token] = near_address(windows.words[token], input_vectors, s.hot_inputs, own, slab)


@njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
def find_pairs(output_vectors, windows, start, stop, paths, noise, noise_words, s, own, slab):
    """List the contexts of a block's centers and the pairs of these; returns how many centers have a context."""
    examples = _find_contexts(windows, start, stop, s)
    if paths is None:
        _pair_with_words(output_vectors, windows, start, stop, s, own, slab)
    else:
        _pair_with_paths(output_vectors, windows, start, stop, paths, s, own, slab)
    if noise is not None:
        _pair_with_noise(output_vectors, stop - start, noise_words, s, own, slab)
    return examples


@njit(nogil=True, cache=True, forceinline=True)
def _find_contexts(windows, start, stop, s):
    """List where the input rows of each center's window lie; returns how many centers have a context.

    The last step of a list is copied whole, for windows have random widths, and a loop that ends after a random number
    of steps costs the core a wrong guess.
    """
    examples = 0
    for i in range(s.sizes.shape[0]):
        size = 0
        if i < stop - start:
            center = start + i
            first, last = np.int64(windows.first[center]), np.int64(windows.last[center])
            _copy_steps(s.input_rows, first, center - first, s.contexts, i, 0)
            _copy_steps(s.input_rows, center + 1, last - center, s.contexts, i, center - first)
            size = last - first
        s.sizes[i] = size
        examples += size > 0
    return examples


@njit(nogil=True, cache=True, forceinline=True)
def _copy_steps(source, first, count, target, i, place):
    """``target[i, place : place + count] = source[first : first + count]``, and some beyond."""
    for begin in range(0, count, _STEP):
        for k in range(begin, begin + _STEP):
            target[np.uint64(i), np.uint64(place + k)] = source[np.uint64(first + k)]


@njit(nogil=True, cache=True, forceinline=True)
def _pair_with_words(output_vectors, windows, start, stop, s, own, slab):
    """List each center that has a context with its own word."""
    pair = 0
    for i in range(stop - start):
        if s.sizes[i]:
            word = windows.words[start + i]
            s.rows[pair] = near_address(word, output_vectors, s.hot_outputs, own, slab)
            s.labels[0, pair] = 1.0
            s.weights[0, pair] = 1.0
            s.told[0, pair] = 1.0
            pair += 1
        s.bounds[i + 1] = pair
    store(s.weights, 0, pair, splat(0.0, ONE))
    store(s.told, 0, pair, splat(0.0, ONE))


@njit(nogil=True, cache=True, forceinline=True)
def _pair_with_paths(node_vectors, windows, start, stop, paths, s, own, slab):
    """List each center that has a context with the nodes on its path."""
    pair = 0
    for i in range(stop - start):
        if s.sizes[i]:
            word = windows.words[start + i]
            for n in range(paths.bounds[word], paths.bounds[word + 1]):
                s.rows[pair] = near_address(paths.nodes[n], node_vectors, s.hot_outputs, own, slab)
                s.labels[0, pair] = 1 - paths.codes[n]
                s.weights[0, pair] = 1.0
                s.told[0, pair] = 1.0
                pair += 1
        s.bounds[i + 1] = pair
    store(s.weights, 0, pair, splat(0.0, ONE))
    store(s.told, 0, pair, splat(0.0, ONE))


@njit(nogil=True, cache=True, forceinline=True)
def _pair_with_noise(output_vectors, centers, noise_words, s, own, slab):
    """Behind the own pairs, those of each center with the noise words; with a center without context of weight 0."""
    noise = s.noise_rows.shape[0]
    for k in range(noise):
        s.noise_rows[k] = near_address(noise_words[k], output_vectors, s.hot_outputs, own, slab)
    pair = s.bounds[centers]
    for i in range(centers + centers % 2):
        met = np.float32(1.0 if s.sizes[i] else 0.0)
        for k in range(0, noise, CHUNK):
            store(s.labels, 0, pair + k, splat(0.0, ONE))
            store(s.weights, 0, pair + k, load(s.noise_weights, 0, k, ONE) * met)
            store(s.told, 0, pair + k, load(s.noise_weights, 1, k, ONE) * met)
        pair += noise
    store(s.weights, 0, pair, splat(0.0, ONE))
    store(s.told, 0, pair, splat(0.0, ONE))
