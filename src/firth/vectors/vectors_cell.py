"""Word vectors as a notebook shows them: how many, how they were made, and some words with their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firth.drawing.cell import cell, table
from firth.errors import FirthError

if TYPE_CHECKING:
    from firth.vectors.wordvectors import WordVectors

_SHOWN = 8  # words
_NEAREST = 5
_SEARCHED = 20_000  # only the first words, so that it is fast for any vocabulary


def html(vectors: WordVectors) -> str:
    """The output of a cell."""
    facts = [("words", f"{len(vectors):,}"), ("dimensions", f"{vectors.vector_size:,}")]
    if vectors.subwords is not None:
        facts.append(("n-grams", f"{len(vectors.subwords.ngrams):,}, which give unknown words their vectors"))
    trained = vectors.metadata.get("configuration")
    if isinstance(trained, dict):
        names = ("architecture", "objective", "window", "epochs")
        facts.append(("trained", ", ".join(f"{name} {trained[name]}" for name in names if name in trained)))
    return cell("WordVectors", [table(facts), _some(vectors)])


def _some(vectors: WordVectors) -> str:
    """Words from frequent to rare, if counts are known, each with its nearest words."""
    searched = vectors if len(vectors) <= _SEARCHED else vectors.take(range(_SEARCHED))
    if not len(searched):
        return ""
    last = len(searched) - 1
    rows = np.unique(np.geomspace(min(100, 1 + last // 10), 1 + last, _SHOWN).astype(int) - 1).tolist()
    keys = [searched.index_to_key[row] for row in rows]
    try:
        found = searched.neighbors(keys, _NEAREST)
    except FirthError:  # a row that is not finite
        return ""
    words = list(map(str, keys))  # for they may be integers
    nearest = [", ".join(str(word) for word, _ in neighbors) for neighbors in found]
    counts = [] if searched.counts is None else [f"{searched.counts[row]:,}" for row in rows]
    if counts:
        return table(list(zip(words, counts, nearest, strict=True)), ["word", "count", "nearest words"])
    return table(list(zip(words, nearest, strict=True)), ["word", "nearest words"])
