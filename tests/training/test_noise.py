"""The samplers' tables hold the distributions that they were made from."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.cpu import sampling
from firth.objectives.negative import noise_distribution
from firth.training.noise import keep_thresholds, noise_table


def draw_noise(table, draws, state):
    """So many words, drawn one by one."""
    drawn = np.zeros(draws, np.int32)
    sampling.draw_noise(table, draws, np.array([state], np.uint64), drawn)
    return drawn


def draw_stratified_noise(table, draws, state):
    """So many words, dealt."""
    drawn = np.zeros(draws, np.int32)
    sampling.draw_stratified_noise(table, draws, np.array([state], np.uint64), np.zeros(draws, np.uint64), drawn)
    return drawn


counts_strategy = st.lists(st.integers(1, 10**9), min_size=1, max_size=60).map(lambda c: np.array(c, np.int64))


@given(counts_strategy, st.sampled_from([0.0, 0.75, 1.0, -0.5]))
def test_alias_table_holds_the_noise_distribution(counts, exponent):
    table = noise_table(counts, exponent)
    kept = table["threshold"] / 2**32
    chances = kept.copy()
    np.add.at(chances, table["alias"], 1 - kept)
    np.testing.assert_allclose(chances / len(counts), noise_distribution(counts, exponent), atol=1e-8)


@pytest.mark.parametrize(("draw", "error"), [(draw_noise, 5e-3), (draw_stratified_noise, 1e-4)])
def test_draws_follow_the_table(draw, error):
    counts = np.array([1000, 500, 100, 10, 1])
    drawn = draw(noise_table(counts, 0.75), 200_000, 4)
    shares = np.bincount(drawn, minlength=5) / len(drawn)
    np.testing.assert_allclose(shares, noise_distribution(counts), atol=error)


@pytest.mark.parametrize(("draws", "variance"), [(8192, 0.3), (100_000, 0.05)])
def test_dealt_words_are_even(draws, variance):
    """Each word comes as often as expected, to a few draws for each part of the table that it has."""
    counts = np.random.default_rng(5).zipf(1.5, 3000).clip(1, 10**6)
    table, expected = noise_table(counts, 0.75), draws * noise_distribution(counts)
    parts = 1 + np.bincount(table["alias"], minlength=len(counts))
    states = np.random.default_rng(0).integers(0, 2**64, 200, np.uint64)
    times = np.array(
        [np.bincount(draw_stratified_noise(table, draws, state), minlength=len(counts)) for state in states]
    )
    assert (np.abs(times - expected) <= 4 * parts).all()
    assert times.var(axis=0).sum() < variance * expected.sum(), "independent draws have a variance of nearly 1 each"
    np.testing.assert_allclose(times.mean(axis=0), expected, atol=6 * np.sqrt(expected.max() / len(times)))


def test_a_group_has_one_word_of_each_part():
    """With 64 words of equal counts, 32 words dealt together are one of each pair, in no order."""
    drawn = draw_stratified_noise(noise_table(np.ones(64, np.int64), 0.75), 3200, 0)
    groups = drawn.reshape(-1, 32) // 2
    np.testing.assert_array_equal(np.sort(groups), np.tile(np.arange(32), (100, 1)))
    assert len({tuple(group) for group in groups}) == 100
    shares = (drawn.reshape(-1, 32) % 2).mean(axis=1)
    assert shares.std() < 2 * 0.5 / np.sqrt(32), "which of a pair does not follow the other pairs"
    assert abs(np.corrcoef(groups[:, :-1].ravel(), groups[:, 1:].ravel())[0, 1]) < 0.1


def test_subsampling_by_hand():
    # 99 of 100 tokens and sample 0.01: (sqrt(99) + 1) / 99 of the frequent word stays, all of the rare one.
    keep = keep_thresholds(np.array([99, 1]), 0.01) / 2**32
    assert keep[0] == pytest.approx((math.sqrt(99) + 1) / 99, rel=1e-6)
    assert keep[1] == pytest.approx(1)


def test_no_subsampling():
    assert (keep_thresholds(np.array([99, 1]), 0) == 2**32 - 1).all()
