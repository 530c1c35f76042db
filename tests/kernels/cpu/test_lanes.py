"""Lanes: one alone is the kernel itself, several are merged by the rule, and nobody waits for a thread that failed."""

import threading

import numpy as np
import pytest

from firth.kernels.cpu.blocks import Plan, scratch
from firth.kernels.cpu.lanes import _merge, copies, new_lanes
from firth.kernels.cpu.sampling import NOISE, Windows
from firth.kernels.cpu.skipgram_negative import skipgram_negative, skipgram_negative_lanes
from firth.kernels.cpu.team import break_up, meet, new_team
from firth.kernels.simd.rows import CHUNK, Lanes, aligned_zeros

ONE = Lanes(1)


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
def test_differences_are_merged_by_the_rule(threads):
    matrix = aligned_zeros(64, CHUNK)
    matrix[:] = 1.0
    c = copies(matrix, 8, 0.5, threads)
    for place, (row, touches, difference) in {0: (3, 2, 1.0), 8: (3, 4, 2.0), 9: (20, 9, 5.0)}.items():
        c.sources[place], c.touches[place], c.rows[place] = row, touches, difference
        c.counts[place // 8, 0] += 1
    for thread in range(threads):
        _merge(matrix, c, 1.0, thread, threads, ONE)
    expected = np.ones(64, np.float32)
    expected[3] += 3.0 * (1 + 1.5) / (1 + 3.0)  # two lanes, six touches of a half each
    expected[20] += 5.0  # of one lane: whole
    np.testing.assert_array_equal(matrix, np.repeat(expected[:, None], CHUNK, axis=1))
    assert not c.lanes.any()
    assert not c.all_touches.any()


def test_a_lane_alone_is_the_kernel_itself():
    words, tokens, dims = 50, 300, CHUNK
    random = np.random.default_rng(3)
    v = aligned_zeros(words, dims)
    v[:] = random.normal(0, 0.3, v.shape)
    u = aligned_zeros(words, dims)
    u[:] = random.normal(0, 0.3, u.shape)
    ids = random.integers(0, words, tokens).astype(np.int32)
    places = np.arange(tokens)
    first, last = (np.clip(places + step, 0, tokens - 1).astype(np.int32) for step in (-2, 2))
    windows = Windows(ids, first, last)
    noise = np.zeros(words, NOISE)
    noise["threshold"] = 2**32 - 1
    plan = Plan(dims, 2, 1.5, 0.5, 32, 12, 5.0, 3.0, 1e9, 1e9, 1e9, True, True)
    buffers = scratch(2 * CHUNK, 2, 12, dims)
    rates = (0.1, 0.05)

    lanes = new_lanes(1, 3, 12, windows, copies(v, 96, 1.0, 1), copies(u, 200, 1.0, 1))
    lanes.first[1:], lanes.kept[0], lanes.rates[0] = tokens, tokens, rates
    lanes.state[:] = 7
    mine = v.copy(), u.copy()
    skipgram_negative_lanes(*mine, noise, plan, buffers, lanes, 0, ONE, Lanes(2))
    state = np.array([7], np.uint64)
    loss, pairs = skipgram_negative(v, u, windows, tokens, noise, plan, rates, state, buffers, ONE, Lanes(2))
    np.testing.assert_array_equal(mine[0], v)
    np.testing.assert_array_equal(mine[1], u)
    assert lanes.loss[0] == pytest.approx(loss, rel=1e-12)
    assert lanes.examples[0] == pairs


def test_nobody_waits_for_a_thread_that_failed():
    team, met = new_team(), []
    waiting = threading.Thread(target=lambda: met.append(meet(team, 2)), daemon=True)
    waiting.start()
    break_up(team)
    waiting.join(60)
    assert met == [False]
    assert not meet(team, 1)
