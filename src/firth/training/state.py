"""The progress of a training as plain data, from which it can continue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import real, whole


@dataclass
class TrainingState:
    """The state of a training between two jobs.

    Attributes:
        first_epoch: number of epochs of the model before this training.
        epoch: number of epochs of this training that have ended.
        jobs_done: number of jobs of the current epoch that are done, which are the first ones of the text.
        losses: (jobs,) the loss of each of these jobs, summed over its examples; float64.
        examples: (jobs,) the number of examples of each job, or the sum of their weights.
        history: mean loss of each epoch that has ended; None if nothing was learned.
        validation_history: the same for the held-out text.
        tokens_done: number of tokens done in all epochs.
        total_examples: number of examples of all epochs that have ended.
        seconds: time spent on training so far.
        rate_factor: factor for the learning rates; 0.5 if training has diverged and continued.
        stopped: why training ended early: ``"early stopping"`` or ``"callback"``; None if it did not.
    """

    first_epoch: int = 0
    epoch: int = 0
    jobs_done: int = 0
    losses: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    examples: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    history: list[float | None] = field(default_factory=list)
    validation_history: list[float] = field(default_factory=list)
    tokens_done: int = 0
    total_examples: float = 0.0
    seconds: float = 0.0
    rate_factor: float = 1.0
    stopped: str | None = None

    def check(self) -> None:
        """Check whether this can be the state of a training, since it may come from any file.

        Raises:
            OptionError: a value is of another type, or out of range.
            ValueError: two of them do not fit each other.
        """
        for name in ("first_epoch", "epoch", "jobs_done", "tokens_done"):
            whole(name, getattr(self, name), 0)
        for name in ("total_examples", "seconds"):
            real(name, getattr(self, name), 0)
        real("rate_factor", self.rate_factor, 0, 1)
        for loss in (*(loss for loss in self.history if loss is not None), *self.validation_history):
            real("loss", loss)
        if not isinstance(self.stopped, str | None):
            raise ValueError(f"stopped={self.stopped!r}")
        for jobs in (self.losses, self.examples):
            if jobs.dtype != np.float64 or jobs.ndim != 1 or len(jobs) < self.jobs_done:
                raise ValueError(f"{self.jobs_done} jobs are done, but not all have a loss")
        if len(self.losses) != len(self.examples) or len(self.history) != self.epoch:
            raise ValueError("losses of other jobs or epochs than there are")

    def begin_epoch(self, jobs: int) -> None:
        """Begin the next epoch, of which no job is done."""
        self.jobs_done, self.losses, self.examples = 0, np.zeros(jobs), np.zeros(jobs)

    def mean_loss(self) -> float | None:
        """Mean loss over the examples of the current epoch; None if there are none.

        It is summed in the order of the text, so it does not depend on which job ended first.
        """
        examples = self.examples.sum()
        return float(self.losses.sum() / examples) if examples else None

    def end_epoch(self, validation_loss: float | None) -> None:
        """End the epoch, all of whose jobs are done."""
        self.history.append(self.mean_loss())
        self.total_examples += float(self.examples.sum())
        if validation_loss is not None:
            self.validation_history.append(validation_loss)
        self.epoch += 1
        self.begin_epoch(0)

    def is_getting_worse(self, patience: int | None) -> bool:
        """Whether the held-out loss has had no new minimum for ``patience`` epochs."""
        losses = self.validation_history
        return patience is not None and len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience])

    def as_dict(self) -> dict[str, Any]:
        """Everything except the two arrays, for the metadata of a file."""
        return {name: value for name, value in vars(self).items() if name not in ("losses", "examples")}
