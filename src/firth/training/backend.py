"""Backends: the kernels, memory and executors with which a model is trained."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from firth.training.configuration import Configuration
from firth.training.executors import Executor, Hogwild, Rounds, Serial
from firth.training.learners import new_learner
from firth.training.learners.learner import Learner
from firth.training.weights import Weights
from firth.vectors.subwords import WordBags


class Backend(Protocol):
    """A kind of machine to train on.

    Its learners and executors belong together, and work on weights that it has placed.
    """

    def learner(
        self, configuration: Configuration, counts: npt.NDArray[np.int64], bags: WordBags | None = None
    ) -> Learner:
        """The learner of a model, for the counts (words,) of its words and, with subwords, the rows of each word."""

    def executor(self, configuration: Configuration, learner: Learner) -> Executor:
        """The executor of the jobs."""

    def place(self, weights: Weights) -> Weights:
        """The weights in the memory in which the kernels read and change them."""

    def fetch(self, placed: Weights, into: Weights) -> None:
        """Copy the trained weights back to the memory of this process, into the weights that were placed."""


class Cpu:
    """The cores of this machine; the weights are not copied."""

    def learner(
        self, configuration: Configuration, counts: npt.NDArray[np.int64], bags: WordBags | None = None
    ) -> Learner:
        return new_learner(configuration, counts, bags)

    def executor(self, configuration: Configuration, learner: Learner) -> Executor:
        workers = learner.workers(configuration.worker_count)
        if configuration.deterministic:
            return Rounds(workers)
        return Serial() if workers == 1 else Hogwild(workers)

    def place(self, weights: Weights) -> Weights:
        return weights

    def fetch(self, placed: Weights, into: Weights) -> None:
        """Do nothing."""
