"""Line charts: several series against one axis, each told apart by its colour and by its dashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from firth.drawing.svg import Axis, chart, color, text
from firth.escapes import escaped_html

_WIDTH, _HEIGHT = 350, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 10, 40
_DOTTED = 40  # points at most that are drawn as dots, too
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 3), (2, 2), (7, 2, 2, 2))
"""Lengths of the strokes and gaps of the first, the second, ... line, in pixels."""


class Line(NamedTuple):
    """A series.

    Attributes:
        name: what it is the series of.
        points: pairs of numbers, from left to right.
        number: which line it is in every chart of a page, counted from 0.
    """

    name: str
    points: Sequence[tuple[float, float]]
    number: int


class Panel(NamedTuple):
    """What one chart shows.

    Attributes:
        title: what its numbers are.
        below: what they are drawn against.
        lines: the series.
    """

    title: str
    below: str
    lines: Sequence[Line]


def line_chart(panel: Panel) -> str:
    """A chart as SVG. Dots have their numbers as tooltips; a long series has no dots."""
    across = Axis.around([x for line in panel.lines for x, _ in line.points], _LEFT, _WIDTH - _RIGHT)
    upward = Axis.around([y for line in panel.lines for _, y in line.points], _HEIGHT - _BOTTOM, _TOP)
    parts = [*upward.level(_LEFT, _WIDTH - _RIGHT), *across.upright(_TOP, _HEIGHT - _BOTTOM)]
    parts.append(text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 9, panel.below, "middle", "tick"))
    for line in panel.lines:
        places = [(across.at(x), upward.at(y)) for x, y in line.points]
        parts.append(_polyline(places, line.number))
        if len(places) <= _DOTTED:
            for (x, y), (right, up) in zip(places, line.points, strict=True):
                told = escaped_html(f"{line.name}: " * bool(line.name) + f"{up:,.6g} at {right:,.0f} {panel.below}")
                parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color(line.number)}">')
                parts.append(f"<title>{told}</title></circle>")
    return chart(_WIDTH, _HEIGHT, f"{panel.title} by {panel.below}", parts)


def sparkline(points: Sequence[tuple[float, float]], title: str, width: int = 160, height: int = 34) -> str:
    """A small curve without axes, which needs no style of a page; nothing where there are fewer than two points."""
    if len(points) < 2:
        return ""
    (low, high), (first, last) = _span(y for _, y in points), _span(x for x, _ in points)
    places = [
        (2 + (x - first) / (last - first) * (width - 4), 2 + (high - y) / (high - low) * (height - 4))
        for x, y in points
    ]
    svg = chart(width, height, title, [_polyline(places, 0)])
    return svg.replace("<svg ", '<svg style="vertical-align: middle" ', 1)


def key(names: Sequence[str]) -> str:
    """Which line is which, as HTML."""
    items = []
    for number, name in enumerate(names):
        sample = (
            f'<svg viewBox="0 0 36 10" width="36" height="10" aria-hidden="true">{_polyline([(0, 5), (36, 5)], number)}'
        )
        items.append(f'<li><span class="sample">{sample}</svg></span> {escaped_html(name)}</li>')
    return f'<ul class="key">{"".join(items)}</ul>'


def _polyline(places: Sequence[tuple[float, float]], number: int) -> str:
    dashes = DASHES[number % len(DASHES)]
    dashed = f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{points}" fill="none" stroke="{color(number)}" stroke-width="2"{dashed}/>'


def _span(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    low, high = min(known), max(known)
    return (low, high) if high > low else (low, low + 1)
