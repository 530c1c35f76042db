"""The Huffman tree as a chart, and as one HTML page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from firth.arguments import Word
from firth.drawing.page import page
from firth.drawing.svg import chart, color, text
from firth.escapes import escaped_html
from firth.training.tree_shape import Branch, TreeShape

BRANCHES = 32
"""Branches that a chart has, besides those of words that are asked for."""

_ROW, _WIDTH, _LABELS, _TOP = 22, 720, 300, 12  # pixels
_LETTERS = 30  # of a word in the chart
_FREQUENT = 50  # words in the table of codes


def tree_chart(shape: TreeShape, words: Sequence[Word] = ()) -> str:
    """The top of the tree as SVG, the root on the left: each branch a row, and each decision 0 or 1.

    Args:
        shape: the tree.
        words: words whose paths are drawn to their ends, and emphasized.
    """
    branches = shape.branches(BRANCHES, words)
    rows = {branch.code: _TOP + _ROW * (row + 0.5) for row, branch in enumerate(branches)}
    deepest = max(1, *(len(branch.code) for branch in branches))
    inner = {branch.code[:depth] for branch in branches for depth in range(len(branch.code))}
    for code in sorted(inner, key=len, reverse=True):
        rows[code] = (rows[code + "0"] + rows[code + "1"]) / 2
    emphasized = [shape.code(word) for word in words]
    step = (_WIDTH - _LABELS - 24) / deepest

    def across(code: str) -> float:
        return 12 + step * len(code)

    parts = []
    for code in sorted(rows.keys() - {""}):
        on_path = any(whole.startswith(code) for whole in emphasized)
        x, y, u, v = across(code[:-1]), rows[code[:-1]], across(code), rows[code]
        look = f'stroke="{color(1)}" stroke-width="3"' if on_path else 'stroke="currentColor" stroke-width="1"'
        parts.append(f'<path d="M{x:.1f} {y:.1f}V{v:.1f}H{u:.1f}" fill="none" {look}/>')
        parts.append(text(round(x + 7, 1), round(v - 6 if code[-1] == "0" else v + 7, 1), code[-1], "middle", "tick"))
    for branch in branches:
        y, names = rows[branch.code], _name(shape, branch)
        kind = "clear" if branch.code in emphasized and len(branch.word_ids) == 1 else "value"
        parts.append(text(round(across(branch.code) + 6, 1), y, names, "start", kind))
        parts.append(text(_WIDTH - 4, y, f"{branch.share:.2%}", "end", "tick"))
    return chart(_WIDTH, 2 * _TOP + _ROW * len(branches), "The top of the Huffman tree, the root on the left", parts)


def html(shape: TreeShape, words: Sequence[Word] = ()) -> str:
    """The page: figures, the top of the tree, how many words each depth has, and codes.

    Args:
        shape: the tree.
        words: words whose paths are drawn to their ends, and whose codes come first.
    """
    vocabulary = shape.vocabulary
    facts = (
        f"<p>{len(vocabulary):,} words. A word of the text needs {shape.expected_length:.3f} decisions on the mean; "
        f"the entropy of the words is {shape.entropy:.3f} bits, which is the least that any code needs. Full softmax "
        f"computes {len(vocabulary):,} scores for each word.</p>"
    )
    listed = list(dict.fromkeys([*words, *vocabulary.words[:_FREQUENT]]))
    codes = [[str(word), *_figures(shape, word)] for word in listed]
    depths = [[f"{depth.depth}", f"{depth.words:,}", f"{depth.share:.2%}"] for depth in shape.depths()]
    return page(
        "Huffman tree",
        [
            facts,
            f'<figure class="wide" tabindex="0">{tree_chart(shape, words)}<figcaption>The root is on the left; 0 is '
            "the left child, 1 the right one. A row is a word, or a branch with several; on the right is its share of "
            "the text.</figcaption></figure>",
            f"<h2>Depths</h2>\n{_table(['decisions', 'words', 'share of text'], depths)}",
            f"<h2>Codes</h2>\n{_table(['word', 'count', 'decisions', '-log2 share', 'code'], codes)}",
        ],
    )


def _figures(shape: TreeShape, word: Word) -> list[str]:
    row = shape.vocabulary.word_id(word)
    ideal = -math.log2(shape.shares[row]) + 0.0
    return [f"{shape.vocabulary.counts[row]:,}", f"{shape.lengths[row]}", f"{ideal:.2f}", shape.code(word)]


def _name(shape: TreeShape, branch: Branch) -> str:
    words = [str(shape.vocabulary.words[row]) for row in branch.word_ids[:2]]
    names = ", ".join(word if len(word) <= _LETTERS else word[: _LETTERS - 1] + "…" for word in words)
    more = len(branch.word_ids) - len(words)
    return f"{names} and {more:,} more" if more else names


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = "".join(f"<th>{escaped_html(name)}</th>" for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{escaped_html(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>"
