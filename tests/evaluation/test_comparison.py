"""The paired bootstrap: laws, and SciPy's paired bootstrap and McNemar-like sign test."""

import numpy as np
import pytest
import scipy.stats

from firth.errors import OptionError
from firth.evaluation import AnalogySet, SimilaritySet, analogy, compare, similarity
from firth.evaluation.correlation import spearman
from firth.evaluation.questions import Question, Section
from firth.vectors import WordVectors

RNG = np.random.default_rng(8)
WORDS = [f"w{i}" for i in range(60)]
TRUE = RNG.standard_normal((60, 5))
PAIRS = [(WORDS[i], WORDS[(i + j) % 60]) for i, j in RNG.integers(1, 60, (150, 2))]
GOLD = similarity(WordVectors(WORDS, TRUE), SimilaritySet("s", PAIRS, np.arange(150.0))).cosines
SET = SimilaritySet("s", PAIRS, GOLD)


def noisy(amount, words=WORDS):
    return WordVectors(words, TRUE[: len(words)] + amount * np.random.default_rng(1).standard_normal((len(words), 5)))


def test_a_model_does_not_differ_from_itself():
    result = similarity(noisy(0.5), SET)
    found = compare(result, result)
    assert (found.difference, found.interval, found.p) == (0, (0, 0), 1)


def test_a_worse_model_is_found_out_and_the_sign_is_that_of_the_second():
    good, bad = similarity(noisy(0.2), SET), similarity(noisy(1.5), SET)
    found = compare(good, bad)
    assert found.difference == bad.spearman - good.spearman
    assert found.difference < 0
    assert found.interval[1] < 0
    assert found.p == pytest.approx(2 / 1001)
    assert compare(bad, good).difference == -found.difference


def test_the_interval_is_that_of_scipys_paired_bootstrap():
    a, b = similarity(noisy(0.5), SET), similarity(noisy(0.7), SET)

    def difference(x, y, gold, axis):
        rows = zip(*(np.atleast_2d(v) for v in (x, y, gold)), strict=True)
        return np.array([spearman(y, g)[0] - spearman(x, g)[0] for x, y, g in rows]).squeeze()

    other = scipy.stats.bootstrap(
        (a.cosines, b.cosines, GOLD), difference, paired=True, method="percentile", n_resamples=2000, rng=2
    ).confidence_interval
    assert compare(a, b, resamples=2000).interval == pytest.approx((other.low, other.high), abs=0.02)


def test_only_items_that_both_know():
    whole, part = similarity(noisy(0.5), SET), similarity(noisy(0.5, WORDS[:40]), SET)
    found = compare(whole, part)
    assert found.items == part.used < whole.used
    assert found.difference == pytest.approx(0, abs=1e-12)


def outcomes(right):
    """A result whose answers are as told, by vectors of which only the right offsets fit."""
    count = len(right)
    questions = [Question(f"a{i}", f"b{i}", f"c{i}", (f"d{i}",)) for i in range(count)]
    words, rows = [], []
    for i, is_right in enumerate(right):
        x, y, z = np.eye(3 * count)[3 * i : 3 * i + 3]
        words += [f"a{i}", f"b{i}", f"c{i}", f"d{i}", f"e{i}"]
        rows += [x, x + y, x + z, x + y + z if is_right else -x, -x if is_right else x + y + z]
    return analogy(WordVectors(words, rows), AnalogySet("made", [Section("s", [], questions)]))


def test_accuracies_against_the_sign_test():
    first, second = outcomes([1] * 10 + [0] * 20), outcomes([1] * 8 + [0] * 2 + [1] * 14 + [0] * 6)
    assert (first.accuracy, second.accuracy) == (10 / 30, 22 / 30)
    found = compare(first, second, resamples=20_000)
    assert found.difference == pytest.approx(0.4)
    exact = scipy.stats.binomtest(2, 16).pvalue  # 2 answers lost, 14 won
    assert found.p < 3 * exact
    assert found.interval[0] > 0


def test_different_tests_are_not_compared():
    result = similarity(noisy(0.5), SET)
    other = similarity(noisy(0.5), SimilaritySet("t", PAIRS[:50], GOLD[:50]))
    for second in (other, outcomes([1, 0, 1])):
        with pytest.raises(OptionError, match="different tests"):
            compare(result, second)


def test_nothing_in_common():
    first = similarity(noisy(0.5, WORDS[:30]), SET)
    second = similarity(WordVectors(WORDS[30:], TRUE[30:]), SET)
    with pytest.raises(OptionError, match="0 items"):
        compare(first, second)
