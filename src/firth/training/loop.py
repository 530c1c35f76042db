"""The training loop: epochs of jobs. It can be stopped between any two jobs, and can continue from a state."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from firth.errors import DivergenceError, FileFormatError, warn
from firth.training.backend import Cpu
from firth.training.configuration import Configuration
from firth.training.executors import Executor
from firth.training.interruption import Interruption, interruptible
from firth.training.jobs import Job, JobQueue, evaluation_jobs, training_jobs
from firth.training.learners.learner import Learner, LossSum
from firth.training.schedule import learning_rate
from firth.training.shards import Shards
from firth.training.state import TrainingState
from firth.training.weights import Weights

_MANY_NOISE_WORDS = 20


@dataclass(frozen=True)
class Progress:
    """The progress of training.

    Attributes:
        epoch: the current epoch, from 1.
        epochs: number of epochs.
        tokens_done: number of tokens done in all epochs.
        tokens_total: number of tokens of all epochs.
        loss: mean loss over the examples of this epoch so far; None if there are none.
        learning_rate: the current learning rate, approximately.
        seconds: time spent on training, including that before an interruption.
        epoch_ended: whether the epoch has ended.
        validation_loss: mean loss over the held-out examples; only at the end of an epoch, and if there are any.
        examples: number of examples of this epoch so far, or the sum of their weights.
        scores: results of the tracked evaluations, if they were due; None for one that could not be measured.
    """

    epoch: int
    epochs: int
    tokens_done: int
    tokens_total: int
    loss: float | None
    learning_rate: float
    seconds: float
    epoch_ended: bool
    validation_loss: float | None = None
    examples: float = 0.0
    scores: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def tokens_per_second(self) -> float:
        """Tokens per second over the whole training so far."""
        return self.tokens_done / self.seconds if self.seconds else 0.0


Callback = Callable[[Progress], object]
"""Called with the progress; returning True ends training."""


class Observer(Protocol):
    """Who measures during a training, and does not change it."""

    def seen(self, progress: Progress) -> Progress:
        """The progress after a job or at the end of an epoch, with scores if they are due at the end of an epoch."""

    def is_due(self, state: TrainingState, tokens_total: int) -> bool:
        """Whether it is time to measure within an epoch."""

    def measured(self, progress: Progress) -> Progress:
        """The progress with scores."""


class TrainingLoop:
    """Trains weights for a number of epochs.

    The loss is the objective, summed in float64 over the examples in the order of the text and divided by their
    number, or by the sum of their weights; it is comparable for any number of workers. Held-out text is evaluated after
    each epoch with the same subsampling, windows and noise words every time, so that epochs can be compared.

    Callbacks and checkpoints do not change the result: they come between jobs, which depend only on the text.

    Args:
        learner: the model.
        weights: the weights, which are changed in place.
        shards: the text to learn from.
        configuration: its epochs, learning rates, early stopping, seed and workers are used.
        held_out: held-out text, or None.
        state: the state to begin with; None is the beginning. It is updated, and is consistent whenever :meth:`run`
            ends, even with an exception.
        executor: the executor of the jobs; None is threads of this process, as many as the configuration says.
    """

    def __init__(
        self,
        learner: Learner,
        weights: Weights,
        shards: Shards,
        configuration: Configuration,
        held_out: Shards | None = None,
        state: TrainingState | None = None,
        executor: Executor | None = None,
    ) -> None:
        self.learner, self.weights, self.configuration = learner, weights, configuration
        self.shards, self.held_out = shards, held_out
        self.state = TrainingState() if state is None else state
        self.executor = Cpu().executor(configuration, learner) if executor is None else executor

    def run(
        self,
        on_progress: Callback | None = None,
        every: int | None = None,
        on_epoch: Callback | None = None,
        on_pause: Callable[[], bool] | None = None,
        save: Callable[[], None] | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Train the remaining epochs, or until early stopping or a callback ends training.

        Callbacks are called in the calling thread, between jobs.

        Args:
            on_progress: called when ``every`` more tokens are done, rounded up to whole jobs, and at the end of each
                epoch.
            every: number of tokens; None calls after each job.
            on_epoch: called at the end of each epoch, before ``on_progress``.
            on_pause: called after each job; returns whether the state should be saved.
            save: called if it should, if training is interrupted, and at the end, while all workers wait. It is not
                called after a job that failed, since its changes may be incomplete.
            observer: sees the progress before the callbacks. When it has to measure, all workers wait, and
                ``on_progress`` is called with the result.

        Raises:
            DivergenceError: the loss, or a row, is not finite, or the loss is far above that of an untrained model.
                The weights are then useless.
            KeyboardInterrupt: a signal was received; the running jobs were finished.
        """
        state, total = self.state, self.configuration.epochs * self.shards.tokens
        began = time.perf_counter() - state.seconds
        with interruptible() as interruption:
            while state.epoch < self.configuration.epochs and state.stopped is None:
                if not state.jobs_done:
                    state.begin_epoch(len(self.shards))
                elif len(state.losses) != len(self.shards):
                    raise FileFormatError(f"the checkpoint is damaged: {len(state.losses)} jobs of {len(self.shards)}")
                jobs = _Pass(self, began, interruption)
                try:
                    ended = jobs.run(on_progress, every, on_epoch, on_pause, observer)
                    if not ended and observer is not None and observer.is_due(state, total):
                        jobs.tell([on_progress], observer.measured(self.progress(state.seconds)))
                except DivergenceError:
                    raise
                except BaseException:  # of a callback, or while a job was done
                    if save is not None and jobs.are_whole:
                        save()
                    raise
                if save is not None and (interruption.signal or (on_pause is not None and on_pause())):
                    save()
                interruption.raise_if_any()
            if save is not None:
                save()
        if not state.total_examples and state.stopped != "callback":
            warn(
                "nothing was learned: no word had another word in its window; "
                "hint: write a whole sentence on each line; for a very short text, sample=0"
            )

    def progress(self, seconds: float, *, epoch_ended: bool = False, validation_loss: float | None = None) -> Progress:
        """The current progress."""
        state, configuration = self.state, self.configuration
        total = configuration.epochs * self.shards.tokens
        state.seconds = seconds
        return Progress(
            epoch=state.epoch + 1,
            epochs=configuration.epochs,
            tokens_done=state.tokens_done,
            tokens_total=total,
            loss=state.mean_loss(),
            learning_rate=state.rate_factor * learning_rate(configuration, state.tokens_done / total),
            seconds=seconds,
            epoch_ended=epoch_ended,
            validation_loss=validation_loss,
            examples=float(state.examples.sum()),
        )

    def validate(self) -> float | None:
        """Mean loss of the held-out examples, without learning; None if there are none."""
        held_out = self.held_out
        if held_out is None:
            return None
        state = TrainingState()
        state.begin_epoch(len(held_out))
        jobs = JobQueue(evaluation_jobs(self.configuration, held_out))
        for job, told in self.executor.run(self.learner, self.weights, held_out.text, jobs):
            if told.has_diverged(self.learner.worst_loss):
                raise self.divergence(told)
            state.losses[job.number], state.examples[job.number] = told
        return state.mean_loss()

    def divergence(self, told: LossSum | None) -> DivergenceError:
        """The error for a training that diverged, as shown by the loss of a job or by the vectors."""
        rate, noise = self.configuration.first_learning_rate, self.configuration.negative
        if told is None:
            cause = "some rows of the vectors are not finite"
        else:
            mean = told.loss / max(1.0, told.examples)
            cause = f"the mean loss is {mean:.4g}" if math.isfinite(mean) else "the loss is not finite"
        done = self.state.tokens_done
        many = self.configuration.objective == "negative" and noise > _MANY_NOISE_WORDS
        return DivergenceError(
            f"training diverged in epoch {self.state.epoch + 1}, after {done:,} words: {cause}; the steps were too "
            f"long at learning_rate={rate:g}" + (f" and negative={noise}" if many else ""),
            hint=f"learning_rate={rate / 2:g}" + (f" or negative={_MANY_NOISE_WORDS}" if many else ""),
        )


class _Pass:
    """The remaining jobs of an epoch, until they are done or training should stop or be saved.

    Attributes:
        are_whole: whether no job failed.
    """

    def __init__(self, loop: TrainingLoop, began: float, interruption: Interruption) -> None:
        self._loop, self._began, self._interruption = loop, began, interruption
        self.are_whole = True

    def run(
        self,
        on_progress: Callback | None,
        every: int | None,
        on_epoch: Callback | None,
        on_pause: Callable[[], bool] | None,
        observer: Observer | None,
    ) -> bool:
        """Do them; returns whether the epoch has ended. Callbacks as in :meth:`TrainingLoop.run`."""
        loop, state = self._loop, self._loop.state
        jobs = training_jobs(loop.configuration, loop.shards, state.epoch, state.first_epoch, state.rate_factor)
        queue = JobQueue(jobs[state.jobs_done :])
        total = loop.configuration.epochs * loop.shards.tokens
        failure: BaseException | None = None
        before, done, told_at = state.jobs_done, 0, state.tokens_done
        try:
            for job, told in loop.executor.run(loop.learner, loop.weights, loop.shards.text, queue):
                self._record(job, told)
                done += 1
                if failure is not None:
                    continue
                if told.has_diverged(loop.learner.worst_loss):
                    failure = loop.divergence(told)
                elif before + done < len(jobs):
                    try:
                        progress = self._seen(loop.progress(self._seconds()), observer)
                        if every is None or state.tokens_done >= told_at + every:
                            told_at = state.tokens_done
                            self.tell([on_progress], progress)
                    except BaseException as error:  # raised when the jobs under way are done
                        failure = error
                if (
                    failure is not None
                    or state.stopped
                    or self._interruption.signal
                    or (on_pause is not None and on_pause())
                    or (observer is not None and observer.is_due(state, total))
                ):
                    queue.close()
        except BaseException:
            self.are_whole = False
            raise
        finally:
            state.jobs_done = before + done
            state.seconds = self._seconds()
        if failure is not None and not isinstance(failure, DivergenceError) and not loop.weights.are_finite():
            raise loop.divergence(None) from failure
        if failure is not None:
            raise failure
        if state.jobs_done < len(jobs):
            if not loop.weights.are_finite():
                raise loop.divergence(None)
            return False
        self._end_epoch(on_progress, on_epoch, observer)
        return True

    def _record(self, job: Job, told: LossSum) -> None:
        state = self._loop.state
        state.losses[job.number], state.examples[job.number] = told
        state.tokens_done += job.tokens

    @staticmethod
    def _seen(progress: Progress, observer: Observer | None) -> Progress:
        return progress if observer is None else observer.seen(progress)

    def _end_epoch(self, on_progress: Callback | None, on_epoch: Callback | None, observer: Observer | None) -> None:
        loop, state = self._loop, self._loop.state
        if not loop.weights.are_finite():
            raise loop.divergence(None)
        validation_loss = loop.validate()
        progress = loop.progress(self._seconds(), epoch_ended=True, validation_loss=validation_loss)
        progress = self._seen(progress, observer)
        state.end_epoch(validation_loss)
        self.tell([on_epoch, on_progress], progress)
        if state.stopped is None and state.is_getting_worse(loop.configuration.early_stopping):
            state.stopped = "early stopping"

    def tell(self, callbacks: list[Callback | None], progress: Progress) -> None:
        """Call them; one that returns True ends training."""
        if True in [callback(progress) is True for callback in callbacks if callback is not None]:
            self._loop.state.stopped = "callback"

    def _seconds(self) -> float:
        return time.perf_counter() - self._began
