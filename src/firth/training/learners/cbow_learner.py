"""What CBOW by negative sampling and by hierarchical softmax share. An example is a word and its context."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.cbow import cbow, cbow_lanes
from firth.kernels.cpu.pairs import CbowPlan, CbowScratch, cbow_scratch
from firth.training.configuration import Configuration
from firth.training.learners.kernel_learner import CURVATURE, KernelLearner, LanePlan
from firth.training.learners.window_sampler import WindowSampler
from firth.training.minibatch import FROZEN, LARGEST_STEP
from firth.training.weights import Weights

HOT_WORDS = 256
"""Most frequent words of whose rows each worker of CBOW has its own copies."""
LARGEST_CBOW_SUM = 3.0
"""Most that the learning rate times all examples of one center may add up to; the kernel does not look at curvature."""
_CENTERS = 8
_BLOCKS_OF_A_ROUND = 160


class CbowLearner(KernelLearner):
    """What they share.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        own: most own pairs of a center: one with its word, or those with the nodes on its path.
        hot: how many of the first output rows each worker has copies of.
        worst_loss: a mean loss above this is that of a training that diverges.
        most_noise: the chance of the most frequent noise word.
    """

    kernel = staticmethod(cbow)
    kernel_by_lanes = staticmethod(cbow_lanes)

    def __init__(
        self,
        configuration: Configuration,
        counts: npt.NDArray[np.int64],
        *,
        own: int,
        hot: int,
        worst_loss: float,
        most_noise: float = 0.0,
    ) -> None:
        self.configuration, self.worst_loss = configuration, worst_loss
        self.sampler = WindowSampler(configuration, counts)
        self.plan = cbow_plan(configuration, worst_loss, most_noise)
        # Where nothing is learned, a row that is near counts for less than a loss that varies little.
        self.telling = self.plan._replace(fresh=self.plan.noise, fresh_weight=self.plan.weight, **FROZEN)
        self._own, self._hot = own, hot
        centers = _BLOCKS_OF_A_ROUND * self.plan.centers
        # A hidden vector is the mean of its window, so its square is shorter by so much, and a word stands in about as
        # many windows.
        context = 1.0 if self.plan.mean_gradient else configuration.contexts_per_center
        self.lane_plan = LanePlan(
            blocks=_BLOCKS_OF_A_ROUND,
            noise=self.plan.noise,
            inputs=centers + 2 * self.sampler.window,
            outputs=centers * own + _BLOCKS_OF_A_ROUND * self.plan.noise,
            input_step=CURVATURE * self.plan.every * context / configuration.contexts_per_center,
            output_step=CURVATURE * max(1.0, self.plan.centers * self.plan.weight) / configuration.contexts_per_center,
        )

    def scratch(self, weights: Weights, longest: int, *, shared: bool) -> CbowScratch:
        words, columns = weights.input_vectors.shape
        return cbow_scratch(
            columns,
            tokens=longest,
            centers=self.plan.centers,
            window=self.sampler.window,
            own=self._own,
            noise=self.plan.noise,
            hot_inputs=min(HOT_WORDS, words) if shared else 0,
            hot_outputs=min(self._hot, len(weights.output_vectors)) if shared else 0,
        )


def cbow_plan(configuration: Configuration, worst_loss: float, most_noise: float = 0.0) -> CbowPlan:
    """The plan of a kernel call.

    A center meets more noise words than asked for, so each has less weight than one of its own would have: of every
    eleven one is new for the block, the others are met again.

    Args:
        configuration: the hyper-parameters.
        worst_loss: see :func:`firth.training.minibatch.worst_loss`.
        most_noise: the chance of the most frequent noise word, which in a small vocabulary comes several times in a
            block.
    """
    most = int(LARGEST_STEP / max(configuration.first_learning_rate, 1e-9) + 1e-9)
    negative = configuration.negative if configuration.objective == "negative" else 0
    often = int(LARGEST_STEP / max(1e-9, configuration.first_learning_rate * negative * most_noise))
    fresh = -(-negative // 5)
    noise = fresh + 2 * negative
    return CbowPlan(
        centers=max(1, min(_CENTERS, most, often)),
        noise=noise,
        fresh=fresh,
        weight=negative / max(1, noise),
        fresh_weight=negative / max(1, fresh),
        every=1.0 + negative,
        largest_sum=LARGEST_CBOW_SUM,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
        mean_gradient=configuration.cbow_gradient == "corrected",
    )
