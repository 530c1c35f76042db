"""``firth align A B``"""

from __future__ import annotations

import click

from firth.cli.files import VectorsInput, VectorsOutput, Verb, save_vectors
from firth.cli.neighbors import aligned
from firth.cli.output import echo, echo_json
from firth.vectors import WordVectors
from firth.vectors.transforms import align, drift
from firth.vectors.transforms.alignment import shared_words


@click.command(cls=Verb)
@click.argument("a", type=VectorsInput())
@click.argument("b", type=VectorsInput())
@click.option("-n", "--topn", default=20, show_default=True, type=click.IntRange(min=0), help="Words in the table.")
@click.option("--anchors", type=click.IntRange(min=1), help="Rotate by so many first shared words; all if left out.")
@click.option(
    "-o",
    "--output",
    type=VectorsOutput(stdout=False),
    help="Write A, rotated onto B, to this file; its suffix names the format.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and word.")
def command(a: str, b: str, topn: int, anchors: int | None, output: str | None, as_json: bool) -> None:
    """Rotate the vectors A onto B, and print the words that then stand farthest apart, with their similarity.

    Between the same language at two times, or of two groups, these are the words whose use differs most.
    """
    source, target = WordVectors.load(a), WordVectors.load(b)
    rotated = align(source, target, shared_words(source, target)[:anchors])
    if output is not None:
        save_vectors(rotated, output)
    moved = drift(rotated, target)[:topn]
    if as_json:
        for word, similarity in moved:
            echo_json({"word": word, "similarity": round(similarity, 6)})
    else:
        echo(*aligned([(word, similarity) for word, similarity in moved]))
