"""CBOW against the float64 reference, with the same random draws."""

import numpy as np
import pytest

from firth.kernels.cpu.cbow import cbow
from firth.kernels.cpu.hot import MERGE_EVERY
from firth.kernels.cpu.pairs import CbowPlan, cbow_scratch
from firth.kernels.cpu.pool import draw_pooled, fill_pool, new_pool
from firth.kernels.cpu.sampling import NOISE
from firth.kernels.cpu.tree import Paths
from firth.kernels.simd.rows import CHUNK, Lanes
from firth.objectives.examples import Example
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree
from firth.objectives.logistic import sigmoid
from firth.objectives.negative import negative_sampling

WORDS = 40
# Fibonacci counts make a tree that is all one branch, so some paths are longer than a chunk.
COUNTS = np.ones(WORDS, np.int64)
for place in range(2, 30):
    COUNTS[place] = COUNTS[place - 1] + COUNTS[place - 2]
COUNTS = np.sort(COUNTS)[::-1].copy()
TREE = huffman_tree(COUNTS)
LONGEST = int(np.diff(TREE.bounds).max())
UNIFORM = np.array([(2**32 - 1, word) for word in range(WORDS)], NOISE)
SHARED, FRESH = 7, 2  # noise words of a block, and those that are new
WEIGHT, FRESH_WEIGHT = 0.5, 1.75


def plan_of(centers, *, frozen="", mean=True, largest_sum=1e9):
    return CbowPlan(
        centers=centers,
        noise=SHARED,
        fresh=FRESH,
        weight=WEIGHT,
        fresh_weight=FRESH_WEIGHT,
        every=1 + SHARED * WEIGHT,
        largest_sum=largest_sum,
        worst_loss=1e9,
        change_inputs=frozen != "input",
        change_outputs=frozen != "output",
        mean_gradient=mean,
    )


def noise_of_blocks(blocks, seed):
    """# (blocks, SHARED)"""
    state, pool, drawn = np.array([seed], np.uint64), new_pool(), np.zeros((blocks, SHARED), np.int32)
    fill_pool(UNIFORM, state, pool)
    for block in drawn:
        draw_pooled(UNIFORM, FRESH, state, pool, block)
    return drawn


def own_pairs(objective, word):
    """(output rows, labels) of a center."""
    if objective == "negative":
        return np.array([word]), np.ones(1)
    path = slice(TREE.bounds[word], TREE.bounds[word + 1])
    return TREE.nodes[path], 1.0 - TREE.codes[path]


def reference_objective(objective, noise_words, weight):
    if objective == "negative":
        return lambda hidden, u, example: negative_sampling(hidden, u, example.target, noise_words, weight)
    return lambda hidden, u, example: hierarchical_softmax(hidden, u, TREE, example.target)


def context_of(windows, i):
    return tuple(windows.words[j] for j in range(windows.first[i], windows.last[i] + 1) if j != i)


def reference_pass(objective, v, u, windows, kept, plan, rate_after, noise):
    """The same blocks in float64: scores from the rows as they stood, then own rows, noise words' rows, input rows."""
    v, u = v.astype(np.float64), u.astype(np.float64)
    loss, seen = 0.0, 0
    for start in range(0, kept, plan.centers):
        noise_words = noise[start // plan.centers] if objective == "negative" else np.zeros(0, np.int32)
        steps = []
        for i in range(start, min(kept, start + plan.centers)):
            if context := context_of(windows, i):
                rows, labels = own_pairs(objective, windows.words[i])
                hidden = v[list(context)].mean(axis=0)
                rate = rate_after(start)
                g = rate * (labels - sigmoid(u[rows] @ hidden))
                steps.append((context, hidden, rows, g, -rate * WEIGHT * sigmoid(u[noise_words] @ hidden)))
                told = reference_objective(objective, noise_words[:FRESH], FRESH_WEIGHT)
                loss += told(hidden, u, Example(context, windows.words[i]))[0]
                seen += 1
        changes = []
        for _, hidden, rows, own_g, _ in steps:
            change = np.zeros_like(hidden)
            for row, g in zip(rows, own_g, strict=True):
                change += g * u[row]
                u[row] += g * hidden * plan.change_outputs
            changes.append(change)
        changes = [change + step[4] @ u[noise_words] for step, change in zip(steps, changes, strict=True)]
        for _, hidden, _, _, noise_g in steps:
            np.add.at(u, noise_words, np.outer(noise_g, hidden) * plan.change_outputs)
        for (context, *_), change in zip(steps, changes, strict=True):
            share = 1 / len(context) if plan.mean_gradient else 1.0
            share = min(share, plan.largest_sum / (rate_after(0) * plan.every))
            np.add.at(v, list(context), share * change * plan.change_inputs)
    return loss, seen, v, u


def kernel_pass(objective, v, u, windows, kept, plan, rates, *, lanes, seed=9, hot=0):
    negative = objective == "negative"
    s = cbow_scratch(
        v.shape[1],
        tokens=kept,
        centers=plan.centers,
        window=int((windows.last - windows.first)[:kept].max()),
        own=1 if negative else LONGEST,
        noise=SHARED if negative else 0,
        hot_inputs=hot // 2,
        hot_outputs=hot,
    )
    targets = UNIFORM if negative else Paths(*TREE)
    plan = plan if negative else plan._replace(noise=0)
    return cbow(v, u, windows, kept, targets, plan, rates, np.array([seed], np.uint64), s, lanes)


def matrices(dims, columns, seed):
    draw = np.random.default_rng(seed)
    both = np.zeros((2, WORDS, columns), np.float32)
    both[:, :, :dims] = draw.normal(0, 0.5, (2, WORDS, dims))
    return both


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "centers", "hot", "window", "frozen", "mean", "largest_sum"),
    [
        (10, 1, 1, 8, 0, 5, "", True, 1e9),
        (20, 2, 1, 8, 7, 3, "", False, 1e9),
        (20, 2, 1, 1, 39, 80, "input", True, 1e9),
        (20, 1, 2, 3, 8, 5, "output", True, 1e9),
        (150, 1, 10, 5, 8, 5, "", True, 0.05),
    ],
)
def test_one_pass_equals_the_reference(
    windows_of, falling_rate, objective, dims, slabs, chunks, centers, hot, window, frozen, mean, largest_sum
):
    draw = np.random.default_rng(dims)
    windows, kept = windows_of([draw.integers(0, WORDS, n) for n in (1, 9, 170, 1, 2)], window)
    v, u = matrices(dims, slabs * chunks * CHUNK, seed=1)
    before = v.copy(), u.copy()
    plan = plan_of(centers, frozen=frozen, mean=mean, largest_sum=largest_sum)
    noise = noise_of_blocks(-(-kept // centers), 9)
    rates, rate_after = falling_rate(kept)
    loss, seen, exact_v, exact_u = reference_pass(objective, v, u, windows, kept, plan, rate_after, noise)

    lanes = Lanes(chunks, half=slabs == 1 and chunks == 2)
    kernel_loss, examples = kernel_pass(objective, v, u, windows, kept, plan, rates, lanes=lanes, hot=hot)
    assert LONGEST > CHUNK
    assert examples == seen == kept - 2
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(v, exact_v, atol=2e-5)
    np.testing.assert_allclose(u, exact_u, atol=2e-5)
    for learned, old, name in ((v, before[0], "input"), (u, before[1], "output")):
        assert np.array_equal(learned, old) == (frozen == name)


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
@pytest.mark.parametrize("gradient", ["corrected", "word2vec"])
def test_a_block_goes_along_the_gradient(windows_of, objective, gradient):
    windows, kept = windows_of([np.array([3, 17, 5, 3, 29, 11, 8, 30])], 3)
    v, u = matrices(10, CHUNK, seed=2)
    before_v, before_u = v.astype(np.float64), u.astype(np.float64)
    noise = noise_of_blocks(1, 9)[0]
    reference = reference_objective(objective, noise, WEIGHT)
    told = reference_objective(objective, noise[:FRESH], FRESH_WEIGHT)
    loss, v_gradient, u_gradient = 0.0, 0.0, 0.0
    for i in range(kept):
        example = Example(context_of(windows, i), windows.words[i])
        _, *one = loss_and_gradients([example], before_v, before_u, reference, gradient)
        v_gradient, u_gradient = v_gradient + one[0], u_gradient + one[1]
        loss += loss_and_gradients([example], before_v, before_u, told, gradient)[0]

    rate = 1e-4
    plan = plan_of(kept, mean=gradient == "corrected")
    kernel_loss, _ = kernel_pass(objective, v, u, windows, kept, plan, (rate, rate), lanes=Lanes(1))
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose((before_v - v) / rate, v_gradient, atol=5e-3)
    np.testing.assert_allclose((before_u - u) / rate, u_gradient, atol=5e-3)


def test_each_noise_word_is_met_as_often_as_the_distribution_says(windows_of):
    windows, kept = windows_of([np.zeros(40_000, np.int64) + WORDS - 1], 1)
    v, u = np.ones((WORDS, CHUNK), np.float32), np.zeros((WORDS, CHUNK), np.float32)
    kernel_pass("negative", v, u, windows, kept, plan_of(8, frozen="input"), (1e-6, 1e-6), lanes=Lanes(1))
    met = -u[:-1, 0] / (1e-6 * 0.5 * WEIGHT)  # each step is rate * weight * sigma(0)
    assert met.sum() == pytest.approx(kept * SHARED * (WORDS - 1) / WORDS, rel=0.03)
    assert met.std() < 6 * np.sqrt(
        met.mean() * 8 * SHARED / FRESH
    )  # 8 centers meet a word at once, and it is met again


def test_a_pass_leaves_no_weights_to_the_next(windows_of):
    """One that tells the loss of all noise words, then one that tells that of the new ones, with the same scratch."""
    windows, kept = windows_of([np.arange(20)], 2)
    losses = []
    for before in (False, True):
        v, u = matrices(10, CHUNK, seed=4)
        s = cbow_scratch(CHUNK, tokens=kept, centers=4, window=4, own=1, noise=SHARED, hot_inputs=0, hot_outputs=0)
        plan = plan_of(4)
        if before:
            telling = plan._replace(fresh=SHARED, fresh_weight=WEIGHT, change_inputs=False, change_outputs=False)
            cbow(v, u, windows, kept, UNIFORM, telling, (0.0, 0.0), np.array([1], np.uint64), s, Lanes(1))
        losses.append(cbow(v, u, windows, kept, UNIFORM, plan, (0.1, 0.1), np.array([9], np.uint64), s, Lanes(1))[0])
    assert losses[0] == losses[1]


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_own_copies_of_rows_are_merged_on_the_way(windows_of, objective):
    """With one worker it makes no difference of how many rows it has copies."""
    draw = np.random.default_rng(3)
    windows, kept = windows_of([draw.integers(0, WORDS, 3 * MERGE_EVERY)], 2)
    learned = []
    for hot in (0, 12):
        v, u = matrices(10, CHUNK, seed=3)
        kernel_pass(objective, v, u, windows, kept, plan_of(8), (0.01, 0.01), lanes=Lanes(1), hot=hot)
        learned.append((v, u))
    np.testing.assert_allclose(*learned, atol=1e-4)


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_a_burst_of_one_word_does_not_diverge(windows_of, objective):
    draw = np.random.default_rng(0)
    windows, kept = windows_of([[4] * 60 if n % 5 == 0 else draw.integers(0, WORDS, 20) for n in range(200)], 5)
    v, u = matrices(8, CHUNK, seed=1)
    for _ in range(10):
        loss, examples = kernel_pass(objective, v, u, windows, kept, plan_of(8), (0.1, 0.1), lanes=Lanes(1), hot=7)
    assert loss / examples < (np.log(2) * 4 if objective == "negative" else np.log(WORDS))
    assert np.abs(v).max() < 20
    assert np.abs(u).max() < 20
