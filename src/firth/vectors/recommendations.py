"""Items for a session: those nearest to the items in it. The function is a method of
:class:`firth.vectors.WordVectors`.

The query is the mean of the unit vectors of a session's items, and items are ranked by their cosine with it, as in
Barkan and Koenigstein (2016), "Item2vec", and in :func:`firth.evaluation.sequences`, which says how good that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from firth.arguments import Word, switch, whole
from firth.errors import OptionError
from firth.vectors.embeddings import Embeddings
from firth.vectors.nearest import Neighbors
from firth.vectors.search import unit_rows
from firth.vectors.terms import several

if TYPE_CHECKING:
    from firth.vectors.wordvectors import WordVectors

_SESSIONS = 1024  # at a time


@overload
def recommend(  # type: ignore[overload-overlap]  # a str is a sequence of str, and yet no session
    vectors: WordVectors,
    session: Iterable[Word],
    topn: int = 10,
    exclude: Iterable[Word] | Iterable[Iterable[Word]] = (),
    *,
    repeat: bool = False,
    history: int | None = None,
) -> Neighbors: ...
@overload
def recommend(
    vectors: WordVectors,
    session: Iterable[Iterable[Word]],
    topn: int = 10,
    exclude: Iterable[Word] | Iterable[Iterable[Word]] = (),
    *,
    repeat: bool = False,
    history: int | None = None,
) -> list[Neighbors]: ...
def recommend(
    vectors: WordVectors,
    session: Iterable[Word] | Iterable[Iterable[Word]],
    topn: int = 10,
    exclude: Iterable[Word] | Iterable[Iterable[Word]] = (),
    *,
    repeat: bool = False,
    history: int | None = None,
) -> Neighbors | list[Neighbors]:
    """The items nearest to those of a session, best first, with their cosine similarity to its mean.

    ``firth evaluate --sessions`` measures how often such recommendations are right.

    Args:
        session: its items, oldest first; an item that occurs twice counts twice, and unknown items are ignored. Or
            several sessions, which are answered together.
        topn: number of items for each session.
        exclude: items that are never recommended, such as those that a user has seen; for several sessions, items for
            all of them, or a list for each.
        repeat: whether items of the session itself may be recommended.
        history: use only this many known items of each session, the last ones; None for all.

    Returns:
        Items and similarities, an empty list for a session without a known item; for several sessions a list of
        such lists.

    Raises:
        OptionError: the number of lists to exclude is not that of the sessions, or ``topn`` or ``history`` is invalid.
        WrongType: an item is not a word.
    """
    topn, repeat = whole("topn", topn, 0), switch("repeat", repeat)
    history = whole("history", history, 1, optional=True)
    given, seen = _listed(session), _listed(exclude)
    is_batch = _holds_lists(given)
    if not is_batch:
        given = [given]
    if not _holds_lists(seen):
        shared = _rows(vectors.embeddings, seen)
        excluded: list[Collection[int]] = [shared] * len(given)
    elif not is_batch or len(seen) != len(given):
        raise OptionError(
            f"exclude has {len(seen)} lists for {len(given)} session{'s' if len(given) > 1 else ''}, "
            "expected items, or a list of items for each session"
        )
    else:
        excluded = [_rows(vectors.embeddings, _listed(items)) for items in seen]
    sessions = [_rows(vectors.embeddings, _listed(items)) for items in given]
    answers: list[Neighbors] = []
    for start in range(0, len(sessions), _SESSIONS):
        some = slice(start, start + _SESSIONS)
        answers += _answers(vectors, sessions[some], excluded[some], topn, repeat, history)
    return answers if is_batch else answers[0]


def _answers(
    vectors: WordVectors,
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
        queries = unit_rows(np.stack([unit_rows(vectors.vectors[rows]).sum(axis=0) for rows in latest]))
        skipped = [{*excluded[number], *(() if repeat else sessions[number])} for number in known]
        for number, answer in zip(known, vectors.search(queries, topn, skipped), strict=True):
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
