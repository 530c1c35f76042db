"""A training that saves checkpoints, and continues from the last one if it diverges."""

from __future__ import annotations

from collections.abc import Callable

from firth.errors import DivergenceError, warn
from firth.training.backend import Backend
from firth.training.checkpoint import Checkpoint, Checkpoints, files, newest
from firth.training.loop import Callback, TrainingLoop
from firth.training.observer import TrainingObserver
from firth.training.weights import Weights


class CheckpointedTraining:
    """Runs a training loop with checkpoints.

    Args:
        loop: the loop.
        checkpoints: the folder of the checkpoints, and their interval.
        checkpoint: called to make each of them.
        backend: the backend on which the loop trains.
        weights: the weights in the memory of this process, which ``backend`` has placed.
        observer: who measures during training.
    """

    def __init__(
        self,
        loop: TrainingLoop,
        checkpoints: Checkpoints,
        checkpoint: Callable[[], Checkpoint],
        backend: Backend,
        weights: Weights,
        observer: TrainingObserver,
    ) -> None:
        self._loop, self._checkpoints, self._checkpoint = loop, checkpoints, checkpoint
        self._backend, self._weights, self._observer = backend, weights, observer

    def run(self, on_progress: Callback, every: int | None, on_epoch: Callback) -> None:
        """Train as :meth:`firth.training.loop.TrainingLoop.run` does.

        If training diverges, it continues once from the newest checkpoint, at half the learning rate.

        Raises:
            DivergenceError: there is no checkpoint, or training diverged again.
        """
        state, folder = self._loop.state, self._checkpoints.folder
        self._checkpoints.begin(state)
        try:
            self._train(on_progress, every, on_epoch)
        except DivergenceError as divergence:
            if state.rate_factor < 1.0 or not files(folder):
                raise
            self._go_back(newest(folder), divergence)
            self._train(on_progress, every, on_epoch)

    def _train(self, on_progress: Callback, every: int | None, on_epoch: Callback) -> None:
        loop, checkpoints = self._loop, self._checkpoints
        total = loop.configuration.epochs * loop.shards.tokens
        loop.run(
            on_progress,
            every,
            on_epoch,
            lambda: checkpoints.is_due(loop.state, total),
            self._save,
            self._observer,
        )

    def _save(self) -> None:
        checkpoint = self._checkpoint()
        checkpoint.facts["command"] = self._checkpoints.command
        self._checkpoints.write(checkpoint)

    def _go_back(self, checkpoint: Checkpoint, divergence: DivergenceError) -> None:
        loop, weights = self._loop, self._weights
        weights.input_vectors[:] = checkpoint.weights.input_vectors
        weights.output_vectors[:] = checkpoint.weights.output_vectors
        loop.weights = self._backend.place(weights)
        vars(loop.state).update(vars(checkpoint.state), rate_factor=0.5)
        self._observer.go_back(loop.state.tokens_done)
        warn(
            f"{divergence.message}; training continues from the checkpoint at {loop.state.tokens_done:,} words, "
            "at half the learning rate"
        )
