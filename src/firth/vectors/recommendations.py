"""Items for a session: those nearest to the items in it.

The query is the mean of the unit vectors of a session's items, and items are ranked by their cosine with it, as in
Barkan and Koenigstein (2016), "Item2vec", and in :func:`firth.evaluation.sequences`, which says how good that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from firth.arguments import Word, switch, whole
from firth.errors import OptionError
from firth.vectors.embeddings import Embeddings
from firth.vectors.nearest import Neighbors, search
from firth.vectors.search import unit_rows
from firth.vectors.searcher import Searcher
from firth.vectors.terms import several

Items: TypeAlias = Iterable[Word]

_SESSIONS = 1024  # at a time


def recommend(
    embeddings: Embeddings,
    searcher: Searcher,
    session: Items | Iterable[Items],
    topn: int = 10,
    exclude: Items | Iterable[Items] = (),
    repeat: bool = False,
    history: int | None = None,
) -> Neighbors | list[Neighbors]:
    """Items for one session or many: :meth:`firth.vectors.WordVectors.recommend`."""
    topn, repeat = whole("topn", topn, 0), switch("repeat", repeat)
    history = whole("history", history, 1, optional=True)
    given, seen = _listed(session), _listed(exclude)
    is_batch = _holds_lists(given)
    if not is_batch:
        given = [given]
    if not _holds_lists(seen):
        shared = _rows(embeddings, seen)
        excluded: list[Collection[int]] = [shared] * len(given)
    elif not is_batch or len(seen) != len(given):
        raise OptionError(
            f"exclude has {len(seen)} lists for {len(given)} session{'s' if len(given) > 1 else ''}, "
            "expected items, or a list of items for each session"
        )
    else:
        excluded = [_rows(embeddings, _listed(items)) for items in seen]
    sessions = [_rows(embeddings, _listed(items)) for items in given]
    answers: list[Neighbors] = []
    for start in range(0, len(sessions), _SESSIONS):
        some = slice(start, start + _SESSIONS)
        answers += _answers(embeddings, searcher, sessions[some], excluded[some], topn, repeat, history)
    return answers if is_batch else answers[0]


def _answers(
    embeddings: Embeddings,
    searcher: Searcher,
    sessions: Sequence[list[int]],
    excluded: Sequence[Collection[int]],
    topn: int,
    repeat: bool,
    history: int | None,
) -> list[Neighbors]:
    known = [number for number, rows in enumerate(sessions) if rows]
    answers: list[Neighbors] = [[] for _ in sessions]
    if known:
        latest = [sessions[number][-history if history else 0 :] for number in known]
        queries = unit_rows(np.stack([unit_rows(embeddings.vectors[rows]).sum(axis=0) for rows in latest]))
        skipped = [{*excluded[number], *(() if repeat else sessions[number])} for number in known]
        for number, answer in zip(known, search(embeddings, searcher, queries, topn, skipped), strict=True):
            answers[number] = answer
    return answers


def _rows(embeddings: Embeddings, items: Iterable[Any]) -> list[int]:
    """The rows of the items that are known and have a vector of numbers, in their order."""
    rows = [row for item in items if (row := embeddings.row(item)) is not None]
    return [row for row in rows if np.isfinite(embeddings.norms[row])]


def _listed(items: Any) -> list[Any]:
    """Items, or lists of them, from a list, an array, a column of a table, or any other collection."""
    as_list = getattr(items, "tolist", None) or getattr(items, "to_list", None)
    return several(items if as_list is None or isinstance(items, str | bytes) else as_list())


def _holds_lists(items: list[Any]) -> bool:
    return bool(items) and isinstance(items[0], Iterable) and not isinstance(items[0], str | bytes)
