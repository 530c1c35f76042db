"""What turns a stretch of text into changed weights: one learner for each model.

A learner holds what its kernel needs beside the weights, and is shared by all workers; each worker has a
:class:`Worker` of its own, with buffers and scratch.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from firth.kernels.negative import scratch, skipgram_negative
from firth.kernels.rows import CHUNK, Lanes
from firth.kernels.sampling import Windows, sample_windows
from firth.training.configuration import Configuration
from firth.training.noise import keep_thresholds, noise_table
from firth.training.weights import Weights


class Stretch(NamedTuple):
    """Consecutive sentences to learn from."""

    ids: npt.NDArray[np.int32]  # (tokens,)
    bounds: npt.NDArray[np.int64]  # (sentences + 1,) where each begins in ``ids``
    rates: tuple[float, float]  # learning rate at the first and after the last token
    state: npt.NDArray[np.uint64]  # (1,) the random state


class Tally(NamedTuple):
    """What a stretch reports: the objective summed over its examples, and how many there were."""

    loss: float
    examples: int


class Worker(Protocol):
    """One thread's share of a learner."""

    def learn(self, stretch: Stretch) -> Tally:
        """Change the weights by one pass over a stretch."""


class Learner(Protocol):
    """One model."""

    def worker(self, longest: int) -> Worker:
        """A worker for stretches of up to ``longest`` tokens."""


class SkipgramNegative:
    """Skip-gram by negative sampling. An example is a pair of a word and a word of its window."""

    BLOCK = 2  # chunks of 16 centers
    SHARED = 32  # noise words drawn for a block

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64], weights: Weights) -> None:
        self.configuration = configuration
        self.weights = weights
        self.noise = noise_table(counts, configuration.noise_exponent)
        self.keep = keep_thresholds(counts, configuration.sample)

    def worker(self, longest: int) -> Worker:
        return _SkipgramNegativeWorker(self, longest)


class _SkipgramNegativeWorker:
    def __init__(self, learner: SkipgramNegative, longest: int) -> None:
        self.learner = learner
        self.windows = Windows(*(np.zeros(longest, np.int32) for _ in Windows._fields))
        self.scratch = scratch(
            learner.BLOCK * CHUNK,
            learner.configuration.window,
            learner.SHARED,
            learner.weights.input_vectors.shape[1],
        )

    def learn(self, stretch: Stretch) -> Tally:
        options, weights = self.learner.configuration, self.learner.weights
        kept = sample_windows(
            stretch.ids,
            stretch.bounds,
            self.learner.keep,
            options.window,
            options.shrink_windows,
            stretch.state,
            self.windows,
        )
        loss, examples = skipgram_negative(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            options.window,
            self.learner.noise,
            options.negative,
            stretch.rates,
            weights.vector_size,
            stretch.state,
            self.scratch,
            weights.slab,
            Lanes(self.learner.BLOCK),
        )
        return Tally(loss, examples)


LEARNERS = {("skipgram", "negative"): SkipgramNegative}
