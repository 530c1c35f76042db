"""Hyper-parameters by trial: a search for the options that a test likes best."""

from firth.tuning.metrics import Metric, metric_of
from firth.tuning.search import Trial, Tuning, tune
from firth.tuning.space import Dimension, Space, default_space, parse_dimension

__all__ = ["Dimension", "Metric", "Space", "Trial", "Tuning", "default_space", "metric_of", "parse_dimension", "tune"]
