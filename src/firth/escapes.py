r"""Text as it can be shown: what would steer a terminal, or turn the order of letters around, is shown as its escape.

Words come from files of strangers. A word may hold the escape sequence that clears a terminal, or the mark that makes
``exe.txt`` out of ``txt.exe``; shown are ``\x1b`` and ``\u202e``.
"""

from __future__ import annotations

import re

# C0, DEL and C1; the marks that set the direction of letters; separators of lines and paragraphs.
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"[\\`*_\[\]<>|&~]")


def escaped(text: str) -> str:
    """Text on one line, for a terminal."""
    return CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def escaped_markdown(text: str) -> str:
    """Text that stands in Markdown for itself."""
    return _MARKS.sub(r"\\\g<0>", escaped(text))


def escaped_html(text: str) -> str:
    """Text that stands in HTML for itself, in attributes too."""
    import html  # few need its table of entities

    return html.escape(escaped(text))
