"""Loss and gradients of a list of examples: any architecture with any objective.

An example's hidden vector is the mean of its C input rows, h = (1/C) sum of v, so by the chain rule each of them
receives dE/dv = (1/C) dE/dh (Rong 2014, eq. 23 and 34). word2vec.c and the libraries that copied it add all of dE/dh to
each row instead; ``cbow_gradient="word2vec"`` does so too, for comparison. For one input word the two are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from firth.objectives.examples import Example
from firth.objectives.logistic import Array

Objective = Callable[[Array, Array, Example], tuple[float, Array, Array]]
"""(hidden, output vectors, example) to (loss, gradient of hidden, gradient of the output vectors)."""


def loss_and_gradients(
    examples: Iterable[Example],
    input_vectors: Array,
    output_vectors: Array,
    objective: Objective,
    cbow_gradient: str = "corrected",
) -> tuple[float, Array, Array]:
    """The loss summed over the examples, and its gradients for both matrices, all (rows, dims) float64."""
    loss = 0.0
    input_gradient = np.zeros_like(input_vectors, np.float64)
    output_gradient = np.zeros_like(output_vectors, np.float64)
    for example in examples:
        inputs = list(example.inputs)
        one_loss, hidden_gradient, one_gradient = objective(input_vectors[inputs].mean(axis=0), output_vectors, example)
        share = 1.0 / len(inputs) if cbow_gradient == "corrected" else 1.0
        loss += one_loss
        output_gradient += one_gradient
        np.add.at(input_gradient, inputs, share * hidden_gradient)
    return loss, input_gradient, output_gradient
