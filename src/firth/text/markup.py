"""The text of a web page, a paragraph a line, without its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_UNSEEN = {"head", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "select", "textarea"}
_IN_LINES = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "nobr", "output", "q", "rb", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
_RUBY = {"rt", "rp", "rtc"}  # how a word is pronounced, written over it
_CELLS = {"td", "th", "button"}
_NOTE = re.compile(r"#(foot|end)note-")
_LEFT_OUT = str.maketrans({"\xad": None, "\u200b": None})  # where a word may be broken at the end of a line


def paragraphs(page: bytes) -> Iterator[str]:
    """The lines of a page that hold text.

    A line ends where a block of the page does, such as a paragraph, an item of a list or a row of a table, and at
    ``<br>``. Head, scripts, styles and pronunciations are left out, menus are not.

    Args:
        page: HTML or XHTML in UTF-8.
    """
    from lxml import html

    if not page.strip():
        return
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    line: list[str] = []
    for piece in _pieces(root):
        if piece == "\n":
            if text := " ".join("".join(line).translate(_LEFT_OUT).split()):
                yield text
            line = []
        else:
            line.append(piece)
    if text := " ".join("".join(line).translate(_LEFT_OUT).split()):
        yield text


def _pieces(root: Any) -> Iterator[str]:
    """The text below an element in its order; a newline wherever a line ends."""
    from lxml.etree import iterwalk

    walk = iterwalk(root, events=("start", "end", "comment", "pi"))
    preformatted = 0
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else None
        if event == "start":
            if tag in _UNSEEN or tag in _RUBY or (tag == "a" and _NOTE.match(element.get("href", ""))):
                walk.skip_subtree()
                continue
            preformatted += tag == "pre"
            yield _border(tag)
            yield from _lines(element.text, preformatted)
            continue
        if event == "end":
            preformatted -= tag == "pre"
            if tag not in _UNSEEN:
                yield _border(tag)
        yield from _lines(element.tail, preformatted)


def _border(tag: str | None) -> str:
    return "" if tag in _IN_LINES or tag in _RUBY else " " if tag in _CELLS else "\n"


def _lines(text: str | None, preformatted: int) -> Iterator[str]:
    """A text, which lies in a line of its page wherever it is broken, unless it is preformatted."""
    if text and preformatted:
        for number, part in enumerate(text.split("\n")):
            if number:
                yield "\n"
            yield part
    elif text:
        yield text.replace("\n", " ")
