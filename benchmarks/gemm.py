"""The peak that kernels are held against: what NumPy's sgemm reaches."""

from __future__ import annotations

import time

import numpy as np


def peak() -> float:
    """Operations a second of a product of two matrices, 2,048 squared; on one thread when the environment says so."""
    square = np.random.default_rng(1).standard_normal((2048, 2048), np.float32)
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        square @ square
        best = min(best, time.perf_counter() - began)
    return 2 * 2048**3 / best
