"""What an object shows in a notebook, as HTML: a heading, tables, charts, and a style that reaches no further."""

from __future__ import annotations

from collections.abc import Sequence

from firth.drawing.page import style
from firth.escapes import escaped_html

_NAME = "firth-cell"


def cell(heading: str, parts: Sequence[str]) -> str:
    """The output of a cell.

    Args:
        heading: what is shown; as text.
        parts: what follows; as HTML, with the classes of :mod:`firth.drawing.page`.
    """
    inside = "\n".join(parts)
    return (
        f'<div class="{_NAME}"><style>\n{style(f".{_NAME}")}</style>\n<b>{escaped_html(heading)}</b>\n{inside}\n</div>'
    )


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> str:
    """A table of text; cells that are no numbers stand on the left.

    Args:
        rows: of cells, each row as long as the others.
        head: names of the columns; without them there is no head.
    """
    names = "".join(f"<th>{escaped_html(name)}</th>" for name in head)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return f"<table>\n{f'<thead><tr>{names}</tr></thead>' if head else ''}<tbody>\n{lines}</tbody>\n</table>"


def notes(lines: Sequence[str]) -> str:
    """What must be known beside a table."""
    return f'<ul class="notes">{"".join(f"<li>{escaped_html(line)}</li>" for line in lines)}</ul>' if lines else ""


def _cell(text: str) -> str:
    kind = "" if text[:1] in "+-0123456789" else ' class="text"'
    return f"<td{kind}>{escaped_html(text)}</td>"
