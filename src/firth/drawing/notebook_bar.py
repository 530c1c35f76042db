"""The progress bar of a notebook: an output of the cell that changes, and in the end is nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from firth.escapes import escaped, escaped_html

_SECONDS = 0.1  # between two changes


class NotebookBar:
    """A bar below the cell. In the end its output holds no data, for which front ends show nothing."""

    width = 80

    def __init__(self) -> None:
        self._display: Any = import_module("IPython.display").display
        self._handle: Any = None
        self.begin()

    def begin(self) -> None:
        self._began, self._shown = time.monotonic(), 0.0

    def show(
        self,
        name: str,
        done: float,
        total: float | None,
        figures: Sequence[str],
        curve: Callable[[], str] | None = None,
    ) -> None:
        now = time.monotonic()
        if now - self._shown < _SECONDS and (total is None or done < total):
            return
        self._shown = now
        told = [*figures]
        if total:
            told.insert(0, f"{done / total:.0%}")
        if total and done:
            told.append(f"{_clock((now - self._began) * (total - done) / done)} left")
        line = "  ".join(told)
        share = f' value="{done / total:.4f}"' if total else ""
        bundle = {
            "text/plain": escaped(f"{name}  {line}"),
            "text/html": f'<div style="font-family: monospace; white-space: pre">{escaped_html(name)} '
            f'<progress max="1"{share} style="width: 20em; vertical-align: middle"></progress> '
            f"{escaped_html(line)} {'' if curve is None else curve()}</div>",
        }
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def say(self, text: str) -> None:
        """Nothing: what would stay in the cell is for its author to print."""

    def close(self) -> None:
        if self._handle is not None:
            self._handle.update({}, raw=True)
            self._handle = None


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
