"""``firth demo``"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from firth.cli.files import VectorsOutput, Verb, save_vectors
from firth.cli.output import echo, width

if TYPE_CHECKING:
    from firth.vectors import WordVectors

_NEIGHBORS = ("list", "thread", "socket", "month", "two", "mouse")
_ANALOGIES = (
    ("is", "are", "was"),
    ("file", "files", "list"),
    ("reading", "writing", "read"),
    ("minimum", "maximum", "lower"),
    ("function", "functions", "method"),
    ("open", "close", "start"),
)
_MAP = (
    *("one", "two", "three", "four", "five"),
    *("monday", "sunday", "week", "month", "year"),
    *("list", "tuple", "dictionary", "string", "bytes"),
    *("socket", "server", "client", "connection"),
    *("mouse", "button", "window", "canvas"),
    *("thread", "lock", "process", "daemon"),
    *("sum", "product", "matrix", "vector"),
)


@click.command(cls=Verb)
@click.option(
    "-o",
    "--output",
    type=VectorsOutput(stdout=False),
    help="Save the vectors to this file; its suffix determines the format.",
)
def command(output: str | None) -> None:
    """Train on the documentation of Python and NumPy, which every installation has, and show the results.

    It shows nearest words, analogies, a map of some words, and how long each step took.
    """
    times = _Times()
    from firth.text.documentation import help_topics, sentences, source_files
    from firth.training.compiling import compiling
    from firth.training.progress import Display
    from firth.training.report import Report
    from firth.word2vec import Word2Vec

    files = source_files()
    times.stage_ends("importing")

    echo(f"Training on the documentation in {len(files):,} files of Python and NumPy on this machine.")
    model = Word2Vec(min_count=10, epochs=20)
    with Display(lines=True) as display, compiling(model.configuration) as compiled:

        def report(facts: Report) -> None:
            times.stage_ends("reading and counting")
            compiled()
            display.report(facts)

        model.fit(
            sentences(files, help_topics()),
            progress=False,
            on_reading=display.reading,
            on_report=report,
            on_progress=display.training,
        )
    times.stage_ends("training")

    vectors = model.vectors
    losses = " and ".join(f"{loss:.3f}" for loss in (model.loss_[0], model.loss_[-1]) if loss is not None)
    echo(f"{model.vocabulary.counts.sum():,} tokens of {len(vectors):,} words")
    echo(f"The loss of the first and of the last epoch: {losses}.")
    _show_neighbors(vectors)
    _show_analogies(vectors)
    _show_map(vectors)
    times.stage_ends("answering")

    echo("", "seconds, including the compilation in a first run")
    for stage, seconds in times.seconds.items():
        echo(f"  {stage:<22}{seconds:6.2f}")
    if output:
        save_vectors(vectors, output)
    _show_next(output)


class _Times:
    """The seconds that each stage took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._began = time.perf_counter()

    def stage_ends(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name], self._began = now - self._began, now


def _show_neighbors(vectors: WordVectors) -> None:
    echo("", "nearest words")
    for word in _NEIGHBORS:
        if word in vectors:  # the documentation differs between versions
            nearest = ", ".join(f"{neighbor}" for neighbor, _ in vectors.most_similar(word, topn=7))
            echo(f"  {word:<8}{nearest}")


def _show_analogies(vectors: WordVectors) -> None:
    echo("", "analogies")
    for a, b, c in _ANALOGIES:
        if all(word in vectors for word in (a, b, c)):
            answers = ", ".join(f"{answer}" for answer, _ in vectors.analogy(a, b, c, topn=3))
            echo(f"  {f'{a} is to {b} as {c} is to':<42}{answers}")


def _show_map(vectors: WordVectors) -> None:
    """Some words in the plane of their first two principal components."""
    import numpy as np

    from firth.drawing.characters import word_map

    words = [word for word in _MAP if word in vectors]
    if len(words) > 2:
        units = np.stack([vectors.get_vector(word, norm=True) for word in words])
        left, scales, _ = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
        echo("", "a map of some words", *word_map(words, left[:, :2] * scales[:2], min(72, width() or 72)))


def _show_next(output: str | None) -> None:
    echo("", "what to try next")
    if output:
        echo(f"  firth neighbors {output} --interactive")
        echo(f"  firth analogy {output} is are was")
    else:
        echo("  firth demo -o demo.safetensors")
        echo("  firth neighbors demo.safetensors --interactive")
    echo("  firth train YOUR-TEXT.txt -o vectors.safetensors")
    echo("  firth help train")
