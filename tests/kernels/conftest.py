import numpy as np
import pytest

from firth.kernels.cpu.sampling import Windows, sample_windows


@pytest.fixture
def windows_of():
    """Windows over sentences of which every token stays, and how many tokens there are."""

    def sample(sentences, window, *, shrink=True, seed=5):
        ids = np.concatenate(sentences).astype(np.int32)
        bounds = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
        windows = Windows(*(np.zeros(len(ids), np.int32) for _ in Windows._fields))
        keep = np.full(ids.max() + 1, 2**32 - 1, np.uint32)
        kept = sample_windows(ids, bounds, keep, window, shrink, *np.array([[seed], [seed + 1]], np.uint64), 0, windows)
        assert kept == len(ids)
        return windows, kept

    return sample


@pytest.fixture
def falling_rate():
    """(rates for a kernel, what the rate is after a number of the kept tokens): from 0.06 down to 0.01."""

    def make(kept):
        return (0.06, 0.01), lambda start: 0.06 - 0.05 * start / kept

    return make
