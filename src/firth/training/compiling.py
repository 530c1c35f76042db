"""The kernels of a model compiled by another process, while this one reads the text."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from firth.kernels.notes import is_noted, note
from firth.parallel import cores
from firth.training.backend import Cpu
from firth.training.configuration import Configuration
from firth.training.loop import TrainingLoop
from firth.training.shards import Sentences, Shards
from firth.training.weights import initial_weights, input_rows, output_rows
from firth.vectors.subwords import word_bags

_COMMAND = "import sys; from firth.training.compiling import compile_kernels; compile_kernels(sys.argv[1])"
_DECISIVE = ("architecture", "objective", "subwords", "deterministic", "vector_size", "worker_count")
"""The options that decide which kernels a model needs, and for which types."""


@contextlib.contextmanager
def compiling(configuration: Configuration) -> Iterator[Callable[[], None]]:
    """Compile the kernels of a model in another process, if there is a core for it; gives a function that awaits it.

    Numba compiles one function at a time in each process, and keeps what it compiled for all. If the other process
    fails, this one compiles when it needs to, as it would have. Nothing is done if it has been done before.
    """
    if cores() < 2 or is_noted(_name(configuration)):
        yield lambda: None
        return
    command = [sys.executable, "-c", _COMMAND, json.dumps(configuration.as_dict())]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere) as process:

        def wait() -> None:
            process.wait()

        try:
            yield wait
        finally:
            process.terminate()


def compile_kernels(options: str) -> None:
    """Train a model of two words, so that all that it needs is compiled.

    Args:
        options: the configuration as JSON.
    """
    given = Configuration.of(**json.loads(options))
    configuration = replace(given, epochs=1, sample=0.0, minn=3, maxn=6, buckets=10)
    bags = word_bags(np.array([97, 98], np.uint8), np.arange(3), configuration.scheme) if given.subwords else None
    learner = Cpu().learner(configuration, np.array([50, 50]), bags)
    inputs, outputs = input_rows(2, configuration), output_rows(2, configuration.objective)
    weights = initial_weights(inputs, outputs, configuration.vector_size, 1)
    text = Sentences(np.arange(100, dtype=np.int32) % 2, np.array([0, 100]))
    TrainingLoop(learner, weights, Shards(text), configuration).run()
    note(_name(given))


def _name(configuration: Configuration) -> str:
    """A name for all models that need the same kernels."""
    return "-".join(str(getattr(configuration, name)) for name in _DECISIVE)
