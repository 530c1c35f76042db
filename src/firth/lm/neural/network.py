r"""The hidden layers of the neural probabilistic language model (Bengio et al. 2003, section 2), and their gradients.

The k words before the one to predict have the vectors v(w_1) .. v(w_k), rows of the matrix that the paper calls C. With

    x = [v(w_1); ..; v(w_k)]        a = tanh(d + H x)        z = [a; 1]   or   [a; x; 1] with direct connections

the paper's scores y = b + W x + U a (eq. 1) are the products of z with one row [U_w W_w b_w] for each word: what
follows z is an output layer (:mod:`firth.lm.neural.output_layers`), which never knows what z is made of. From its
gradient dE/dz = [g_a; g_x; .],

    g = g_a * (1 - a^2)        dE/dd = g        dE/dH = g x^T        dE/dx = H^T g + g_x

and each vector receives its part of dE/dx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]  # float32 in training, float64 under the gradient check


@dataclass
class Network:
    """The parameters below the output layer.

    Attributes:
        input_vectors: (words, vector_size).
        hidden_weights: (hidden_size, k * vector_size), the paper's H.
        hidden_bias: (hidden_size,), the paper's d.
        direct: whether x itself is part of z.
    """

    input_vectors: Array
    hidden_weights: Array
    hidden_bias: Array
    direct: bool

    @classmethod
    def random(
        cls,
        words: int,
        context: int,
        vector_size: int,
        hidden_size: int,
        *,
        direct: bool,
        random: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> Network:
        """Small random vectors; the weights uniform within sqrt(6 / (in + out)) (Glorot and Bengio 2010)."""
        inputs = context * vector_size
        bound = np.sqrt(6 / (inputs + hidden_size))
        return cls(
            random.normal(0, 0.1, (words, vector_size)).astype(dtype),
            random.uniform(-bound, bound, (hidden_size, inputs)).astype(dtype),
            np.zeros(hidden_size, dtype),
            direct,
        )

    @property
    def context(self) -> int:
        """k, the words that the model looks back on."""
        return int(self.hidden_weights.shape[1] // self.input_vectors.shape[1])

    @property
    def output_size(self) -> int:
        """The length of z."""
        hidden, inputs = self.hidden_weights.shape
        return int(hidden + self.direct * inputs + 1)

    def forward(self, contexts: npt.NDArray[np.integer], masks: Masks | None = None) -> Activations:
        """z for a batch of contexts, the word furthest back first. # (batch, k) word ids"""
        x = self.input_vectors[contexts].reshape(len(contexts), -1)
        if masks is not None:
            x *= masks.inputs
        a = np.tanh(x @ self.hidden_weights.T + self.hidden_bias)
        shown = a if masks is None else a * masks.hidden
        ones = np.ones((len(a), 1), a.dtype)
        return Activations(x, a, np.hstack([shown, x, ones] if self.direct else [shown, ones]))

    def backward(self, active: Activations, z_gradient: Array, masks: Masks | None = None) -> Gradients:
        """Gradients from that of z, summed over the batch; those of x stay apart, one row an example."""
        hidden = len(self.hidden_bias)
        g = z_gradient[:, :hidden] * (1 - active.a**2)
        if masks is not None:
            g *= masks.hidden
        x_gradient = g @ self.hidden_weights
        if self.direct:
            x_gradient += z_gradient[:, hidden:-1]
        if masks is not None:
            x_gradient *= masks.inputs
        return Gradients(x_gradient.reshape(len(g), self.context, -1), g.T @ active.x, g.sum(axis=0))


@dataclass(frozen=True)
class Activations:
    """x (batch, k * vector_size), a (batch, hidden_size) and z (batch, output_size)."""

    x: Array
    a: Array
    z: Array


@dataclass(frozen=True)
class Gradients:
    """Gradients of the input vectors (batch, k, vector_size), the hidden weights and the hidden bias."""

    inputs: Array
    hidden_weights: Array
    hidden_bias: Array


@dataclass(frozen=True)
class Masks:
    """Dropout (Srivastava et al. 2014): what to multiply x and a with in training, 0 or 1 / (1 - rate)."""

    inputs: Array
    hidden: Array

    @classmethod
    def draw(cls, network: Network, batch: int, rate: float, random: np.random.Generator) -> Masks:
        """Masks for a batch that drop each number with probability ``rate``."""
        hidden, inputs = network.hidden_weights.shape
        dtype = network.hidden_weights.dtype

        def mask(size: int) -> Array:
            kept = random.random((batch, size), np.float32) >= rate
            return np.asarray(kept.astype(dtype) / dtype.type(1 - rate))

        return cls(mask(inputs), mask(hidden))
