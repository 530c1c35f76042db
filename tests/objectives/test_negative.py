"""The negative-sampling reference: hand-computed values, gradients by central differences, laws of the noise."""

import math

import numpy as np
import pytest

from firth.objectives.logistic import log_sigmoid, logistic, sigmoid
from firth.objectives.negative import negative_sampling, noise_distribution


def numeric_gradient(loss, matrix, step=1e-6):
    """Central differences of ``loss()`` for each entry of ``matrix``, which is changed in place and restored."""
    gradient = np.zeros_like(matrix)
    for index in np.ndindex(*matrix.shape):
        kept = matrix[index]
        matrix[index] = kept + step
        above = loss()
        matrix[index] = kept - step
        below = loss()
        matrix[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient


def test_sigmoid_by_hand_and_at_the_extremes():
    np.testing.assert_allclose(sigmoid([0.0, math.log(3), -math.log(3)]), [0.5, 0.75, 0.25])
    np.testing.assert_array_equal(sigmoid([1000.0, -1000.0]), [1.0, 0.0])
    np.testing.assert_allclose(log_sigmoid([0.0, -1000.0]), [-math.log(2), -1000.0])
    assert log_sigmoid(40.0) == pytest.approx(-math.exp(-40), rel=1e-12)


def test_one_decision_by_hand():
    # u.h = log 3, so sigma = 3/4: a positive costs log(4/3), a negative log 4.
    h, u = np.array([math.log(3), 5.0]), np.array([[1.0, 0.0]])
    loss, h_gradient, u_gradient = logistic(h, u, [1])
    assert loss == pytest.approx(math.log(4 / 3))
    np.testing.assert_allclose(h_gradient, [-0.25, 0.0])
    np.testing.assert_allclose(u_gradient, [-0.25 * h])
    loss, h_gradient, _ = logistic(h, u, [0], weights=2.0)
    assert loss == pytest.approx(2 * math.log(4))
    np.testing.assert_allclose(h_gradient, [1.5, 0.0])


def test_untrained_loss_is_six_log_two():
    # Output vectors start at zero, so each of the 1 + 5 decisions is even.
    v, u = np.ones((3, 4)), np.zeros((3, 4))
    loss, _, _ = negative_sampling(v, u, np.array([[0, 1]]), np.array([[0, 1, 2, 0, 1]]))
    assert loss == pytest.approx(6 * math.log(2))


def test_gradients_by_central_differences():
    rng = np.random.default_rng(3)
    v, u = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    pairs = np.array([[0, 1], [0, 2], [3, 0], [4, 4]])
    noise = np.array([[2, 2, 3], [1, 0, 4], [3, 3, 3], [0, 1, 2]])
    weights = rng.uniform(0.5, 2, size=noise.shape)

    def loss():
        return negative_sampling(v, u, pairs, noise, weights)[0]

    _, v_gradient, u_gradient = negative_sampling(v, u, pairs, noise, weights)
    np.testing.assert_allclose(v_gradient, numeric_gradient(loss, v), atol=1e-8)
    np.testing.assert_allclose(u_gradient, numeric_gradient(loss, u), atol=1e-8)


def test_noise_distribution():
    np.testing.assert_allclose(noise_distribution([16, 1]), [8 / 9, 1 / 9])
    np.testing.assert_allclose(noise_distribution([3, 1], exponent=1), [0.75, 0.25])
    np.testing.assert_allclose(noise_distribution([9, 1, 4], exponent=0), [1 / 3] * 3)
    assert noise_distribution([5, 7, 11, 2]).sum() == pytest.approx(1.0)
