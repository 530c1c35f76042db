"""The history of a training: what was measured, against the number of words learned."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, Self

from firth.errors import FileFormatError, FirthError
from firth.training.log import NAME, events
from firth.training.loop import Progress

POINTS = 200  # about as many in a training, however long it is
SPEEDS = 50  # at most,
SECONDS = 0.2  # and no speed of a shorter time, for jobs of several workers end in bursts

_FACTS = [one.name for one in fields(Progress)]


class Point(NamedTuple):
    """What was measured after a number of words.

    Attributes:
        tokens: number of words learned in all epochs.
        loss: mean loss over the examples since the point before, or since the beginning of the epoch; None if there
            were none, or too few to draw.
        validation_loss: mean loss over the held-out examples, at the end of an epoch.
        learning_rate: the learning rate.
        speed: words per second since the point before; None where the held-out text or an evaluation took time.
        scores: results of the tracked evaluations, if they were due.
    """

    tokens: int
    loss: float | None
    validation_loss: float | None
    learning_rate: float
    speed: float | None
    scores: Mapping[str, float | None]


@dataclass
class History:
    """The history of one training.

    Attributes:
        name: its name in charts.
        points: about 200 points, and one for each epoch and each evaluation.
        options: the options of the training, as plain data; empty if they are not known.
    """

    name: str = ""
    points: list[Point] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    _before: Progress | None = field(default=None, repr=False)
    _timed: tuple[int, float] | None = field(default=(0, 0.0), repr=False)  # words and seconds where a speed begins

    def add(self, progress: Progress) -> None:
        """Add the progress, if it is far enough from the last point, an epoch has ended, or there are scores."""
        before, least = self._before, progress.tokens_total / POINTS
        passed = progress.tokens_done - (0 if before is None else before.tokens_done)
        if not (progress.epoch_ended or progress.scores or passed >= least):
            return
        self.points.append(
            Point(
                progress.tokens_done,
                self._loss(progress, passed < least / 2),
                progress.validation_loss,
                progress.learning_rate,
                self._speed(progress),
                progress.scores,
            )
        )

    def _loss(self, progress: Progress, is_short: bool) -> float | None:
        """The mean loss since the last point; of a short piece only if nothing of its epoch came before."""
        before, self._before = self._before, progress
        if progress.loss is None or before is None or before.loss is None:
            return progress.loss
        if before.epoch_ended or before.epoch != progress.epoch:
            return progress.loss
        examples = progress.examples - before.examples
        if is_short or examples <= 0:
            return None
        return (progress.loss * progress.examples - before.loss * before.examples) / examples

    def _speed(self, progress: Progress) -> float | None:
        """Words per second since the last speed, if that is long enough ago, and training has not paused meanwhile."""
        here = (progress.tokens_done, progress.seconds)
        speed = None
        if self._timed is None or progress.validation_loss is not None:
            self._timed = here
        else:
            tokens, seconds = progress.tokens_done - self._timed[0], progress.seconds - self._timed[1]
            if tokens >= progress.tokens_total / SPEEDS and seconds >= SECONDS:
                self._timed, speed = here, tokens / seconds
        if progress.scores:  # all workers wait for them
            self._timed = None
        return speed

    def series(self) -> dict[str, list[tuple[int, float]]]:
        """Everything that was measured, under its name: pairs of a number of words and a value.

        The names are ``loss``, ``held-out loss``, ``learning rate``, ``words/s``, and those of the tracked evaluations.
        """
        found: dict[str, list[tuple[int, float]]] = {}
        for point in self.points:
            told = {
                "loss": point.loss,
                "held-out loss": point.validation_loss,
                "learning rate": point.learning_rate if point.tokens else None,
                "words/s": point.speed,
                **point.scores,
            }
            for name, value in told.items():
                values = found.setdefault(name, [])
                if value is not None:
                    values.append((point.tokens, value))
        return {name: values for name, values in found.items() if values}

    def back_to(self, tokens: int) -> None:
        """Forget what came after a number of words, since training continues from there."""
        self.points = [point for point in self.points if point.tokens <= tokens]
        self._before, self._timed = None, None

    def plotted(self, path: str | os.PathLike[str] | None) -> Self:
        """Itself, written to a file if there is a path; see :meth:`firth.Word2Vec.plot_training`."""
        if not self.points:
            raise FirthError(
                "no curves: the model was not trained in this process",
                hint="call fit first; a model from a file has no curves",
            )
        if path is not None:
            self.save(path)
        return self

    def _repr_html_(self) -> str:
        from firth.training.curves import cell_html

        return cell_html(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the curves to a file: a page (``.html``), or a picture (``.png``, ``.svg`` or ``.pdf``).

        Raises:
            OptionError: the name has another suffix.
            MissingExtra: the file is a picture, and matplotlib is not installed.
            StorageError: the file cannot be written.
        """
        from firth.training.curves import save

        save([self], path)


def read(path: str | os.PathLike[str], name: str) -> list[History]:
    """The trainings in a record that ``firth train --log`` or ``--checkpoint`` wrote, each resumed one as a whole.

    Args:
        path: the record, or the folder of the checkpoints.
        name: the name of the training; if there are several, each has its number behind it.

    Raises:
        FileFormatError: the file does not exist, is not the record of a run, or nothing was trained yet.
    """
    path = Path(path)
    if path.is_dir():
        path = path / NAME
    found = [history for history in _histories(path) if history.points]
    if not found:
        raise FileFormatError(f"{path}: training has not begun yet", hint="try again in a moment")
    for number, history in enumerate(found, 1):
        history.name = name if len(found) == 1 else f"{name} ({number})"
    return found


def _histories(path: Path) -> Iterator[History]:
    history: History | None = None
    for event in events(path):
        try:
            if event["event"] == "report":
                resumed_at = event.get("resumed_at", 0)
                if history is not None and resumed_at:
                    history.back_to(resumed_at)
                    continue
                if history is not None:
                    yield history
                history = History(options=dict(event["configuration"]))
            elif event["event"] in ("progress", "epoch"):
                history = history or History()
                history.add(Progress(**{name: event[name] for name in _FACTS if name in event}))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FileFormatError(f"{path}: not the record of a run ({error})") from error
    if history is not None:
        yield history
