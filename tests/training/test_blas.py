"""The threads of BLAS are as many as are allowed, inside a block."""

import numpy as np
import pytest

from firth.training.blas import _openblas, blas_threads


def test_threads_inside_and_after():
    get, _ = _openblas()
    before = get()
    if before == 1:
        pytest.skip("a single thread, or another BLAS than OpenBLAS")
    with blas_threads(1):
        assert get() == 1
        assert (np.eye(3) @ np.eye(3)).trace() == 3
    assert get() == before
    with blas_threads(10_000):
        assert get() == before
