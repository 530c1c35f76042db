"""The binary logistic decision, which negative sampling and hierarchical softmax are both made of.

Each is a list of (output row, label): for a noise word or an inner node with vector u, a hidden vector h and a label
t in {0, 1}, the decision has probability p(t = 1) = sigma(u . h), with sigma(x) = 1 / (1 + exp(-x)). Its loss is

    E = -t log sigma(u.h) - (1 - t) log sigma(-u.h)

and, since d log sigma(x) / dx = sigma(-x) = 1 - sigma(x),

    dE / d(u.h) = -t (1 - sigma(u.h)) + (1 - t) sigma(u.h) = sigma(u.h) - t
    dE / dh = sum over the list of (sigma(u.h) - t) u
    dE / du = (sigma(u.h) - t) h
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def sigmoid(x: npt.ArrayLike) -> Array:
    """sigma(x) = 1 / (1 + exp(-x)), without overflow for any x."""
    x = np.asarray(x, np.float64)
    e = np.exp(-np.abs(x))
    probability: Array = np.where(x >= 0, 1.0, e) / (1.0 + e)
    return probability


def log_sigmoid(x: npt.ArrayLike) -> Array:
    """log sigma(x) = min(x, 0) - log(1 + exp(-|x|)), without overflow for any x."""
    x = np.asarray(x, np.float64)
    logarithm: Array = np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))
    return logarithm


def logistic(
    hidden: Array, rows: Array, labels: npt.ArrayLike, weights: npt.ArrayLike = 1.0
) -> tuple[float, Array, Array]:
    """Loss and gradients of a list of decisions about one hidden vector.

    Args:
        hidden: (dims,) h.
        rows: (decisions, dims) the output rows u.
        labels: (decisions,) t, 1 for yes and 0 for no.
        weights: (decisions,) or one number: how often each decision counts.

    Returns:
        The loss; its gradient for ``hidden`` (dims,); and for ``rows`` (decisions, dims).
    """
    scores = rows @ hidden
    t, often = np.asarray(labels, np.float64), np.asarray(weights, np.float64)
    loss = -np.sum(often * (t * log_sigmoid(scores) + (1.0 - t) * log_sigmoid(-scores)))
    errors = often * (sigmoid(scores) - t)
    return float(loss), errors @ rows, np.outer(errors, hidden)
