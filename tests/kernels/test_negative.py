"""The negative-sampling kernels against the float64 reference, block by block, with the same random draws."""

import numpy as np
import pytest

from firth.kernels.negative import scratch, skipgram_negative
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


def matrices(dims, chunks, seed):
    rng = np.random.default_rng(seed)
    padded = np.zeros((2, WORDS, chunks * CHUNK), np.float32)
    padded[:, :, :dims] = rng.normal(0, 0.5, (2, WORDS, dims))
    return padded


def reference_pass(vectors, windows, kept, negatives, centers, rate, state):
    """The same minibatches in float64: every block computes from the matrices as they stood when it began."""
    v, u = vectors.astype(np.float64)
    loss, seen = 0.0, 0
    drawn = np.zeros(negatives, np.int32)
    for start in range(0, kept, centers):
        draw_noise(uniform_noise(), negatives, state, drawn)
        examples = [
            Example((windows.words[i],), windows.words[j])
            for i in range(start, min(kept, start + centers))
            for j in range(windows.first[i], windows.last[i] + 1)
            if j != i
        ]

        def objective(hidden, u, example):
            return negative_sampling(hidden, u, example.target, drawn, NEGATIVE / negatives)

        block_loss, v_gradient, u_gradient = loss_and_gradients(examples, v, u, objective)
        v, u = v - rate * v_gradient, u - rate * u_gradient
        loss, seen = loss + block_loss, seen + len(examples)
    return loss, seen, v, u


@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "blocks", "window", "negatives", "shrink"),
    [(10, 1, 1, 2, 5, 32, False), (20, 1, 2, 2, 5, 24, True), (40, 2, 3, 1, 11, 16, True), (7, 1, 1, 2, 40, 7, True)],
)
def test_one_pass_equals_the_reference(dims, slabs, chunks, blocks, window, negatives, shrink):
    rng = np.random.default_rng(dims)
    sentences = [rng.integers(0, WORDS, length) for length in (1, 30, 2, 57, 9, 3)]
    windows, kept = windows_of(sentences, window, shrink=shrink, seed=5)
    columns = slabs * chunks * CHUNK
    vectors = matrices(dims, slabs * chunks, seed=1)
    rate, state = 0.05, np.array([9], np.uint64)
    expected = reference_pass(vectors, windows, kept, negatives, blocks * CHUNK, rate, state.copy())

    buffers = scratch(blocks * CHUNK, window, negatives, columns)
    loss, pairs = skipgram_negative(
        vectors[0], vectors[1], windows, kept, window, uniform_noise(), NEGATIVE, (rate, rate), dims, state, buffers,
        Lanes(chunks), Lanes(blocks),
    )  # fmt: skip
    assert pairs == expected[1]
    assert loss == pytest.approx(expected[0], rel=1e-5)
    np.testing.assert_allclose(vectors[0, :, :dims], expected[2][:, :dims], atol=2e-5)
    np.testing.assert_allclose(vectors[1, :, :dims], expected[3][:, :dims], atol=2e-5)
    assert not vectors[:, :, dims:].any(), "padding stays zero"
