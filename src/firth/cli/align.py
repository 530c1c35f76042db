"""``firth align A B``"""

from __future__ import annotations

import click

from firth.cli.answers import aligned
from firth.cli.files import VectorsInput, VectorsOutput, Verb, save_vectors
from firth.cli.output import echo, echo_json
from firth.vectors import WordVectors
from firth.vectors.transforms import align, drift
from firth.vectors.transforms.alignment import shared_words


@click.command(cls=Verb)
@click.argument("a", type=VectorsInput())
@click.argument("b", type=VectorsInput())
@click.option(
    "-n", "--topn", default=20, show_default=True, type=click.IntRange(min=0), help="Number of words to print."
)
@click.option(
    "--anchors",
    type=click.IntRange(min=1),
    show_default="all",
    help="Number of shared words to fit the rotation to, the first ones in A.",
)
@click.option(
    "-o",
    "--output",
    type=VectorsOutput(stdout=False),
    help="Write the rotated vectors of A to this file; its suffix determines the format.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each word.")
def command(a: str, b: str, topn: int, anchors: int | None, output: str | None, as_json: bool) -> None:
    """Rotate the vectors A onto B, and print the words whose vectors then differ most, with their similarity.

    If A and B come from texts of two periods or two groups, these are the words whose use differs most.
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
