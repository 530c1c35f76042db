"""Evaluations that are repeated while a model is trained."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from firth.arguments import shown
from firth.errors import FirthError, OptionError, WrongType
from firth.training.checkpoint import Interval
from firth.training.state import TrainingState
from firth.vectors import WordVectors

if TYPE_CHECKING:
    from firth.evaluation.results import Result

Score: TypeAlias = Callable[[WordVectors], float]
Tracked: TypeAlias = str | Sequence[str] | Mapping[str, Score]

KINDS = ("similarity", "analogy", "categories", "outliers", "sessions")
"""The kinds of test sets that can be tracked, as ``KIND:FILE``."""

_RESAMPLES = 50  # for an interval, which every test has, and which is not used here


class Tracker:
    """Measures vectors again and again.

    Args:
        track: tests as ``KIND:FILE``, such as ``"similarity:ws353.txt"``, one or several; or functions of the vectors
            with their names.
        every: how often, such as ``"5%"``, ``"20M-words"`` or ``"10m"``; in any case at the end of each epoch.

    Raises:
        OptionError: a test or the interval is none of these.
        WrongType: something else is given.
        SourceError, FileFormatError, VocabularyError: a file cannot be read.
    """

    def __init__(self, track: Tracked, every: str | None = None) -> None:
        self._interval = None if every is None else Interval.of(every)
        self._scores: dict[str, Score] = dict(_functions(track) if isinstance(track, Mapping) else _tests(track))
        self._first: dict[str, float | None] = {}
        self._time, self._words = time.monotonic(), 0

    @classmethod
    def of(cls, track: Tracked | None, every: str | None) -> Tracker | None:
        """A tracker, if anything is to be tracked."""
        if track is None and every is not None:
            raise OptionError(f"track_every={every!r} without track", hint="track='similarity:ws353.txt'")
        return None if track is None else cls(track, every)

    def check(self, vectors: WordVectors) -> None:
        """Measure vectors before training.

        Raises:
            VocabularyError: a test has no words of the vectors, or too few.
        """
        self._first = {name: _finite(score(vectors)) for name, score in self._scores.items()}

    def first(self) -> dict[str, float | None]:
        """The scores of the vectors that were checked."""
        return self._first

    def is_due(self, state: TrainingState, tokens_total: int) -> bool:
        """Whether it is time for a measurement within an epoch."""
        if self._interval is None:
            return False
        passed = state.tokens_done - self._words
        return self._interval.is_over(time.monotonic() - self._time, passed, tokens_total)

    def begin(self, tokens_done: int) -> None:
        """Start the interval."""
        self._time, self._words = time.monotonic(), tokens_done

    def scores(self, vectors: WordVectors) -> dict[str, float | None]:
        """The scores now; None for a test that cannot measure these vectors."""
        return {name: _score_or_none(score, vectors) for name, score in self._scores.items()}


def split(test: str) -> tuple[str, str]:
    """The kind and the file of a test that is given as ``KIND:FILE``.

    Raises:
        OptionError: it is not of this form, or the kind is unknown.
    """
    kind, mark, path = test.partition(":")
    if not mark or not path or kind not in KINDS:
        raise OptionError(
            f"track={test!r}, expected {', '.join(KINDS[:-1])} or {KINDS[-1]} with a file",
            hint="similarity:ws353.txt",
        )
    return kind, path


def _tests(track: str | Sequence[str]) -> Iterator[tuple[str, Score]]:
    if not isinstance(track, str | Sequence):
        raise WrongType(f"{shown(track)} to track, expected tests such as 'similarity:ws353.txt'")
    given = [track] if isinstance(track, str) else list(track)
    for one in given:
        if not isinstance(one, str):
            raise WrongType(f"{shown(one)} to track, expected a test such as 'similarity:ws353.txt'")
    names = [f"{kind}:{Path(path).stem}" for kind, path in map(split, given)]
    for name, test in zip(names if len(set(names)) == len(names) else given, given, strict=True):
        yield name, _test(*split(test))


def _functions(track: Mapping[str, Score]) -> Iterator[tuple[str, Score]]:
    for name, score in track.items():
        if not isinstance(name, str) or not callable(score):
            raise WrongType(f"{shown(name)}: {shown(score)} to track, expected a name and a function of the vectors")
        yield name, score


def _test(kind: str, path: str) -> Score:
    """The function that gives the first figure of a test, as ``firth evaluate`` prints it."""
    from firth import evaluation

    if kind == "similarity":
        pairs = evaluation.SimilaritySet.read(path)
        return lambda vectors: _figure(evaluation.similarity(vectors, pairs, resamples=_RESAMPLES))
    if kind == "analogy":
        questions = evaluation.AnalogySet.read(path)
        return lambda vectors: _figure(evaluation.analogy(vectors, questions, resamples=_RESAMPLES))
    if kind == "categories":
        categories = evaluation.CategorySet.read(path)
        return lambda vectors: _figure(evaluation.categorisation(vectors, categories))
    if kind == "outliers":
        groups = evaluation.OutlierSet.read(path)
        return lambda vectors: _figure(evaluation.outliers(vectors, groups))
    sessions = evaluation.SessionSet.read(path)
    return lambda vectors: _figure(evaluation.sequences(vectors, sessions))


def _figure(result: Result) -> float:
    value = result.figures()[0].value
    return math.nan if value is None else value


def _score_or_none(score: Score, vectors: WordVectors) -> float | None:
    try:
        return _finite(score(vectors))
    except FirthError:
        return None


def _finite(value: float) -> float | None:
    value = float(value)
    return value if math.isfinite(value) else None
