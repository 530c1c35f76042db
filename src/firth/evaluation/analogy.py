"""Analogies: does the offset between two words carry over to another?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import OptionError, VocabularyError
from firth.evaluation.bootstrap import RESAMPLES, interval, resampled_means
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.lrcos import lrcos_rows
from firth.evaluation.offsets import OFFSETS, best_rows
from firth.evaluation.questions import SEMANTIC, SYNTACTIC, AnalogySet, Question, Section
from firth.evaluation.results import Figure, Shown, unknown_words
from firth.vectors import WordVectors

METHODS = (*OFFSETS, "lrcos")
UNKNOWN = ("skip", "wrong")
RIGHT, WRONG, UNANSWERED = 1, 0, -1


@dataclass(frozen=True)
class SectionResult:
    """One relation.

    Attributes:
        name, kind: name and kind of the section; the kind is ``"semantic"``, ``"syntactic"`` or ``None``.
        right, asked: number of questions; ``asked`` includes those with unknown words only if these count as wrong.
        unknown: number of questions with an unknown word.
    """

    name: str
    kind: str | None
    right: int
    asked: int
    unknown: int

    @property
    def accuracy(self) -> float | None:
        """Share of correct answers, 0 to 1; ``None`` if no question was asked."""
        return self.right / self.asked if self.asked else None


@dataclass(frozen=True)
class AnalogyResult(Shown):
    """The results of an analogy test.

    Attributes:
        name: name of the test set.
        method: how questions were answered, one of :data:`METHODS`.
        policy: how questions with unknown words were handled, one of :data:`UNKNOWN`.
        restrict: only this many first rows were used; ``None`` for all.
        case: ``"fold"`` or ``"exact"``.
        sections: the sections in the order of the set.
        interval: 95 % bootstrap interval of the accuracy; it assumes independent questions, which is not quite true.
        unknown: words that the vectors do not hold.
        outcomes: (questions,) of the whole set: 1 right, 0 wrong, -1 not asked.
    """

    name: str
    method: str
    policy: str
    restrict: int | None
    case: str
    sections: list[SectionResult]
    interval: tuple[float, float]
    unknown: list[str]
    outcomes: npt.NDArray[np.int8] = field(repr=False)

    @property
    def total(self) -> SectionResult:
        """All sections together."""
        return _sum("total", None, self.sections)

    @property
    def accuracy(self) -> float:
        """Share of correct answers, 0 to 1."""
        return self.total.right / self.total.asked

    @property
    def kinds(self) -> list[SectionResult]:
        """Totals of the semantic and of the syntactic sections; sections of neither kind count only in the overall
        total.
        """
        groups = [(kind, [s for s in self.sections if s.kind == kind]) for kind in (SEMANTIC, SYNTACTIC)]
        return [_sum(kind, kind, sections) for kind, sections in groups if sections]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        names = ("name", "method", "policy", "restrict", "case", "accuracy", "interval")
        return {
            "task": "analogy",
            **{name: getattr(self, name) for name in names},
            "right": self.total.right,
            "asked": self.total.asked,
            "questions_with_unknown_words": self.total.unknown,
            "kinds": {s.name: _section_dict(s) for s in self.kinds},
            "sections": {s.name: _section_dict(s) for s in self.sections},
            "unknown": self.unknown,
        }

    def figures(self) -> list[Figure]:
        """The figures for tables."""
        sections = [*self.sections, *self.kinds] if len(self.sections) > 1 else []
        parts = [Figure(f"  {s.name}", None if s.accuracy is None else 100 * s.accuracy) for s in sections]
        return [Figure(self.method, 100 * self.accuracy, self.interval), *parts]

    def notes(self) -> list[str]:
        """Notes on the figures."""
        total = self.total
        met = "left out" if self.policy == "skip" else "counted as wrong"
        asked = f"{total.right:,} of {total.asked:,} right"
        return [f"{asked}; {total.unknown:,} with unknown words {met}", *unknown_words(self.unknown)]


def _section_dict(section: SectionResult) -> dict[str, Any]:
    facts = {"right": section.right, "asked": section.asked, "unknown": section.unknown}
    return {"accuracy": section.accuracy, **facts}


def _sum(name: str, kind: str | None, sections: Iterable[SectionResult]) -> SectionResult:
    counts = [(s.right, s.asked, s.unknown) for s in sections]
    right, asked, unknown = (sum(column) for column in zip(*counts, strict=True))
    return SectionResult(name, kind, right, asked, unknown)


def analogy(
    vectors: WordVectors | Lexicon,
    test: AnalogySet,
    *,
    method: str = "3cosadd",
    unknown: str = "skip",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> AnalogyResult:
    """Answer the questions, and count the correct answers.

    With the defaults this is the policy of gensim's ``evaluate_word_analogies`` without ``restrict_vocab``, and with
    ``Lexicon(vectors, restrict=30_000)`` that of word2vec.c's ``compute-accuracy`` with that threshold.

    Args:
        vectors: the vectors, or a :class:`Lexicon` of them that sets the case policy and the rows used.
        test: the questions.
        method: ``"3cosadd"``, ``"3cosmul"``, ``"pairdirection"`` (:mod:`firth.evaluation.offsets`), or ``"lrcos"``
            (:mod:`firth.evaluation.lrcos`), which asks about each pair of a section once.
        unknown: ``"skip"``: a question with an unknown word is left out; ``"wrong"``: it counts as wrong. If there are
            several answers, one of them must be known.
        resamples, seed: number of resamples and seed of the bootstrap; the seed also draws the random words of LRCos.

    Raises:
        OptionError: the method or policy is unknown.
        VocabularyError: there is no question whose words are all known.
    """
    if method not in METHODS:
        raise OptionError(f"method={method!r}, expected {' or '.join(map(repr, METHODS))}")
    if unknown not in UNKNOWN:
        raise OptionError(f"unknown={unknown!r}, expected {' or '.join(map(repr, UNKNOWN))}")
    lexicon = vectors if isinstance(vectors, Lexicon) else Lexicon(vectors)
    if method == "lrcos":
        outcomes = [_by_class(lexicon, section, seed) for section in test.sections]
    else:
        outcomes = [_by_offset(lexicon, section, method) for section in test.sections]
    words = [word for section in test.sections for pair in section.pairs for word in (pair.word, *pair.targets)]
    strangers = lexicon.unknown(words)
    if not any((found != UNANSWERED).any() for found in outcomes):
        raise VocabularyError(
            f"{test.name}: no question whose words are all known",
            hint=f"unknown are {', '.join(strangers[:5])}",
        )
    sections = []
    for section, found in zip(test.sections, outcomes, strict=True):
        missing = int((found == UNANSWERED).sum())
        asked = len(found) if unknown == "wrong" else len(found) - missing
        sections.append(SectionResult(section.name, section.kind, int((found == RIGHT).sum()), asked, missing))
    joined = np.concatenate(outcomes)
    if unknown == "wrong":
        joined[joined == UNANSWERED] = WRONG
    spread = interval(resampled_means(joined[joined != UNANSWERED], resamples, seed))
    return AnalogyResult(
        test.name, method, unknown, lexicon.restrict, lexicon.case, sections, spread, strangers, joined
    )


def _by_offset(lexicon: Lexicon, section: Section, method: str) -> npt.NDArray[np.int8]:
    """Outcomes (questions,)."""
    outcomes = np.full(len(section.questions), UNANSWERED, np.int8)
    known, rows, right = [], [], []
    for number, question in enumerate(section.questions):
        given = [lexicon.row(word) for word in (question.a, question.b, question.c)]
        answers = _answers(lexicon, question)
        if None not in given and answers:
            known.append(number)
            rows.append(given)
            right.append(answers)
    if known:
        found = lexicon.first_spelling[best_rows(lexicon, np.array(rows, np.int64), method)]
        outcomes[known] = [row in answers for row, answers in zip(found.tolist(), right, strict=True)]
    return outcomes


def _answers(lexicon: Lexicon, question: Question) -> set[int]:
    rows = (lexicon.row(word) for word in question.answers)
    return {row for row in rows if row is not None}


def _by_class(lexicon: Lexicon, section: Section, seed: int) -> npt.NDArray[np.int8]:
    """Outcomes (pairs,); a class is learned from at least two other pairs, so nothing is answered below three."""
    outcomes = np.full(len(section.pairs), UNANSWERED, np.int8)
    known, sources, targets = [], [], []
    for number, pair in enumerate(section.pairs):
        source, rows = lexicon.row(pair.word), [lexicon.row(word) for word in pair.targets]
        found = [row for row in rows if row is not None]
        if source is not None and found:
            known.append(number)
            sources.append(source)
            targets.append(found)
    if len(known) >= 3:
        best = lexicon.first_spelling[lrcos_rows(lexicon, np.array(sources), targets, seed=seed)]
        outcomes[known] = [row in right for row, right in zip(best.tolist(), targets, strict=True)]
    return outcomes
