"""``firth demo``"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from firth.cli.files import VectorsOutput, Verb, save_vectors
from firth.cli.output import echo

if TYPE_CHECKING:
    from firth.vectors import WordVectors

_NEIGHBORS = ("list", "thread", "read", "error", "socket", "month")
_ANALOGIES = (
    ("min", "max", "first"),
    ("one", "two", "first"),
    ("open", "close", "start"),
    ("read", "write", "load"),
    ("is", "are", "was"),
)


@click.command(cls=Verb)
@click.option(
    "-o",
    "--output",
    type=VectorsOutput(stdout=False),
    help="Save the vectors to this file; its suffix determines the format.",
)
def command(output: str | None) -> None:
    """Train on the source code of Python's standard library, and show nearest words, analogies and timings."""
    times = _Times()
    from firth.text.stdlib import paragraphs, source_files
    from firth.training.progress import Display
    from firth.training.report import Report
    from firth.word2vec import Word2Vec

    files = source_files()
    times.stage_ends("importing")

    echo(f"Learning from the {len(files):,} source files of Python's standard library on this machine.")
    model = Word2Vec(min_count=10, epochs=15)
    with Display(lines=True) as display:

        def report(facts: Report) -> None:
            times.stage_ends("reading and counting")
            display.report(facts)

        model.fit(
            paragraphs(files),
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
    times.stage_ends("answering")

    echo("", "seconds, the compilation of a first run included")
    for stage, seconds in times.seconds.items():
        echo(f"  {stage:<22}{seconds:6.2f}")
    if output:
        save_vectors(vectors, output)
        echo("", f"saved {output}; try: firth neighbors {output} list thread read")


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
        if word in vectors:  # the library differs between versions of Python
            nearest = ", ".join(neighbor for neighbor, _ in vectors.most_similar(word, topn=7))
            echo(f"  {word:<8}{nearest}")


def _show_analogies(vectors: WordVectors) -> None:
    echo("", "analogies")
    for a, b, c in _ANALOGIES:
        if all(word in vectors for word in (a, b, c)):
            answers = ", ".join(answer for answer, _ in vectors.analogy(a, b, c, topn=3))
            echo(f"  {f'{a} is to {b} as {c} is to':<32}{answers}")
