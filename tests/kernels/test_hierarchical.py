"""The hierarchical-softmax kernels against the float64 reference, center by center."""

import numpy as np
import pytest

from firth.kernels.hierarchical import (
    Paths,
    TreePlan,
    cbow_hierarchical,
    skipgram_hierarchical,
    tree_scratch,
)
from firth.kernels.rows import CHUNK, Lanes
from firth.kernels.sampling import Windows, sample_windows
from firth.objectives.examples import Example
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree

WORDS = 40
# Fibonacci counts make a tree that is all one branch, so some paths are longer than a chunk.
COUNTS = np.array([1, 1, *(1 for _ in range(WORDS - 2))])
for place in range(2, 30):
    COUNTS[place] = COUNTS[place - 1] + COUNTS[place - 2]
COUNTS = np.sort(COUNTS)[::-1].astype(np.int64)
TREE = huffman_tree(COUNTS)


def windows_of(sentences, window, seed):
    ids = np.concatenate(sentences).astype(np.int32)
    bounds = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    buffers = Windows(*(np.zeros(len(ids), np.int32) for _ in range(3)))
    keep = np.full(WORDS, 2**32 - 1, np.uint32)
    return buffers, sample_windows(ids, bounds, keep, window, True, np.array([seed], np.uint64), buffers)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "hot", "window", "frozen", "mean"),
    [
        (10, 1, 1, 0, 5, "", True),
        (20, 2, 1, 7, 3, "", False),
        (20, 2, 1, 39, 80, "input", True),
        (20, 1, 2, 8, 5, "output", True),
    ],
)
def test_one_pass_equals_the_reference(architecture, dims, slabs, chunks, hot, window, frozen, mean):
    rng = np.random.default_rng(dims)
    windows, kept = windows_of([rng.integers(0, WORDS, n) for n in (1, 9, 70, 2)], window, seed=3)
    columns = slabs * chunks * CHUNK
    v = np.zeros((WORDS, columns), np.float32)
    u = np.zeros((WORDS - 1, columns), np.float32)
    v[:, :dims], u[:, :dims] = rng.normal(0, 0.5, (WORDS, dims)), rng.normal(0, 0.5, (WORDS - 1, dims))
    exact_v, exact_u = v.astype(np.float64), u.astype(np.float64)
    rate, loss, seen = 0.05, 0.0, 0
    for i in range(kept):
        context = [windows.words[j] for j in range(windows.first[i], windows.last[i] + 1) if j != i]
        if architecture == "skipgram":
            examples = [Example((word,), windows.words[i]) for word in context]
        else:
            examples = [Example(tuple(context), windows.words[i])] if context else []
        one_loss, v_gradient, u_gradient = loss_and_gradients(
            examples,
            exact_v,
            exact_u,
            lambda hidden, u, example: hierarchical_softmax(hidden, u, TREE, example.target),
            "corrected" if mean else "word2vec",
        )
        exact_v -= rate * v_gradient * (frozen != "input")
        exact_u -= rate * u_gradient * (frozen != "output")
        loss, seen = loss + one_loss, seen + len(examples)

    kernel = skipgram_hierarchical if architecture == "skipgram" else cbow_hierarchical
    longest = int(np.diff(TREE.bounds).max())
    assert longest > CHUNK
    plan = TreePlan(1e9, frozen != "input", frozen != "output", mean)
    buffers = tree_scratch(window, longest, columns, hot)
    slab = Lanes(chunks, half=slabs == 1 and chunks == 2)
    kernel_loss, examples = kernel(v, u, windows, kept, Paths(*TREE), plan, (rate, rate), buffers, slab)
    assert examples == seen
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(v, exact_v, atol=2e-5)
    np.testing.assert_allclose(u, exact_u, atol=2e-5)
