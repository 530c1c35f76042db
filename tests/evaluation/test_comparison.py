"""The paired bootstrap: laws, and SciPy's paired bootstrap and McNemar-like sign test."""

import numpy as np
import pytest
import scipy.stats

from firth.errors import OptionError
from firth.evaluation import (
    AnalogySet,
    OutlierSet,
    SessionSet,
    SimilaritySet,
    analogy,
    compare,
    measures,
    outliers,
    sequences,
    similarity,
)
from firth.evaluation.correlation import pearson, spearman
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


@pytest.mark.parametrize(("measure", "correlation"), [("Spearman", spearman), ("Pearson", pearson)])
def test_the_interval_is_that_of_scipys_paired_bootstrap(measure, correlation):
    a, b = similarity(noisy(0.5), SET), similarity(noisy(0.7), SET)

    def difference(x, y, gold, axis):
        rows = zip(*(np.atleast_2d(v) for v in (x, y, gold)), strict=True)
        return np.array([correlation(y, g)[0] - correlation(x, g)[0] for x, y, g in rows]).squeeze()

    other = scipy.stats.bootstrap(
        (a.cosines, b.cosines, GOLD), difference, paired=True, method="percentile", n_resamples=2000, rng=2
    ).confidence_interval
    found = compare(a, b, measure, resamples=2000)
    assert found.interval == pytest.approx((other.low, other.high), abs=0.02)
    assert (found.first, found.second) == tuple(getattr(result, measure.lower()) for result in (a, b))


GROUPS = OutlierSet(
    "g", [([f"w{j}" for j in row[:4]], [f"w{row[4]}", "nobody"]) for row in RNG.integers(0, 60, (60, 5))]
)
SESSIONS = SessionSet("n", [[f"w{j}" for j in row] for row in RNG.integers(0, 60, (80, 3))])


def items(result):
    """What each item that was used adds to each measure, written out anew."""
    if hasattr(result, "positions"):
        used = result.positions[~np.isnan(result.positions)]
        return {"accuracy": used == 1, "OPP": used}
    places = result.places[result.places > 0]
    return {"hit rate": places <= result.k, "NDCG": [1 / np.log2(r + 1) if r <= result.k else 0 for r in places]}


@pytest.mark.parametrize(("test", "given"), [(outliers, GROUPS), (sequences, SESSIONS)])
def test_means_over_items_against_scipys_paired_bootstrap(test, given):
    first, second = test(noisy(0.3), given), test(noisy(2.0), given)
    for measure in measures(first):
        x, y = (np.array(items(result)[measure], float) for result in (first, second))
        found = compare(first, second, measure, resamples=4000)
        assert (found.first, found.second, found.items) == (pytest.approx(x.mean()), pytest.approx(y.mean()), len(x))
        other = scipy.stats.bootstrap((y - x,), np.mean, method="percentile", n_resamples=4000, rng=2)
        low, high = other.confidence_interval
        assert found.interval == pytest.approx((low, high), abs=1.01 / len(x))  # one item more or less
        assert (found.p < 0.05) == (not low < 0 < high)
    assert first.name == given.name


@pytest.mark.parametrize(("test", "given"), [(outliers, GROUPS), (sequences, SESSIONS)])
def test_only_what_both_could_answer(test, given):
    whole, part = test(noisy(0.5), given), test(noisy(0.5, WORDS[:50]), given)
    assert compare(whole, part).items == part.used < whole.used


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
    vectors = noisy(0.5)
    renamed = OutlierSet("h", GROUPS.groups)
    for pair in (
        (outliers(vectors, GROUPS), outliers(vectors, renamed)),
        (sequences(vectors, SESSIONS, k=5), sequences(vectors, SESSIONS, k=10)),
    ):
        with pytest.raises(OptionError, match="different tests"):
            compare(*pair)
    with pytest.raises(OptionError, match="expected 'Spearman' or 'Pearson'"):
        compare(result, result, "accuracy")


def test_nothing_in_common():
    first = similarity(noisy(0.5, WORDS[:30]), SET)
    second = similarity(WordVectors(WORDS[30:], TRUE[30:]), SET)
    with pytest.raises(OptionError, match="0 items"):
        compare(first, second)
