"""Plots as SVG: each a string that stands in a page by itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.drawing.svg import Axis, chart, color, text

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
    axis = Axis.around(ends, _LABELS, _WIDTH - _VALUES)
    parts, y = [], 8.0
    for number, (name, row) in enumerate(rows):
        height = _ROW * len(row)
        if number % 2:
            parts.append(f'<rect class="band" x="0" y="{y:g}" width="{_WIDTH}" height="{height}"/>')
        parts.append(text(_LABELS - 10, y + height / 2, name, "end"))
        for place, mark in enumerate(row):
            middle = y + _ROW * (place + 0.5)
            parts += [] if mark is None else _dot(axis, mark, middle, color(place))
            shown = "no figure" if mark is None else mark.shown
            parts.append(text(_WIDTH - _VALUES + 12, middle, shown, "start", "value"))
        y += height
    return chart(_WIDTH, y + 26, title, [*axis.upright(8, y), *parts])


def curves(rows: Sequence[tuple[str, Sequence[float | None]]], below: str, title: str) -> str:
    """A line with a dot for each number, the numbers of a row from left to right, counted from 1.

    Args:
        rows: the name of a line, written at its end, and its numbers; ``None`` where there is none.
        below: what the numbers are counted by.
        title: what a screen reader says.
    """
    values = [value for _, row in rows for value in row if value is not None]
    longest = max(1, *(len(row) for _, row in rows))
    width, right = 2 * _SIDE, _LABELS if any(name for name, _ in rows) else 0
    upward = Axis.around(values, _SIDE - 34, 8)
    step = (width - 52) / max(longest - 1, 1)
    every = math.ceil(longest / 10)
    parts = upward.level(44, width - 8)
    parts += [text(44 + step * (n - 1), _SIDE - 22, f"{n}", "middle", "tick") for n in range(1, longest + 1, every)]
    parts.append(text(width / 2, _SIDE - 7, below, "middle", "tick"))
    for number, (name, row) in enumerate(rows):
        points = [(44 + step * n, upward.at(value)) for n, value in enumerate(row) if value is not None]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color(number)}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color(number)}"/>' for x, y in points]
        if points:
            parts.append(text(points[-1][0] + 10, points[-1][1], name, "start", "value"))
    return chart(width + right, _SIDE, title, parts)


def scatter(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], span: tuple[float, float], below: str, title: str, fill: str
) -> str:
    """A dot for each pair of numbers, a thousand at most.

    Args:
        x: (dots,).
        y: (dots,), NaN where there is none.
        span: ends of the upright axis, the same for charts side by side.
        below: what ``x`` is.
        title: what a screen reader says.
        fill: the colour of the dots.
    """
    known = np.flatnonzero(~np.isnan(y))
    known = known[:: max(1, math.ceil(len(known) / _DOTS))]
    across = Axis.around(x[known].tolist(), 44, _SIDE - 8)
    upward = Axis.around(span, _SIDE - 34, 8)
    circles = [
        f'<circle cx="{across.at(right):.1f}" cy="{upward.at(up):.1f}" r="2.2" fill="{fill}" fill-opacity="0.55"/>'
        for right, up in zip(x[known].tolist(), y[known].tolist(), strict=True)
    ]
    name = text((44 + _SIDE) / 2, _SIDE - 9, below, "middle", "tick")
    return chart(_SIDE, _SIDE, title, [*across.upright(8, _SIDE - 34), *upward.level(44, _SIDE - 8), *circles, name])


def _dot(axis: Axis, mark: Mark, y: float, fill: str) -> list[str]:
    parts = []
    if mark.interval is not None:
        low, high = (f"{axis.at(end):.1f}" for end in mark.interval)
        parts.append(f'<line x1="{low}" x2="{high}" y1="{y:g}" y2="{y:g}" stroke="{fill}" stroke-width="2"/>')
    parts.append(f'<circle cx="{axis.at(mark.value):.1f}" cy="{y:g}" r="4.5" fill="{fill}"/>')
    return parts
