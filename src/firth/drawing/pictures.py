"""Pictures as files, by matplotlib: for a paper or a slide."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.drawing.line_charts import DASHES, Panel
from firth.drawing.svg import color, short
from firth.errors import MissingExtra, OptionError
from firth.targets import replacing

SUFFIXES = (".png", ".svg", ".pdf")


class Curve(NamedTuple):
    """Numbers to draw, above 0.

    Attributes:
        x, y: (points,).
        label: what they are.
        is_line: a line through the points, or the points.
    """

    x: npt.NDArray[np.number]
    y: npt.NDArray[np.number]
    label: str
    is_line: bool


def save_loglog(path: str | os.PathLike[str], curves: Sequence[Curve], x: str, y: str) -> None:
    """Draw curves, both axes logarithmic, and write the picture.

    Args:
        path: what its suffix says: ``.png``, ``.svg`` or ``.pdf``.
        curves: what to draw.
        x, y: the names of the axes.

    Raises:
        OptionError: the suffix is another one.
        MissingExtra: ``matplotlib`` is not installed.
        StorageError: the file cannot be written.
    """
    figure = new_figure(path, 6, 4)
    axes = figure.subplots()
    for curve in curves:
        look = {"linewidth": 1} if curve.is_line else {"marker": ".", "linestyle": "none", "markersize": 3}
        axes.loglog(curve.x, curve.y, label=curve.label, **look)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.legend()
    _save(figure, path)


def save_panels(path: str | os.PathLike[str], panels: Sequence[Panel]) -> None:
    """Draw charts of lines, two in a row, with one key, and write the picture.

    Args:
        path: what its suffix says: ``.png``, ``.svg`` or ``.pdf``.
        panels: what to draw.

    Raises:
        OptionError: the suffix is another one.
        MissingExtra: ``matplotlib`` is not installed.
        StorageError: the file cannot be written.
    """
    rows = -(-len(panels) // 2)
    figure = new_figure(path, 8, 2.6 * rows)
    places = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes in places[len(panels) :]:
        axes.set_visible(False)
    lines = {}
    for axes, panel in zip(places, panels, strict=False):
        for line in panel.lines:
            x, y = zip(*line.points, strict=True)
            dashes = DASHES[line.number % len(DASHES)]
            look = {"color": color(line.number), "linestyle": (0, dashes) if dashes else "-", "linewidth": 1.5}
            (drawn,) = axes.plot(x, y, marker="." if len(x) <= 40 else None, **look)
            lines[_plain(line.name)] = drawn
        axes.set_title(_plain(panel.title), fontsize="medium")
        axes.set_xlabel(_plain(panel.below))
        axes.xaxis.set_major_formatter(_tick)
        axes.yaxis.set_major_formatter(_tick)
        axes.grid(alpha=0.3)
    if len(lines) > 1:
        figure.legend(list(lines.values()), list(lines), loc="outside upper center", ncols=min(len(lines), 3))
    _save(figure, path)


def new_figure(path: str | os.PathLike[str], width: float, height: float) -> Any:
    """An empty figure of matplotlib for a file, so wide and high in inches; no window is opened.

    Raises:
        OptionError: the file has the suffix of no picture.
        MissingExtra: ``matplotlib`` is not installed.
    """
    if _suffix(path) not in SUFFIXES:
        raise OptionError(f"a picture named {os.fspath(path)}, expected one of {', '.join(SUFFIXES)}")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("drawing a picture", "plot") from error
    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: Any, path: str | os.PathLike[str]) -> None:
    with replacing(path) as temporary:
        figure.savefig(temporary, format=_suffix(path)[1:], dpi=150)


def _suffix(path: str | os.PathLike[str]) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 - of a str or a path


def _tick(value: float, _: object) -> str:
    return short(round(value, 10))


def _plain(name: str) -> str:
    """A name without what matplotlib would read as a formula."""
    return name.replace("$", r"\$")
