"""Reading and training as a person sees them: a bar on stderr, or nothing where stderr is no terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from firth.escapes import escaped
from firth.training.loop import Progress as Training
from firth.training.report import Report


class Display:
    """Shows what :meth:`firth.Word2Vec.fit` tells its callbacks.

    Used as a context manager; pass ``reading``, ``report`` and ``training`` as ``on_reading``, ``on_report`` and
    ``on_progress``.

    Args:
        quiet: show nothing; None is whether stderr is no terminal.
    """

    def __init__(self, quiet: bool | None = None) -> None:
        console = Console(stderr=True)
        self._quiet = not console.is_terminal if quiet is None else quiet
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=self._quiet,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def reading(self, done: int, total: int | None) -> None:
        """The text is being read: bytes, or tokens where the total is unknown."""
        if self._task is None:
            self._task = self._bar.add_task("reading", total=total, figures="")
        figures = f"{done / 2**20:,.0f} MiB" if total else f"{done:,}"
        self._bar.update(self._task, completed=done, total=total, figures=figures)

    def report(self, report: Report) -> None:
        """The text is read, training begins."""
        self._end_task()
        self.say("\n".join(report.lines()))

    def training(self, progress: Training) -> None:
        """A shard is trained."""
        self._show(progress)
        if progress.epoch_ended:
            self.say(
                f"epoch {progress.epoch}/{progress.epochs}  {_loss(progress)}  "
                f"{progress.tokens_per_second / 1e6:.2f} M words/s"
            )

    def _show(self, progress: Training, before: str = "") -> None:
        if self._task is None:
            self._task = self._bar.add_task("", total=progress.tokens_total, figures="")
        self._bar.update(
            self._task,
            description=f"{before}epoch {progress.epoch}/{progress.epochs}",
            completed=progress.tokens_done,
            figures=f"{progress.tokens_per_second / 1e6:.2f} M words/s  "
            f"rate {progress.learning_rate:.5f}  {_loss(progress)}",
        )

    def _end_task(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None

    def say(self, text: str) -> None:
        """Print a line for a person."""
        if not self._quiet:
            self._console.print(
                "\n".join(map(escaped, text.split("\n"))), highlight=False, markup=False, soft_wrap=True
            )


def _loss(progress: Training) -> str:
    return "no loss yet" if progress.loss is None else f"loss {progress.loss:.4f}"
