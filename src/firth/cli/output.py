"""What the verbs print: lines for a person, JSON for programs."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import click

from firth.escapes import CONTROLS, escaped


def echo(*lines: str, err: bool = False) -> None:
    """Print lines of text, in which nothing steers the terminal (:mod:`firth.escapes`).

    Args:
        lines: without what ends them.
        err: whether they go to stderr.
    """
    if lines:
        click.echo("\n".join(map(escaped, lines)), err=err)


def echo_json(value: Any) -> None:
    """Print a value as one line of JSON.

    A number that is not finite, which JSON cannot hold, becomes ``null``. JSON's own escapes stand for what would
    steer a terminal and, where stdout is not UTF-8, for what is not ASCII.
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
