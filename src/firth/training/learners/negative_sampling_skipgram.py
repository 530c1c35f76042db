"""Skip-gram by negative sampling. An example is a pair of words."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.blocks import MOST_CENTERS, Plan, Scratch, scratch
from firth.kernels.cpu.skipgram_negative import skipgram_negative, skipgram_negative_lanes
from firth.kernels.simd.tiles import TALL
from firth.objectives.negative import noise_distribution
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk
from firth.training.learners.kernel_learner import CURVATURE, KernelLearner, LanePlan
from firth.training.learners.window_sampler import WindowSampler
from firth.training.minibatch import FROZEN, LARGEST_STEP, LARGEST_SUM, pair_weights, worst_loss
from firth.training.noise import noise_table
from firth.training.weights import Weights

_BLOCKS_OF_A_ROUND = 8
# Whole tiles, which cost no more than a part of one.
_NEGATIVES = 5 * TALL
MOST_NEGATIVES = 10 * TALL
"""Noise words of a block, at most."""


class NegativeSamplingSkipgram(KernelLearner):
    """See the module."""

    kernel = staticmethod(skipgram_negative)
    kernel_by_lanes = staticmethod(skipgram_negative_lanes)

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        self.configuration = configuration
        self.sampler = WindowSampler(configuration, counts, weighed=True)
        self.targets = noise_table(counts, configuration.noise_exponent)
        self.worst_loss = worst_loss((1 + configuration.negative) * math.log(2))
        self.operations = 6.0 * configuration.vector_size * (2 * configuration.widest_window + MOST_NEGATIVES)
        most_noise = float(noise_distribution(counts, configuration.noise_exponent).max())
        self.plan = block_plan(configuration, self.worst_loss, most_noise)
        self.telling = self.plan._replace(**FROZEN)
        centers = _BLOCKS_OF_A_ROUND * self.plan.centers
        step = CURVATURE * self.plan.positives  # a touch is of a center, or of a context of several
        self.lane_plan = LanePlan(
            blocks=_BLOCKS_OF_A_ROUND,
            noise=self.plan.negatives,
            inputs=centers,
            outputs=centers + 2 * self.plan.window + _BLOCKS_OF_A_ROUND * self.plan.negatives,
            input_step=step,
            output_step=step,
        )

    def scratch(self, weights: Weights, longest: int, *, shared: bool) -> Scratch:  # noqa: ARG002
        return scratch(self.plan.window, self.plan.negatives, weights.input_vectors.shape[1])

    def lane_state(self, chunk: Chunk, first: int) -> int:
        """Draws are counted, and continue approximately where those of the earlier lanes end."""
        return int(chunk.state[0] + np.uint64(first // self.plan.centers * self.plan.negatives))


def block_plan(configuration: Configuration, worst_loss: float, most_noise: float = 0.0) -> Plan:
    """The plan of skip-gram by negative sampling.

    Args:
        configuration: the hyper-parameters.
        worst_loss: see :func:`worst_loss`.
        most_noise: the chance of the most frequent noise word, which in a small vocabulary comes several times in a
            block.
    """
    negatives = _NEGATIVES
    centers = MOST_CENTERS
    # Draws of one noise word for one center, in steps; rounded, for 0.1 x 6 shall not be more than 0.6.
    pressure = round(configuration.first_learning_rate * configuration.positives_per_center * configuration.negative, 9)
    if centers * pressure > negatives * LARGEST_STEP:
        wanted = int(np.ceil(round(centers * pressure / LARGEST_STEP, 6)))
        negatives = min(MOST_NEGATIVES, -(-wanted // TALL) * TALL)
        centers = max(1, min(centers, int(round(negatives * LARGEST_STEP / pressure, 6))))
    centers = max(1, min(centers, int(LARGEST_STEP / max(1e-9, pressure * most_noise))))
    nearest, decay = pair_weights(configuration)
    return Plan(
        dims=configuration.vector_size,
        window=configuration.widest_window,
        nearest=nearest,
        decay=decay,
        centers=centers,
        negatives=negatives,
        negative=float(configuration.negative),
        positives=configuration.positives_per_center,
        largest_step=LARGEST_STEP,
        largest_sum=LARGEST_SUM,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
    )
