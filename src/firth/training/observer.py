"""What is measured during a training: its history, and evaluations that are tracked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from firth.training.history import History
from firth.training.loop import Progress
from firth.training.state import TrainingState
from firth.training.tracking import Tracker
from firth.vectors import WordVectors


class TrainingObserver:
    """Keeps the history of a training, and measures its vectors.

    Args:
        history: to which points are added.
        tracker: the evaluations, or None.
        vectors: returns the vectors as they are now.
    """

    def __init__(self, history: History, tracker: Tracker | None, vectors: Callable[[], WordVectors]) -> None:
        self._history, self._tracker, self._vectors = history, tracker, vectors

    def begin(self, progress: Progress) -> Progress | None:
        """The progress before training, with the first scores; None if there are none, or a training continues."""
        self._history.back_to(progress.tokens_done)
        if self._tracker is None:
            return None
        self._tracker.begin(progress.tokens_done)
        if progress.tokens_done:
            return None
        progress = dataclasses.replace(progress, scores=self._tracker.first())
        self._history.add(progress)
        return progress

    def go_back(self, tokens_done: int) -> None:
        """Forget what was seen after so many words: the training is done again from there."""
        self._history.back_to(tokens_done)

    def seen(self, progress: Progress) -> Progress:
        """The progress after a job or at the end of an epoch, then with scores."""
        if progress.epoch_ended and self._tracker is not None:
            return self.measured(progress)
        self._history.add(progress)
        return progress

    def is_due(self, state: TrainingState, tokens_total: int) -> bool:
        """Whether it is time to measure within an epoch."""
        return self._tracker is not None and self._tracker.is_due(state, tokens_total)

    def measured(self, progress: Progress) -> Progress:
        """The progress with scores."""
        if self._tracker is not None:
            progress = dataclasses.replace(progress, scores=self._tracker.scores(self._vectors()))
            self._tracker.begin(progress.tokens_done)
        self._history.add(progress)
        return progress
