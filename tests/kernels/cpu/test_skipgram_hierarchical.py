"""Skip-gram by hierarchical softmax against the float64 reference, block by block, the mean over all widths."""

import numpy as np
import pytest

from firth.kernels.cpu.skipgram_hierarchical import TreePlan, skipgram_hierarchical, tree_scratch
from firth.kernels.cpu.tree import Paths
from firth.kernels.simd.rows import CHUNK, Lanes
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


@pytest.mark.parametrize(
    ("dims", "slabs", "chunks", "hot", "centers", "window", "shrink", "frozen"),
    [
        (10, 1, 1, 0, 4, 5, True, ""),
        (20, 2, 1, 7, 1, 3, False, ""),
        (20, 2, 1, 39, 4, 80, True, "input"),
        (20, 1, 2, 8, 7, 9, True, ""),
        (20, 1, 2, 8, 3, 5, True, "output"),
    ],
)
def test_one_pass_equals_the_reference(
    windows_of, falling_rate, dims, slabs, chunks, hot, centers, window, shrink, frozen
):
    rng = np.random.default_rng(dims)
    windows, kept = windows_of([rng.integers(0, WORDS, n) for n in (1, 9, 70, 2)], window, shrink=False)
    widths = range(1, window + 1) if shrink else [window]
    columns = slabs * chunks * CHUNK
    v = np.zeros((WORDS, columns), np.float32)
    u = np.zeros((WORDS - 1, columns), np.float32)
    v[:, :dims], u[:, :dims] = rng.normal(0, 0.5, (WORDS, dims)), rng.normal(0, 0.5, (WORDS - 1, dims))
    exact_v, exact_u = v.astype(np.float64), u.astype(np.float64)
    rates, rate_after = falling_rate(kept)
    loss, seen = 0.0, 0
    for start in range(0, kept, centers):
        examples = []
        for i in range(start, min(kept, start + centers)):
            near = [j for j in range(windows.first[i], windows.last[i] + 1) if j != i]
            context = [windows.words[j] for width in widths for j in near if abs(i - j) <= width]
            examples += [Example((word,), windows.words[i]) for word in context]
        one_loss, v_gradient, u_gradient = loss_and_gradients(
            examples,
            exact_v,
            exact_u,
            lambda hidden, u, example: hierarchical_softmax(hidden, u, TREE, example.target),
        )
        exact_v -= rate_after(start) * v_gradient / len(widths) * (frozen != "input")
        exact_u -= rate_after(start) * u_gradient / len(widths) * (frozen != "output")
        loss, seen = loss + one_loss / len(widths), seen + len(examples) / len(widths)

    longest = int(np.diff(TREE.bounds).max())
    assert longest > CHUNK
    decay = 1 / window if shrink else 0.0
    plan = TreePlan(dims, window, 1 + decay, decay, centers, 1e9, 1e9, frozen != "input", frozen != "output")
    buffers = tree_scratch(centers, window, longest, columns, hot)
    slab = Lanes(chunks, half=slabs == 1 and chunks == 2)
    state = np.array([9], np.uint64)  # it draws nothing, but is given one in training
    kernel_loss, examples = skipgram_hierarchical(v, u, windows, kept, Paths(*TREE), plan, rates, state, buffers, slab)
    assert examples == pytest.approx(seen)
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(v, exact_v, atol=2e-5)
    np.testing.assert_allclose(u, exact_u, atol=2e-5)
