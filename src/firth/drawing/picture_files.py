"""A chart as a file by itself: SVG, or PNG by resvg."""

from __future__ import annotations

import os
import re
from pathlib import Path

from firth.drawing.page import style
from firth.errors import MissingExtra
from firth.targets import replacing

_LIGHT = {"--line": "#ccc", "--band": "#eee", "--faint": "#666"}
_SCALE = 2.0  # pixels of a PNG for each of the chart


def save_chart(chart: str, path: str | os.PathLike[str]) -> None:
    """Write a chart that :func:`firth.drawing.svg.chart` made, dark on white, completely or not at all.

    Args:
        chart: an SVG element.
        path: the file, PNG if its suffix is ``.png``, otherwise SVG.

    Raises:
        MissingExtra: a PNG is asked for, and ``resvg_py`` is not installed.
        StorageError: the file cannot be written.
    """
    drawn = standalone(chart)
    if Path(path).suffix.lower() != ".png":
        with replacing(path) as temporary:
            temporary.write_text(drawn, encoding="utf-8")
        return
    try:
        import resvg_py
    except ImportError as error:
        raise MissingExtra("drawing a PNG", "plot") from error
    pixels = resvg_py.svg_to_bytes(svg_string=drawn, background="#ffffff", zoom=_SCALE)
    with replacing(path) as temporary:
        temporary.write_bytes(bytes(pixels))


def standalone(chart: str) -> str:
    """The same element with its style in it, whose colours need neither a page nor variables."""
    rules = re.sub(r"var\((--\w+)\)", lambda match: _LIGHT[match[1]], style())
    rules = "\n".join(line for line in rules.splitlines() if re.match(r"text|\.[a-z]+ \{", line))
    rules = rules.replace("currentColor", "#222")
    first = '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12" '
    start, end, rest = chart.replace("<svg ", first, 1).partition(">")
    return f"{start}{end}\n<style>\n{rules}\n</style>\n{rest}\n"
