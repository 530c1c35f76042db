"""Rounds: several threads that share each job, and the same bits whatever their number.

The threads do not share rows as they go. A job has fixed parts; in each round all of them begin at the same weights,
and what they change is put together in their order (``kernels/cpu/lanes.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

from firth.training.executors.serial import Serial
from firth.training.jobs import Job, JobQueue, chunk_of
from firth.training.learners.learner import Learner, LossSum
from firth.training.shards import Text
from firth.training.weights import Weights


class Rounds:
    """Runs one job after the other, each in several threads, or in one if the model cannot use more.

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
        team = learner.team(weights, jobs.longest, self.workers)
        if team is None:
            yield from Serial().run(learner, weights, text, jobs)
            return

        def work(thread: int) -> None:
            try:
                team.work(thread)
            except BaseException:
                team.break_up()
                raise

        interruption: KeyboardInterrupt | None = None
        with ThreadPoolExecutor(team.threads) as pool:
            for job in jobs:
                team.begin(chunk_of(text, job))
                parts = [pool.submit(work, thread) for thread in range(team.threads)]
                while any(not part.done() for part in parts):
                    try:
                        wait(parts)
                    except KeyboardInterrupt as stopped:  # what is under way is done, and told, before
                        jobs.close()
                        interruption = stopped
                for part in parts:
                    part.result()
                yield job, team.told()
        if interruption is not None:
            raise interruption
