"""The output of all verbs: lines for people, JSON for programs."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from typing import Any

import click

from firth.escapes import CONTROLS, escaped


def width(*, err: bool = False) -> int | None:
    """The width of the terminal that shows stdout or stderr; ``None`` for files and programs, which need whole lines.

    The variable COLUMNS, if it is set, takes precedence over the terminal.
    """
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    with contextlib.suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or None
    return None


def echo(*lines: str, err: bool = False, whole: bool = False) -> None:
    """Print lines of text, with control characters escaped (:mod:`firth.escapes`).

    Lines that are longer than the width of the terminal are continued below, indented.

    Args:
        lines: lines without line breaks.
        err: whether they go to stderr.
        whole: whether no line is cut, such as that of a command that is to be copied.
    """
    shown = list(map(escaped, lines))
    room = None if whole else width(err=err)
    if room is not None and max(map(len, shown), default=0) > room // 2:  # a letter takes up to two columns
        from firth.drawing.characters import fitted

        shown = [part for line in shown for part in fitted(line, room)]
    if shown:
        click.echo("\n".join(shown), file=sys.stderr if err else None)  # not past a progress bar, as err=True would


def echo_json(value: Any) -> None:
    """Print a value as one line of JSON.

    A number that is not finite, which JSON cannot hold, becomes ``null``. Control characters, and if stdout is not
    UTF-8 all characters outside ASCII, are written as JSON's escapes.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    not_utf8 = encoding.lower().replace("-", "") != "utf8"
    line = json.dumps(_finite(value), ensure_ascii=not_utf8, allow_nan=False)
    click.echo(CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", line))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
