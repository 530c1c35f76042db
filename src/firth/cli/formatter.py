"""The layout of the help of all commands."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click


class Formatter(click.HelpFormatter):
    """Help in which an option with many choices takes several lines."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(self._cut(first), second) for first, second in rows], col_max, col_spacing)

    def _cut(self, names: str) -> str:
        lines = [""]
        for part in re.split(r"(?<=\|)", names):
            if self.current_indent + len(lines[-1] + part) > self.width:
                lines.append(" " * 2 * self.current_indent)
            lines[-1] += part
        return "\n".join(lines)


class Context(click.Context):
    """The context of a command whose help has this layout."""

    formatter_class = Formatter
