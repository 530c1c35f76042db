"""The training loop: epochs x shards x workers."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from firth.errors import DivergenceError, warn
from firth.training.configuration import Configuration
from firth.training.hogwild import run_shards
from firth.training.learners import Learner, Stretch, Tally, Widths
from firth.training.schedule import learning_rate
from firth.training.shards import Shards

# Stand for an epoch in random states, which no epoch number reaches: of held-out text, and of what all epochs share.
_HELD_OUT, _ALL_EPOCHS = 2**31, 2**31 + 1
_GOLDEN = 0.6180339887498949
_MANY_NOISE_WORDS = 20


@dataclass(frozen=True)
class Progress:
    """How far training is.

    Attributes:
        epoch: the epoch under way, from 1.
        epochs: how many there are to be.
        tokens_done: over all epochs.
        tokens_total: over all epochs.
        loss: mean over the examples of this epoch so far; None while there are none.
        learning_rate: about now.
        seconds: since training began.
        epoch_ended: whether this is the last word on the epoch.
        validation_loss: mean over the held-out examples; only when the epoch has ended, and if some text is held out
            in which there are examples.
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

    @property
    def tokens_per_second(self) -> float:
        """Over the whole training so far."""
        return self.tokens_done / self.seconds if self.seconds else 0.0


Listener = Callable[[Progress], object]
"""Told of progress; returning True ends training."""


class _Learned(NamedTuple):
    """What a worker reports of a piece of a shard."""

    tokens: int
    tally: Tally
    ends_shard: bool


class Trainer:
    """Trains a learner epoch after epoch.

    The loss is the objective, summed in float64 over the examples in the order of the text and divided by their
    number, or what they weigh: one quantity, however many workers share the work. Held-out text is gone through after
    each epoch with the same subsampling, windows and noise words every time, so that epochs compare.

    Args:
        learner: the model.
        shards: the text to learn from.
        configuration: epochs, learning rates, early stopping, seed and workers are read here.
        held_out: text that is not learned from, or None.
        first_epoch: epochs that the model has seen before; they keep the random states of a continued training apart.

    Attributes:
        losses: of each epoch that has ended; None where nothing was learned.
        validation_losses: of each epoch that has ended, if some text is held out in which there are examples.
        examples: how many were learned from, in all epochs.
        tokens_done: how many tokens all epochs went through.
        stopped: why training ended early: ``"early stopping"`` or ``"listener"``; None if it did not.
    """

    def __init__(
        self,
        learner: Learner,
        shards: Shards,
        configuration: Configuration,
        held_out: Shards | None = None,
        first_epoch: int = 0,
    ) -> None:
        self.learner, self.shards, self.configuration = learner, shards, configuration
        self.held_out, self.first_epoch = held_out, first_epoch
        self.losses: list[float | None] = []
        self.validation_losses: list[float] = []
        self.examples, self.tokens_done = 0.0, 0
        self.stopped: str | None = None

    def run(
        self, on_progress: Listener | None = None, every: int | None = None, on_epoch: Listener | None = None
    ) -> None:
        """Train all epochs, or until early stopping or a listener ends it.

        Listeners are called in the calling thread.

        Args:
            on_progress: told after every ``every`` tokens, to the nearest sentence, and at the end of each epoch.
            every: None is each shard.
            on_epoch: told at the end of each epoch, before ``on_progress``.

        Raises:
            DivergenceError: the loss, or a row, is not finite, or the loss is far above that of a model that knows
                nothing. The weights are worth nothing then.
        """
        try:
            self._epochs(on_progress, every, on_epoch)
        except KeyboardInterrupt as interruption:
            if not self.learner.weights.are_finite():
                raise self._divergence(None) from interruption
            raise
        if not self.examples:
            warn(
                "nothing was learned: no word had another one in its window; "
                "hint: a sentence a line, not a word a line; for a tiny text sample=0"
            )

    def _epochs(self, on_progress: Listener | None, every: int | None, on_epoch: Listener | None) -> None:
        began = time.perf_counter()
        for epoch in range(self.configuration.epochs):
            begin = told = epoch * self.shards.tokens
            for progress in self._epoch(epoch, began, every):
                listeners = [on_progress]
                if progress.epoch_ended:
                    listeners.insert(0, on_epoch)
                    self.losses.append(progress.loss)
                    if progress.validation_loss is not None:
                        self.validation_losses.append(progress.validation_loss)
                elif every is not None and progress.tokens_done < told + every:
                    continue
                told = progress.tokens_done - (progress.tokens_done - begin) % (every or 1)
                if True in [listener(progress) is True for listener in listeners if listener is not None]:
                    self.stopped = "listener"
                    return
            if self._is_getting_worse():
                self.stopped = "early stopping"
                return

    def _is_getting_worse(self) -> bool:
        """Whether the held-out loss has had no new minimum for ``early_stopping`` epochs."""
        patience, losses = self.configuration.early_stopping, self.validation_losses
        return patience is not None and len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience])

    def _epoch(self, epoch: int, began: float, every: int | None) -> Iterator[Progress]:
        configuration, shards = self.configuration, self.shards
        total = configuration.epochs * shards.tokens

        def rate(position: int) -> float:
            return learning_rate(configuration, (epoch * shards.tokens + position) / total)

        def stretch(shard: int) -> Stretch:
            ids, bounds = shards.read(shard)
            rates = rate(shards.starts[shard]), rate(shards.starts[shard] + shards.size(shard))
            state = self._state(self.first_epoch + epoch, shard)
            return Stretch(ids, bounds, rates, state, self._widths(epoch, shard))

        done, left = 0, len(shards)
        for learned, mean in self._pass(shards, stretch, every, frozen=False):
            done += learned.tokens
            self.tokens_done += learned.tokens
            if learned.tally.has_diverged(self.learner.worst_loss):
                raise self._divergence(learned.tally)
            self.examples += learned.tally.examples
            left -= learned.ends_shard
            if not left and not self.learner.weights.are_finite():
                raise self._divergence(None)
            yield Progress(
                epoch=epoch + 1,
                epochs=configuration.epochs,
                tokens_done=epoch * shards.tokens + done,
                tokens_total=total,
                loss=mean,
                learning_rate=rate(done),
                seconds=time.perf_counter() - began,
                epoch_ended=not left,
                validation_loss=self.validate() if not left and self.held_out is not None else None,
            )

    def _divergence(self, tally: Tally | None) -> DivergenceError:
        """What to say of a training that diverged, as the loss of a piece shows, or else the vectors."""
        rate, noise = self.configuration.first_learning_rate, self.configuration.negative
        if tally is None:
            cause = "some rows of the vectors are not finite"
        else:
            mean = tally.loss / max(1.0, tally.examples)
            cause = f"the mean loss is {mean:.4g}" if math.isfinite(mean) else "the loss is not finite"
        epoch = -(-self.tokens_done // self.shards.tokens)
        many = self.configuration.objective == "negative" and noise > _MANY_NOISE_WORDS
        return DivergenceError(
            f"training diverged in epoch {epoch}, after {self.tokens_done:,} words: {cause}; the steps were too "
            f"long at learning_rate={rate:g}" + (f" and negative={noise}" if many else ""),
            hint=f"learning_rate={rate / 2:g}" + (f" or negative={_MANY_NOISE_WORDS}" if many else ""),
        )

    def validate(self) -> float | None:
        """Mean loss of the held-out examples, nothing learned; None if there are none."""
        held_out = self.held_out
        assert held_out is not None

        def stretch(shard: int) -> Stretch:
            widths = Widths(self._state(_HELD_OUT, shard), 0)
            return Stretch(*held_out.read(shard), (0.0, 0.0), self._state(_HELD_OUT, shard), widths)

        loss = None
        for learned, loss in self._pass(held_out, stretch, None, frozen=True):  # noqa: B007, the last one is it
            if learned.tally.has_diverged(self.learner.worst_loss):
                raise self._divergence(learned.tally)
        return loss

    def _pass(
        self, shards: Shards, stretch: Callable[[int], Stretch], every: int | None, *, frozen: bool
    ) -> Iterator[tuple[_Learned, float | None]]:
        """Run every shard, piece by piece; yields what was learned and the mean loss of all examples so far."""
        losses, examples = np.zeros((2, len(shards)))

        def start_worker() -> Callable[[int], Iterator[_Learned]]:
            worker = self.learner.worker(shards.longest)

            def run(shard: int) -> Iterator[_Learned]:
                *first, last = pieces(stretch(shard), every, shards.starts[shard])
                for piece in first:
                    yield _Learned(len(piece.ids), worker.learn(piece, frozen=frozen), ends_shard=False)
                yield _Learned(len(last.ids), worker.learn(last, frozen=frozen), ends_shard=True)

            return run

        workers = self.learner.workers(self.configuration.worker_count)
        for shard, learned in run_shards(len(shards), workers, start_worker):
            losses[shard] += learned.tally.loss
            examples[shard] += learned.tally.examples
            total = examples.sum()
            yield learned, float(losses.sum() / total) if total else None

    def _widths(self, epoch: int, shard: int) -> Widths:
        """The epochs turn once round the circle together; a training that continues begins elsewhere."""
        turn = (epoch / self.configuration.epochs + self.first_epoch * _GOLDEN) % 1.0
        return Widths(self._state(_ALL_EPOCHS, shard), int(turn * 2**32))

    def _state(self, epoch: int, shard: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """The random state of a shard in an epoch, whichever worker runs it."""
        sequence = np.random.SeedSequence([self.configuration.seed, epoch, shard])
        return sequence.generate_state(1, np.uint64).astype(np.uint64)


def pieces(stretch: Stretch, tokens: int | None, position: int = 0) -> list[Stretch]:
    """A stretch cut behind the sentences that reach a multiple of ``tokens``; the pieces share its random states.

    Every piece goes on with the learning rate at which the one before it ended.

    Args:
        stretch: some sentences.
        tokens: None cuts nothing.
        position: tokens of the text before them.
    """
    length, sentences = len(stretch.ids), len(stretch.bounds) - 1
    if tokens is None:
        return [stretch]
    multiples = np.arange(tokens - position % tokens, length, tokens)
    cuts = np.unique([0, *np.searchsorted(stretch.bounds, multiples), sentences]).tolist()
    first, last = stretch.rates

    def piece(begin: int, end: int) -> Stretch:
        bounds = stretch.bounds[begin : end + 1]
        low, high = (first + (last - first) * bounds[place] / length for place in (0, -1))
        return stretch._replace(ids=stretch.ids[bounds[0] : bounds[-1]], bounds=bounds - bounds[0], rates=(low, high))

    return [piece(begin, end) for begin, end in itertools.pairwise(cuts)]
