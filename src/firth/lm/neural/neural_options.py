"""Options of the network and the training of a neural language model."""

from __future__ import annotations

from dataclasses import dataclass, fields

from firth.arguments import plain, real, switch, whole
from firth.errors import OptionError
from firth.lm.neural.optimizers import OPTIMIZERS
from firth.lm.neural.output_layers import OUTPUT_LAYERS


@dataclass(frozen=True)
class NeuralOptions:
    """Options of the network and the training of a neural model.

    Attributes:
        context: k, the number of preceding words from which the model predicts.
        vector_size: number of dimensions of the word vectors.
        hidden_size: number of units in the hidden layer.
        direct: whether the word vectors are also connected to the output layer directly.
        objective: ``"softmax"``, ``"hierarchical"`` or ``"sampled"``.
        optimizer: ``"adam"``, with a learning rate that falls linearly to zero, or ``"sgd"`` with the paper's schedule.
        learning_rate: learning rate at the start of training.
        epochs: maximum number of passes over the text.
        batch_size: number of predictions in a minibatch.
        dropout: share of the units of x and a that are dropped in training.
        weight_decay: weight decay, which pulls the weights, but not biases and input vectors, towards zero.
        patience: epochs without a better held-out perplexity after which training stops.
        noise_words: number of noise words for each minibatch, for ``"sampled"``.
        freeze_vectors: leave the input vectors as they are.
        seed: seed of the random number generator.
    """

    context: int = 4
    vector_size: int = 100
    hidden_size: int = 100
    direct: bool = False
    objective: str = "softmax"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    epochs: int = 10
    batch_size: int = 256
    dropout: float = 0.0
    weight_decay: float = 0.0
    patience: int = 2
    noise_words: int = 1024
    freeze_vectors: bool = False
    seed: int = 1

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, plain(getattr(self, field.name)))
        for name in ("context", "vector_size", "hidden_size", "epochs", "batch_size", "patience", "noise_words"):
            whole(name, getattr(self, name), 1)
        whole("seed", self.seed, 0)
        for name in ("direct", "freeze_vectors"):
            switch(name, getattr(self, name))
        if self.objective not in OUTPUT_LAYERS:
            raise OptionError(f"objective={self.objective!r}, expected one of {', '.join(OUTPUT_LAYERS)}")
        if self.optimizer not in OPTIMIZERS:
            raise OptionError(f"optimizer={self.optimizer!r}, expected one of {', '.join(OPTIMIZERS)}")
        for name in ("dropout", "learning_rate", "weight_decay"):
            real(name, getattr(self, name), 0)
        if self.dropout >= 1:
            raise OptionError(f"dropout={self.dropout}, expected less than 1")
        if not self.learning_rate:
            raise OptionError(f"learning_rate={self.learning_rate}, expected more than 0")
