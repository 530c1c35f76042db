"""The learning rate over a training."""

from __future__ import annotations

from firth.training.configuration import Configuration


def learning_rate(configuration: Configuration, progress: float) -> float:
    """The learning rate after a share ``progress`` (0 to 1) of all tokens of all epochs; it falls linearly."""
    first, last = configuration.first_learning_rate, configuration.last_learning_rate
    return first + (last - first) * progress
