"""CBOW by negative sampling."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from firth.objectives.negative import noise_distribution
from firth.training.configuration import Configuration
from firth.training.learners.cbow_learner import HOT_WORDS, CbowLearner
from firth.training.minibatch import worst_loss
from firth.training.noise import noise_table


class NegativeSamplingCbow(CbowLearner):
    """See the module."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        super().__init__(
            configuration,
            counts,
            own=1,
            hot=HOT_WORDS,
            worst_loss=worst_loss((1 + configuration.negative) * math.log(2)),
            most_noise=float(noise_distribution(counts, configuration.noise_exponent).max()),
        )
        self.targets = noise_table(counts, configuration.noise_exponent)
        dims, pairs = configuration.vector_size, 2 * configuration.widest_window
        self.operations = 6.0 * dims * (1 + 3 * configuration.negative) + 4.0 * dims * pairs
