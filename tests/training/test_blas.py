"""The threads of BLAS are as many as are allowed, inside a block."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from firth.training.blas import blas_threads


def threads():
    return max(library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas")


def test_threads_inside_and_after():
    before = threads()
    if before == 1:
        pytest.skip("a single thread")
    with blas_threads(1):
        assert threads() == 1
        assert (np.eye(3) @ np.eye(3)).trace() == 3
    assert threads() == before
    with blas_threads(10_000):
        assert threads() == before
    assert threads() == before
