"""Threads that share the weights without locks: the one unsafe place, and why it is allowed.

Several threads read and write the same rows of the same matrices, and none waits for another, so a change may be lost
when two threads add to one row at the same moment. Niu et al. 2011 ("Hogwild!") show that stochastic gradient descent
over sparse examples converges at the same rate all the same: most changes touch different rows, and a lost one is one
noisy step among millions. Nothing else is shared. Each job has random states of its own, and what a job tells is stored
under its number, so the loss of an epoch does not depend on which thread came first; the vectors do.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue

from firth.training.jobs import Job, JobQueue, chunk_of
from firth.training.learners.learner import Learner, LossSum
from firth.training.shards import Text
from firth.training.weights import Weights


class Hogwild:
    """Runs jobs in several threads at the same time, which share the weights without locks.

    Args:
        workers: threads.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, learner: Learner, weights: Weights, text: Text, jobs: JobQueue) -> Iterator[tuple[Job, LossSum]]:
        """See :class:`firth.training.executors.executor.Executor`.

        An exception in a thread is raised here when all threads have ended, and so is one that reaches this generator,
        such as KeyboardInterrupt.
        """
        told: SimpleQueue[tuple[Job, LossSum] | BaseException | None] = SimpleQueue()

        def work() -> None:
            try:
                worker = learner.worker(weights, jobs.longest)
                for job in jobs:
                    told.put((job, worker.learn(chunk_of(text, job))))
            except BaseException as error:  # handed to the consumer, which raises it
                jobs.close()
                told.put(error)
            finally:
                told.put(None)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        failure: BaseException | None = None
        running = self.workers
        try:
            while running:
                try:
                    result = told.get()
                except KeyboardInterrupt as interruption:  # what is under way is done, and told, before
                    jobs.close()
                    failure = interruption
                    continue
                if result is None:
                    running -= 1
                elif isinstance(result, BaseException):
                    failure = result
                else:
                    yield result
        finally:
            jobs.close()
            for thread in threads:
                thread.join()
        if failure is not None:
            raise failure
