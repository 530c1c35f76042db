"""What CBOW needs beside the matrices: the numbers of a pass, and a worker's buffers, mostly lists of pairs."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.hot import HotRows, hot_rows
from firth.kernels.cpu.pool import Pool, new_pool
from firth.kernels.simd.rows import CHUNK, aligned_zeros

STEP = 8
"""Addresses that are copied at a time."""


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
        input_rows=np.zeros(tokens + STEP, np.int64),
        contexts=np.zeros((centers, 2 * (window + STEP)), np.int64),
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
