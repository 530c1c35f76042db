"""Plots of characters, for a terminal."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


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
