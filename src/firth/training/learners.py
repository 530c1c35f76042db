"""What turns a stretch of text into changed weights: one learner for each model.

A learner holds what its kernel needs beside the weights, and is shared by all workers; each worker has a
:class:`Worker` of its own, with buffers and scratch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from firth.kernels.blocks import scratch
from firth.kernels.hierarchical import (
    Paths,
    TreePlan,
    cbow_hierarchical,
    skipgram_hierarchical,
    tree_scratch,
)
from firth.kernels.negative import cbow_negative, skipgram_negative
from firth.kernels.rows import CHUNK, Lanes
from firth.kernels.sampling import Windows, sample_windows
from firth.kernels.softmax import softmax_batches
from firth.objectives.hierarchical import huffman_tree
from firth.training.blas import blas_threads
from firth.training.configuration import Configuration
from firth.training.minibatch import LANES, LARGEST_STEP, block_plan, softmax_batch
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

    def learn(self, stretch: Stretch, *, frozen: bool = False) -> Tally:
        """Change the weights by one pass over a stretch; frozen, only tell the objective."""


class Learner(Protocol):
    """One model."""

    def workers(self, wanted: int) -> int:
        """How many workers to use where so many are wanted."""

    def worker(self, longest: int) -> Worker:
        """A worker for stretches of up to ``longest`` tokens."""


class NegativeSampling:
    """Negative sampling. An example is a pair of words for skip-gram, a word and its context for CBOW."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64], weights: Weights) -> None:
        self.weights = weights
        self.kernel = {"skipgram": skipgram_negative, "cbow": cbow_negative}[configuration.architecture]
        self.noise = noise_table(counts, configuration.noise_exponent)
        self.keep = keep_thresholds(counts, configuration.sample)
        self.shrink = configuration.shrink_windows
        self.plan = block_plan(configuration)

    def workers(self, wanted: int) -> int:
        return wanted

    def worker(self, longest: int) -> Worker:
        return _NegativeWorker(self, longest)


class _NegativeWorker:
    def __init__(self, learner: NegativeSampling, longest: int) -> None:
        plan = learner.plan
        self.learner = learner
        self.windows = Windows(*(np.zeros(longest, np.int32) for _ in Windows._fields))
        columns = learner.weights.input_vectors.shape[1]
        self.scratch = scratch(LANES * CHUNK, plan.window, plan.negatives, columns)

    def learn(self, stretch: Stretch, *, frozen: bool = False) -> Tally:
        learner, weights = self.learner, self.learner.weights
        plan = learner.plan._replace(change_inputs=False, change_outputs=False) if frozen else learner.plan
        kept = sample_windows(
            stretch.ids,
            stretch.bounds,
            learner.keep,
            learner.plan.window,
            learner.shrink,
            stretch.state,
            self.windows,
        )
        loss, examples = learner.kernel(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            learner.noise,
            plan,
            stretch.rates,
            stretch.state,
            self.scratch,
            weights.slab,
            Lanes(LANES),
        )
        return Tally(loss, examples)


class HierarchicalSoftmax:
    """Hierarchical softmax over the Huffman tree of the counts. Examples as for negative sampling."""

    HOT = 512  # nodes at the top of the tree of which each worker has its own copy

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64], weights: Weights) -> None:
        self.weights = weights
        self.kernel = {"skipgram": skipgram_hierarchical, "cbow": cbow_hierarchical}[configuration.architecture]
        self.keep = keep_thresholds(counts, configuration.sample)
        self.window = configuration.widest_window
        self.shrink = configuration.shrink_windows
        self.paths = Paths(*huffman_tree(counts))
        self.longest_path = int(np.diff(self.paths.bounds).max(initial=0))
        self.plan = TreePlan(
            largest_step=LARGEST_STEP,
            change_inputs=configuration.freeze != "input",
            change_outputs=configuration.freeze != "output",
            mean_gradient=configuration.cbow_gradient == "corrected",
        )

    def workers(self, wanted: int) -> int:
        return wanted

    def worker(self, longest: int) -> Worker:
        return _HierarchicalWorker(self, longest)


class _HierarchicalWorker:
    def __init__(self, learner: HierarchicalSoftmax, longest: int) -> None:
        self.learner = learner
        self.windows = Windows(*(np.zeros(longest, np.int32) for _ in Windows._fields))
        nodes, columns = learner.weights.output_vectors.shape
        self.scratch = tree_scratch(learner.window, learner.longest_path, columns, min(learner.HOT, nodes))

    def learn(self, stretch: Stretch, *, frozen: bool = False) -> Tally:
        learner, weights = self.learner, self.learner.weights
        plan = learner.plan._replace(change_inputs=False, change_outputs=False) if frozen else learner.plan
        kept = sample_windows(
            stretch.ids, stretch.bounds, learner.keep, learner.window, learner.shrink, stretch.state, self.windows
        )
        loss, examples = learner.kernel(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            learner.paths,
            plan,
            stretch.rates,
            self.scratch,
            weights.slab,
        )
        return Tally(loss, examples)


class FullSoftmax:
    """Softmax over the whole vocabulary. Examples as for negative sampling."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64], weights: Weights) -> None:
        self.configuration = configuration
        self.weights = weights
        self.keep = keep_thresholds(counts, configuration.sample)
        self.batch = softmax_batch(configuration, counts, self.keep)

    def workers(self, wanted: int) -> int:  # noqa: ARG002
        """One: BLAS itself spreads each product over as many threads as are wanted."""
        return 1

    def worker(self, longest: int) -> Worker:
        return _SoftmaxWorker(self, longest)


class _SoftmaxWorker:
    def __init__(self, learner: FullSoftmax, longest: int) -> None:
        self.learner = learner
        self.windows = Windows(*(np.zeros(longest, np.int32) for _ in Windows._fields))

    def learn(self, stretch: Stretch, *, frozen: bool = False) -> Tally:
        options, weights = self.learner.configuration, self.learner.weights
        kept = sample_windows(
            stretch.ids,
            stretch.bounds,
            self.learner.keep,
            options.widest_window,
            options.shrink_windows,
            stretch.state,
            self.windows,
        )
        with blas_threads(options.worker_count):
            loss, examples = softmax_batches(
                weights.input_vectors,
                weights.output_vectors,
                self.windows,
                kept,
                options.architecture == "skipgram",
                self.learner.batch,
                not frozen and options.freeze != "input",
                not frozen and options.freeze != "output",
                options.cbow_gradient == "corrected",
                stretch.rates,
                LARGEST_STEP,
            )
        return Tally(loss, examples)


LEARNERS: dict[str, Callable[[Configuration, npt.NDArray[np.int64], Weights], Learner]] = {
    "negative": NegativeSampling,
    "hierarchical": HierarchicalSoftmax,
    "softmax": FullSoftmax,
}
