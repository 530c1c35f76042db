"""What turns text into changed weights: one learner for each model.

A learner holds what its kernel needs beside the weights, and knows of no thread; each thread has a :class:`Worker` of
its own, with buffers and scratch. A worker imports its kernel when it is made, for a training needs one of five.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.blocks import FEW_EXAMPLES, scratch
from firth.kernels.cpu.sampling import Noise, Windows, sample_windows
from firth.kernels.cpu.tree import Paths
from firth.kernels.simd.rows import CHUNK, Lanes
from firth.objectives.hierarchical import huffman_tree
from firth.objectives.negative import noise_distribution
from firth.parallel import each_in_threads
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk, part_of
from firth.training.minibatch import LANES, MOST_NEGATIVES, block_plan, cbow_plan, softmax_plan, tree_plan, worst_loss
from firth.training.noise import keep_thresholds, noise_table
from firth.training.shards import LONGEST_SHARD
from firth.training.weights import Weights


class LossSum(NamedTuple):
    """What a job tells: the objective summed over its examples, and how many there were, or what they weigh."""

    loss: float
    examples: float

    def has_diverged(self, worst_loss: float) -> bool:
        """What the kernels ask after each block, and end early where it is so."""
        return not self.loss <= worst_loss * (self.examples + FEW_EXAMPLES)


class Worker(Protocol):
    """What one thread needs to do jobs of a learner."""

    def learn(self, chunk: Chunk) -> LossSum:
        """Change the weights by one pass over a chunk of text, or only tell the loss."""


class Team(Protocol):
    """Threads that share one job after the other, and come to the same bits whatever their number.

    Attributes:
        threads: how many.
    """

    threads: int

    def begin(self, chunk: Chunk) -> None:
        """Take up a chunk of text; by one thread, before the others work."""

    def work(self, thread: int) -> None:
        """Do the part of a thread, 0 and up; all threads at the same time, for they wait for each other."""

    def told(self) -> LossSum:
        """What the chunk told, when all threads have returned."""

    def break_up(self) -> None:
        """Let nobody wait for a thread that failed."""


class Learner(Protocol):
    """One model.

    Attributes:
        worst_loss: a mean loss above this is that of a training that diverges.
        operations: floating-point operations for a token, about.
    """

    worst_loss: float
    operations: float

    def workers(self, wanted: int) -> int:
        """How many workers to use where so many are wanted."""

    def worker(self, weights: Weights, longest: int) -> Worker:
        """A worker that changes these weights by jobs of up to ``longest`` tokens."""

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:
        """The same for at most so many threads that share each job; None where a job is one worker's."""


def job_tokens(learner: Learner) -> int:
    """Tokens of a job: so few that it takes less than half a second, for between two jobs training can be stopped."""
    return max(100, min(LONGEST_SHARD, int(_OPERATIONS_OF_A_JOB / learner.operations)))


class _WindowSampler:
    """Which tokens stay, and the window of each; shared by all workers of a learner.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        weighed: the kernel weighs pairs by their distance, so windows are full where others would draw their widths.
    """

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64], *, weighed: bool = False) -> None:
        self.keep = keep_thresholds(counts, configuration.sample)
        self.window = configuration.widest_window
        self.shrink = configuration.shrink_windows and not weighed

    def buffers(self, longest: int) -> Windows:
        """For chunks of up to ``longest`` tokens."""
        return Windows(*(np.zeros(longest, np.int32) for _ in Windows._fields))

    def sample(self, chunk: Chunk, windows: Windows) -> int:
        """Fill ``windows``; returns how many tokens stay."""
        kept: int = sample_windows(
            chunk.ids,
            chunk.bounds,
            self.keep,
            self.window,
            self.shrink,
            chunk.state,
            chunk.widths,
            chunk.rotation,
            windows,
        )
        return kept


_OPERATIONS_OF_A_JOB = 2e10
_FROZEN = {"change_inputs": False, "change_outputs": False}
HOT_WORDS = 256
"""Most frequent words of whose rows each worker of CBOW has its own copies."""
HOT_NODES = 512
"""The same of the nodes at the top of the tree."""
_BLOCKS_OF_A_ROUND = 8
CURVATURE = 0.25
"""Most that the curvature of the logistic loss is, in units of a row's squared length."""


class NegativeSampling:
    """Negative sampling. An example is a pair of words for skip-gram, a word and its context for CBOW."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        self.configuration = configuration
        self.sampler = _WindowSampler(configuration, counts, weighed=configuration.architecture == "skipgram")
        self.noise = noise_table(counts, configuration.noise_exponent)
        self.most_noise = float(noise_distribution(counts, configuration.noise_exponent).max())
        self.worst_loss = worst_loss((1 + configuration.negative) * math.log(2))
        dims, pairs = configuration.vector_size, 2 * configuration.widest_window
        cbow = 6 * dims * (1 + 3 * configuration.negative) + 4 * dims * pairs
        self.operations = float(cbow if configuration.architecture == "cbow" else 6 * dims * (pairs + MOST_NEGATIVES))

    def workers(self, wanted: int) -> int:
        return wanted

    def worker(self, weights: Weights, longest: int) -> Worker:
        if self.configuration.architecture == "skipgram":
            return _SkipgramNegativeWorker(self, weights, longest)
        return _CbowWorker(self, weights, longest, 1, HOT_WORDS, None, self.noise)

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:
        if self.configuration.architecture == "skipgram":
            return _SkipgramNegativeTeam(self, weights, longest, workers)
        return None


class _SkipgramNegativeWorker:
    def __init__(self, learner: NegativeSampling, weights: Weights, longest: int) -> None:
        from firth.kernels.cpu.skipgram_negative import skipgram_negative

        self._kernel = skipgram_negative
        self.learner, self.weights = learner, weights
        self.windows = learner.sampler.buffers(longest)
        self.plan = block_plan(learner.configuration, learner.worst_loss, learner.most_noise)
        columns = weights.input_vectors.shape[1]
        self.scratch = scratch(LANES * CHUNK, self.plan.window, self.plan.negatives, columns)

    def learn(self, chunk: Chunk) -> LossSum:
        learner, weights = self.learner, self.weights
        kept = learner.sampler.sample(chunk, self.windows)
        loss, examples = self._kernel(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            learner.noise,
            self.plan._replace(**_FROZEN) if chunk.evaluate else self.plan,
            chunk.rates,
            chunk.state,
            self.scratch,
            weights.slab,
            Lanes(LANES),
        )
        return LossSum(loss, examples)


class _SkipgramNegativeTeam:
    """Skip-gram by negative sampling in lanes (``kernels/cpu/lanes.py``)."""

    def __init__(self, learner: NegativeSampling, weights: Weights, longest: int, workers: int) -> None:
        from firth.kernels.cpu import lanes, skipgram_negative

        self._of_lanes, self._kernel = lanes, skipgram_negative.skipgram_negative_lanes
        self.learner, self.weights = learner, weights
        self.threads = min(workers, lanes.LANES)
        self.plan = block_plan(learner.configuration, learner.worst_loss, learner.most_noise)
        window, negatives, columns = self.plan.window, self.plan.negatives, weights.input_vectors.shape[1]
        self.scratches = [scratch(LANES * CHUNK, window, negatives, columns) for _ in range(self.threads)]
        centers = _BLOCKS_OF_A_ROUND * self.plan.centers
        step = self.plan.positives * CURVATURE  # a touch is of a center, or of a context of several
        self.lanes = lanes.new_lanes(
            self.threads,
            _BLOCKS_OF_A_ROUND,
            negatives,
            learner.sampler.buffers(longest),
            lanes.copies(weights.input_vectors, centers, step, self.threads),
            lanes.copies(
                weights.output_vectors,
                centers + 2 * window + _BLOCKS_OF_A_ROUND * negatives,
                step,
                self.threads,
            ),
        )

    def begin(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._cuts = self._of_lanes.begin_lanes(self.lanes, chunk.bounds, chunk.rates)
        blocks = self.lanes.first[:-1] // self.plan.centers  # whose noise words the lanes before draw, about
        self.lanes.state[:, 0] = chunk.state + (blocks * self.plan.negatives).astype(np.uint64)

    def work(self, thread: int) -> None:
        learner, weights, chunk, lanes = self.learner, self.weights, self._chunk, self.lanes
        for lane in range(*self._of_lanes.lanes_of(self.threads, thread)):
            part = part_of(chunk, self._cuts[lane], self._cuts[lane + 1])
            lanes.kept[lane] = learner.sampler.sample(part, self._of_lanes.windows_of(lanes, lane))
        self._kernel(
            weights.input_vectors,
            weights.output_vectors,
            learner.noise,
            self.plan._replace(**_FROZEN) if chunk.evaluate else self.plan,
            self.scratches[thread],
            lanes,
            thread,
            weights.slab,
            Lanes(LANES),
        )

    def told(self) -> LossSum:
        return LossSum(float(self.lanes.loss.sum()), float(self.lanes.examples.sum()))

    def break_up(self) -> None:
        from firth.kernels.cpu.team import break_up

        break_up(self.lanes.team)


class HierarchicalSoftmax:
    """Hierarchical softmax over the Huffman tree of the counts. Examples as for negative sampling."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        self.configuration = configuration
        self.sampler = _WindowSampler(configuration, counts, weighed=configuration.architecture == "skipgram")
        self.paths = Paths(*huffman_tree(counts))
        self.most_noise = 0.0
        lengths = np.diff(self.paths.bounds)
        self.longest_path = int(lengths.max(initial=0))
        path = float(lengths @ counts / counts.sum())
        self.worst_loss = worst_loss(path * math.log(2))
        dims, pairs = configuration.vector_size, 2 * configuration.widest_window
        cbow = 6 * dims * path + 4 * dims * pairs
        self.operations = max(1.0, cbow if configuration.architecture == "cbow" else 6 * dims * path * pairs)

    def workers(self, wanted: int) -> int:
        return wanted

    def worker(self, weights: Weights, longest: int) -> Worker:
        if self.configuration.architecture == "skipgram":
            return _SkipgramHierarchicalWorker(self, weights, longest)
        return _CbowWorker(self, weights, longest, self.longest_path, HOT_NODES, self.paths, None)

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:  # noqa: ARG002
        return None


class _SkipgramHierarchicalWorker:
    def __init__(self, learner: HierarchicalSoftmax, weights: Weights, longest: int) -> None:
        from firth.kernels.cpu.skipgram_hierarchical import skipgram_hierarchical, tree_scratch

        self._kernel = skipgram_hierarchical
        self.learner, self.weights = learner, weights
        self.windows = learner.sampler.buffers(longest)
        self.plan = tree_plan(learner.configuration, learner.worst_loss)
        nodes, columns = weights.output_vectors.shape
        self.scratch = tree_scratch(
            self.plan.centers, self.plan.window, learner.longest_path, columns, min(HOT_NODES, nodes)
        )

    def learn(self, chunk: Chunk) -> LossSum:
        learner, weights = self.learner, self.weights
        kept = learner.sampler.sample(chunk, self.windows)
        loss, examples = self._kernel(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            learner.paths,
            self.plan._replace(**_FROZEN) if chunk.evaluate else self.plan,
            chunk.rates,
            self.scratch,
            weights.slab,
        )
        return LossSum(loss, examples)


class _CbowWorker:
    """CBOW by negative sampling, where a center has one pair of its own, or hierarchical softmax, where it has a path.

    Args:
        learner: of the model.
        weights: changed in place.
        longest: most tokens of a chunk.
        own: most own pairs of a center.
        hot: how many of the first output rows to have own copies of.
        paths: the tree of hierarchical softmax.
        noise: the distribution of negative sampling.
    """

    def __init__(
        self,
        learner: NegativeSampling | HierarchicalSoftmax,
        weights: Weights,
        longest: int,
        own: int,
        hot: int,
        paths: Paths | None,
        noise: Noise | None,
    ) -> None:
        from firth.kernels.cpu.cbow import cbow
        from firth.kernels.cpu.pairs import cbow_scratch

        self._kernel = cbow
        self.learner, self.weights, self.paths, self.noise = learner, weights, paths, noise
        self.windows = learner.sampler.buffers(longest)
        self.plan = cbow_plan(learner.configuration, learner.worst_loss, learner.most_noise)
        # Where nothing is learned, a row that is near counts for less than a loss that varies little.
        self._telling = self.plan._replace(fresh=self.plan.noise, fresh_weight=self.plan.weight, **_FROZEN)
        words, columns = weights.input_vectors.shape
        self.scratch = cbow_scratch(
            columns,
            tokens=longest,
            centers=self.plan.centers,
            window=learner.sampler.window,
            own=own,
            noise=self.plan.noise,
            hot_inputs=min(HOT_WORDS, words),
            hot_outputs=min(hot, len(weights.output_vectors)),
        )

    def learn(self, chunk: Chunk) -> LossSum:
        weights = self.weights
        kept = self.learner.sampler.sample(chunk, self.windows)
        loss, examples = self._kernel(
            weights.input_vectors,
            weights.output_vectors,
            self.windows,
            kept,
            self.paths,
            self.noise,
            self._telling if chunk.evaluate else self.plan,
            chunk.rates,
            chunk.state,
            self.scratch,
            weights.slab,
        )
        return LossSum(loss, examples)


class FullSoftmax:
    """Softmax over the whole vocabulary. Examples as for negative sampling."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        self.configuration = configuration
        self.sampler = _WindowSampler(configuration, counts)
        self.worst_loss = worst_loss(math.log(len(counts)))
        self.operations = 6.0 * configuration.vector_size * len(counts)
        self.plan = softmax_plan(configuration, counts, self.sampler.keep, self.worst_loss)

    def workers(self, wanted: int) -> int:  # noqa: ARG002
        """One, which spreads the slices of the vocabulary over as many threads as are wanted."""
        return 1

    def worker(self, weights: Weights, longest: int) -> Worker:
        return _SoftmaxWorker(self, weights, longest)

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:  # noqa: ARG002
        return None


class _SoftmaxWorker:
    def __init__(self, learner: FullSoftmax, weights: Weights, longest: int) -> None:
        from firth.kernels.cpu.softmax import softmax, softmax_scratch
        from firth.training.blas import blas_threads

        self._kernel, self._blas_threads = softmax, blas_threads
        self.learner, self.weights = learner, weights
        self.windows = learner.sampler.buffers(longest)
        self.scratch = softmax_scratch(learner.plan.batch, *weights.output_vectors.shape)

    def learn(self, chunk: Chunk) -> LossSum:
        learner, weights = self.learner, self.weights
        kept = learner.sampler.sample(chunk, self.windows)
        # Where there are few words BLAS shares out each product better, in an order that depends on the threads.
        workers, slices = learner.configuration.worker_count, len(self.scratch.slices)
        by_blas = slices == 1 and not learner.configuration.deterministic
        with self._blas_threads(workers if by_blas else 1), each_in_threads(min(workers, slices)) as each:
            loss, examples = self._kernel(
                weights.input_vectors,
                weights.output_vectors,
                self.windows,
                kept,
                learner.plan._replace(**_FROZEN) if chunk.evaluate else learner.plan,
                chunk.rates,
                self.scratch,
                each,
            )
        return LossSum(loss, examples)


LEARNERS: dict[str, Callable[[Configuration, npt.NDArray[np.int64]], Learner]] = {
    "negative": NegativeSampling,
    "hierarchical": HierarchicalSoftmax,
    "softmax": FullSoftmax,
}
