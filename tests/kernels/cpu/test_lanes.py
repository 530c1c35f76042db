"""Lanes: one alone is the kernel itself, several are merged by the rule, and nobody waits for a thread that failed."""

import threading

import numpy as np
import pytest

from firth.kernels.cpu.blocks import Plan, scratch
from firth.kernels.cpu.cbow import cbow, cbow_lanes
from firth.kernels.cpu.lanes import _merge, copies, new_lanes
from firth.kernels.cpu.pairs import CbowPlan, cbow_scratch
from firth.kernels.cpu.sampling import NOISE, Windows
from firth.kernels.cpu.skipgram_hierarchical import (
    TreePlan,
    skipgram_hierarchical,
    skipgram_hierarchical_lanes,
    tree_scratch,
)
from firth.kernels.cpu.skipgram_negative import skipgram_negative, skipgram_negative_lanes
from firth.kernels.cpu.team import break_up, meet, new_team
from firth.kernels.cpu.tree import Paths
from firth.kernels.simd.rows import CHUNK, Lanes, aligned_zeros
from firth.objectives.hierarchical import huffman_tree

DIMS, COLUMNS, SLAB = 24, 2 * CHUNK, Lanes(2, half=True)


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
def test_differences_are_merged_by_the_rule(threads):
    matrix = aligned_zeros(64, COLUMNS)
    matrix[:] = 1.0
    c = copies(matrix, 8, 0.5, threads)
    for place, (row, touches, difference) in {0: (3, 2, 1.0), 8: (3, 4, 2.0), 9: (20, 9, 5.0)}.items():
        c.sources[place], c.touches[place], c.rows[place] = row, touches, difference
        c.counts[place // 8, 0] += 1
    for thread in range(threads):
        _merge(matrix, c, 1.0, thread, threads, SLAB)
    expected = np.ones(64, np.float32)
    expected[3] += 3.0 * (1 + 1.5) / (1 + 3.0)  # two lanes, six touches of a half each
    expected[20] += 5.0  # of one lane: whole
    np.testing.assert_array_equal(matrix[:, :DIMS], np.repeat(expected[:, None], DIMS, axis=1))
    assert not c.lanes.any()
    assert not c.all_touches.any()


WORDS, TOKENS, RATES = 50, 300, (0.1, 0.05)


def noise():
    table = np.zeros(WORDS, NOISE)
    table["threshold"] = 2**32 - 1
    return table


def of_skipgram_negative():
    plan = Plan(DIMS, 2, 1.5, 0.5, 32, 12, 5.0, 3.0, 1e9, 1e9, 1e9, True, True)
    return skipgram_negative, skipgram_negative_lanes, noise(), plan, scratch(2, 12, COLUMNS), 12


def of_skipgram_hierarchical():
    tree = Paths(*huffman_tree(np.arange(1, WORDS + 1)))
    plan = TreePlan(DIMS, 2, 1.5, 0.5, 4, 1e9, 1e9, True, True)
    longest = int(np.diff(tree.bounds).max())
    return skipgram_hierarchical, skipgram_hierarchical_lanes, tree, plan, tree_scratch(4, 2, longest, COLUMNS, 0), 0


def of_cbow(targets, own, negative):
    fresh, shared = (1, 7) if negative else (0, 0)
    plan = CbowPlan(6, shared, fresh, 5 / 7, 5.0, 6.0, 1e9, 1e9, True, True, True)
    buffers = cbow_scratch(
        COLUMNS, tokens=TOKENS, centers=6, window=2, own=own, noise=shared, hot_inputs=0, hot_outputs=0
    )
    return cbow, cbow_lanes, targets, plan, buffers, shared


def of_cbow_negative():
    return of_cbow(noise(), 1, negative=True)


def of_cbow_hierarchical():
    tree = Paths(*huffman_tree(np.arange(1, WORDS + 1)))
    return of_cbow(tree, int(np.diff(tree.bounds).max()), negative=False)


@pytest.mark.parametrize(
    "model", [of_skipgram_negative, of_skipgram_hierarchical, of_cbow_negative, of_cbow_hierarchical]
)
def test_a_lane_alone_is_the_kernel_itself(model):
    kernel, by_lanes, targets, plan, buffers, noise_words = model()
    random = np.random.default_rng(3)
    v, u = aligned_zeros(WORDS, COLUMNS), aligned_zeros(WORDS, COLUMNS)
    v[:, :DIMS], u[:, :DIMS] = random.normal(0, 0.3, (2, WORDS, DIMS))
    ids = random.integers(0, WORDS, TOKENS).astype(np.int32)
    places = np.arange(TOKENS)
    first, last = (np.clip(places + step, 0, TOKENS - 1).astype(np.int32) for step in (-2, 2))
    windows = Windows(ids, first, last)

    lanes = new_lanes(1, 3, noise_words, windows, copies(v, 96, 1.0, 1), copies(u, 200, 1.0, 1))
    lanes.first[1:], lanes.kept[0], lanes.rates[0] = TOKENS, TOKENS, RATES
    lanes.state[:] = 7
    mine = v.copy(), u.copy()
    by_lanes(*mine, targets, plan, buffers, lanes, 0, SLAB)
    state = np.array([7], np.uint64)
    loss, examples = kernel(v, u, windows, TOKENS, targets, plan, RATES, state, buffers, SLAB)
    np.testing.assert_array_equal(mine[0], v)
    np.testing.assert_array_equal(mine[1], u)
    assert lanes.loss[0] == pytest.approx(loss, rel=1e-12)
    assert lanes.examples[0] == pytest.approx(examples, rel=1e-12)


def test_nobody_waits_for_a_thread_that_failed():
    team, met = new_team(), []
    waiting = threading.Thread(target=lambda: met.append(meet(team, 2)), daemon=True)
    waiting.start()
    break_up(team)
    waiting.join(60)
    assert met == [False]
    assert not meet(team, 1)
