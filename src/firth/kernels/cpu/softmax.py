"""Full softmax at hardware speed: the mathematics of ``objectives/softmax.py`` in minibatches of BLAS products.

For B hidden vectors H (B, D) and output vectors U (V, D): scores H U^T, errors E (B, V) from them row by row, and the
gradients E U of H and E^T H of U. Nearly all the time goes into these three products.

The vocabulary is cut into slices, as many as its size says, each with its own part of scores, errors and products. So
threads can share them, and what the slices find is put together in their order: the bits do not depend on the threads.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.blocks import burst_end, has_diverged
from firth.kernels.cpu.sampling import Windows
from firth.kernels.simd.arithmetic import fma, total
from firth.kernels.simd.elementary import exp_minus_abs
from firth.kernels.simd.rows import CHUNK, Lanes, aligned_zeros, load, splat, store
from firth.kernels.simd.tiles import ONE, add_to

_SMALLEST_SLICE, _MOST_SLICES = 4096, 16  # words; slices


class SoftmaxPlan(NamedTuple):
    """The numbers of a pass; the same for every chunk of a training."""

    skipgram: bool  # the hidden vector is the center's and the targets are its window; else the other way round
    batch: int  # tokens of a minibatch, at most
    steps: float  # most steps of a row for each time that its word occurs, about
    largest_step: float  # most that learning rate x steps of one row may add up to within a minibatch
    worst_loss: float  # a mean loss above this is that of a training that diverges
    change_inputs: bool
    change_outputs: bool
    mean_gradient: bool  # CBOW: an input row receives 1/C of the hidden vector's change, else all of it


class Slice(NamedTuple):
    """Some consecutive words of the vocabulary, and what a minibatch needs for them; B tokens, W words."""

    first: int
    stop: int
    scores: npt.NDArray[np.float32]  # (B, W in whole chunks) scores, then errors
    change: npt.NDArray[np.float32]  # (W, columns) gradient of the output vectors
    pull: npt.NDArray[np.float32]  # (B, columns) their part of the gradient of the hidden vectors
    highest: npt.NDArray[np.float64]  # (B,) largest score of each row
    sums: npt.NDArray[np.float64]  # (B,) of the exponentials, of scores less the largest
    shares: npt.NDArray[np.float64]  # (B,) times which these are probabilities
    targets: npt.NDArray[np.float64]  # (B,) sum of the scores of the targets


Each = Callable[[Callable[[Slice], None], Iterable[Slice]], object]
"""Calls a function on every slice, in any threads, and returns when all are done."""


class SoftmaxScratch(NamedTuple):
    """What one worker needs beside the matrices; see :func:`softmax_scratch`."""

    hidden: npt.NDArray[np.float32]  # (batch, columns) hidden vectors, then their gradients
    highest: npt.NDArray[np.float64]  # (batch,)
    sums: npt.NDArray[np.float64]  # (batch,)
    targets: npt.NDArray[np.float64]  # (batch,)
    slices: tuple[Slice, ...]
    each: Each
    repeats: npt.NDArray[np.int32]  # (a power of 2,) how often words of the same last bits occur in a minibatch


def _in_turn(do: Callable[[Slice], None], slices: Iterable[Slice]) -> None:
    for part in slices:
        do(part)


def softmax_scratch(batch: int, words: int, columns: int) -> SoftmaxScratch:
    """Buffers for minibatches of up to ``batch`` tokens."""
    count = max(1, min(_MOST_SLICES, words // _SMALLEST_SLICE))
    cuts = [-(-words * k // count // CHUNK) * CHUNK for k in range(count)] + [words]
    slices = tuple(
        Slice(
            first=first,
            stop=stop,
            scores=aligned_zeros(batch, -(-(stop - first) // CHUNK) * CHUNK),
            change=aligned_zeros(stop - first, columns),
            pull=aligned_zeros(batch, columns),
            highest=np.zeros(batch),
            sums=np.zeros(batch),
            shares=np.zeros(batch),
            targets=np.zeros(batch),
        )
        for first, stop in itertools.pairwise(cuts)
    )
    return SoftmaxScratch(
        hidden=aligned_zeros(batch, columns),
        highest=np.zeros(batch),
        sums=np.zeros(batch),
        targets=np.zeros(batch),
        slices=slices,
        each=_in_turn,
        repeats=np.zeros(1024, np.int32),
    )


def softmax(
    input_vectors: npt.NDArray[np.float32],
    output_vectors: npt.NDArray[np.float32],
    windows: Windows,
    kept: int,
    _targets: None,
    plan: SoftmaxPlan,
    rates: tuple[float, float],
    _state: npt.NDArray[np.uint64],
    s: SoftmaxScratch,
    _slab: Lanes,
) -> tuple[float, int]:
    """One pass over sampled windows; returns (loss summed over the examples, number of examples).

    An example is a pair for skip-gram, whose panels share one hidden vector, and a token with a context for CBOW. The
    pass ends early where the loss says that training diverges.

    Args:
        input_vectors: (words, columns) float32, changed in place.
        output_vectors: (words, columns) float32, changed in place.
        windows: what :func:`sample_windows` filled.
        kept: how many tokens it kept.
        _targets: all words.
        plan: the numbers of the pass. With very many panels a token takes a shorter step with each.
        rates: learning rate at the first and after the last token.
        _state: nothing is drawn.
        s: :func:`softmax_scratch`.
        _slab: BLAS has its own.
    """
    loss, examples, stop = 0.0, 0, 0
    with np.errstate(all="ignore"):  # what is not finite shows in the loss
        while stop < kept:
            start = stop
            rate = rates[0] + (rates[1] - rates[0]) * (start / kept)
            most = plan.largest_step / max(1e-30, rate)
            stop = batch_end(windows.words, start, min(kept, start + plan.batch), most / plan.steps, s.repeats)
            batch = _Batch(windows, start, stop, plan, np.float32(rate), most, output_vectors, s)
            hidden_vectors(input_vectors, windows, start, stop, plan.skipgram, batch.hidden)
            s.each(batch.score, s.slices)
            batch_loss, batch_examples = batch.put_sums_together()
            loss, examples = loss + batch_loss, examples + batch_examples
            if has_diverged(loss, examples, plan.worst_loss):
                break
            s.each(batch.learn, s.slices)
            if plan.change_inputs:
                batch.put_pulls_together()
                learn_inputs(
                    input_vectors,
                    windows,
                    start,
                    stop,
                    plan.skipgram,
                    plan.mean_gradient,
                    np.float32(rate),
                    batch.hidden,
                )
    return loss, examples


class _Batch:
    """One minibatch: what is done to each slice, and what comes between."""

    def __init__(
        self,
        windows: Windows,
        start: int,
        stop: int,
        plan: SoftmaxPlan,
        rate: np.float32,
        most: float,
        output_vectors: npt.NDArray[np.float32],
        s: SoftmaxScratch,
    ) -> None:
        self.windows, self.start, self.stop, self.plan, self.s = windows, start, stop, plan, s
        self.rate, self.most, self.output_vectors = rate, most, output_vectors
        self.hidden = s.hidden[: stop - start]

    def score(self, part: Slice) -> None:
        """Exponentials of scores, and what they add up to."""
        np.matmul(self.hidden, self.output_vectors[part.first : part.stop].T, out=self._scores(part))
        exponentiate(self.windows, self.start, self.stop, self.plan.skipgram, part)

    def put_sums_together(self) -> tuple[float, int]:
        """The loss of the minibatch, and its examples.

        With m the largest score of a row in all slices and m_s that in slice s, sum exp(u_j - m) is the sum over the
        slices of exp(m_s - m) times their own sum.
        """
        s = self.s
        s.highest[:], s.sums[:], s.targets[:] = s.slices[0].highest, 0.0, 0.0
        for part in s.slices[1:]:
            np.maximum(s.highest, part.highest, out=s.highest)
        for part in s.slices:
            np.subtract(part.highest, s.highest, out=part.shares)
            np.exp(part.shares, out=part.shares)
            np.multiply(part.sums, part.shares, out=part.sums)
            np.add(s.sums, part.sums, out=s.sums)
            np.add(s.targets, part.targets, out=s.targets)
        for part in s.slices:
            np.divide(part.shares, s.sums, out=part.shares)
        return batch_loss(self.windows, self.start, self.stop, self.plan.skipgram, s.highest, s.sums, s.targets)

    def learn(self, part: Slice) -> None:
        """Errors in place of exponentials, then the slice's part of both gradients; its output vectors change."""
        find_errors(self.windows, self.start, self.stop, self.plan.skipgram, self.most, part)
        scores, vectors = self._scores(part), self.output_vectors[part.first : part.stop]
        if self.plan.change_inputs:  # from the old rows
            np.matmul(scores, vectors, out=part.pull[: len(scores)])
        if self.plan.change_outputs:
            np.matmul(scores.T, self.hidden, out=part.change)
            subtract(vectors, part.change, self.rate)

    def put_pulls_together(self) -> None:
        """The gradient of the hidden vectors, in their place."""
        rows = len(self.hidden)
        self.hidden[:] = self.s.slices[0].pull[:rows]
        for part in self.s.slices[1:]:
            self.hidden += part.pull[:rows]

    def _scores(self, part: Slice) -> npt.NDArray[np.float32]:
        return part.scores[: self.stop - self.start, : part.stop - part.first]


@njit(nogil=True, cache=True)
def batch_end(words, start, stop, most, repeats):
    """:func:`burst_end` for callers in Python."""
    return burst_end(words, start, stop, most, repeats)


@njit(nogil=True, cache=True)
def hidden_vectors(input_vectors, windows, start, stop, skipgram, hidden):
    for i in range(start, stop):
        first, last = (i, i) if skipgram else (windows.first[i], windows.last[i])
        share = np.float32(1.0) if skipgram else np.float32(1.0 / max(1, last - first))
        for column in range(0, hidden.shape[1], CHUNK):
            mean = splat(0.0, ONE)
            for j in range(first, last + 1):
                if j != i or skipgram:
                    mean = fma(share, load(input_vectors, windows.words[j], column, ONE), mean)
            store(hidden, i - start, column, mean)


@njit(nogil=True, cache=True)
def exponentiate(windows, start, stop, skipgram, part):
    """Turn a slice's scores into exponentials, in place; keep the largest, the sums, and the scores of the targets.

    exp(u_j) / sum exp(u_j') is taken as exp(u_j - m) / sum exp(u_j' - m) with m the largest score, so that every
    exponent is at most 0 and none overflows; the loss of a target is m + log sum exp(u_j' - m) - u_target.
    """
    words, scores = part.stop - part.first, part.scores
    for i in range(start, stop):
        row = i - start
        targets = 0.0
        first, last = (windows.first[i], windows.last[i]) if skipgram else (i, i)
        if skipgram or windows.last[i] > windows.first[i]:
            for j in range(first, last + 1):
                word = windows.words[j] - part.first
                if (j != i or not skipgram) and 0 <= word < words:
                    targets += scores[row, word]
        part.targets[row] = targets
        highest = scores[row, 0]
        for j in range(words):
            highest = max(highest, scores[row, j])
        part.highest[row] = highest
        for j in range(words, scores.shape[1]):  # lanes beyond the slice weigh nothing
            scores[row, j] = highest - np.float32(1000.0)
        sums = 0.0
        for j in range(0, scores.shape[1], CHUNK):
            exponentials = exp_minus_abs(load(scores, row, j, ONE) - highest)
            store(scores, row, j, exponentials)
            sums += total(exponentials)
        part.sums[row] = sums


@njit(nogil=True, cache=True)
def batch_loss(windows, start, stop, skipgram, highest, sums, targets):
    """The loss of a minibatch and its examples, from what all slices have found."""
    loss = 0.0
    examples = 0
    for i in range(start, stop):
        count = windows.last[i] - windows.first[i]
        panels = count if skipgram else min(1, count)
        loss += panels * (highest[i - start] + np.log(sums[i - start])) - targets[i - start]
        examples += panels
    return loss, examples


@njit(nogil=True, cache=True)
def find_errors(windows, start, stop, skipgram, most, part):
    """Turn a slice's exponentials into errors, panels * p - targets, in place."""
    words, scores = part.stop - part.first, part.scores
    for i in range(start, stop):
        row = i - start
        count = windows.last[i] - windows.first[i]
        panels = count if skipgram else min(1, count)
        step = np.float32(min(1.0, most / max(1, panels)))
        share = step * np.float32(panels * part.shares[row])
        for j in range(0, scores.shape[1], CHUNK):
            store(scores, row, j, load(scores, row, j, ONE) * share)
        if panels:
            first, last = (windows.first[i], windows.last[i]) if skipgram else (i, i)
            for j in range(first, last + 1):
                word = windows.words[j] - part.first
                if (j != i or not skipgram) and 0 <= word < words:
                    scores[row, word] -= step


@njit(nogil=True, cache=True)
def learn_inputs(input_vectors, windows, start, stop, skipgram, mean_gradient, rate, gradient):
    for i in range(start, stop):
        first, last = (i, i) if skipgram else (windows.first[i], windows.last[i])
        step = rate / np.float32(max(1, last - first)) if mean_gradient and not skipgram else rate
        for column in range(0, gradient.shape[1], CHUNK):
            change = load(gradient, i - start, column, ONE) * -step
            for j in range(first, last + 1):
                if j != i or skipgram:
                    add_to(input_vectors, windows.words[j], column, change, ONE)


@njit(nogil=True, cache=True)
def subtract(matrix, change, rate):
    for r in range(matrix.shape[0]):
        for c in range(matrix.shape[1]):
            matrix[r, c] -= rate * change[r, c]
