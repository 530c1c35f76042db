"""Splitting the lines of test sets into fields."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from firth.text.lines import Line

_BLANKS = " \t\r\v\f"


def separator(lines: Sequence[Line], fields: int) -> str | None:
    """The separator of fields: a tab or a comma if half of the lines have enough of them, else spaces (``None``)."""
    for mark in ("\t", ","):
        if 2 * sum(line.text.count(mark) >= fields - 1 for line in lines) >= len(lines):
            return mark
    return None


def split(text: str, mark: str | None) -> list[str]:
    """The fields of a line, without spaces at their ends and without quotes around fields between commas."""
    if mark == "," and re.search(r'(^|,)[ \t]*"[^"]*"[ \t]*(,|$)', text):
        fields = next(csv.reader([text], skipinitialspace=True))
    else:
        fields = text.split(mark) if mark else re.split("[ \t]+", text)
    return [field.strip(_BLANKS) for field in fields]
