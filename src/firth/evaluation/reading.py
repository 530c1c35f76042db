"""Lines of test sets as fields."""

from __future__ import annotations


def separator(text: str, fields: int) -> str | None:
    """What separates the fields of a line: a tab or a comma if it gives so many fields, else spaces (``None``)."""
    return next((mark for mark in ("\t", ",") if text.count(mark) >= fields - 1), None)


def split(text: str, mark: str | None) -> list[str]:
    """The fields of a line, without spaces at their ends."""
    return [field.strip() for field in text.split(mark)]
