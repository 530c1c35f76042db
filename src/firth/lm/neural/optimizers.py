"""Optimizers, which update parameters, or some of their rows, with a gradient."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from firth.kernels.cpu.steps import Array, adam_rows, add_rows
from firth.lm.neural.output_layers import Update


class Optimizer(Protocol):
    """Updates parameters, which are identified by their names."""

    def begin(self, progress: float) -> None:
        """Begin a new minibatch, at this share of the training."""

    def move(self, name: str, parameter: Array, update: Update, decay: float = 0.0) -> None:
        """One step down the gradient, and towards zero by ``decay`` times the parameter."""


class Sgd:
    """theta <- theta - eps_t (dE/dtheta + decay theta), eps_t = eps_0 / (1 + r t) after t updates (Bengio 2003,
    section 3.3).

    Args:
        learning_rate: eps_0.
        slowing: r.
    """

    def __init__(self, learning_rate: float, slowing: float = 1e-8) -> None:
        self.learning_rate = learning_rate
        self.slowing = slowing
        self.updates = 0
        self.rate = learning_rate

    def begin(self, progress: float) -> None:
        del progress
        self.rate = self.learning_rate / (1 + self.slowing * self.updates)
        self.updates += 1

    def move(self, name: str, parameter: Array, update: Update, decay: float = 0.0) -> None:
        del name
        if decay:
            touched = slice(None) if update.rows is None else np.unique(update.rows)
            parameter[touched] *= parameter.dtype.type(1 - self.rate * decay)
        scaled = update.gradient * parameter.dtype.type(-self.rate)
        if update.rows is None:
            parameter += scaled
        else:
            add_rows(parameter, update.rows, scaled)


class Adam:
    r"""Kingma and Ba (2015), algorithm 1, decay apart from the gradient (Loshchilov and Hutter 2019):

        m <- b1 m + (1 - b1) g        v <- b2 v + (1 - b2) g^2
        theta <- theta - eps_t (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + 1e-8) + decay theta)

    with b1 = 0.9, b2 = 0.999, and eps_t falling linearly to zero over the training. Where only some rows have a
    gradient, only these rows move.
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.updates = 0
        self.rate = learning_rate
        self.moments: dict[str, tuple[Array, Array]] = {}

    def begin(self, progress: float) -> None:
        self.updates += 1
        self.rate = self.learning_rate * max(0.0, 1 - progress)

    def move(self, name: str, parameter: Array, update: Update, decay: float = 0.0) -> None:
        if name not in self.moments:
            self.moments[name] = np.zeros_like(parameter), np.zeros_like(parameter)
        mean, square = self.moments[name]
        if update.rows is None:
            rows = np.arange(len(parameter))
            gradient = update.gradient
        else:
            rows, places = np.unique(update.rows, return_inverse=True)
            gradient = np.zeros((len(rows), *parameter.shape[1:]), parameter.dtype)
            add_rows(gradient, places, update.gradient)
        width = parameter[0].size
        adam_rows(
            rows, np.ascontiguousarray(gradient).reshape(-1, width), parameter.reshape(-1, width),
            mean.reshape(-1, width), square.reshape(-1, width), self.updates, self.rate, decay,
        )  # fmt: skip


OPTIMIZERS: dict[str, type[Sgd] | type[Adam]] = {"sgd": Sgd, "adam": Adam}
