"""A progress bar where a person sees it: in a terminal or a notebook, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Bar(Protocol):
    """One line that changes, and is gone in the end.

    Attributes:
        width: columns that there are for lines of text.
    """

    width: int

    def begin(self) -> None:
        """What is shown from now on is another task, and begins at nothing."""

    def show(
        self,
        name: str,
        done: float,
        total: float | None,
        figures: Sequence[str],
        curve: Callable[[], str] | None = None,
    ) -> None:
        """Show where the task stands.

        Args:
            name: of the task.
            done, total: how much of it is done; ``None`` where the whole is not known.
            figures: what else there is to know, the most important first: as many are shown as there is room for.
            curve: returns a small picture as SVG, which a notebook shows beside the bar.
        """

    def say(self, text: str) -> None:
        """Print lines above the bar that stay there, where that can be done."""

    def close(self) -> None:
        """Take the bar away."""


class NoBar:
    """Nothing, for nobody looks."""

    width = sys.maxsize

    def begin(self) -> None:
        """Nothing."""

    def show(
        self,
        name: str,
        done: float,
        total: float | None,
        figures: Sequence[str],
        curve: Callable[[], str] | None = None,
    ) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def is_terminal() -> bool:
    """Whether what is written to stderr is seen as it is written."""
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):  # there is no stderr, or it is closed
        return False


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell: Any = None if ipython is None else ipython.get_ipython()
    return any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell).__mro__)


def bar(wanted: bool = True) -> Bar:
    """The bar for where this process runs; one that shows nothing if it is not wanted."""
    if wanted and in_notebook():
        from firth.drawing.notebook_bar import NotebookBar

        return NotebookBar()
    if wanted and is_terminal():
        from firth.drawing.terminal_bar import TerminalBar

        return TerminalBar()
    return NoBar()
