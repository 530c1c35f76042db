"""gensim's evaluations, by :mod:`firth.evaluation`, and its Word Mover's Distance, with gensim's form of results."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.errors import MissingExtra, OptionError, VocabularyError, warn
from firth.evaluation import AnalogySet, Lexicon, SimilaritySet, analogy, similarity
from firth.vectors import WordVectors

StrPath = str | os.PathLike[str]
Quadruple = tuple[str, ...]
_METHODS = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}
_RESAMPLES = 10  # gensim gives no interval


class Correlation(NamedTuple):
    """A correlation, and its p-value."""

    statistic: float
    pvalue: float


def word_analogies(
    vectors: WordVectors,
    path: StrPath,
    restrict_vocab: int | None,
    case_insensitive: bool,
    dummy4unknown: bool,
    similarity_function: str,
) -> tuple[float, list[dict[str, Any]]]:
    """The share of correct answers, and the correct and incorrect questions of each section; the last one has all."""
    if similarity_function not in _METHODS:
        raise OptionError(
            f"similarity_function={similarity_function!r}, expected {' or '.join(map(repr, _METHODS))}",
            hint="firth.evaluation.analogy has more methods",
        )
    test = AnalogySet.read(path)
    lexicon = Lexicon(vectors, "fold" if case_insensitive else "exact", restrict_vocab)
    policy = "wrong" if dummy4unknown else "skip"
    questions = [question for section in test.sections for question in section.questions]
    try:
        result = analogy(lexicon, test, method=_METHODS[similarity_function], unknown=policy, resamples=_RESAMPLES)
        outcomes = result.outcomes.tolist()
    except VocabularyError as error:
        warn(f"{error.message}, so that there is nothing to answer")
        outcomes = [0 if dummy4unknown else -1] * len(questions)
    left = iter(zip(questions, outcomes, strict=True))
    sections = []
    for section in test.sections:
        answered: dict[int, list[Quadruple]] = {0: [], 1: [], -1: []}
        for _ in section.questions:
            question, outcome = next(left)
            words = (question.a, question.b, question.c, *question.answers)
            answered[outcome].append(tuple(word.upper() for word in words) if case_insensitive else words)
        sections.append({"section": section.name, "correct": answered[1], "incorrect": answered[0]})
    total = {
        "section": "Total accuracy",
        **{kind: [words for section in sections for words in section[kind]] for kind in ("correct", "incorrect")},
    }
    asked = len(total["correct"]) + len(total["incorrect"])
    return len(total["correct"]) / asked if asked else 0.0, [*sections, total]


def word_pairs(
    vectors: WordVectors,
    path: StrPath,
    delimiter: str,
    encoding: str,
    restrict_vocab: int | None,
    case_insensitive: bool,
    dummy4unknown: bool,
) -> tuple[Correlation, Correlation, float]:
    """Pearson's and Spearman's correlation with human scores, and the percentage of pairs with an unknown word."""
    try:
        from scipy import stats  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtra("evaluate_word_pairs, for the chance of a correlation,", "gensim") from error
    lines = Path(path).read_text(encoding).splitlines()
    rows = [line.split(delimiter) for line in lines if line.strip() and not line.startswith("#")]
    triples = [(a, b, float(score)) for a, b, score in (row for row in rows if len(row) == 3) if _is_number(score)]
    test = SimilaritySet(Path(path).stem, [(a, b) for a, b, _ in triples], np.array([score for *_, score in triples]))
    found = similarity(
        Lexicon(vectors, "fold" if case_insensitive else "exact", restrict_vocab), test, resamples=_RESAMPLES
    )
    known = ~np.isnan(found.cosines)
    used = np.ones(len(known), bool) if dummy4unknown else known
    ours, theirs = np.nan_to_num(found.cosines)[used], found.scores[used]
    correlations = (stats.pearsonr(theirs, ours), stats.spearmanr(theirs, ours))
    pearson, spearman = (Correlation(float(one.statistic), float(one.pvalue)) for one in correlations)
    return pearson, spearman, 100.0 * float((~known).mean())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def word_movers_distance(vectors: WordVectors, first: Sequence[str], second: Sequence[str], norm: bool) -> float:
    """The cost of moving the words of one text to those of the other (Kusner et al. 2015); infinite if one is empty.

    Each word of a text has its share of the text as mass, and moving it costs the Euclidean distance.
    """
    try:
        from ot import emd2  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtra("wmdistance", "gensim") from error
    counted = [Counter(word for word in text if word in vectors) for text in (first, second)]
    if not all(counted):
        return float("inf")
    (places, mass), (others, other_mass) = (_mass(vectors, words, norm) for words in counted)
    squares = (places**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * places @ others.T
    same = [[word == other for other in counted[1]] for word in counted[0]]
    costs = np.where(same, 0.0, np.sqrt(np.maximum(squares, 0.0)))
    return float(emd2(mass, other_mass, costs))


def _mass(
    vectors: WordVectors, words: Counter[str], norm: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    places = np.stack([vectors.get_vector(word, norm=norm) for word in words]).astype(np.float64)
    shares = np.array(list(words.values()), np.float64)
    return places, shares / shares.sum()
