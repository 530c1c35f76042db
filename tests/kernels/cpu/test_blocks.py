"""Where a minibatch ends, and when its loss is no longer one of learning."""

import math

import numpy as np
import pytest
from numba import njit

from firth.kernels.cpu.blocks import FEW_EXAMPLES, burst_end, has_diverged
from firth.kernels.simd.elementary import positive_part
from firth.kernels.simd.rows import CHUNK, Lanes, load, store

WORDS = np.array([7, 1, 7, 2, 7, 7, 3, 7], np.int32)


@pytest.mark.parametrize(
    ("start", "stop", "most", "end"),
    [
        (0, 8, 9.0, 8),  # nothing bursts
        (0, 8, 3.9, 5),  # the fourth 7 is one too many
        (0, 4, 3.9, 4),
        (1, 8, 3.9, 7),  # counted from the start
        (0, 8, 0.1, 1),  # the first token is always taken
        (3, 8, 0.1, 4),
    ],
)
def test_a_minibatch_ends_before_a_word_bursts(start, stop, most, end):
    assert burst_end(WORDS, start, stop, most, np.zeros(16, np.int32)) == end


def test_words_of_the_same_last_bits_only_end_it_sooner():
    words = np.array([1, 17, 33], np.int32)
    assert burst_end(words, 0, 3, 2.0, np.zeros(16, np.int32)) == 2
    assert burst_end(words, 0, 3, 2.0, np.zeros(64, np.int32)) == 3


@pytest.mark.parametrize(
    ("loss", "examples", "diverged"),
    [
        (0.0, 0, False),
        (2 * FEW_EXAMPLES, 0, False),  # a few may have any loss
        (2 * FEW_EXAMPLES + 1, 0, True),
        (2 * (FEW_EXAMPLES + 5000), 5000, False),
        (2 * (FEW_EXAMPLES + 5000) + 1, 5000, True),
        (math.inf, 10**9, True),
        (math.nan, 10**9, True),
    ],
)
def test_a_loss_that_says_so(loss, examples, diverged):
    assert has_diverged(loss, examples, 2.0) == diverged


@njit
def _positive_part(x, y, one):
    store(y, 0, 0, positive_part(load(x, 0, 0, one)))


def test_a_score_that_is_no_number_shows_in_the_loss():
    x = np.zeros((1, CHUNK), np.float32)
    x[0, :4] = math.nan, -3, 4, math.inf
    y = np.ones_like(x)
    _positive_part(x, y, Lanes(1))
    np.testing.assert_array_equal(y[0, :4], np.array([math.nan, 0, 4, math.inf], np.float32))
