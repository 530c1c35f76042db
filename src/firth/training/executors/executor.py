"""What training asks of whoever does its jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from firth.training.jobs import Job, JobQueue
from firth.training.learners.learner import Learner, LossSum
from firth.training.shards import Text
from firth.training.weights import Weights


class Executor(Protocol):
    """Does jobs, in whatever order and wherever, and tells of each."""

    def run(self, learner: Learner, weights: Weights, text: Text, jobs: JobQueue) -> Iterator[tuple[Job, LossSum]]:
        """Do the jobs; yields each with its loss when it is done.

        Jobs are taken from the queue whenever somebody is free for the next. The queue may be closed at any time; every
        job that was taken is done, and told, before the iterator ends, so that the weights are those of whole jobs.

        Args:
            learner: the model.
            weights: changed in place.
            text: in which the jobs' sentences are counted.
            jobs: what to do.
        """
