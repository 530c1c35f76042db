"""The progress bar of a terminal, by rich, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from firth.escapes import escaped

_SHORTEST, _LONGEST = 8, 40  # columns of the bar itself
_FIGURES = 72  # columns that all else takes at most
_BESIDE = 15  # columns of the share done, the time left, and the spaces between the parts


class TerminalBar:
    """A bar in the last line of the terminal."""

    def __init__(self) -> None:
        self._console = console = Console(stderr=True, force_terminal=True)
        self.width = console.width
        self._bar_width = min(_LONGEST, max(_SHORTEST, console.width - _FIGURES))
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(self._bar_width),
            TaskProgressColumn(),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            redirect_stdout=sys.stdout is not None and sys.stdout.isatty(),  # elsewhere it would end on stderr
        )
        self._task: TaskID | None = None

    def begin(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None

    def show(
        self,
        name: str,
        done: float,
        total: float | None,
        figures: Sequence[str],
        curve: Callable[[], str] | None = None,  # noqa: ARG002 - a terminal has no pictures
    ) -> None:
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(name, total=total, figures="")
        fitting = figures_that_fit(figures, self.width - self._bar_width - len(name) - _BESIDE)
        self._progress.update(self._task, description=name, completed=done, total=total, figures=fitting)

    def say(self, text: str) -> None:
        lines = map(escaped, text.split("\n"))
        self._console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)

    def close(self) -> None:
        self._progress.stop()


def figures_that_fit(figures: Sequence[str], room: int) -> str:
    """As many of them as have room, from the first on."""
    line = ""
    for figure in figures:
        longer = f"{line}  {figure}" if line else figure
        if len(longer) > room:
            break
        line = longer
    return line
