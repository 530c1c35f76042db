"""Functions of rows against NumPy's in float64."""

import numpy as np
import pytest
from numba import njit

from firth.kernels.simd.elementary import (
    exp_minus_abs,
    log_of_product,
    log_one_plus,
    magnitude,
    positive_part,
    sigmoid_from,
)
from firth.kernels.simd.rows import CHUNK, aligned_zeros, load, store
from firth.kernels.simd.tiles import ONE


@njit
def sigmoid(row):
    return sigmoid_from(row, exp_minus_abs(row))


@pytest.mark.parametrize(
    ("function", "expected", "lowest", "highest", "error"),
    [
        (magnitude, np.abs, -9, 9, 0),
        (positive_part, lambda x: np.maximum(x, 0), -9, 9, 0),
        (exp_minus_abs, lambda x: np.exp(-np.abs(x)), -80, 80, 2e-7),
        (sigmoid, lambda x: 1 / (1 + np.exp(-x)), -80, 80, 2e-7),
        (log_of_product, np.log, 1, 2**20, 2e-6),
        (log_one_plus, np.log1p, 0, 1, 3e-7),
    ],
)
def test_functions_of_rows(function, expected, lowest, highest, error):
    @njit
    def apply(values, results):
        for i in range(values.shape[0]):
            store(results, i, 0, function(load(values, i, 0, ONE)))

    values = aligned_zeros(64, CHUNK)
    values.flat = np.linspace(lowest, highest, values.size)
    results = aligned_zeros(64, CHUNK)
    apply(values, results)
    np.testing.assert_allclose(results, expected(values.astype(np.float64)), rtol=0, atol=error)
