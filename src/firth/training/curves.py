"""The curves of trainings: a page, a picture, and the output of a notebook cell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from firth.drawing.cell import cell, table
from firth.drawing.line_charts import Line, Panel, key, line_chart
from firth.drawing.page import page
from firth.drawing.pictures import SUFFIXES, save_panels
from firth.errors import FirthError, OptionError
from firth.escapes import escaped_html
from firth.targets import replacing

if TYPE_CHECKING:
    from firth.training.history import History

BELOW = "words learned"
PAGE = ".html"
ENDINGS = (PAGE, *SUFFIXES)
"""The suffixes of the files that curves can be saved to."""


def panels(histories: Sequence[History]) -> list[Panel]:
    """A chart for each thing that was measured, with a line for each training in which it was."""
    series = [history.series() for history in histories]
    names = dict.fromkeys(name for found in series for name in found)
    return [
        Panel(
            name,
            BELOW,
            [
                Line(history.name, found[name], number)
                for number, (history, found) in enumerate(zip(histories, series, strict=True))
                if name in found
            ],
        )
        for name in names
    ]


def last_values(histories: Sequence[History]) -> list[dict[str, str]]:
    """For each training its last values, the number of words, and the options in which the trainings differ."""
    known = [history.options for history in histories]
    names = dict.fromkeys(name for options in known for name in options)
    differing = [name for name in names if any(options.get(name) != known[0].get(name) for options in known)]
    rows = []
    for history in histories:
        row = {"words": f"{history.points[-1].tokens:,}" if history.points else "0"}
        for name, values in history.series().items():
            row[name] = f"{values[-1][1]:,.0f}" if name == "words/s" else f"{values[-1][1]:.5g}"
        rows.append({**row, **{name: f"{history.options.get(name, '')}" for name in differing}})
    return rows


def html(histories: Sequence[History]) -> str:
    """A page."""
    title = "Training of " if len(histories) == 1 else "Trainings: "
    return page(title + ", ".join(history.name for history in histories), _parts(histories))


def cell_html(history: History) -> str:
    """The output of a cell."""
    return cell("Training", _parts([history]))


def check_name(path: str | os.PathLike[str]) -> None:
    """Check before a training whether its curves can be saved under this name.

    Raises:
        OptionError: the name has another suffix than those of :data:`ENDINGS`.
        MissingExtra: it is that of a picture, and matplotlib is not installed.
    """
    suffix = _suffix(path)
    if suffix not in ENDINGS:
        raise OptionError(f"curves named {os.fspath(path)}, expected a name that ends in {' or '.join(ENDINGS)}")
    if suffix != PAGE:
        from firth.drawing.pictures import new_figure

        new_figure(path, 1, 1)


def save(histories: Sequence[History], path: str | os.PathLike[str]) -> None:
    """Write a page (``.html``) or a picture (``.png``, ``.svg``, ``.pdf``), completely or not at all.

    Raises:
        OptionError: the name has another suffix.
        MissingExtra: the file is a picture, and matplotlib is not installed.
        FirthError: nothing was measured.
        StorageError: the file cannot be written.
    """
    check_name(path)
    drawn = panels(histories)
    if not drawn:
        raise FirthError("no curves: nothing was measured yet", hint="draw them after the training")
    if _suffix(path) != PAGE:
        save_panels(path, drawn)
        return
    with replacing(path) as temporary:
        temporary.write_text(html(histories), encoding="utf-8")


def _parts(histories: Sequence[History]) -> list[str]:
    figures = [
        f"<figure><figcaption>{escaped_html(panel.title)}</figcaption>{line_chart(panel)}</figure>"
        for panel in panels(histories)
    ]
    several = len(histories) > 1
    rows = last_values(histories)
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[name, *(row.get(name, "") for row in rows)] for name in names]
    closing = table(cells, ["last value", *(history.name if several else "" for history in histories)])
    opening = [key([history.name for history in histories])] if several else []
    return [*opening, f'<div class="row">{"".join(figures)}</div>', closing]


def _suffix(path: str | os.PathLike[str]) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 - of a str or a path
