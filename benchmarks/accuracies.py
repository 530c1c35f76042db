"""Accuracy on test sets, for benchmarks of several models or versions: which sets, each figure, means and spreads."""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from firth import WordVectors
from firth.evaluation import AnalogySet, SimilaritySet, analogy, similarity

TestSet = SimilaritySet | AnalogySet
_PATH = click.Path(exists=True, path_type=Path)


def test_set_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--similarity`` and ``--analogies``, any number of each; it takes the sets as ``tests``."""

    @click.option("--similarity", "similarity_files", multiple=True, type=_PATH)
    @click.option("--analogies", "analogy_files", multiple=True, type=_PATH)
    @functools.wraps(command)
    def reading(similarity_files: Iterable[Path], analogy_files: Iterable[Path], **options: Any) -> Any:
        tests = [*map(SimilaritySet.read, similarity_files), *map(AnalogySet.read, analogy_files)]
        return command(tests=tests, **options)

    return reading


def figure(vectors: WordVectors, test: TestSet) -> float:
    """Spearman's correlation times 100, or the per cent of analogy questions answered rightly."""
    if isinstance(test, SimilaritySet):
        return 100 * float(similarity(vectors, test, resamples=1).spearman)
    return 100 * float(analogy(vectors, test, resamples=1).accuracy)


def figures(models: Iterable[WordVectors], tests: list[TestSet]) -> dict[str, list[float]]:
    """For each test set the figure of each model, such as those of several seeds."""
    found: dict[str, list[float]] = {test.name: [] for test in tests}
    for vectors in models:
        for test in tests:
            found[test.name].append(figure(vectors, test))
    return found


def shown(found: Mapping[str, list[float]]) -> str:
    """Means and sample standard deviations, for a person."""
    return "   ".join(
        f"{name} {statistics.mean(values):.1f} +- {statistics.stdev(values) if len(values) > 1 else 0:.1f}"
        for name, values in found.items()
    )
