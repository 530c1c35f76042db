"""What training asks of a model.

A learner holds what its kernel needs beside the weights, and knows of no thread; each thread has a :class:`Worker` of
its own, with buffers and scratch.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from firth.kernels.cpu.blocks import FEW_EXAMPLES
from firth.training.jobs import Chunk
from firth.training.shards import LONGEST_SHARD
from firth.training.weights import Weights

_OPERATIONS_OF_A_JOB = 2e10


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
