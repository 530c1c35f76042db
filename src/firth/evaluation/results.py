"""The common interface of all results: figures and notes for tables."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from firth.drawing.cell import cell, notes, table

_NAMED = 10  # unknown words in a note


class Figure(NamedTuple):
    """One number of a result, in percent unless its unit says otherwise.

    Attributes:
        name: name of the figure.
        value: the number; ``None`` if it cannot be measured.
        interval: 95 % bootstrap interval as shares, not per cent.
        unit: ``"%"``, ``""`` for a count, or the digits of a plain number such as ``".3f"``.
    """

    name: str
    value: float | None
    interval: tuple[float, float] | None = None
    unit: str = "%"

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        if self.unit != "%":
            return f"{self.value:{self.unit or ',.0f'}}"
        spread = "" if self.interval is None else " [{:.1f}, {:.1f}]".format(*(100 * end for end in self.interval))
        return f"{self.value:.1f}{spread}"


class Result(Protocol):
    """The result of one model in one test."""

    @property
    def name(self) -> str:
        """Name of the test."""

    def figures(self) -> list[Figure]:
        """The figures for tables."""

    def notes(self) -> list[str]:
        """Notes on the figures."""

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""


class Shown:
    """Shows a result in a notebook: its figures and notes."""

    def _repr_html_(self: Result) -> str:
        rows = [(figure.name.strip(), str(figure)) for figure in self.figures()]
        return cell(self.name, [table(rows), notes(self.notes())])


def unknown_words(words: list[str]) -> list[str]:
    """A note that names unknown words, or none."""
    if not words:
        return []
    more = f" and {len(words) - _NAMED:,} more" if len(words) > _NAMED else ""
    counted = "1 unknown word" if len(words) == 1 else f"{len(words):,} unknown words"
    return [f"{counted}: {', '.join(words[:_NAMED])}{more}"]
