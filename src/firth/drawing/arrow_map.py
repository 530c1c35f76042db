"""A map with arrows: paths of points through a plane, among points that stay where they are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.drawing.characters import columns
from firth.drawing.svg import chart, color, text

_EDGE = 70  # pixels around the points, for labels
_LETTER = 7.0  # width of a letter
_LINE = 15.0  # height of a line
_HEAD = 9.0  # length of an arrow's head

Box = tuple[float, float, float, float]  # left, top, right, bottom


class Path(NamedTuple):
    """The way of one point.

    Attributes:
        name: written at its end.
        places: where it was, the first place first.  # (stops, 2)
        stops: a label for each place, or none.
    """

    name: str
    places: npt.NDArray[np.floating]
    stops: Sequence[str]


def arrow_map(
    paths: Sequence[Path],
    around: Sequence[tuple[str, npt.NDArray[np.floating]]],
    title: str,
    width: float = 720,
    height: float = 520,
) -> str:
    """A map as SVG. Labels do not overlap: those of ``around`` for which there is no room are left out.

    Args:
        paths: each an arrow from place to place.
        around: names and places of points that do not move.
        title: what a screen reader says.
        width, height: in pixels.
    """
    every = np.concatenate([*(path.places for path in paths), *(place[None] for _, place in around)])
    low, span = every.min(axis=0), np.maximum(np.ptp(every, axis=0), 1e-9)
    scale = min((width - 2 * _EDGE) / span[0], (height - 2 * _LINE - 20) / span[1])  # the same both ways
    start = np.array([width, height]) / 2 - np.array([1, -1]) * scale * (low + span / 2)

    def at(place: npt.NDArray[np.floating]) -> tuple[float, float]:
        x, y = start + np.array([1, -1]) * scale * place
        return float(x), float(y)

    labels = _Labels(width, height)
    parts, names = [], []
    for path in paths:
        points = [at(place) for place in path.places]
        parts += [_arrow(one, other) for one, other in itertools.pairwise(points)]
        x, y = points[0]
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="none" stroke="{color(0)}" stroke-width="2"/>')
        labels.keep_free(points)
        *earlier, last = path.stops or [""]
        names.append((f"{path.name} {last}".rstrip(), points[-1], "clear"))
        names += [(stop, point, "value") for stop, point in zip(earlier, points, strict=False)]
    parts += [labels.place(name, point, kind, needed=True) for name, point, kind in names]
    for name, place in around:
        x, y = at(place)
        parts.append(f'<circle class="around" cx="{x:.1f}" cy="{y:.1f}" r="2"/>')
        parts.append(labels.place(name, (x, y), "tick", needed=False))
    return chart(width, height, title, [part for part in parts if part])


class _Labels:
    """Labels that have a place, and where there is none."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._taken: list[Box] = []

    def keep_free(self, points: Sequence[tuple[float, float]]) -> None:
        """Leave an arrow through these points visible."""
        for (x, y), (u, v) in itertools.pairwise([*points, points[-1]]):
            for share in np.linspace(0, 1, 2 + int(math.hypot(u - x, v - y) / 6)).tolist():
                a, b = x + share * (u - x), y + share * (v - y)
                self._taken.append((a - 3, b - 3, a + 3, b + 3))

    def place(self, name: str, point: tuple[float, float], kind: str, *, needed: bool) -> str:
        """A label beside a point, as SVG; nothing if there is no room, unless it is needed."""
        x, y = point
        wide = columns(name) * _LETTER
        centers = [
            (x + 8 + wide / 2, y), (x - 8 - wide / 2, y), (x, y - _LINE), (x, y + _LINE),
            *((x + 8 + wide / 2, y + n * _LINE) for n in (-1, 1, -2, 2)),
            *((x - 8 - wide / 2, y + n * _LINE) for n in (-1, 1, -2, 2)),
        ]  # fmt: skip
        boxes = [(cx - wide / 2, cy - _LINE / 2, cx + wide / 2, cy + _LINE / 2) for cx, cy in centers]
        free = [box for box in boxes if self._is_free(box)]
        if not free and not needed:
            return ""
        box = (free or boxes)[0]
        self._taken.append(box)
        return text(round((box[0] + box[2]) / 2, 1), round((box[1] + box[3]) / 2, 1), name, "middle", kind)

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self._width or bottom > self._height:
            return False
        return all(right <= a or c <= left or bottom <= b or d <= top for a, b, c, d in self._taken)


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x, y), (u, v) = start, end
    length = math.hypot(u - x, v - y)
    if length < 1:
        return ""
    dx, dy = (u - x) / length, (v - y) / length
    back = min(_HEAD, length / 2)
    bx, by = u - back * dx, v - back * dy
    corners = [(u, v), (bx - 0.45 * back * dy, by + 0.45 * back * dx), (bx + 0.45 * back * dy, by - 0.45 * back * dx)]
    head = " ".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners)
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{bx:.1f}" y2="{by:.1f}" stroke="{color(0)}" stroke-width="2"/>'
        f'<polygon points="{head}" fill="{color(0)}"/>'
    )
