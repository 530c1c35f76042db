r"""Linear and log-linear mixtures of language models over one vocabulary, with weights fitted to a text.

The weights of a linear mixture are fitted by EM. EM does not apply to a log-linear mixture, which is fitted by
Newton's method.

Jelinek and Mercer (1980) for the linear mixture, Klakow (1998), "Log-linear interpolation of language models", for the
other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import NamedTuple, Unpack

import numpy as np

from firth.arguments import OnProgress, real
from firth.corpus.encoding import ReadingOptions
from firth.corpus.spool import Spool
from firth.drawing.watching import Watch, show_tokens
from firth.errors import OptionError
from firth.lm.encoder import Text
from firth.lm.language_model import LanguageModel, State, check_same_words
from firth.lm.sentences import Sentences
from firth.lm.token_scores import Floats
from firth.targets import temporary_folder

_ROUNDS = 200  # of EM
_AT_A_TIME = 1 << 18  # tokens, whose probabilities lie on the disk
_NEWTON_ROUNDS = 20
_NEWTON_GAIN = 1e-12  # expected of a step, in log p a token, for it to be worth one


class _Mixture(LanguageModel):
    """Models and their weights; the state is the tuple of their states."""

    def __init__(self, models: Sequence[LanguageModel], weights: Sequence[float] | None = None) -> None:
        if len(models) < 2:
            raise OptionError(f"a mixture of {len(models)} models, expected at least 2")
        check_same_words(models)
        if weights is not None:
            weights = [real("weights", weight, 0) for weight in weights]
        if weights is not None and len(weights) != len(models):
            raise OptionError(f"{len(weights)} weights, expected {len(models)}, one for each model")
        self.models = list(models)
        self.words = models[0].words
        known = [model.preparation for model in models if model.preparation is not None]
        self.preparation = known[0] if known else None
        self.weights: Floats = np.array(weights if weights is not None else [1 / len(models)] * len(models), np.float64)
        if not np.isfinite(self.weights).all() or (self.weights < 0).any() or not self.weights.sum() > 0:
            raise OptionError(f"weights {self.weights.tolist()}, expected no number below 0, and at least one above 0")
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
        models: models over the same words.
        weights: one for each model, scaled to sum to 1; equal by default.

    Raises:
        OptionError: the words differ, or the weights are invalid.
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
        each = [model.token_log_probabilities(sentences, workers=workers) for model in self.models]
        return _mix(np.stack(each), self.weights)

    def fit(
        self,
        text: Text,
        *,
        workers: int | None = None,
        progress: bool | OnProgress | None = True,
        **reading: Unpack[ReadingOptions],
    ) -> LinearMixture:
        r"""Set the weights that make a held-out text most probable, by EM; returns the mixture.

        lambda_i  <-  mean over the tokens of  lambda_i p_i / sum over j of lambda_j p_j

        Args:
            text: as for :meth:`perplexity`; every model scores it once.
            workers: threads, by default all cores.
            progress: whether to show a progress bar, in a notebook or if stderr is a terminal; or a function that is
                called from time to time with the number of tokens that a model has scored, and their total number.
            reading: as for :meth:`perplexity`.
        """
        sentences = self.encoder.encode(text, workers=workers, **reading)
        with contextlib.closing(Spool(temporary_folder(), np.float64)) as spool, Watch(progress) as watch:
            told = watch.told(show_tokens)
            for parts in zip(*(model._scored(sentences, workers, told) for model in self.models), strict=True):
                values = np.stack([of_model for _, of_model in parts], axis=1)
                values = values[np.isfinite(values).any(axis=1)]
                spool.append(np.exp(values - values.max(axis=1, keepdims=True)).ravel())
            probabilities = spool.mapped().reshape(-1, len(self.models))
        for _ in range(_ROUNDS):
            updated = np.zeros(len(self.models))
            for first in range(0, len(probabilities), _AT_A_TIME):
                joint = self.weights * probabilities[first : first + _AT_A_TIME]
                updated += (joint / joint.sum(axis=1, keepdims=True)).sum(axis=0)
            updated /= len(probabilities)
            converged = np.abs(updated - self.weights).max() < 1e-7
            self.weights = updated
            if converged:
                break
        return self


class LogLinearMixture(_Mixture):
    r"""p(w | h) = product of p_i(w | h)^lambda_i / Z(h), with Z(h) the sum of the product over all words.

    Each step computes the whole distribution of every model. Weights do not have to sum to 1.

    Args:
        models: models over the same words.
        weights: one for each model; by default they are equal and sum to 1.

    Raises:
        OptionError: the words differ, or the weights are invalid.
    """

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        value = float(self.log_probabilities(state)[word_id])
        return value, self._step_all(state, word_id)[1]

    def log_probabilities(self, state: State) -> Floats:
        return _normalised(_weighted(self._all_log_probabilities(state), self.weights))

    def fit(
        self,
        text: Text,
        *,
        workers: int | None = None,
        progress: bool | OnProgress | None = True,
        **reading: Unpack[ReadingOptions],
    ) -> LogLinearMixture:
        r"""Set the weights that make a held-out text most probable; returns the mixture.

        EM does not apply: it divides every token among the models that may have produced it, and here no model produces
            a token alone. But log p(w | h) = sum of lambda_i log p_i(w | h) - log Z(h) is linear in the weights minus a
            log-sum-exp of linear functions, and therefore concave with a single maximum. It is found by Newton's
            method, with steps halved until the text becomes more probable, and no weight below 0. With E and Cov over
            p(. | h),

            gradient_i = sum over tokens of  log p_i(w) - E[log p_i]
            Hessian_ij = - sum over tokens of  Cov[log p_i, log p_j]

        Words to which some model gives no probability are left out of both tokens and sums.

        Args:
            text: a few thousand tokens; each of about five iterations computes the whole distribution of every model at
                every token.
            workers: number of threads that read the text.
            progress: whether to show a progress bar, in a notebook or if stderr is a terminal; or a function that is
                called from time to time with the number of tokens done in this iteration, and their total number.
            reading: as for :meth:`perplexity`.
        """
        sentences = self.encoder.encode(text, workers=workers, **reading)
        with Watch(progress) as watch:
            self._climb(sentences, watch.told(show_tokens))
        return self

    def _climb(self, sentences: Sentences, progress: OnProgress | None) -> None:
        """Newton's method from the present weights to the best ones."""
        here = self._slope(sentences, self.weights, progress)
        for _ in range(_NEWTON_ROUNDS):
            free = (self.weights > 0) | (here.gradient > 0)  # the others would go below 0
            step = np.zeros(len(self.models))
            step[free] = np.linalg.solve(here.curvature[np.ix_(free, free)], here.gradient[free])
            if here.gradient @ step < _NEWTON_GAIN * sentences.tokens:
                break
            moved = np.maximum(self.weights + step, 0.0)
            while (there := self._slope(sentences, moved, progress)).log_probability < here.log_probability:
                step /= 2
                moved = np.maximum(self.weights + step, 0.0)
            self.weights, here = moved, there

    def _slope(self, sentences: Sentences, weights: Floats, progress: OnProgress | None) -> _Slope:
        """log p of a text with given weights, and its first and second derivatives."""
        total, gradient = 0.0, np.zeros(len(weights))
        curvature = 1e-6 * np.eye(len(weights))
        ends, state = set(sentences.ends.tolist()), self.start()
        for place, target in enumerate(sentences.targets().tolist()):
            values = self._all_log_probabilities(state)
            state = self.start() if place in ends else self._step_all(state, target)[1]
            possible = np.asarray(np.isfinite(values).all(axis=0))
            if possible[target]:
                logs = values[:, possible]
                scores = weights @ logs
                p = np.exp(scores - scores.max())
                log_z = scores.max() + np.log(p.sum())
                p /= p.sum()
                expected = logs @ p
                total += float(weights @ values[:, target] - log_z)
                gradient += values[:, target] - expected
                curvature += (logs * p) @ logs.T - np.outer(expected, expected)
            if progress is not None and (place + 1) % 100 == 0:
                progress(place + 1, sentences.tokens)
        return _Slope(total, gradient, curvature)


class _Slope(NamedTuple):
    """log p of a text; its gradient (models,) and its Hessian, negated (models, models), in the weights."""

    log_probability: float
    gradient: Floats
    curvature: Floats


def _mix(values: Floats, weights: Floats) -> Floats:
    """log of the weighted sum of probabilities given as logarithms. # (models, n) -> (n,)"""
    highest = values.max(axis=0)
    shift = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(shift + np.log(weights @ np.exp(values - shift)))


def _weighted(values: Floats, weights: Floats) -> Floats:
    """The weighted sum of logarithms; a model with weight 0 is ignored. # (models, n) -> (n,)"""
    used = weights > 0
    if not used.any():  # the same for all words that are possible
        return np.asarray(np.where(np.isfinite(values).all(axis=0), 0.0, -np.inf))
    return np.asarray(weights[used] @ values[used])


def _normalised(values: Floats) -> Floats:
    if not np.isfinite(values).any():  # no word is possible under all models
        return values
    shifted = values - values.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


MIXTURES: dict[str, type[LinearMixture] | type[LogLinearMixture]] = {
    "linear": LinearMixture,
    "log-linear": LogLinearMixture,
}
