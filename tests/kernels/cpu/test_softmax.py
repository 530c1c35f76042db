"""The full-softmax minibatches against the float64 reference."""

import tracemalloc

import numpy as np
import pytest
from numba.core.runtime import _nrt_python
from numba.core.runtime.nrt import rtsys

from firth.kernels.cpu.sampling import Windows, sample_windows
from firth.kernels.cpu.softmax import SoftmaxPlan, softmax, softmax_scratch
from firth.kernels.simd.rows import CHUNK
from firth.objectives.examples import Example
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.softmax import softmax as exact_softmax

WORDS, DIMS = 37, 6


@pytest.mark.parametrize("slices", [1, 3])
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(
    ("batch", "frozen", "mean", "scale"), [(8, "", True, 0.5), (16, "input", False, 0.5), (7, "output", False, 40.0)]
)
def test_one_pass_equals_the_reference(falling_rate, monkeypatch, slices, architecture, batch, frozen, mean, scale):
    monkeypatch.setattr("firth.kernels.cpu.softmax._SMALLEST_SLICE", WORDS // slices)
    rng = np.random.default_rng(batch)
    sentences = [rng.integers(0, WORDS, n) for n in (1, 12, 2, 30)]
    ids = np.concatenate(sentences).astype(np.int32)
    bounds = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    windows = Windows(*(np.zeros(len(ids), np.int32) for _ in range(3)))
    keep = np.full(WORDS, 2**32 - 1, np.uint32)
    states = np.array([[2], [3]], np.uint64)
    kept = sample_windows(ids, bounds, keep, 4, True, *states, 0, windows)

    v, u = np.zeros((2, WORDS, CHUNK), np.float32)
    v[:, :DIMS], u[:, :DIMS] = rng.normal(0, scale, (2, WORDS, DIMS))
    exact_v, exact_u = v.astype(np.float64), u.astype(np.float64)
    rates, rate_after = falling_rate(kept)
    loss, seen = 0.0, 0
    for start in range(0, kept, batch):
        examples = []
        for i in range(start, min(kept, start + batch)):
            context = [windows.words[j] for j in range(windows.first[i], windows.last[i] + 1) if j != i]
            if architecture == "skipgram":
                examples += [Example((windows.words[i],), word) for word in context]
            elif context:
                examples.append(Example(tuple(context), windows.words[i]))
        batch_loss, v_gradient, u_gradient = loss_and_gradients(
            examples,
            exact_v,
            exact_u,
            lambda hidden, u, example: exact_softmax(hidden, u, example.target),
            "corrected" if mean else "word2vec",
        )
        exact_v = exact_v - rate_after(start) * v_gradient * (frozen != "input")
        exact_u = exact_u - rate_after(start) * u_gradient * (frozen != "output")
        loss, seen = loss + batch_loss, seen + len(examples)

    plan = SoftmaxPlan(architecture == "skipgram", batch, 1.0, 1e9, 1e9, frozen != "input", frozen != "output", mean)
    assert len(softmax_scratch(batch, WORDS, CHUNK).slices) == slices
    kernel_loss, examples = softmax(
        v, u, windows, kept, None, plan, rates, None, softmax_scratch(batch, WORDS, CHUNK), None
    )
    assert examples == seen
    assert kernel_loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(v, exact_v, atol=1e-4 * scale)
    np.testing.assert_allclose(u, exact_u, atol=1e-4 * scale)


@pytest.mark.parametrize("skipgram", [True, False])
def test_a_pass_allocates_nothing_as_long_as_a_text_or_a_vocabulary(windows_of, skipgram):
    """Neither an array in compiled code, of which a longer text would need more, nor one in NumPy."""
    words, batch = 8400, 2000
    v, u = np.zeros((2, words, CHUNK), np.float32)
    scratch = softmax_scratch(batch, words, CHUNK)
    assert len(scratch.slices) > 1
    plan = SoftmaxPlan(skipgram, batch, 1.0, 1e9, 1e9, True, True, True)
    was_counting = _nrt_python.memsys_stats_enabled()
    _nrt_python.memsys_enable_stats()
    allocated, peaks = [], []
    for tokens in (batch, 3, batch):  # the first compiles; each is one minibatch
        windows, kept = windows_of([np.arange(tokens) % 50], 5)
        before = rtsys.get_allocation_stats().alloc
        tracemalloc.start()
        softmax(v, u, windows, kept, None, plan, (0.1, 0.1), None, scratch, None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        allocated.append(rtsys.get_allocation_stats().alloc - before)
    if not was_counting:
        _nrt_python.memsys_disable_stats()
    assert allocated[1] == allocated[2]
    assert peaks[2] < batch * v.itemsize
