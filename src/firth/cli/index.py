"""``firth index VECTORS``"""

from __future__ import annotations

import click

from firth.cli.files import Output, VectorsInput, Verb
from firth.cli.output import echo
from firth.vectors import WordVectors


def _beside(context: click.Context, _: click.Parameter, output: str | None) -> str:
    return output or f"{context.params['vectors']}.index"


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.option(
    "-o",
    "--output",
    type=Output("an index", "native", stdout=False),
    callback=_beside,
    show_default="VECTORS.index",
    help="File to write the index to.",
)
@click.option(
    "--connectivity",
    default=16,
    show_default=True,
    type=click.IntRange(min=2),
    help="Number of edges per node; with more, searches find more and the index is larger.",
)
@click.option(
    "--recall",
    default=0.95,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of the ten nearest words that a search should find.",
)
@click.option(
    "--expansion",
    type=click.IntRange(min=1),
    show_default="as many as --recall needs",
    help="Number of candidates that a search examines.",
)
@click.option(
    "--precision",
    default="f32",
    show_default=True,
    type=click.Choice(["f32", "f16", "i8"]),
    help="Number format of the index.",
)
def command(vectors: str, output: str, connectivity: int, recall: float, expansion: int | None, precision: str) -> None:
    """Build an index for approximate search in VECTORS with `firth neighbors --index`, and print its recall."""
    opened = WordVectors.load(vectors)
    indexed = opened.build_index(
        recall=recall, connectivity=connectivity, expansion_search=expansion, precision=precision
    )
    indexed.save_index(output)
    echo(f"{output}: {len(opened):,} words, recall@10 {indexed.recall:.4f} with {indexed.expansion} candidates")
