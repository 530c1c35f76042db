"""One contract for everybody who does jobs."""

import threading
import time

import numpy as np
import pytest

from firth.training.configuration import Configuration
from firth.training.executors import Hogwild, Rounds, Serial
from firth.training.jobs import JobQueue, training_jobs
from firth.training.learners.learner import LossSum
from firth.training.shards import Sentences, Shards

TEXT = Sentences(np.arange(2000, dtype=np.int32), np.arange(0, 2001, 10))
EXECUTORS = [Serial(), Hogwild(1), Hogwild(2), Hogwild(5), Rounds(1), Rounds(3)]


class Summing:
    """A learner whose loss is the sum of the words of a job."""

    worst_loss, operations = 1e9, 1.0

    def __init__(self, fails_at=None):
        self.fails_at, self.ran = fails_at, []

    def workers(self, wanted):
        return wanted

    def worker(self, _weights, longest):
        assert longest == 100
        return self

    def learn(self, chunk):
        self.ran.append(int(chunk.ids[0]))
        time.sleep(0.002)  # the consumer keeps up
        if chunk.ids[0] == self.fails_at:
            raise ValueError("this job")
        return LossSum(float(chunk.ids.sum()), len(chunk.ids))

    def team(self, *_):
        return None


class SummingTogether(Summing):
    """The same by a team of two, each of whom has every other word, and waits for the other."""

    threads = 2

    def __init__(self, fails_at=None):
        super().__init__(fails_at)
        self.barrier, self.sums = threading.Barrier(2), [0.0, 0.0]

    def team(self, *_):
        return self

    def begin(self, chunk):
        self.chunk = chunk
        self.ran.append(int(chunk.ids[0]))

    def work(self, thread):
        if self.chunk.ids[0] == self.fails_at and thread:
            raise ValueError("this job")
        self.barrier.wait()
        self.sums[thread] = float(self.chunk.ids[thread::2].sum())

    def told(self):
        return LossSum(sum(self.sums), len(self.chunk.ids))

    def break_up(self):
        self.barrier.abort()


@pytest.fixture
def jobs():
    return JobQueue(training_jobs(Configuration(), Shards(TEXT), 0))


@pytest.fixture(params=EXECUTORS, ids=lambda executor: f"{type(executor).__name__}-{vars(executor)}")
def executor(request):
    before = threading.active_count()
    yield request.param
    assert threading.active_count() == before, "all threads have ended"


def test_every_job_is_done_once(executor, jobs):
    told = {job.number: loss for job, loss in executor.run(Summing(), None, TEXT, jobs)}
    assert told == {number: (sum(range(100 * number, 100 * number + 100)), 100) for number in range(20)}


def test_serial_goes_in_order(jobs):
    assert [job.number for job, _ in Serial().run(Summing(), None, TEXT, jobs)] == list(range(20))


def test_all_jobs_that_were_taken_are_told(executor, jobs):
    learner, told = Summing(), []
    for job, _ in executor.run(learner, None, TEXT, jobs):
        told.append(job.number)
        if len(told) == 3:
            jobs.close()
    assert sorted(told) == list(range(jobs.given))
    assert len(learner.ran) == jobs.given < 20


def test_a_failure_reaches_the_consumer(executor, jobs):
    with pytest.raises(ValueError, match="this job"):
        list(executor.run(Summing(fails_at=300), None, TEXT, jobs))


def test_whoever_leaves_early_leaves_no_thread(executor, jobs):
    learner = Summing()
    for _ in executor.run(learner, None, TEXT, jobs):
        break
    assert len(learner.ran) <= 20


def test_a_team_does_every_job_in_order(jobs):
    told = list(Rounds(4).run(SummingTogether(), None, TEXT, jobs))
    assert [(job.number, loss) for job, loss in told] == [
        (number, (sum(range(100 * number, 100 * number + 100)), 100)) for number in range(20)
    ]


def test_a_team_of_which_one_fails_ends(jobs):
    with pytest.raises((ValueError, threading.BrokenBarrierError)):
        list(Rounds(4).run(SummingTogether(fails_at=300), None, TEXT, jobs))
    assert jobs.given == 4
