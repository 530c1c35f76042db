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
    """The result of a job: the loss summed over its examples, and their number or the sum of their weights."""

    loss: float
    examples: float

    def has_diverged(self, worst_loss: float) -> bool:
        """What the kernels ask after each block, and end early where it is so."""
        return not self.loss <= worst_loss * (self.examples + FEW_EXAMPLES)


class Worker(Protocol):
    """Runs jobs of a learner in one thread."""

    def learn(self, chunk: Chunk) -> LossSum:
        """Learn from a chunk of text once, or only compute its loss."""


class Team(Protocol):
    """Threads that share each job; the result has the same bits whatever their number.

    Attributes:
        threads: how many.
    """

    threads: int

    def begin(self, chunk: Chunk) -> None:
        """Prepare for a chunk of text. One thread calls this before the others work."""

    def work(self, thread: int) -> None:
        """Do the part of one thread, numbered from 0; all must call it at once, since they wait for each other."""

    def told(self) -> LossSum:
        """The result of the chunk, after all threads have returned."""

    def break_up(self) -> None:
        """Release all threads that wait for one that failed."""


class Learner(Protocol):
    """One model.

    Attributes:
        worst_loss: a mean loss above this is that of a training that diverges.
        operations: floating-point operations for a token, about.
    """

    worst_loss: float
    operations: float

    def workers(self, wanted: int) -> int:
        """The number of workers to use, given the number that is wanted."""

    def worker(self, weights: Weights, longest: int) -> Worker:
        """A worker that changes these weights by jobs of up to ``longest`` tokens."""

    def team(self, weights: Weights, longest: int, workers: int) -> Team | None:
        """The same for at most so many threads that share each job; None where a job is one worker's."""


def job_tokens(learner: Learner) -> int:
    """Tokens of a job, which takes less than half a second, since training only stops between jobs."""
    return max(100, min(LONGEST_SHARD, int(_OPERATIONS_OF_A_JOB / learner.operations)))
