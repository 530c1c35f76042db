"""Text and plots of characters, for a terminal: how wide they are, and what fits its width."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

AXIS = 14
"""Columns on the left of a plot, for its axis."""

_GAP = re.compile(r"\s*\S.*?\s{2,}(?=\S)")  # a name, up to what stands behind it


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: letters of East Asia two, marks on a letter none."""
    return sum(map(_columns, text))


def _columns(letter: str) -> int:
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def padded(text: str, width: int) -> str:
    """Text with spaces behind it, up to a number of columns."""
    return text + " " * (width - columns(text))


def fitted(line: str, width: int) -> list[str]:
    """A line as several that fit a width, cut at spaces, or within a word that is longer than a line.

    What comes after the first is indented as far as what stands behind two spaces or more in the first, the column of
    a table; where there is no such column, two spaces farther than the line itself.
    """
    if columns(line) <= width:
        return [line]
    gap = _GAP.match(line)
    indent = columns(gap[0]) if gap else width
    if indent > width // 2:
        indent = len(line) - len(line.lstrip()) + 2
    lines, now = [], ""
    for word in re.split(r"(?<=\S)(?=\s+\S)", line):
        if columns(now + word) > width and now.strip():
            lines.append(now)
            now, word = " " * indent, word.lstrip()
        for letter in word:
            if columns(now + letter) > width and now.strip():
                lines.append(now)
                now = " " * indent
            now += letter
    return [*lines, now]


def loglog(
    x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], width: int = 60, height: int = 12, *, names: tuple[str, str]
) -> list[str]:
    """A curve that falls in steps, both axes logarithmic: a line of text for each row, and two for the axis below.

    Args:
        x: the last place of each step, growing, 1 or more.  # (steps,)
        y: its height, falling.  # (steps,)
        width, height: of the plot in characters, without its axes.
        names: of the axes, the one below first.
    """
    last, most = int(x[-1]), int(y[0])
    across = np.unique(np.geomspace(1, last, 4 * width).astype(np.int64))
    height_of = y[np.searchsorted(x, across)]
    columns = np.round(np.log(across) / max(math.log(last), 1e-9) * (width - 1)).astype(int)
    rows = np.round(np.log(height_of) / max(math.log(most), 1e-9) * (height - 1)).astype(int)
    grid = [[" "] * width for _ in range(height)]
    for column, row in zip(columns, rows, strict=True):
        grid[height - 1 - row][column] = "*"
    labels = [f"{most:,}", *[""] * (height - 2), "1"]
    lines = [f"{label:>12} |{''.join(line).rstrip()}" for label, line in zip(labels, grid, strict=True)]
    below, beside = names
    first = f"{below} 1"
    return [*lines, f"{beside:>12} +{'-' * width}", f"{'':12}  {first}{f'{last:,}':>{width - len(first)}}"]


def word_map(words: Sequence[str], places: npt.NDArray[np.floating], width: int = 72, height: int = 18) -> list[str]:
    """Words where their points are, each as near to its own as there is room: a line of text for each row.

    Args:
        words: without what steers a terminal; a word for which there is no room is left out.
        places: to the right and upward, on any scale.  # (words, 2)
        width, height: of the map in characters.
    """
    low, span = places.min(axis=0), np.maximum(np.ptp(places, axis=0), 1e-9)
    shares = (places - low) / span
    grid = [[" "] * width for _ in range(height)]
    for word, (right, up) in zip(words, shares.tolist(), strict=True):
        room = columns(word)
        row, column = round((1 - up) * (height - 1)), round(right * (width - room))
        free = [
            (abs(r - row) * 2 + abs(c - column), r, c)  # a row is about as high as two columns are wide
            for r in range(height)
            for c in range(width - room + 1)
            if set(grid[r][max(0, c - 1) : c + room + 1]) == {" "}
        ]
        if free:
            _, r, c = min(free)
            grid[r][c : c + room] = [word, *[""] * (room - 1)]
    return ["".join(line).rstrip() for line in grid]
