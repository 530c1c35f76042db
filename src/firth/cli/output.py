"""What the verbs print on stdout for programs to read."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import click


def echo_json(value: Any) -> None:
    """Print a value as one line of JSON.

    A number that is not finite, which JSON cannot hold, becomes ``null``. Where stdout is not UTF-8, JSON's own escapes
    stand for what is not ASCII.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    escaped = encoding.lower().replace("-", "") != "utf8"
    click.echo(json.dumps(_finite(value), ensure_ascii=escaped, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
