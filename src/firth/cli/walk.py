"""``firth walk EDGES -o WALKS``"""

from __future__ import annotations

import click

from firth.cli.files import Input, Output, Verb
from firth.cli.output import echo


@click.command(cls=Verb)
@click.argument("edges", type=Input())
@click.option(
    "-o", "--output", required=True, type=Output("a text", "text"), help="The walks, one a line: a corpus to train on."
)
@click.option("-n", "--number", default=10, show_default=True, help="Walks from each node.")
@click.option("--length", default=80, show_default=True, help="Nodes in a walk.")
@click.option("-p", "p", default=1.0, show_default=True, help="High: seldom straight back (node2vec).")
@click.option("-q", "q", default=1.0, show_default=True, help="High: stay near; low: go outward (node2vec).")
@click.option("--directed", is_flag=True, help="Edges lead one way only.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of everything random.")
def command(edges: str, output: str, number: int, length: int, p: float, q: float, directed: bool, seed: int) -> None:
    """Walk at random over the edges in EDGES: two nodes and, if there is one, a weight a line.

    With p and q at 1 steps follow edges by their weight; otherwise walks are biased as in node2vec.
    """
    from firth.graphs import Graph, walks, write_walks

    graph = Graph.read(edges, directed)
    sentences = walks(graph, number=number, length=length, p=p, q=q, seed=seed)
    write_walks(sentences, output)
    echo(f"{output}: {number * len(graph):,} walks over {len(graph):,} nodes", err=True)
