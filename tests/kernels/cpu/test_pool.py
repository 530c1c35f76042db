"""Noise words that are met again."""

import numpy as np
import pytest

from firth.kernels.cpu.pool import POOL, draw_pooled, fill_pool, new_pool
from firth.kernels.cpu.sampling import draw_noise, random64
from firth.objectives.negative import noise_distribution
from firth.training.noise import noise_table

COUNTS = np.arange(1, 5000)
TABLE = noise_table(COUNTS, 0.75)


def filled(seed):
    state, pool = np.array([seed], np.uint64), new_pool()
    fill_pool(TABLE, state, pool)
    return state, pool


@pytest.mark.parametrize(("fresh", "count"), [(1, 10), (3, 3), (2, 30), (0, 5)])
def test_new_words_replace_the_oldest_and_the_others_are_from_the_pool(fresh, count):
    state, pool = filled(3)
    assert len(set(pool.words)) > 200
    expected = pool.words.copy()
    oldest = 0
    for _ in range(2 * POOL):
        drawn, new, ahead = np.zeros(count, np.int32), np.zeros(fresh, np.int32), state.copy()
        draw_noise(TABLE, fresh, ahead, new)
        draw_pooled(TABLE, fresh, state, pool, drawn)
        np.testing.assert_array_equal(drawn[:fresh], new)
        for word in new:
            expected[oldest] = word
            oldest = (oldest + 1) % POOL
        np.testing.assert_array_equal(pool.words, expected)
        for start in range(fresh, count, 8):  # eight bytes of each random number
            places = np.array([random64(ahead)], np.uint64).view(np.uint8)[: count - start]
            np.testing.assert_array_equal(drawn[start : start + 8], expected[places])
        assert state == ahead


def test_words_come_as_often_as_the_distribution_says():
    counts = np.array([1000, 500, 100, 10, 1])
    table, state, pool = noise_table(counts, 0.75), np.array([4], np.uint64), new_pool()
    fill_pool(table, state, pool)
    drawn = np.zeros((40_000, 10), np.int32)
    for block in drawn:
        draw_pooled(table, 1, state, pool, block)
    expected = noise_distribution(counts)
    for column in (0, 5, 9):  # new, and met again
        shares = np.bincount(drawn[:, column], minlength=5) / len(drawn)
        np.testing.assert_allclose(shares, expected, atol=6 * np.sqrt(expected.max() / len(drawn)))


def test_a_word_leaves_the_pool_with_its_turn():
    state, pool = filled(5)
    drawn = np.zeros(2, np.int32)
    draw_pooled(TABLE, 1, state, pool, drawn)
    new = drawn[0]
    for _ in range(POOL - 1):
        draw_pooled(TABLE, 1, state, pool, drawn)
    assert pool.words[0] == new
    draw_pooled(TABLE, 1, state, pool, drawn)
    assert pool.words[0] == drawn[0]


def test_a_pool_begins_anew():
    state, pool = filled(6)
    draw_pooled(TABLE, 3, state, pool, np.zeros(3, np.int32))
    fill_pool(TABLE, np.array([6], np.uint64), pool)
    again = filled(6)[1]
    np.testing.assert_array_equal(pool.words, again.words)
    assert pool.oldest == 0
