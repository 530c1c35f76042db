"""Where a model is trained: which kernels, in which memory, by whom."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from firth.training.configuration import Configuration
from firth.training.executors import Executor, Hogwild, Rounds, Serial
from firth.training.learners import new_learner
from firth.training.learners.learner import Learner
from firth.training.weights import Weights


class Backend(Protocol):
    """A kind of machine to train on.

    Its learners and executors belong together, and work on weights that it has placed.
    """

    def learner(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> Learner:
        """The model, for words that occur so often: (words,) counts."""

    def executor(self, configuration: Configuration, learner: Learner) -> Executor:
        """Who does the jobs."""

    def place(self, weights: Weights) -> Weights:
        """The weights where the kernels read and change them."""

    def fetch(self, placed: Weights, into: Weights) -> None:
        """Bring what was learned back to the memory of this process: into the weights that were placed."""


class Cpu:
    """The cores of this machine; weights stay where they are."""

    def learner(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> Learner:
        return new_learner(configuration, counts)

    def executor(self, configuration: Configuration, learner: Learner) -> Executor:
        workers = learner.workers(configuration.worker_count)
        if configuration.deterministic:
            return Rounds(workers)
        return Serial() if workers == 1 else Hogwild(workers)

    def place(self, weights: Weights) -> Weights:
        return weights

    def fetch(self, placed: Weights, into: Weights) -> None:
        """Nothing is to be done."""
