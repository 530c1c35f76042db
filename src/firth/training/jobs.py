"""Jobs: parts of a text, each of which can be learned by any thread, process or machine, also after a restart.

A job is plain data. Its random states depend only on (seed, epoch, job), and a text is always divided in the same
way, so the result of a job depends only on the weights at its start: not on the thread or process that runs it, nor on
interruptions of the training.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.sampling import after
from firth.training.configuration import Configuration
from firth.training.repeats import repeated
from firth.training.schedule import learning_rate
from firth.training.shards import Shards, Text

# Stand for an epoch in random states, which no epoch number reaches: of held-out text, and of what all epochs share.
_HELD_OUT, _ALL_EPOCHS = 2**31, 2**31 + 1
_GOLDEN = 0.6180339887498949


class Job(NamedTuple):
    """Consecutive sentences to learn from, or to evaluate, and how."""

    number: int  # among the jobs of its epoch, in the order of the text
    first: int  # its first sentence
    last: int  # behind its last one
    tokens: int
    rates: tuple[float, float]  # learning rate at the first and after the last token
    state: int  # 64 bits: the random state of all that is drawn but widths
    widths: int  # 64 bits: the random state of the widths of windows, the same in every epoch
    rotation: int  # how far the widths of this epoch are rotated, in units of 2**-32 of a circle
    evaluate: bool = False  # only tell the loss


class Chunk(NamedTuple):
    """A job with its text, as kernels take it."""

    ids: npt.NDArray[np.int32]  # (tokens,)
    bounds: npt.NDArray[np.int64]  # (sentences + 1,) where each begins in ``ids``
    rates: tuple[float, float]
    state: npt.NDArray[np.uint64]  # (1,)
    widths: npt.NDArray[np.uint64]  # (1,)
    rotation: int
    evaluate: bool


class JobQueue:
    """A queue from which any thread takes the next job, until there are no more or the queue is closed.

    Attributes:
        longest: number of tokens of the longest job.
        given: number of jobs taken so far, which are the first ones.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs, self._lock, self._closed = jobs, threading.Lock(), False
        self.longest = max((job.tokens for job in jobs), default=0)
        self.given = 0

    def close(self) -> None:
        """Stop giving out jobs."""
        self._closed = True

    def __iter__(self) -> Iterator[Job]:
        return self

    def __next__(self) -> Job:
        with self._lock:
            if self._closed or self.given == len(self._jobs):
                raise StopIteration
            self.given += 1
            return self._jobs[self.given - 1]


def chunk_of(text: Text, job: Job) -> Chunk:
    """The words of a job."""
    ids, bounds = text.read(job.first, job.last)
    if text.weights is not None:
        ids, bounds = repeated(ids, bounds, text.weights[job.first : job.last], job.state)
    state, widths = np.array([[job.state], [job.widths]], np.uint64)
    return Chunk(ids, bounds, job.rates, state, widths, job.rotation, job.evaluate)


def part_of(chunk: Chunk, first: int, last: int) -> Chunk:
    """The sentences from ``first`` to before ``last`` of a chunk, with the random draws that they have in it."""
    begin, end = int(chunk.bounds[first]), int(chunk.bounds[last])
    return chunk._replace(
        ids=chunk.ids[begin:end],
        bounds=chunk.bounds[first : last + 1] - begin,
        state=after(chunk.state, begin),
        widths=after(chunk.widths, begin),
    )


def training_jobs(
    configuration: Configuration, shards: Shards, epoch: int, first_epoch: int = 0, rate_factor: float = 1.0
) -> list[Job]:
    """The jobs of an epoch, in the order of the text.

    Args:
        configuration: its seed, epochs and learning rates are used.
        shards: the text to learn from.
        epoch: from 0, in this training.
        first_epoch: number of epochs of earlier trainings, so that a continued training has other random states.
        rate_factor: factor for the learning rates.
    """
    total = configuration.epochs * shards.tokens

    def rate(position: int) -> float:
        return rate_factor * learning_rate(configuration, (epoch * shards.tokens + position) / total)

    # The epochs go once round the circle together; a training that continues begins elsewhere.
    rotation = int((epoch / configuration.epochs + first_epoch * _GOLDEN) % 1.0 * 2**32)
    return [
        Job(
            number=shard,
            first=first,
            last=last,
            tokens=tokens,
            rates=(rate(start), rate(start + tokens)),
            state=_state(configuration, first_epoch + epoch, shard),
            widths=_state(configuration, _ALL_EPOCHS, shard),
            rotation=rotation,
        )
        for shard, (first, last, start, tokens) in enumerate(shards)
    ]


def evaluation_jobs(configuration: Configuration, shards: Shards) -> list[Job]:
    """The jobs that evaluate a held-out text, with the same subsampling, windows and noise words every time."""
    jobs = []
    for shard, (first, last, _, tokens) in enumerate(shards):
        state = _state(configuration, _HELD_OUT, shard)
        jobs.append(Job(shard, first, last, tokens, (0.0, 0.0), state, state, 0, evaluate=True))
    return jobs


def _state(configuration: Configuration, epoch: int, shard: int) -> int:
    sequence = np.random.SeedSequence([configuration.seed, epoch, shard])
    return int(sequence.generate_state(1, np.uint64)[0])
