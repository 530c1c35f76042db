"""Full softmax at hardware speed: the mathematics of ``objectives/softmax.py`` in minibatches of BLAS products.

For B hidden vectors H (B, D) and output vectors U (V, D): scores H U^T, errors E (B, V) from them row by row, and the
gradients E U of H and E^T H of U. Nearly all the time goes into these three products; BLAS spreads them over the cores.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from firth.kernels.arithmetic import total
from firth.kernels.elementary import exp_minus_abs
from firth.kernels.rows import CHUNK, load, store
from firth.kernels.sampling import Windows
from firth.kernels.tiles import ONE


def softmax_batches(
    input_vectors: npt.NDArray[np.float32],
    output_vectors: npt.NDArray[np.float32],
    windows: Windows,
    kept: int,
    skipgram: bool,
    batch: int,
    change_inputs: bool,
    change_outputs: bool,
    mean_gradient: bool,
    rates: tuple[float, float],
    largest_step: float,
) -> tuple[float, int]:
    """One pass over sampled windows; returns (loss summed over the examples, number of examples).

    An example is a pair for skip-gram, whose panels share one hidden vector, and a token with a context for CBOW.

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        skipgram: whether the hidden vector is the center's and the targets are its window; else the other way round.
        batch: tokens of a minibatch.
        change_inputs: whether input vectors learn.
        change_outputs: whether output vectors learn.
        mean_gradient: CBOW: an input row receives 1/C of the hidden vector's change, else all of it.
        rates: learning rate at the first and after the last token.
        largest_step: most that the learning rate times the panels of one token may add up to; with more panels each
            takes a shorter step.
    """
    words = output_vectors.shape[0]
    hidden = np.zeros((batch, input_vectors.shape[1]), np.float32)
    scores = np.zeros((batch, -(-words // CHUNK) * CHUNK), np.float32)
    change = np.empty_like(output_vectors if change_outputs else output_vectors[:0])
    loss, examples = 0.0, 0
    for start in range(0, kept, batch):
        stop = min(kept, start + batch)
        size = stop - start
        rate = rates[0] + (rates[1] - rates[0]) * (start / kept)
        _hidden_vectors(input_vectors, windows, start, stop, skipgram, hidden)
        np.matmul(hidden[:size], output_vectors.T, out=scores[:size, :words])
        batch_loss, batch_examples = _errors(
            windows, start, stop, skipgram, words, scores, largest_step / max(1e-30, rate)
        )
        loss, examples = loss + batch_loss, examples + batch_examples
        errors = scores[:size, :words]
        if change_outputs:  # after the hidden vectors' gradient is taken from the old rows
            np.matmul(errors.T, hidden[:size], out=change)
        if change_inputs:
            np.matmul(errors, output_vectors, out=hidden[:size])
            _learn_inputs(input_vectors, windows, start, stop, skipgram, mean_gradient, np.float32(rate), hidden)
        if change_outputs:
            _subtract(output_vectors, change, np.float32(rate))
    return loss, examples


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
