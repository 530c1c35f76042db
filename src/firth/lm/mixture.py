r"""Mixtures of language models over one vocabulary, linear and log-linear, and the weights that predict a text best.

Jelinek and Mercer (1980) for the linear mixture, Klakow (1998), "Log-linear interpolation of language models", for the
other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from firth.errors import OptionError
from firth.lm.language_model import Floats, LanguageModel, State, check_same_words
from firth.lm.sentences import Sentences, Text

_ROUNDS = 200


class _Mixture(LanguageModel):
    """Models and their weights; the state is the tuple of their states."""

    def __init__(self, models: Sequence[LanguageModel], weights: Sequence[float] | None = None) -> None:
        if len(models) < 2:
            raise OptionError(f"a mixture of {len(models)} models, expected at least 2")
        check_same_words(models)
        if weights is not None and len(weights) != len(models):
            raise OptionError(f"{len(weights)} weights, expected {len(models)}, one for each model")
        self.models = list(models)
        self.words = models[0].words
        self.weights: Floats = np.array(weights if weights is not None else [1 / len(models)] * len(models), np.float64)
        if not np.isfinite(self.weights).all() or (self.weights < 0).any() or not self.weights.sum() > 0:
            raise OptionError(f"weights {self.weights.tolist()}, expected numbers not below 0, and one above it")
        self.is_distribution = all(model.is_distribution for model in models)

    def start(self) -> State:
        return tuple(model.start() for model in self.models)

    def _step_all(self, state: State, word_id: int) -> tuple[Floats, State]:
        states = state or ((),) * len(self.models)
        steps = [model.step_id(each, word_id) for model, each in zip(self.models, states, strict=True)]
        return np.array([value for value, _ in steps]), tuple(following for _, following in steps)

    def _all_log_probabilities(self, state: State) -> Floats:
        """(models, words)"""
        states = state or ((),) * len(self.models)
        return np.stack([model.log_probabilities(each) for model, each in zip(self.models, states, strict=True)])


class LinearMixture(_Mixture):
    r"""p(w | h) = sum of lambda_i p_i(w | h), weights that sum to 1.

    Args:
        models: over the same words.
        weights: one for each, made to sum to 1; equal by default.

    Raises:
        OptionError: the words differ, or the weights make no sense.
    """

    def __init__(self, models: Sequence[LanguageModel], weights: Sequence[float] | None = None) -> None:
        super().__init__(models, weights)
        self.weights = self.weights / self.weights.sum()

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        values, following = self._step_all(state, word_id)
        return float(_mix(values[:, None], self.weights)[0]), following

    def log_probabilities(self, state: State) -> Floats:
        return _mix(self._all_log_probabilities(state), self.weights)

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        return _mix(_each(self.models, sentences, workers), self.weights)

    def fit(self, text: Text, *, workers: int | None = None) -> LinearMixture:
        r"""Set the weights that make a held-out text most probable, by EM; returns the mixture.

        lambda_i  <-  mean over the tokens of  lambda_i p_i / sum over j of lambda_j p_j
        """
        values = _each(self.models, self.encoder.encode(text, workers=workers), workers)
        possible = np.isfinite(values).any(axis=0)
        shifted = values[:, possible] - values[:, possible].max(axis=0)
        probabilities = np.exp(shifted)
        for _ in range(_ROUNDS):
            joint = self.weights[:, None] * probabilities
            updated = (joint / joint.sum(axis=0)).mean(axis=1)
            converged = np.abs(updated - self.weights).max() < 1e-7
            self.weights = updated
            if converged:
                break
        return self


class LogLinearMixture(_Mixture):
    r"""p(w | h) = product of p_i(w | h)^lambda_i / Z(h), with Z(h) the sum of the product over all words.

    Each step asks every model for its whole distribution. Weights need not sum to 1.

    Args:
        models: over the same words.
        weights: one for each; by default they are equal and sum to 1.

    Raises:
        OptionError: the words differ, or the weights make no sense.
    """

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        value = float(self.log_probabilities(state)[word_id])
        return value, self._step_all(state, word_id)[1]

    def log_probabilities(self, state: State) -> Floats:
        return _normalised(_weighted(self._all_log_probabilities(state), self.weights))

    def fit(self, text: Text, *, rounds: int = 20, workers: int | None = None) -> LogLinearMixture:
        r"""Set the weights that make a held-out text most probable; returns the mixture.

        The log probability is concave in the weights, so Newton's method finds them; with E and Cov over p(. | h),

            gradient_i = sum over tokens of  log p_i(w) - E[log p_i]        Hessian = - sum over tokens of Cov[log p_i,
            log p_j]

        Each round asks every model for its distribution at every token: take a short text.
        """
        sentences = self.encoder.encode(text, workers=workers)
        targets = sentences.targets()
        ends = set(sentences.ends.tolist())
        distributions, state = [], self.start()
        for place, target in enumerate(targets.tolist()):
            distributions.append(self._all_log_probabilities(state))
            state = self.start() if place in ends else self._step_all(state, target)[1]
        for _ in range(rounds):
            gradient = np.zeros(len(self.models))
            hessian = 1e-6 * np.eye(len(self.models))
            for values, target in zip(distributions, targets.tolist(), strict=True):
                finite = np.asarray(np.isfinite(values).all(axis=0))
                if not finite[target]:
                    continue
                p = np.exp(_normalised(_weighted(values, self.weights)))[finite]
                logs = values[:, finite]
                expected = logs @ p
                gradient += values[:, target] - expected
                hessian += (logs * p) @ logs.T - np.outer(expected, expected)
            free = (self.weights > 0) | (gradient > 0)  # the others would go below 0
            moved = self.weights.copy()
            moved[free] += np.linalg.solve(hessian[np.ix_(free, free)], gradient[free])
            moved = np.maximum(moved, 0.0)
            converged = np.abs(moved - self.weights).max() < 1e-6
            self.weights = moved
            if converged:
                break
        return self


def _each(models: Sequence[LanguageModel], sentences: Sentences, workers: int | None) -> Floats:
    """log p of every token under every model. # (models, tokens)"""
    return np.stack([model.token_log_probabilities(sentences, workers=workers) for model in models])


def _mix(values: Floats, weights: Floats) -> Floats:
    """log of the weighted sum of probabilities given as logarithms. # (models, n) -> (n,)"""
    highest = values.max(axis=0)
    shift = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(shift + np.log(weights @ np.exp(values - shift)))


def _weighted(values: Floats, weights: Floats) -> Floats:
    """The weighted sum of logarithms; a weight of 0 takes a model out altogether. # (models, n) -> (n,)"""
    used = weights > 0
    return np.asarray(weights[used] @ values[used]) if used.any() else np.zeros(values.shape[1])


def _normalised(values: Floats) -> Floats:
    shifted = values - values.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


MIXTURES: dict[str, type[LinearMixture] | type[LogLinearMixture]] = {
    "linear": LinearMixture,
    "log-linear": LogLinearMixture,
}
