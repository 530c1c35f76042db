"""Full softmax at hardware speed: the mathematics of ``objectives/softmax.py`` in minibatches of BLAS products.

For B hidden vectors H (B, D) and output vectors U (V, D): scores H U^T, errors E (B, V) from them row by row, and the
gradients E U of H and E^T H of U. Nearly all the time goes into these three products; BLAS spreads them over the cores.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.blocks import burst_end, has_diverged
from firth.kernels.cpu.sampling import Windows
from firth.kernels.simd.arithmetic import total
from firth.kernels.simd.elementary import exp_minus_abs
from firth.kernels.simd.rows import CHUNK, aligned_zeros, load, store
from firth.kernels.simd.tiles import ONE


class SoftmaxPlan(NamedTuple):
    """The numbers of a pass; the same for every stretch of a training."""

    skipgram: bool  # the hidden vector is the center's and the targets are its window; else the other way round
    batch: int  # tokens of a minibatch, at most
    steps: float  # most steps of a row for each time that its word occurs, about
    largest_step: float  # most that learning rate x steps of one row may add up to within a minibatch
    worst_loss: float  # a mean loss above this is that of a training that diverges
    change_inputs: bool
    change_outputs: bool
    mean_gradient: bool  # CBOW: an input row receives 1/C of the hidden vector's change, else all of it


class SoftmaxScratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`softmax_scratch`."""

    hidden: npt.NDArray[np.float32]  # (batch, columns) hidden vectors, then their gradients
    scores: npt.NDArray[np.float32]  # (batch, words, in whole chunks) scores, then errors
    change: npt.NDArray[np.float32]  # (words, columns) gradient of the output vectors
    repeats: npt.NDArray[np.int32]  # (a power of 2,) how often words of the same last bits occur in a minibatch


def softmax_scratch(batch: int, words: int, columns: int) -> SoftmaxScratch:
    """Buffers for minibatches of up to ``batch`` tokens."""
    return SoftmaxScratch(
        hidden=aligned_zeros(batch, columns),
        scores=aligned_zeros(batch, -(-words // CHUNK) * CHUNK),
        change=aligned_zeros(words, columns),
        repeats=np.zeros(1024, np.int32),
    )


def softmax(
    input_vectors: npt.NDArray[np.float32],
    output_vectors: npt.NDArray[np.float32],
    windows: Windows,
    kept: int,
    plan: SoftmaxPlan,
    rates: tuple[float, float],
    s: SoftmaxScratch,
) -> tuple[float, int]:
    """One pass over sampled windows; returns (loss summed over the examples, number of examples).

    An example is a pair for skip-gram, whose panels share one hidden vector, and a token with a context for CBOW. The
    pass ends early where the loss says that training diverges.

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        plan: the numbers of the pass. With very many panels a token takes a shorter step with each.
        rates: learning rate at the first and after the last token.
        s: :func:`softmax_scratch`.
    """
    words = output_vectors.shape[0]
    loss, examples, stop = 0.0, 0, 0
    with np.errstate(all="ignore"):  # what is not finite shows in the loss
        while stop < kept:
            start = stop
            rate = rates[0] + (rates[1] - rates[0]) * (start / kept)
            most = plan.largest_step / max(1e-30, rate)
            stop = _batch_end(windows.words, start, min(kept, start + plan.batch), most / plan.steps, s.repeats)
            hidden, errors = s.hidden[: stop - start], s.scores[: stop - start, :words]
            _hidden_vectors(input_vectors, windows, start, stop, plan.skipgram, hidden)
            np.matmul(hidden, output_vectors.T, out=errors)
            batch_loss, batch_examples = _errors(windows, start, stop, plan.skipgram, words, s.scores, most)
            loss, examples = loss + batch_loss, examples + batch_examples
            if has_diverged(loss, examples, plan.worst_loss):
                break
            if plan.change_outputs:  # after the hidden vectors' gradient is taken from the old rows
                np.matmul(errors.T, hidden, out=s.change)
            if plan.change_inputs:
                np.matmul(errors, output_vectors, out=hidden)
                _learn_inputs(
                    input_vectors, windows, start, stop, plan.skipgram, plan.mean_gradient, np.float32(rate), hidden
                )
            if plan.change_outputs:
                _subtract(output_vectors, s.change, np.float32(rate))
    return loss, examples


@njit(nogil=True, cache=True)
def _batch_end(words, start, stop, most, repeats):
    return burst_end(words, start, stop, most, repeats)


@njit(nogil=True, cache=True)
def _hidden_vectors(input_vectors, windows, start, stop, skipgram, hidden):
    for i in range(start, stop):
        row = hidden[i - start]
        if skipgram:
            row[:] = input_vectors[windows.words[i]]
            continue
        row[:] = np.float32(0.0)
        count = windows.last[i] - windows.first[i]
        for j in range(windows.first[i], windows.last[i] + 1):
            if j != i:
                row += input_vectors[windows.words[j]] * np.float32(1.0 / count)


@njit(nogil=True, cache=True)
def _errors(windows, start, stop, skipgram, words, scores, most):
    """Turn scores into errors, panels * p - targets, in place; returns (loss, examples).

    exp(u_j) / sum exp(u_j') is taken as exp(u_j - m) / sum exp(u_j' - m) with m the largest score, so that every
    exponent is at most 0 and none overflows; the loss of a target is m + log sum exp(u_j' - m) - u_target.
    """
    loss = 0.0
    examples = 0
    for i in range(start, stop):
        row = i - start
        count = windows.last[i] - windows.first[i]
        panels = count if skipgram else min(1, count)
        examples += panels
        highest = scores[row, 0]
        for j in range(words):
            highest = max(highest, scores[row, j])
        if skipgram:
            for j in range(windows.first[i], windows.last[i] + 1):
                if j != i:
                    loss -= scores[row, windows.words[j]] - highest
        elif panels:
            loss -= scores[row, windows.words[i]] - highest
        for j in range(words, scores.shape[1]):  # lanes beyond the vocabulary weigh nothing
            scores[row, j] = highest - np.float32(1000.0)
        sums = 0.0
        for j in range(0, scores.shape[1], CHUNK):
            exponentials = exp_minus_abs(load(scores, row, j, ONE) - highest)
            store(scores, row, j, exponentials)
            sums += total(exponentials)
        loss += panels * np.log(sums)
        step = np.float32(min(1.0, most / max(1, panels)))
        share = step * np.float32(panels / sums)
        for j in range(0, scores.shape[1], CHUNK):
            store(scores, row, j, load(scores, row, j, ONE) * share)
        if skipgram:
            for j in range(windows.first[i], windows.last[i] + 1):
                if j != i:
                    scores[row, windows.words[j]] -= step
        elif panels:
            scores[row, windows.words[i]] -= step
    return loss, examples


@njit(nogil=True, cache=True)
def _learn_inputs(input_vectors, windows, start, stop, skipgram, mean_gradient, rate, gradient):
    for i in range(start, stop):
        change = gradient[i - start]
        if skipgram:
            input_vectors[windows.words[i]] -= rate * change
            continue
        count = windows.last[i] - windows.first[i]
        if count:
            step = rate / np.float32(count) if mean_gradient else rate
            for j in range(windows.first[i], windows.last[i] + 1):
                if j != i:
                    input_vectors[windows.words[j]] -= step * change


@njit(nogil=True, cache=True)
def _subtract(matrix, change, rate):
    for r in range(matrix.shape[0]):
        for c in range(matrix.shape[1]):
            matrix[r, c] -= rate * change[r, c]
