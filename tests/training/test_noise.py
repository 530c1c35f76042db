"""The samplers' tables hold the distributions that they were made from."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.sampling import draw_noise
from firth.objectives.negative import noise_distribution
from firth.training.noise import keep_thresholds, noise_table

counts_strategy = st.lists(st.integers(1, 10**9), min_size=1, max_size=60).map(lambda c: np.array(c, np.int64))


@given(counts_strategy, st.sampled_from([0.0, 0.75, 1.0, -0.5]))
def test_alias_table_holds_the_noise_distribution(counts, exponent):
    table = noise_table(counts, exponent)
    kept = table["threshold"] / 2**32
    chances = kept.copy()
    np.add.at(chances, table["alias"], 1 - kept)
    np.testing.assert_allclose(chances / len(counts), noise_distribution(counts, exponent), atol=1e-8)


def test_draws_follow_the_table():
    counts = np.array([1000, 500, 100, 10, 1])
    drawn = np.zeros(200_000, np.int32)
    draw_noise(noise_table(counts, 0.75), len(drawn), np.array([4], np.uint64), drawn)
    shares = np.bincount(drawn, minlength=5) / len(drawn)
    expected = noise_distribution(counts)
    np.testing.assert_allclose(shares, expected, atol=5 * np.sqrt(expected.max() / len(drawn)))


def test_subsampling_by_hand():
    # 99 of 100 tokens and sample 0.01: (sqrt(99) + 1) / 99 of the frequent word stays, all of the rare one.
    keep = keep_thresholds(np.array([99, 1]), 0.01) / 2**32
    assert keep[0] == pytest.approx((math.sqrt(99) + 1) / 99, rel=1e-6)
    assert keep[1] == pytest.approx(1)


def test_no_subsampling():
    assert (keep_thresholds(np.array([99, 1]), 0) == 2**32 - 1).all()
