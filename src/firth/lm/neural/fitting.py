"""Training of a neural model: epochs of shuffled minibatches, dropout, and early stopping on a held-out text."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from firth.errors import DivergenceError
from firth.lm.neural.network import Masks, Network
from firth.lm.neural.neural_options import NeuralOptions
from firth.lm.neural.optimizers import OPTIMIZERS, Optimizer
from firth.lm.neural.output_layers import OutputLayer, Update
from firth.lm.sentences import Sentences
from firth.lm.token_scores import Perplexity

Array = npt.NDArray[Any]
_PART = 1 << 22  # tokens that are shuffled together, so that memory does not grow with the text
_LATE = 100  # minibatches in the mean that progress shows
_FAR = 10  # times the loss of a model that knows nothing, which only a training that diverges has
_FEW = 1000  # tokens before the mean is judged


@dataclass(frozen=True)
class History:
    """One epoch: mean loss a token while training, and held-out perplexity if there is a held-out text."""

    loss: float
    held_out_perplexity: float | None


class Trainable(Protocol):
    """The methods of a model that training needs."""

    words: list[str]
    options: NeuralOptions
    network: Network
    output: OutputLayer
    history: list[History]

    def perplexity(self, text: Sentences, /) -> Perplexity:
        """The perplexity of a held-out text."""


def fit(
    model: Trainable,
    sentences: Sentences,
    held_out: Sentences | None,
    progress: Callable[[float, float], object] | None = None,
) -> None:
    """Train the model in place; at the end it has the parameters of the best epoch.

    Each epoch takes the parts of the text in another order, and shuffles the tokens within each; a text of up to four
    million tokens is one part.

    Raises:
        DivergenceError: the loss diverged.
    """
    options = model.options
    random = np.random.default_rng(options.seed)
    optimizer: Optimizer = OPTIMIZERS[options.optimizer](options.learning_rate)
    parts = list(sentences.spans(_PART))
    behind = np.arange(-options.context, 0)
    best, best_parameters, waited = np.inf, _copies(model), 0
    for epoch in range(options.epochs):
        total, seen = 0.0, 0
        late: deque[float] = deque(maxlen=_LATE)
        for number in random.permutation(len(parts)).tolist():
            stream, places = sentences.part(*parts[number]).stream(options.context)
            order = random.permutation(places)
            for first in range(0, len(order), options.batch_size):
                batch = order[first : first + options.batch_size]
                optimizer.begin((epoch + seen / sentences.tokens) / options.epochs)
                loss = learn(model, optimizer, stream[batch[:, None] + behind], stream[batch], random)
                total, seen = total + loss, seen + len(batch)
                late.append(loss / len(batch))
                if not total <= _FAR * max(1.0, math.log(len(model.words))) * (seen + _FEW):
                    raise _divergence(model, epoch, seen, total / seen)
                if progress is not None and len(late) == _LATE:
                    progress(epoch + seen / sentences.tokens, sum(late) / _LATE)
                    late.clear()
        if progress is not None and late:
            progress(epoch + 1, sum(late) / len(late))
        perplexity = None if held_out is None else model.perplexity(held_out).perplexity
        model.history.append(History(total / sentences.tokens, perplexity))
        if perplexity is None:
            continue
        if perplexity < best:
            best, best_parameters, waited = perplexity, _copies(model), 0
        else:
            waited += 1
            if waited == options.patience:
                break
    if held_out is not None:
        for parameter, kept in zip(_parameters(model), best_parameters, strict=True):
            parameter[...] = kept


def _divergence(model: Trainable, epoch: int, tokens: int, loss: float) -> DivergenceError:
    rate = model.options.learning_rate
    return DivergenceError(
        f"training diverged in epoch {epoch + 1}, after {tokens:,} tokens of it: "
        + (f"the mean loss is {loss:.4g}" if math.isfinite(loss) else "the loss is not finite")
        + f"; the steps were too long at learning_rate={rate:g}",
        hint=f"learning_rate={rate / 2:g}",
    )


def learn(
    model: Trainable,
    optimizer: Optimizer,
    contexts: npt.NDArray[np.integer],
    targets: npt.NDArray[np.integer],
    random: np.random.Generator,
) -> float:
    """One step of the optimizer down the mean gradient of a minibatch; returns the loss summed over it."""
    options, network, output = model.options, model.network, model.output
    masks = Masks.draw(network, len(targets), options.dropout, random) if options.dropout else None
    active = network.forward(contexts, masks)
    loss, z_gradient, update = output.loss(active.z, targets)
    gradients = network.backward(active, z_gradient, masks)
    share = active.z.dtype.type(1 / len(targets))
    decay = options.weight_decay
    optimizer.move("output_vectors", output.output_vectors, Update(update.rows, update.gradient * share), decay)
    optimizer.move("hidden_weights", network.hidden_weights, Update(None, gradients.hidden_weights * share), decay)
    optimizer.move("hidden_bias", network.hidden_bias, Update(None, gradients.hidden_bias * share))
    if not options.freeze_vectors:
        inputs = gradients.inputs.reshape(contexts.size, -1) * share
        optimizer.move("input_vectors", network.input_vectors, Update(contexts.ravel(), inputs))
    return loss


def _parameters(model: Trainable) -> list[Array]:
    network = model.network
    return [network.input_vectors, network.hidden_weights, network.hidden_bias, model.output.output_vectors]


def _copies(model: Trainable) -> list[Array]:
    return [parameter.copy() for parameter in _parameters(model)]
