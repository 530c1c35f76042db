"""The null: known false discovery rates, and words that move as a law says."""

import numpy as np
import pytest

from firth.drift.null_model import NullModel, false_discovery_rates


def distances(rng, counts, special):
    """Of words without a change: mean and deviation fall with the count, and each word has an amount of its own."""
    return 2 / np.sqrt(counts) + special + rng.standard_normal(counts.shape) / counts**0.5


@pytest.mark.parametrize("shuffles", [1, 2, 5])
def test_intervals_cover_and_p_is_uniform_without_a_change(shuffles):
    rng = np.random.default_rng(shuffles)
    counts = np.exp(rng.uniform(2, 9, 4000))
    special = 0.02 * rng.standard_normal(4000)
    null = NullModel(distances(rng, np.tile(counts, (shuffles, 1)), special), np.tile(counts, (shuffles, 1)))
    found = null.excess(distances(rng, counts, special), counts)
    covered = (found.low <= 0) & (found.high >= 0)
    for chosen in (counts < 100, counts > 1000):  # among rare words and frequent ones alike
        assert covered[chosen].mean() == pytest.approx(0.95, abs=0.025)
    assert np.quantile(found.p, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.04)
    assert found.q.min() > 0.05


def test_a_change_is_found_and_measured():
    rng = np.random.default_rng(1)
    counts = np.exp(rng.uniform(2, 9, 2000))
    many = np.tile(counts, (3, 1))
    moved = distances(rng, counts, 0)
    changed = np.flatnonzero(counts > 1000)[:20]
    moved[changed] += 0.4
    found = NullModel(distances(rng, many, 0), many).excess(moved, counts)
    assert ((found.low[changed] <= 0.4) & (found.high[changed] >= 0.4)).mean() >= 0.8
    surest = np.argsort(-found.excess / found.deviation)[:20]
    assert set(surest) == set(changed)
    assert (np.argsort(-moved)[:20] != surest).any()  # the largest distances are those of rare words
    assert found.p[changed] == pytest.approx(1 / 6001)
    assert (found.q[changed] <= 0.05).all()


def test_a_word_that_became_rare_is_compared_with_rare_words():
    counts = np.repeat([10.0, 1000.0], 50)[None]
    found = NullModel(np.repeat([0.6, 0.1], 50)[None], counts).excess(np.full(100, 0.6), np.full(100, 10.0))
    assert found.expected[0] == pytest.approx(0.6)
    assert found.excess[0] == pytest.approx(0)


def test_the_rates_of_benjamini_and_hochberg():
    # Their procedure by hand: 4 p / rank is 0.04, 0.06, 0.04, 0.5; from the last one on, none is above the next.
    assert false_discovery_rates(np.array([0.03, 0.01, 0.5, 0.03])) == pytest.approx([0.04, 0.04, 0.5, 0.04])
    scipy = pytest.importorskip("scipy.stats")
    p = np.random.default_rng(1).random(50) ** 3
    np.testing.assert_allclose(false_discovery_rates(p), scipy.false_discovery_control(p))
