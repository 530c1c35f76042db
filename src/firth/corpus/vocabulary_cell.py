"""A vocabulary as a notebook shows it: its size, its most frequent words, and their share of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firth.drawing.cell import cell, table

if TYPE_CHECKING:
    from firth.corpus.vocabulary import Vocabulary

_SHOWN = 10  # words
_HEADS = (10, 100, 1000, 10_000, 100_000)  # numbers of frequent words whose share is shown


def html(vocabulary: Vocabulary) -> str:
    """The output of a cell."""
    words, tokens = len(vocabulary), int(vocabulary.counts.sum())
    facts = [("words", f"{words:,}"), ("tokens", f"{tokens:,}")]
    if not tokens:
        return cell("Vocabulary", [table(facts)])
    covered = np.cumsum(vocabulary.counts) / tokens
    heads = [f"{head:,}: {covered[head - 1]:.0%}" for head in _HEADS if head < words]
    if heads:
        facts.append(("most frequent words", f"share of the tokens by the first {', '.join(heads)}"))
    once = int(words - np.searchsorted(-vocabulary.counts, -1, side="left"))
    if once:
        facts.append(("words seen once", f"{once:,}"))
    first = zip(vocabulary.words[:_SHOWN], vocabulary.counts[:_SHOWN].tolist(), strict=True)
    rows = [(str(word), f"{count:,}", f"{count / tokens:.2%}") for word, count in first]
    return cell("Vocabulary", [table(facts), table(rows, ["word", "count", "share"])])
