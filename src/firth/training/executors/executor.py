"""The interface of executors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from firth.training.jobs import Job, JobQueue
from firth.training.learners.learner import Learner, LossSum
from firth.training.shards import Text
from firth.training.weights import Weights


class Executor(Protocol):
    """Runs jobs in any order and in any process, and reports each of them."""

    def run(self, learner: Learner, weights: Weights, text: Text, jobs: JobQueue) -> Iterator[tuple[Job, LossSum]]:
        """Run the jobs; yields each with its loss when it is done.

        A job is taken from the queue when a thread is free. The queue may be closed at any time; every job that was
        taken is finished and reported before the iterator ends, so that the weights are those of complete jobs.

        Args:
            learner: the model.
            weights: the weights, which are changed in place.
            text: the text whose sentences the jobs refer to.
            jobs: the jobs.
        """
