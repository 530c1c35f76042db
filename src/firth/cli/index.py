"""``firth index VECTORS``"""

from __future__ import annotations

import click

from firth.vectors import WordVectors


@click.command
@click.argument("vectors", type=click.Path())
@click.option("-o", "--output", type=click.Path(), help="File of the index; VECTORS with .index behind it if left out.")
@click.option("--connectivity", default=16, show_default=True, type=click.IntRange(min=2), help="Edges of a node.")
@click.option(
    "--recall",
    default=0.95,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of the true ten nearest words to find.",
)
@click.option(
    "--expansion", type=click.IntRange(min=1), help="Candidates of a search; as many as --recall needs if left out."
)
@click.option("--precision", default="f32", show_default=True, type=click.Choice(["f32", "f16", "i8"]), help="Numbers.")
def command(
    vectors: str, output: str | None, connectivity: int, recall: float, expansion: int | None, precision: str
) -> None:
    """Build a graph for approximate search over VECTORS, for `firth neighbors --index`, and print its recall."""
    opened = WordVectors.load(vectors)
    indexed = opened.build_index(
        recall=recall, connectivity=connectivity, expansion_search=expansion, precision=precision
    )
    path = output or f"{vectors}.index"
    indexed.save_index(path)
    click.echo(f"{path}: {len(opened):,} words, recall@10 {indexed.recall:.4f} with {indexed.expansion} candidates")
