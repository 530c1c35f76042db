"""The trials of ``firth tune`` as a person sees them: a table that grows, and below it a bar in a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

if TYPE_CHECKING:
    from firth.training.trainer import Progress as Training
    from firth.tuning import Trial, Tuning


class TrialTable:
    """A table on stderr, a row a trial; used as a context manager.

    Args:
        quiet: show nothing.
    """

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            console=self._console,
            disable=quiet or not self._console.is_terminal,
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("", total=None)
        self._columns: list[str] = []
        self._done = 0

    def __enter__(self) -> TrialTable:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def reading(self, done: int, total: int | None) -> None:
        """The text is being read."""
        self._bar.update(self._task, description="reading", completed=done, total=total)

    def start(self, tuning: Tuning) -> None:
        """The text is read: the head of the table."""
        self._columns = list(tuning.space)
        self._say(f"{tuning.metric.name}; best so far: *")
        self._say("  ".join([f"{'trial':>5}", f"{'metric':>9} ", f"{'seconds':>7}", *map(_padded, self._columns)]))

    def add(self, trial: Trial) -> None:
        """A trial is over."""
        self._done = trial.number
        value = "diverged" if trial.value is None else f"{trial.value:.4f}"
        cells = [_padded(name, _cell(trial.options[name])) for name in self._columns]
        mark = "*" if trial.is_best else " "
        self._say("  ".join([f"{trial.number:>5}", f"{value:>9}{mark}", f"{trial.seconds:>7.1f}", *cells]))

    def training(self, progress: Training) -> None:
        """A shard of a trial is trained."""
        self._bar.update(
            self._task,
            description=f"trial {self._done + 1}, epoch {progress.epoch}/{progress.epochs}",
            completed=progress.tokens_done,
            total=progress.tokens_total,
        )

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def _padded(name: str, cell: str | None = None) -> str:
    """A cell, or the head itself, of a column as wide as its head."""
    return f"{name if cell is None else cell:>{max(len(name), 8)}}"


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
