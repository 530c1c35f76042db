"""An HTML page that needs nothing beside it: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Sequence

from firth.escapes import escaped_html

_VARIABLES = "color-scheme: light dark; --line: #8884; --band: #8881; --faint: light-dark(#666, #a0a0a0);"
_LAYOUT = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
"""
_RULES = {
    "svg": "display: block; max-width: 100%; height: auto; font: 12px system-ui, sans-serif;",
    ".row": "display: flex; flex-wrap: wrap; gap: 1rem;",
    "figure": "margin: 1rem 0 0;",
    "figure.wide": "overflow-x: auto;",
    ".wide svg": "min-width: 560px;",
    "figcaption": "color: var(--faint); font-size: .85rem; overflow-wrap: anywhere;",
    "text": "fill: currentColor;",
    ".tick": "fill: var(--faint); font-size: 11px;",
    ".value": "font-size: 11.5px;",
    ".grid": "stroke: var(--line);",
    ".band": "fill: var(--band);",
    "table": "border-collapse: collapse; margin-top: 1rem; font-size: .9rem; display: block; overflow-x: auto;",
    "th": "text-align: right; padding: .2rem .7rem; border-bottom: 1px solid var(--line);",
    "td": "text-align: right; padding: .2rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; "
    "font-variant-numeric: tabular-nums;",
    "th:first-child": "text-align: left; white-space: pre;",
    "td:first-child": "text-align: left; white-space: pre;",
    ".text": "text-align: left; white-space: normal; overflow-wrap: anywhere;",
    ".clear": "font-weight: 600;",
    ".around": "fill: var(--faint);",
    "summary": "cursor: pointer; margin-top: .6rem; font-weight: 600; overflow-wrap: anywhere;",
    ".key": "list-style: none; padding: 0;",
    ".sample svg": "display: inline-block; vertical-align: middle;",
    ".key li": "overflow-wrap: anywhere;",
    ".notes": "color: var(--faint); font-size: .85rem; overflow-wrap: anywhere;",
}


def style(scope: str = "") -> str:
    """The style of charts and tables, for a whole page or within the elements that a selector finds."""
    rules = "\n".join(f"{scope} {selector} {{ {rule} }}".lstrip() for selector, rule in _RULES.items())
    return f"{scope or ':root'} {{ {_VARIABLES} }}{'' if scope else _LAYOUT}\n{rules}\n"


def page(title: str, parts: Sequence[str]) -> str:
    """A whole page.

    Args:
        title: the name of the page, and its heading; as text.
        parts: what follows the heading; as HTML, with the classes of the style above.
    """
    title = escaped_html(title)
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n<h1>{title}</h1>",
            *parts,
            "</body>\n</html>\n",
        ]
    )
