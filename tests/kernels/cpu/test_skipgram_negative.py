"""Skip-gram by negative sampling against the float64 reference, block by block, with the same random draws."""

import numpy as np
import pytest

from firth.kernels.cpu.blocks import Plan, scratch
from firth.kernels.cpu.sampling import NOISE, draw_stratified_noise
from firth.kernels.cpu.skipgram_negative import skipgram_negative
from firth.kernels.simd.rows import CHUNK, Lanes
from firth.objectives.examples import Example
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.negative import negative_sampling

WORDS, NEGATIVE = 23, 2


def uniform_noise():
    return np.array([(2**32 - 1, word) for word in range(WORDS)], NOISE)


def half_chunk(dims, slabs):
    """Whether the last chunk of a row that is one slab needs half its columns only."""
    return slabs == 1 and dims > CHUNK and 0 < dims % CHUNK <= CHUNK // 2


def matrices(dims, chunks, seed):
    rng = np.random.default_rng(seed)
    padded = np.zeros((2, WORDS, chunks * CHUNK), np.float32)
    padded[:, :, :dims] = rng.normal(0, 0.5, (2, WORDS, dims))
    return padded


def plan_of(dims, window, centers, negatives, largest_step, *, largest_sum=1e9, shrink=True, frozen=""):
    decay = 1 / window if shrink else 0.0
    return Plan(
        dims=dims,
        window=window,
        nearest=1 + decay,
        decay=decay,
        centers=centers,
        negatives=negatives,
        negative=float(NEGATIVE),
        positives=float(window + 1 if shrink else 2 * window),
        largest_step=largest_step,
        largest_sum=largest_sum,
        worst_loss=1e9,
        change_inputs=frozen != "input",
        change_outputs=frozen != "output",
    )


def reference_pass(vectors, windows, kept, negatives, centers, widths, rate_after, state, plan):
    """The same minibatches in float64, the mean over the widths that a window may have.

    Every block computes from the matrices as they stood when it began.
    """
    v, u = vectors.astype(np.float64)
    loss, seen = 0.0, 0.0
    places, drawn = np.zeros(negatives, np.uint64), np.zeros(negatives, np.int32)
    for start in range(0, kept, centers):
        draw_stratified_noise(uniform_noise(), negatives, state, places, drawn)
        examples = []
        for i in range(start, min(kept, start + centers)):
            near = [j for j in range(windows.first[i], windows.last[i] + 1) if j != i]
            context = [windows.words[j] for width in widths for j in near if abs(i - j) <= width]
            examples += [Example((windows.words[i],), word) for word in context]

        def objective(hidden, u, example):
            return negative_sampling(hidden, u, example.target, drawn, NEGATIVE / negatives)

        block_loss, v_gradient, u_gradient = loss_and_gradients(examples, v, u, objective)
        v = v - rate_after(start) * v_gradient / len(widths) * plan.change_inputs
        u = u - rate_after(start) * u_gradient / len(widths) * plan.change_outputs
        loss, seen = loss + block_loss / len(widths), seen + len(examples) / len(widths)
    return loss, seen, v, u


@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "centers", "window", "negatives", "shrink", "frozen"),
    [
        (10, 1, 1, 32, 5, 32, False, ""),
        (20, 2, 1, 32, 5, 24, True, ""),
        (20, 2, 1, 27, 11, 16, True, "input"),
        (20, 1, 2, 3, 40, 7, True, "output"),
        (23, 1, 2, 32, 5, 24, False, ""),
    ],
)
def test_one_pass_equals_the_reference(
    windows_of, falling_rate, dims, slabs, chunks, centers, window, negatives, shrink, frozen
):
    rng = np.random.default_rng(dims)
    sentences = [rng.integers(0, WORDS, length) for length in (1, 30, 2, 57, 9, 3)]
    windows, kept = windows_of(sentences, window, shrink=False)
    widths = range(1, window + 1) if shrink else [window]
    vectors = matrices(dims, slabs * chunks, seed=1)
    before = vectors.copy()
    (rates, rate_after), state = falling_rate(kept), np.array([9], np.uint64)
    plan = plan_of(dims, window, centers, negatives, 1e9, shrink=shrink, frozen=frozen)
    loss, seen, v, u = reference_pass(
        vectors, windows, kept, negatives, centers, widths, rate_after, state.copy(), plan
    )

    buffers = scratch(window, negatives, slabs * chunks * CHUNK)
    kernel_loss, examples = skipgram_negative(
        vectors[0], vectors[1], windows, kept, uniform_noise(), plan, rates, state, buffers,
        Lanes(chunks, half_chunk(dims, slabs)),
    )  # fmt: skip
    assert examples == pytest.approx(seen)
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(vectors[0, :, :dims], v[:, :dims], atol=2e-5)
    np.testing.assert_allclose(vectors[1, :, :dims], u[:, :dims], atol=2e-5)
    assert not vectors[:, :, dims:].any(), "padding stays zero"
    for side, name in enumerate(("input", "output")):
        assert np.array_equal(vectors[side], before[side]) == (frozen == name)


def test_a_burst_of_one_word_does_not_diverge(windows_of):
    rng = np.random.default_rng(0)
    sentences = [[4] * 60 if n % 5 == 0 else rng.integers(0, WORDS, 20) for n in range(200)]
    windows, kept = windows_of(sentences, 5, shrink=False)
    vectors = matrices(8, 1, seed=1)
    plan = plan_of(8, 5, 32, 64, 0.75)
    buffers, state = scratch(5, 64, CHUNK), np.array([9], np.uint64)
    for _ in range(10):
        loss, examples = skipgram_negative(
            vectors[0], vectors[1], windows, kept, uniform_noise(), plan, (0.1, 0.1), state, buffers, Lanes(1)
        )
    assert loss / examples < 6 * np.log(2)
    assert np.abs(vectors).max() < 20


def test_all_examples_of_a_center_take_steps_up_to_the_largest_sum(windows_of):
    """A rate of 0.5 with sums limited to 0.3 for each example is a rate of 0.3: here each center has one pair."""
    windows, kept = windows_of([[word, word + 1] for word in range(0, WORDS - 1, 2)], 1, shrink=False)
    results = []
    for rate, largest_sum in ((0.5, 0.3 * (1 + NEGATIVE)), (0.3, 1e9)):
        vectors = 0.1 * matrices(8, 1, seed=1)
        plan = plan_of(8, 1, 32, 24, 1e9, largest_sum=largest_sum)
        skipgram_negative(
            vectors[0], vectors[1], windows, kept, uniform_noise(), plan, (rate, rate), np.array([9], np.uint64),
            scratch(1, 24, CHUNK), Lanes(1, half_chunk(8, 1)),
        )  # fmt: skip
        results.append(vectors)
    np.testing.assert_allclose(*results, atol=1e-6)
