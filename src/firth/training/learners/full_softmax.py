"""Softmax over the whole vocabulary. An example is a pair of words for skip-gram, a word and its context for CBOW."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.softmax import SoftmaxPlan, softmax, softmax_scratch
from firth.parallel import each_in_threads
from firth.training.blas import blas_threads
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk
from firth.training.learners.learner import LossSum, Team, Worker
from firth.training.learners.window_sampler import WindowSampler
from firth.training.minibatch import FROZEN, LARGEST_STEP, worst_loss
from firth.training.weights import Weights

_LARGEST_BATCH = 256


class FullSoftmax:
    """See the module."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        self.configuration = configuration
        self.sampler = WindowSampler(configuration, counts)
        self.worst_loss = worst_loss(math.log(len(counts)))
        self.operations = 6.0 * configuration.vector_size * len(counts)
        self.plan = softmax_plan(configuration, counts, self.sampler.keep, self.worst_loss)
        self.telling = self.plan._replace(**FROZEN)

    def workers(self, wanted: int) -> int:  # noqa: ARG002
        """One worker, which divides the vocabulary among the threads itself."""
        return 1

    def worker(self, weights: Weights, longest: int) -> Worker:
        return _SoftmaxWorker(self, weights, longest)

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:  # noqa: ARG002
        return None


class _SoftmaxWorker:
    def __init__(self, learner: FullSoftmax, weights: Weights, longest: int) -> None:
        self.learner, self.weights = learner, weights
        self.windows = learner.sampler.buffers(longest)
        self.scratch = softmax_scratch(learner.plan.batch, *weights.output_vectors.shape)

    def learn(self, chunk: Chunk) -> LossSum:
        learner, weights = self.learner, self.weights
        kept = learner.sampler.sample(chunk, self.windows)
        # Where there are few words BLAS shares out each product better, in an order that depends on the threads.
        workers, slices = learner.configuration.worker_count, len(self.scratch.slices)
        by_blas = slices == 1 and not learner.configuration.deterministic
        with blas_threads(workers if by_blas else 1), each_in_threads(min(workers, slices)) as each:
            loss, examples = softmax(
                weights.input_vectors,
                weights.output_vectors,
                self.windows,
                kept,
                None,
                learner.telling if chunk.evaluate else learner.plan,
                chunk.rates,
                chunk.state,
                self.scratch._replace(each=each),
                weights.slab,
            )
        return LossSum(loss, examples)


def softmax_plan(
    configuration: Configuration, counts: npt.NDArray[np.int64], keep: npt.NDArray[np.uint32], worst_loss: float
) -> SoftmaxPlan:
    """The plan of a kernel call.

    Here frequent words repeat, each both as a target and with its share of every prediction, and tokens next to each
    other have hidden vectors that agree; so the step is kept four times shorter. The kernel ends a minibatch early
    where a word bursts.

    By word2vec's gradient of CBOW a row takes a whole step for each center in whose window it stands, however wide
    that is.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        keep: (words,) the chance to keep a token of each word, in units of 2**-32.
        worst_loss: see :func:`worst_loss`.
    """
    rate = max(1e-9, configuration.first_learning_rate)
    stay = counts * (keep / 2.0**32)
    step = rate * configuration.positives_per_center * float(stay.max() / stay.sum())
    batch = max(1, min(_LARGEST_BATCH, int(LARGEST_STEP / max(4 * step, 1e-6))))
    steps = configuration.positives_per_center
    if configuration.architecture == "cbow" and configuration.cbow_gradient == "word2vec":
        if rate * configuration.contexts_per_center > LARGEST_STEP:
            batch = min(batch, max(1, int(LARGEST_STEP / rate)))
        steps = min(float(batch), configuration.contexts_per_center)
    return SoftmaxPlan(
        skipgram=configuration.architecture == "skipgram",
        batch=batch,
        steps=steps,
        largest_step=LARGEST_STEP,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
        mean_gradient=configuration.cbow_gradient == "corrected",
    )
