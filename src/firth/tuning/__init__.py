"""Search for the hyper-parameters that give the best result in a test."""

from firth.tuning.metrics import Metric
from firth.tuning.space import default_space, parse_dimension
from firth.tuning.tune import Trial, Tuning, tune

__all__ = ["Metric", "Trial", "Tuning", "default_space", "parse_dimension", "tune"]
