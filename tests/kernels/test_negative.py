"""The negative-sampling kernels against the float64 reference, block by block, with the same random draws."""

import numpy as np
import pytest

from firth.kernels.blocks import Plan, scratch
from firth.kernels.negative import cbow_negative, skipgram_negative
from firth.kernels.rows import CHUNK, Lanes
from firth.kernels.sampling import Noise, Windows, draw_noise, sample_windows
from firth.objectives.examples import Example
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.negative import negative_sampling

WORDS, NEGATIVE = 23, 5


def uniform_noise():
    return Noise(np.full(WORDS, 2**32 - 1, np.uint32), np.arange(WORDS, dtype=np.int32))


def windows_of(sentences, window, *, shrink, seed):
    ids = np.concatenate(sentences).astype(np.int32)
    bounds = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    buffers = Windows(*(np.zeros(len(ids), np.int32) for _ in range(3)))
    keep = np.full(WORDS, 2**32 - 1, np.uint32)
    kept = sample_windows(ids, bounds, keep, window, shrink, np.array([seed], np.uint64), buffers)
    assert kept == len(ids)
    return buffers, kept


def half_chunk(dims, slabs):
    """Whether the last chunk of a row that is one slab needs half its columns only."""
    return slabs == 1 and dims > CHUNK and 0 < dims % CHUNK <= CHUNK // 2


def matrices(dims, chunks, seed):
    rng = np.random.default_rng(seed)
    padded = np.zeros((2, WORDS, chunks * CHUNK), np.float32)
    padded[:, :, :dims] = rng.normal(0, 0.5, (2, WORDS, dims))
    return padded


def reference_pass(architecture, vectors, windows, kept, negatives, centers, rate, state, plan):
    """The same minibatches in float64: every block computes from the matrices as they stood when it began."""
    v, u = vectors.astype(np.float64)
    loss, seen = 0.0, 0
    drawn = np.zeros(negatives, np.int32)
    cbow_gradient = "corrected" if plan.mean_gradient else "word2vec"
    for start in range(0, kept, centers):
        draw_noise(uniform_noise(), negatives, state, drawn)
        examples = []
        for i in range(start, min(kept, start + centers)):
            context = [windows.words[j] for j in range(windows.first[i], windows.last[i] + 1) if j != i]
            if architecture == "skipgram":
                examples += [Example((windows.words[i],), word) for word in context]
            elif context:
                examples.append(Example(tuple(context), windows.words[i]))

        def objective(hidden, u, example):
            return negative_sampling(hidden, u, example.target, drawn, NEGATIVE / negatives)

        block_loss, v_gradient, u_gradient = loss_and_gradients(examples, v, u, objective, cbow_gradient)
        v = v - rate * v_gradient * plan.change_inputs
        u = u - rate * u_gradient * plan.change_outputs
        loss, seen = loss + block_loss, seen + len(examples)
    return loss, seen, v, u


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "lanes", "centers", "window", "negatives", "shrink", "frozen", "mean"),
    [
        (10, 1, 1, 2, 32, 5, 32, False, "", True),
        (20, 2, 1, 2, 32, 5, 24, True, "", False),
        (20, 2, 1, 2, 27, 11, 16, True, "input", True),
        (20, 1, 2, 2, 3, 40, 7, True, "output", True),
        (23, 1, 2, 2, 32, 5, 24, False, "", True),
    ],
)
def test_one_pass_equals_the_reference(
    architecture, dims, slabs, chunks, lanes, centers, window, negatives, shrink, frozen, mean
):
    rng = np.random.default_rng(dims)
    sentences = [rng.integers(0, WORDS, length) for length in (1, 30, 2, 57, 9, 3)]
    windows, kept = windows_of(sentences, window, shrink=shrink, seed=5)
    vectors = matrices(dims, slabs * chunks, seed=1)
    before = vectors.copy()
    rate, state = 0.05, np.array([9], np.uint64)
    plan = Plan(dims, window, centers, negatives, NEGATIVE, 1.0, 1e9, frozen != "input", frozen != "output", mean)
    loss, seen, v, u = reference_pass(
        architecture, vectors, windows, kept, negatives, centers, rate, state.copy(), plan
    )

    buffers = scratch(lanes * CHUNK, window, negatives, slabs * chunks * CHUNK)
    kernel = skipgram_negative if architecture == "skipgram" else cbow_negative
    kernel_loss, examples = kernel(
        vectors[0], vectors[1], windows, kept, uniform_noise(), plan, (rate, rate), state, buffers,
        Lanes(chunks, half_chunk(dims, slabs)), Lanes(lanes),
    )  # fmt: skip
    assert examples == seen
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(vectors[0, :, :dims], v[:, :dims], atol=2e-5)
    np.testing.assert_allclose(vectors[1, :, :dims], u[:, :dims], atol=2e-5)
    assert not vectors[:, :, dims:].any(), "padding stays zero"
    for side, name in enumerate(("input", "output")):
        assert np.array_equal(vectors[side], before[side]) == (frozen == name)


@pytest.mark.parametrize("kernel", [skipgram_negative, cbow_negative])
def test_a_burst_of_one_word_does_not_diverge(kernel):
    rng = np.random.default_rng(0)
    sentences = [[4] * 60 if n % 5 == 0 else rng.integers(0, WORDS, 20) for n in range(200)]
    windows, kept = windows_of(sentences, 5, shrink=True, seed=5)
    vectors = matrices(8, 1, seed=1)
    plan = Plan(8, 5, 32, 64, NEGATIVE, 6.0, 0.75, True, True, True)
    buffers, state = scratch(32, 5, 64, CHUNK), np.array([9], np.uint64)
    for _ in range(10):
        loss, examples = kernel(
            vectors[0], vectors[1], windows, kept, uniform_noise(), plan, (0.1, 0.1), state, buffers, Lanes(1), Lanes(2)
        )
    assert loss / examples < 6 * np.log(2)
    assert np.abs(vectors).max() < 20
