r"""Escaping of text for display: characters that control a terminal or change the writing direction are escaped.

Words may come from untrusted files. A word may contain the escape sequence that clears a terminal, or the mark that
displays ``txt.exe`` as ``exe.txt``; these are shown as ``\x1b`` and ``\u202e``.
"""

from __future__ import annotations

import re

# C0, DEL and C1; the marks that set the direction of letters; separators of lines and paragraphs.
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"[\\`*_\[\]<>|&~]")


def escaped(text: str) -> str:
    """Text escaped for a terminal, on one line."""
    return CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def escaped_markdown(text: str) -> str:
    """Text escaped for Markdown."""
    return _MARKS.sub(r"\\\g<0>", escaped(text))


def escaped_html(text: str) -> str:
    """Text escaped for HTML, including attributes."""
    import html  # few need its table of entities

    return html.escape(escaped(text))
