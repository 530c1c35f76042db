"""Sequences: predicting the last item of a session from the items before it.

Barkan and Koenigstein (2016), "Item2vec". The query is the mean of the unit vectors of the items before the last one,
and all other items are ranked by their cosine with it. If the last item has the rank r, counted from 1,

    hit rate at k  =  share of sessions with r <= k,
    NDCG at k      =  mean over sessions of 1 / log2(1 + r) where r <= k, else 0,

since the ideal ranking has the one relevant item first, with a gain of 1 (Jarvelin and Kekalainen 2002).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import VocabularyError
from firth.evaluation.bootstrap import RESAMPLES, interval, resampled_means
from firth.evaluation.correlation import Floats
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.results import Figure, Shown
from firth.guard import guarded
from firth.text.lines import read_lines
from firth.vectors import WordVectors
from firth.vectors.search import unit_rows

_SESSIONS = 256  # ranked at a time


@dataclass(frozen=True)
class SessionSet:
    """Sessions of items, oldest first; the last item of each is to be predicted. ``name`` is the name in tables."""

    name: str
    sessions: list[list[str]]

    @classmethod
    @guarded("sessions")
    def read(cls, path: str | os.PathLike[str]) -> SessionSet:
        """Read a file with one session per line, whose items are separated by spaces.

        Raises:
            FileFormatError: a session has fewer than two items; the message names the file and the line.
            VocabularyError: there are no sessions.
            SourceError, EncodingError: the file cannot be read.
        """
        sessions = []
        for line in read_lines(path):
            items = line.fields()
            if len(items) < 2:
                raise line.malformed("two items or more")
            sessions.append(items)
        if not sessions:
            raise VocabularyError(
                f"{path}: holds no sessions", hint="write one session per line, its items separated by spaces"
            )
        return cls(Path(path).stem, sessions)


@dataclass(frozen=True)
class SequenceResult(Shown):
    """The results of a sequence test.

    Attributes:
        name: name of the test set.
        k: number of best items among which the right one counts as found.
        hit_rate, ndcg: the figures at ``k``, over all sessions used, 0 to 1.
        interval: 95 % bootstrap interval of the hit rate.
        used, left_out: number of sessions with a known last item and a known item before it, and of the others.
        places: (sessions,) rank of the last item, from 1, in the order of the set; 0 if the session was left out.
    """

    name: str
    k: int
    hit_rate: float
    ndcg: float
    interval: tuple[float, float]
    used: int
    left_out: int
    places: npt.NDArray[np.int64] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        names = ("name", "k", "hit_rate", "ndcg", "interval", "used", "left_out")
        return {"task": "sequences", **{name: getattr(self, name) for name in names}}

    def figures(self) -> list[Figure]:
        """The figures for tables."""
        return [
            Figure(f"hit rate at {self.k}", 100 * self.hit_rate, self.interval),
            Figure(f"NDCG at {self.k}", 100 * self.ndcg),
            Figure("sessions used", self.used, unit=""),
        ]

    def notes(self) -> list[str]:
        """Notes on the figures."""
        total = self.used + self.left_out
        return [f"{self.left_out:,} of {total:,} sessions left out for unknown items; items compared as written"]


def sequences(
    vectors: WordVectors | Lexicon,
    test: SessionSet,
    *,
    k: int = 10,
    history: int | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> SequenceResult:
    """Predict the last item of each session.

    Items that are already in the session are not predicted, unless the last item is one of them. Unknown items before
    the last one are ignored.

    Args:
        vectors: the vectors, or a :class:`Lexicon` of them that sets the rows used. Items are always compared exactly,
            whatever its case policy.
        test: the sessions.
        k: number of best items among which the right one counts as found.
        history: number of known items directly before the last one that are used for the query; ``None`` for all.
        resamples, seed: number of resamples and seed of the bootstrap.

    Raises:
        OptionError: ``k`` or ``history`` is below 1.
        VocabularyError: no session has known items.
    """
    k, history = whole("k", k, 1), whole("history", history, 1, optional=True)
    source, restrict = (vectors.vectors, vectors.restrict) if isinstance(vectors, Lexicon) else (vectors, None)
    lexicon = Lexicon(source, "exact", restrict)  # items are no words: x1 and X1 are two
    known: list[tuple[list[int], int]] = []
    numbers = []
    for number, (*before, last) in enumerate(test.sessions):
        rows = [row for item in before if (row := lexicon.row(item)) is not None]
        target = lexicon.row(last)
        if rows and target is not None:
            known.append((rows, target))
            numbers.append(number)
    if not known:
        raise VocabularyError(
            f"{test.name}: none of its {len(test.sessions):,} sessions has its last item and an earlier one known",
            hint="were the vectors trained on these items, and are they finite?",
        )
    used = np.concatenate(
        [_places(lexicon, known[start : start + _SESSIONS], history) for start in range(0, len(known), _SESSIONS)]
    )
    hits = used <= k
    spread = interval(resampled_means(hits, resamples, seed))
    places = np.zeros(len(test.sessions), np.int64)
    places[numbers] = used
    left_out = len(places) - len(used)
    gain = float(gains(used, k).mean())
    return SequenceResult(test.name, k, float(hits.mean()), gain, spread, len(used), left_out, places)


def gains(places: npt.NDArray[np.int64], k: int) -> Floats:
    """The gain of each rank r: 1 / log2(1 + r) up to ``k``, then 0."""
    found: Floats = np.where(places <= k, 1 / np.log2(1 + places), 0)
    return found


def _places(lexicon: Lexicon, sessions: list[tuple[list[int], int]], history: int | None) -> npt.NDArray[np.int64]:
    """Ranks (sessions,) of the targets; items with the same score as the target are ranked before it."""
    latest = [rows if history is None else rows[-history:] for rows, _ in sessions]
    queries = unit_rows(np.stack([lexicon.units[rows].sum(axis=0) for rows in latest]))
    scores = queries @ lexicon.units.T  # (sessions, items)
    scores[:, ~lexicon.usable] = -np.inf
    targets = np.array([target for _, target in sessions])
    reached = scores[np.arange(len(targets)), targets].copy()
    for number, (rows, _) in enumerate(sessions):
        scores[number, rows] = -np.inf
    scores[np.arange(len(targets)), targets] = -np.inf
    places: npt.NDArray[np.int64] = 1 + np.count_nonzero(scores >= reached[:, None], axis=1)
    return places
