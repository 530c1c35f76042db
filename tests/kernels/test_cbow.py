"""CBOW against the float64 reference, with the same random draws."""

import numpy as np
import pytest

from firth.kernels.cbow import CbowPlan, NoiseStream, cbow_hierarchical, cbow_negative, cbow_scratch
from firth.kernels.hot import MERGE_EVERY
from firth.kernels.rows import CHUNK, Lanes
from firth.kernels.sampling import Noise, draw_noise
from firth.kernels.tree import Paths
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
NOISE = Noise(np.full(WORDS, 2**32 - 1, np.uint32), np.arange(WORDS, dtype=np.int32))
STREAM = NoiseStream(words=6, fresh=2, weight=0.5)


def stream_of(tokens, stream, seed):
    """All noise words that the centers meet: those drawn at a time, the ones left over first."""
    drawn = np.zeros(stream.fresh * tokens + stream.words, np.int32)
    draw_noise(NOISE, len(drawn), np.array([seed], np.uint64), drawn)
    return drawn


def pairs_of(objective, word, noise_words):
    """(output rows, labels, weights) of a center."""
    if objective == "negative":
        labels = np.zeros(1 + STREAM.words)
        labels[0] = 1
        return [word, *noise_words], labels, np.array([1.0, *[STREAM.weight] * STREAM.words])
    path = slice(TREE.bounds[word], TREE.bounds[word + 1])
    return TREE.nodes[path], 1.0 - TREE.codes[path], np.ones(TREE.bounds[word + 1] - TREE.bounds[word])


def reference_objective(objective, noise_words):
    if objective == "negative":
        return lambda hidden, u, example: negative_sampling(hidden, u, example.target, noise_words, STREAM.weight)
    return lambda hidden, u, example: hierarchical_softmax(hidden, u, TREE, example.target)


def reference_pass(objective, v, u, windows, kept, plan, rate, stream):
    """The same blocks in float64: scores from the rows as they stood, output rows changed pair by pair."""
    v, u = v.astype(np.float64), u.astype(np.float64)
    loss, seen = 0.0, 0
    for start in range(0, kept, plan.centers):
        steps = []
        for i in range(start, min(kept, start + plan.centers)):
            context = [windows.words[j] for j in range(windows.first[i], windows.last[i] + 1) if j != i]
            if context:
                noise_words = stream[i * STREAM.fresh :][: STREAM.words]
                rows, labels, weights = pairs_of(objective, windows.words[i], noise_words)
                hidden = v[context].mean(axis=0)
                steps.append((context, hidden, rows, rate * weights * (labels - sigmoid(u[rows] @ hidden))))
                example = Example(tuple(context), windows.words[i])
                loss += reference_objective(objective, noise_words)(hidden, u, example)[0]
                seen += 1
        for context, hidden, rows, coefficients in steps:
            change = np.zeros_like(hidden)
            for row, g in zip(rows, coefficients, strict=True):
                change += g * u[row]
                u[row] += g * hidden * plan.change_outputs
            share = 1 / len(context) if plan.mean_gradient else 1.0
            np.add.at(v, context, share * change * plan.change_inputs)
    return loss, seen, v, u


def kernel_pass(objective, v, u, windows, kept, plan, rate, *, lanes, seed=9, hot=0):
    rates = (rate, rate)
    if objective == "negative":
        s = cbow_scratch(plan.centers, 1 + STREAM.words, v.shape[1], hot=hot)
        state = np.array([seed], np.uint64)
        return cbow_negative(v, u, windows, kept, NOISE, STREAM, plan, rates, state, s, lanes)
    s = cbow_scratch(plan.centers, LONGEST, v.shape[1], hot=hot)
    return cbow_hierarchical(v, u, windows, kept, Paths(*TREE), plan, rates, s, lanes)


def matrices(dims, columns, seed):
    draw = np.random.default_rng(seed)
    both = np.zeros((2, WORDS, columns), np.float32)
    both[:, :, :dims] = draw.normal(0, 0.5, (2, WORDS, dims))
    return both


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "centers", "hot", "window", "frozen", "mean"),
    [
        (10, 1, 1, 8, 0, 5, "", True),
        (20, 2, 1, 8, 7, 3, "", False),
        (20, 2, 1, 1, 39, 80, "input", True),
        (20, 1, 2, 3, 8, 5, "output", True),
        (25, 1, 2, 5, 8, 5, "", True),
    ],
)
def test_one_pass_equals_the_reference(windows_of, objective, dims, slabs, chunks, centers, hot, window, frozen, mean):
    draw = np.random.default_rng(dims)
    windows, kept = windows_of([draw.integers(0, WORDS, n) for n in (1, 9, 170, 1, 2)], window)
    v, u = matrices(dims, slabs * chunks * CHUNK, seed=1)
    before = v.copy(), u.copy()
    plan = CbowPlan(centers, frozen != "input", frozen != "output", mean)
    loss, seen, exact_v, exact_u = reference_pass(
        objective, v, u, windows, kept, plan, 0.05, stream_of(kept, STREAM, 9)
    )

    lanes = Lanes(chunks, half=slabs == 1 and chunks == 2 and dims <= 24)
    kernel_loss, examples = kernel_pass(objective, v, u, windows, kept, plan, 0.05, lanes=lanes, hot=hot)
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
    stream = stream_of(kept, STREAM, 9)
    loss, v_gradient, u_gradient = 0.0, 0.0, 0.0
    for i in range(kept):
        context = tuple(windows.words[j] for j in range(windows.first[i], windows.last[i] + 1) if j != i)
        reference = reference_objective(objective, stream[i * STREAM.fresh :][: STREAM.words])
        one = loss_and_gradients([Example(context, windows.words[i])], before_v, before_u, reference, gradient)
        loss, v_gradient, u_gradient = loss + one[0], v_gradient + one[1], u_gradient + one[2]

    rate = 1e-4
    plan = CbowPlan(kept, True, True, gradient == "corrected")
    kernel_loss, _ = kernel_pass(objective, v, u, windows, kept, plan, rate, lanes=Lanes(1))
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose((before_v - v) / rate, v_gradient, atol=5e-3)
    np.testing.assert_allclose((before_u - u) / rate, u_gradient, atol=5e-3)


def test_the_stream_of_noise_goes_on_where_drawing_begins_anew(windows_of):
    """A long text, so that words are drawn many times: the share of each in what is changed is that of the noise."""
    windows, kept = windows_of([np.zeros(4000, np.int64) + WORDS - 1], 1)
    v, u = np.ones((WORDS, CHUNK), np.float32), np.zeros((WORDS, CHUNK), np.float32)
    kernel_pass("negative", v, u, windows, kept, CbowPlan(8, False, True, True), 1e-6, lanes=Lanes(1))
    met = -u[:-1, 0] / (1e-6 * 0.5 * STREAM.weight)  # each step is rate * weight * sigma(0)
    assert met.sum() == pytest.approx(kept * STREAM.words * (WORDS - 1) / WORDS, rel=0.02)
    assert met.std() < 6 * np.sqrt(met.mean() * STREAM.words / STREAM.fresh)


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_own_copies_of_rows_are_merged_on_the_way(windows_of, objective):
    """With one worker it makes no difference of how many rows it has copies."""
    draw = np.random.default_rng(3)
    windows, kept = windows_of([draw.integers(0, WORDS, 3 * MERGE_EVERY)], 2)
    learned = []
    for hot in (0, 12):
        v, u = matrices(10, CHUNK, seed=3)
        kernel_pass(objective, v, u, windows, kept, CbowPlan(8, True, True, True), 0.01, lanes=Lanes(1), hot=hot)
        learned.append(u)
    np.testing.assert_allclose(*learned, atol=1e-4)


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_a_burst_of_one_word_does_not_diverge(windows_of, objective):
    draw = np.random.default_rng(0)
    windows, kept = windows_of([[4] * 60 if n % 5 == 0 else draw.integers(0, WORDS, 20) for n in range(200)], 5)
    v, u = matrices(8, CHUNK, seed=1)
    for _ in range(10):
        loss, examples = kernel_pass(
            objective, v, u, windows, kept, CbowPlan(8, True, True, True), 0.1, lanes=Lanes(1), hot=7
        )
    assert loss / examples < (np.log(2) * 4 if objective == "negative" else np.log(WORDS))
    assert np.abs(v).max() < 20
    assert np.abs(u).max() < 20
