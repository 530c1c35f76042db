"""``firth walk EDGES -o WALKS``"""

from __future__ import annotations

import click

from firth.cli.files import Input, Output, Verb
from firth.cli.output import echo


@click.command(cls=Verb)
@click.argument("edges", type=Input())
@click.option(
    "-o",
    "--output",
    required=True,
    type=Output("a text", "text"),
    help="File to write the walks to, one per line: a text to train on.",
)
@click.option("-n", "--number", default=10, show_default=True, help="Number of walks from each node.")
@click.option("--length", default=80, show_default=True, help="Number of nodes in a walk.")
@click.option(
    "-p",
    "p",
    default=1.0,
    show_default=True,
    help="Return parameter of node2vec; with a high value, walks rarely go straight back.",
)
@click.option(
    "-q",
    "q",
    default=1.0,
    show_default=True,
    help="In-out parameter of node2vec; with a high value, walks stay near their start.",
)
@click.option("--directed", is_flag=True, help="Follow edges in one direction only.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Seed of the random number generator."
)
def command(edges: str, output: str, number: int, length: int, p: float, q: float, directed: bool, seed: int) -> None:
    """Generate random walks over the graph in the file EDGES, which has two nodes and an optional weight per line.

    With -p 1 and -q 1, steps follow edges in proportion to their weights, as in DeepWalk; other values bias them as in
    node2vec.
    """
    from firth.graphs import Graph, walks, write_walks

    graph = Graph.read(edges, directed)
    sentences = walks(graph, number=number, length=length, p=p, q=q, seed=seed)
    write_walks(sentences, output)
    echo(f"{output}: {number * len(graph):,} walks over {len(graph):,} nodes", err=True)
