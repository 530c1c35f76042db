"""The display of reading and training: a progress bar, and on the command line the report and the epochs."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVarTuple

from firth.drawing.bar import Bar, NoBar, bar
from firth.drawing.characters import fitted
from firth.drawing.line_charts import sparkline
from firth.drawing.watching import show_reading
from firth.training.history import History
from firth.training.loop import Progress
from firth.training.report import Report

Facts = TypeVarTuple("Facts")


class Display:
    """Shows the progress of :meth:`firth.Word2Vec.fit`.

    It is a context manager; pass ``reading``, ``report`` and ``training`` as ``on_reading``, ``on_report`` and
    ``on_progress``.

    Args:
        wanted: whether to show anything.
        lines: whether to print the report and the epochs, too, which stay when the bar is gone.
    """

    def __init__(self, wanted: bool = True, *, lines: bool = False) -> None:
        self._bar: Bar = bar(wanted)
        self._lines = lines
        self._history = History()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def beside(
        self, shown: Callable[[*Facts], None], given: Callable[[*Facts], object] | None
    ) -> Callable[[*Facts], object] | None:
        """A callback that calls the method ``shown`` and then ``given``; ``given`` alone where there is no bar."""
        if isinstance(self._bar, NoBar):
            return given

        def told(*facts: *Facts) -> object:
            shown(*facts)
            return None if given is None else given(*facts)

        return told

    def reading(self, done: int, total: int | None) -> None:
        """Show the progress of reading: bytes, or tokens if the total is unknown."""
        show_reading(self._bar, done, total)

    def report(self, report: Report) -> None:
        """Show the report before training."""
        self.say("\n".join(report.lines()))
        self._bar.begin()
        self._bar.show(f"epoch 1/{report.configuration.epochs}", 0, None, ["starting (slower the first time)"])

    def training(self, progress: Progress) -> None:
        """Show the progress of training after a job."""
        self._show(progress)
        if progress.epoch_ended:
            told = [_loss(progress), _speed(progress), *_scores(progress)]
            if progress.validation_loss is not None:
                told.insert(1, f"held out {progress.validation_loss:.4f}")
            self.say("  ".join([f"epoch {progress.epoch}/{progress.epochs}", *told]))
        elif progress.scores:
            self.say("  ".join([f"{progress.tokens_done:,} words", *_scores(progress)]))

    def trial(self, number: int, progress: Progress) -> None:
        """Show the progress of a trial of :func:`firth.tuning.tune` after a job."""
        self._show(progress, f"trial {number}, ")

    def _show(self, progress: Progress, before: str = "") -> None:
        figures = [_speed(progress), _loss(progress), f"rate {progress.learning_rate:.5f}"]
        name = f"{before}epoch {progress.epoch}/{progress.epochs}"
        if self._history.points and progress.tokens_done < self._history.points[-1].tokens:
            self._history = History()  # another training begins
        self._history.add(progress)
        self._bar.show(name, progress.tokens_done, progress.tokens_total, figures, self._curve)

    def _curve(self) -> str:
        """The loss so far, without that of an untrained model, beside which all others look the same."""
        losses = self._history.series().get("loss", [])
        return sparkline(losses[1:], "loss")

    def say(self, text: str) -> None:
        """Print lines for a person; lines that are too long continue on the next one, indented."""
        if self._lines:
            self._bar.say("\n".join(part for line in text.split("\n") for part in fitted(line, self._bar.width)))


def _speed(progress: Progress) -> str:
    return f"{progress.tokens_per_second / 1e6:.2f} M words/s"


def _loss(progress: Progress) -> str:
    return "no loss yet" if progress.loss is None else f"loss {progress.loss:.4f}"


def _scores(progress: Progress) -> list[str]:
    return [f"{name} {'no figure' if score is None else f'{score:.4g}'}" for name, score in progress.scores.items()]
