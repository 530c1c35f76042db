"""The display of ``firth tune``: a table with a row for each trial, and in a terminal a progress bar below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firth.cli.output import echo
from firth.drawing.bar import NoBar
from firth.training.progress import Display

if TYPE_CHECKING:
    from firth.training.loop import Progress as Training
    from firth.tuning import Trial, Tuning


class TrialTable(Display):
    """A table on stderr with a row for each trial, and in a terminal the bar of :class:`Display`.

    Args:
        quiet: whether to show nothing; otherwise there is a table even if stderr is not a terminal.
    """

    def __init__(self, quiet: bool) -> None:
        super().__init__(not quiet, lines=not quiet)
        self._columns: list[str] = []
        self._is_narrow = False
        self._done = 0

    def start(self, tuning: Tuning) -> None:
        """Print the head of the table, after the text is read."""
        self._bar.begin()
        self._columns = list(tuning.space)
        self.say(f"{tuning.metric.name}; best so far: *")
        head = "  ".join([f"{'trial':>5}", f"{'metric':>9} ", f"{'seconds':>7}"])
        names = "  ".join(map(_padded, self._columns))
        self._is_narrow = len(f"{head}  {names}") > self._bar.width  # the options are then on the next line
        self.say(head if self._is_narrow else f"{head}  {names}")

    def add(self, trial: Trial) -> None:
        """Print the row of a trial that has ended."""
        self._done = trial.number
        value = "diverged" if trial.value is None else f"{trial.value:.4f}"
        mark = "*" if trial.is_best else " "
        row = "  ".join([f"{trial.number:>5}", f"{value:>9}{mark}", f"{trial.seconds:>7.1f}"])
        if self._is_narrow:
            options = ", ".join(f"{name} {_cell(trial.options[name])}" for name in self._columns)
            self.say(f"{row}\n       {options}")
        else:
            self.say("  ".join([row, *(_padded(name, _cell(trial.options[name])) for name in self._columns)]))

    def training(self, progress: Training) -> None:
        """Show the progress of a trial."""
        self.trial(self._done + 1, progress)

    def say(self, text: str) -> None:
        """Print a line of the table."""
        if self._lines and isinstance(self._bar, NoBar):
            echo(text, err=True)
        else:
            super().say(text)


def _padded(name: str, cell: str | None = None) -> str:
    """A cell, or the head itself, of a column as wide as its head."""
    return f"{name if cell is None else cell:>{max(len(name), 8)}}"


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
