"""Pictures as files, by matplotlib: for a paper or a slide."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - of a str or a path
    if suffix not in SUFFIXES:
        raise OptionError(f"a picture named {os.fspath(path)}, expected one of {', '.join(SUFFIXES)}")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("drawing a picture", "plot") from error
    figure = Figure(figsize=(6, 4), layout="constrained")  # no window, whatever the machine has
    axes = figure.subplots()
    for curve in curves:
        look = {"linewidth": 1} if curve.is_line else {"marker": ".", "linestyle": "none", "markersize": 3}
        axes.loglog(curve.x, curve.y, label=curve.label, **look)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.legend()
    with replacing(path) as temporary:
        figure.savefig(temporary, format=suffix[1:], dpi=150)
