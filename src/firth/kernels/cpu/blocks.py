"""What blocks of skip-gram need beside the matrices: the numbers of a pass, and a worker's buffers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.rows import CHUNK, Lanes, aligned_zeros
from firth.kernels.simd.tiles import TALL

BLOCK = Lanes(2)
"""The centers of a block, in registers."""
MOST_CENTERS = BLOCK.chunks * CHUNK
"""How many these are, at most."""


class Plan(NamedTuple):
    """The numbers of a pass; the same for every chunk of a training."""

    dims: int  # columns that are not padding
    window: int  # most words on either side
    nearest: float  # a pair at distance d weighs ``nearest - decay * d``
    decay: float
    centers: int  # tokens of a block, at most the lanes of one
    negatives: int  # K, noise words drawn for a block
    negative: float  # noise words per positive pair: it weighs the K
    positives: float  # most that the pairs of one center weigh
    largest_step: float  # most that learning rate x examples may add up to on one row within a block
    largest_sum: float  # most that learning rate x all examples of one center, positive and noise, may add up to
    worst_loss: float  # a mean loss above this is that of a training that diverges
    change_inputs: bool
    change_outputs: bool


class Scratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`scratch`. B centers, R output rows."""

    x: npt.NDArray[np.float32]  # (B, columns) the centers' input rows
    xt: npt.NDArray[np.float32]  # (columns, B + 16) the same, transposed; the last 16 stay zero
    y: npt.NDArray[np.float32]  # (R + TALL, columns) output rows, then negatives
    g: npt.NDArray[np.float32]  # (R + TALL, B + 16) scores, then coefficients
    low: npt.NDArray[np.float32]  # (1, B + 16) first context row of each center
    own: npt.NDArray[np.float32]  # (1, B + 16) the center's own context row, which is no context of it
    high: npt.NDArray[np.float32]  # (1, B + 16) last context row
    weight: npt.NDArray[np.float32]  # (1, B + 16) of each noise word with a center
    rate: npt.NDArray[np.float32]  # (1, B + 16) learning rate of each center
    inputs: npt.NDArray[np.int64]  # (B,) address of each center's input row
    outputs: npt.NDArray[np.int64]  # (R + TALL,) address of each output row
    noise_words: npt.NDArray[np.int32]  # (K,) noise words of the next block
    noise_places: npt.NDArray[np.uint64]  # (K,) where they lie in the noise distribution
    direction: npt.NDArray[np.float32]  # (1, columns) change of a center with very many pairs
    repeats: npt.NDArray[np.int32]  # (a power of 2,) how often words of the same last bits occur in a block


def scratch(window: int, negatives: int, columns: int) -> Scratch:
    """Buffers for blocks with ``window`` words on either side and ``negatives`` shared noise words."""
    centers = MOST_CENTERS
    contexts = centers + 2 * window
    rows = contexts + negatives + TALL
    beside = centers + CHUNK
    return Scratch(
        x=aligned_zeros(centers, columns),
        xt=aligned_zeros(columns, beside),
        y=aligned_zeros(rows, columns),
        g=aligned_zeros(rows, beside),
        low=np.ones((1, beside), np.float32),
        own=np.full((1, beside), -1, np.float32),
        high=aligned_zeros(1, beside),
        weight=aligned_zeros(1, beside),
        rate=aligned_zeros(1, beside),
        inputs=np.zeros(centers, np.int64),
        outputs=np.zeros(rows, np.int64),
        noise_words=np.zeros(negatives, np.int32),
        noise_places=np.zeros(negatives, np.uint64),
        direction=aligned_zeros(1, columns),
        repeats=np.zeros(256, np.int32),
    )


@njit(nogil=True, cache=True, forceinline=True)
def weight_to(distance, plan):
    """What the pairs at distances 1 to ``distance`` weigh."""
    return distance * (plan.nearest - plan.decay * 0.5 * (distance + 1))


@njit(nogil=True, cache=True, forceinline=True)
def burst_end(words, start, stop, most, repeats):
    """Where a minibatch from ``start`` ends: at ``stop``, or before a word occurs more than ``most`` times.

    All steps of a row within a minibatch are taken from one state of it, so those of a word that bursts, in a list or a
    refrain, would overshoot together. Words are counted by their last bits; where two fall together the minibatch only
    ends sooner.

    Args:
        words: (tokens,) word ids.
        start: the first token.
        stop: behind the last token, at most.
        most: how often a word may occur; its first token is always taken.
        repeats: (a power of 2,) int32, scratch.
    """
    repeats[:] = 0
    for i in range(start, stop):
        place = words[i] & (repeats.shape[0] - 1)
        repeats[place] += 1
        if repeats[place] > most and i > start:
            return i
    return stop


@njit(nogil=True, cache=True, forceinline=True)
def context_span(windows, start, stop):
    """The first position that a block's windows reach, and how many positions they span."""
    left, right = start, stop
    for i in range(start, stop):
        left = min(left, np.int64(windows.first[i]))
        right = max(right, np.int64(windows.last[i]) + 1)
    return left, right - left


FEW_EXAMPLES = 1000.0
"""So many examples may have any finite loss before their mean is judged."""


@njit(nogil=True, cache=True)
def has_diverged(loss, examples, worst_loss):
    """Whether a loss, summed over so many examples, is not a number or far above that of a model that knows nothing."""
    return not loss <= worst_loss * (examples + FEW_EXAMPLES)
