"""One job after the other, in the thread that asks: the same bits for the same seed."""

from __future__ import annotations

from collections.abc import Iterator

from firth.training.jobs import Job, JobQueue, chunk_of
from firth.training.learners.learner import Learner, LossSum
from firth.training.shards import Text
from firth.training.weights import Weights


class Serial:
    """Runs the jobs one after the other, in the calling thread."""

    def run(self, learner: Learner, weights: Weights, text: Text, jobs: JobQueue) -> Iterator[tuple[Job, LossSum]]:
        """See :class:`firth.training.executors.executor.Executor`."""
        worker = learner.worker(weights, jobs.longest)
        for job in jobs:
            yield job, worker.learn(chunk_of(text, job))
