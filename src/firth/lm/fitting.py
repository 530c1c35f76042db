"""Training a neural model: epochs of shuffled minibatches, dropout, and stopping when the held-out text says so."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from firth.errors import DivergenceError
from firth.lm.network import Masks
from firth.lm.optimizers import OPTIMIZERS, Optimizer
from firth.lm.output_layers import Update
from firth.lm.sentences import Sentences

if TYPE_CHECKING:
    from firth.lm.neural import NeuralModel

Array = npt.NDArray[Any]
_LATE = 100  # minibatches in the mean that progress shows
_FAR = 10  # times the loss of a model that knows nothing, which only a training that diverges has
_FEW = 1000  # tokens before the mean is judged


@dataclass(frozen=True)
class History:
    """One epoch: mean loss a token while training, and held-out perplexity if there is a held-out text."""

    loss: float
    held_out_perplexity: float | None


def fit(
    model: NeuralModel,
    sentences: Sentences,
    held_out: Sentences | None,
    progress: Callable[[float, float], None] | None = None,
) -> None:
    """Train the model in place; what it holds in the end are the parameters of the best epoch.

    Raises:
        DivergenceError: the loss grew beyond all bounds.
    """
    from firth.lm.neural import as_stream

    options = model.options
    random = np.random.default_rng(options.seed)
    optimizer: Optimizer = OPTIMIZERS[options.optimizer](options.learning_rate)
    stream, places = as_stream(sentences, options.context)
    behind = np.arange(-options.context, 0)
    batches = -(-len(places) // options.batch_size)
    best, best_parameters, waited = np.inf, _copies(model), 0
    for epoch in range(options.epochs):
        order = random.permutation(places)
        total, late = 0.0, 0.0
        for number in range(batches):
            batch = order[number * options.batch_size : (number + 1) * options.batch_size]
            optimizer.begin((epoch + number / batches) / options.epochs)
            loss = learn(model, optimizer, stream[batch[:, None] + behind], stream[batch], random)
            total += loss
            seen = number * options.batch_size + len(batch)
            if not total <= _FAR * max(1.0, math.log(len(model.words))) * (seen + _FEW):
                raise _divergence(model, epoch, seen, total / seen)
            late += loss / len(batch)
            if progress is not None and (number + 1) % _LATE == 0:
                progress(epoch + (number + 1) / batches, late / _LATE)
                late = 0.0
        perplexity = None if held_out is None else model.perplexity(held_out).perplexity
        model.history.append(History(total / len(places), perplexity))
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


def _divergence(model: NeuralModel, epoch: int, tokens: int, loss: float) -> DivergenceError:
    rate = model.options.learning_rate
    return DivergenceError(
        f"training diverged in epoch {epoch + 1}, after {tokens:,} tokens of it: "
        + (f"the mean loss is {loss:.4g}" if math.isfinite(loss) else "the loss is not finite")
        + f"; the steps were too long at learning_rate={rate:g}",
        hint=f"learning_rate={rate / 2:g}",
    )


def learn(
    model: NeuralModel,
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


def _parameters(model: NeuralModel) -> list[Array]:
    network = model.network
    return [network.input_vectors, network.hidden_weights, network.hidden_bias, model.output.output_vectors]


def _copies(model: NeuralModel) -> list[Array]:
    return [parameter.copy() for parameter in _parameters(model)]
