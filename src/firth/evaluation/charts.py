"""Charts as SVG: each a string that stands in a page by itself, in colours that most eyes tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from firth.escapes import escaped_html
from firth.evaluation.correlation import Floats

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")  # Okabe and Ito 2008, the dark ones first

_WIDTH = 720
_LABELS = 200  # pixels for the names on the left
_VALUES = 130  # and for the figures on the right
_ROW = 22
_SIDE = 230  # of a scatter plot
_DOTS = 1000  # drawn in a scatter plot


class Mark(NamedTuple):
    """A value of a chart, in the unit of its axis, with the ends of its interval if it has one."""

    value: float
    interval: tuple[float, float] | None
    shown: str


def dots(rows: Sequence[tuple[str, Sequence[Mark | None]]], title: str) -> str:
    """A dot for each model on a line of its own under each measure, with a whisker for its interval.

    Args:
        rows: name of a measure, and a mark for each model; ``None`` where there is no figure.
        title: what a screen reader says.
    """
    marks = [mark for _, row in rows for mark in row if mark]
    ends = [end for mark in marks for end in (mark.value, *(mark.interval or ()))]
    axis = _Axis.around(ends, _LABELS, _WIDTH - _VALUES)
    parts, y = [], 8.0
    for number, (name, row) in enumerate(rows):
        height = _ROW * len(row)
        if number % 2:
            parts.append(f'<rect class="band" x="0" y="{y:g}" width="{_WIDTH}" height="{height}"/>')
        parts.append(_text(_LABELS - 10, y + height / 2, name, "end"))
        for place, mark in enumerate(row):
            middle = y + _ROW * (place + 0.5)
            parts += [] if mark is None else _dot(axis, mark, middle, COLORS[place % len(COLORS)])
            shown = "no figure" if mark is None else mark.shown
            parts.append(_text(_WIDTH - _VALUES + 12, middle, shown, "start", "value"))
        y += height
    return _svg(_WIDTH, y + 26, title, [*axis.lines(8, y), *parts])


def scatter(people: Floats, cosines: Floats, span: tuple[float, float], title: str, color: str) -> str:
    """Cosines against the scores of people, a dot a pair.

    Args:
        people: (pairs,).
        cosines: (pairs,), NaN where a pair was left out.
        span: ends of the axis of cosines, the same for charts side by side.
        title: what a screen reader says.
        color: of the dots.
    """
    known = np.flatnonzero(~np.isnan(cosines))
    known = known[:: max(1, math.ceil(len(known) / _DOTS))]
    across = _Axis.around(people[known].tolist(), 44, _SIDE - 8)
    upward = _Axis.around(span, _SIDE - 34, 8)
    points = zip(people[known].tolist(), cosines[known].tolist(), strict=True)
    circles = [
        f'<circle cx="{across.at(x):.1f}" cy="{upward.at(y):.1f}" r="2.2" fill="{color}" fill-opacity="0.55"/>'
        for x, y in points
    ]
    sides = [_text(38, upward.at(tick), f"{tick:g}", "end", "tick") for tick in upward.ticks]
    names = [_text((44 + _SIDE) / 2, _SIDE - 9, "score of people", "middle", "tick")]
    grid = [f'<line class="grid" x1="44" x2="{_SIDE - 8}" y1="{upward.at(t):.1f}" y2="{upward.at(t):.1f}"/>'
            for t in upward.ticks]  # fmt: skip
    return _svg(_SIDE, _SIDE, title, [*across.lines(8, _SIDE - 34), *grid, *circles, *sides, *names])


class _Axis(NamedTuple):
    """Numbers to pixels, with round numbers to mark."""

    low: float
    high: float
    start: float
    stop: float
    ticks: list[float]

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> _Axis:
        """An axis that has room for all values."""
        low, high = min(values, default=0.0), max(values, default=1.0)
        width = high - low
        if width <= 1e-9 * max(abs(low), abs(high)):  # values that differ by rounding only
            width = 1.0
        power = 10.0 ** math.floor(math.log10(width / 3))
        step = next(power * factor for factor in (1, 2, 5, 10) if width / (power * factor) <= 5)
        first, last = math.floor(low / step), math.ceil(high / step)
        last += first == last
        ticks = [round(step * number, 10) for number in range(first, last + 1)]
        return cls(step * first, step * last, start, stop, ticks)

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)

    def lines(self, top: float, bottom: float) -> list[str]:
        """Vertical lines at the ticks, with their numbers below."""
        parts = []
        for tick in self.ticks:
            x = f"{self.at(tick):.1f}"
            parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top:g}" y2="{bottom:g}"/>')
            parts.append(_text(self.at(tick), bottom + 12, f"{tick:g}", "middle", "tick"))
        return parts


def _dot(axis: _Axis, mark: Mark, y: float, color: str) -> list[str]:
    parts = []
    if mark.interval is not None:
        low, high = (f"{axis.at(end):.1f}" for end in mark.interval)
        parts.append(f'<line x1="{low}" x2="{high}" y1="{y:g}" y2="{y:g}" stroke="{color}" stroke-width="2"/>')
    parts.append(f'<circle cx="{axis.at(mark.value):.1f}" cy="{y:g}" r="4.5" fill="{color}"/>')
    return parts


def _text(x: float, y: float, text: str, anchor: str, kind: str = "name") -> str:
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}" dominant-baseline="central">'
        f"{escaped_html(text)}</text>"
    )


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    inside = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img">'
        f"<title>{escaped_html(title)}</title>\n{inside}\n</svg>"
    )
