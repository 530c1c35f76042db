"""Executors of jobs: one thread, or several that share the weights or each job."""

from firth.training.executors.executor import Executor
from firth.training.executors.hogwild import Hogwild
from firth.training.executors.rounds import Rounds
from firth.training.executors.serial import Serial

__all__ = ["Executor", "Hogwild", "Rounds", "Serial"]
