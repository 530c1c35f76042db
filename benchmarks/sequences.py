"""Presets beside the plain defaults, on sessions of items and on walks over graphs.

    python benchmarks/sequences.py lastfm_sessions.txt --graph karate.edgelist

Items: a line of the sessions file is a user and then the items in order. The last item of each session is held out,
training sees the others, and hit rate and NDCG at k say where the held-out item stands among all items not in the
session. Options are chosen with --validate: it leaves out the last item altogether, and the one before it is guessed.

Graphs: uniform walks and those of node2vec, trained on by the defaults and by the preset for as many epochs.
Links: a fifth of the edges is held out (no node is left without one), walks are made over the others, and the AUC says
how often a held-out edge has a higher cosine than a pair of nodes without an edge. Groups: half of the nodes are known,
and each other node is put into the group whose known nodes have the nearest mean vector. Groups are the two that the
karate club split into (Zachary 1977), and those of a planted partition, a random graph in which edges inside a group
are likelier than edges between groups.

All rows are trained for the same number of epochs. Means over the seeds 1, 2, ... with sample standard deviations; the
seed draws the split, the graph, the walks and the training. The defaults have min_count 1, or most items would be gone.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from scipy.stats import mannwhitneyu

from firth import Word2Vec, WordVectors, encode
from firth.evaluation import SessionSet, sequences
from firth.graphs import Graph, walks

Edge = tuple[str, ...]
Learn = Callable[[Iterable[Edge], int], WordVectors]

PLAIN: dict[str, Any] = {"min_count": 1}
WALKS = {"uniform": (1.0, 1.0), "node2vec p 1 q 0.5": (1.0, 0.5)}
KARATE = {str(node) for node in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22)}  # one of its two groups
GROUPS, SIZE, INSIDE, BETWEEN = 8, 40, 0.15, 0.03  # of the planted partition; the last two are chances of an edge


@click.command
@click.argument("sessions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--graph", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The karate club's edges.")
@click.option("-k", "k", default=10, show_default=True, help="Items that count as found.")
@click.option("--seeds", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--epochs", default=20, show_default=True, help="For every row of the table of items.")
@click.option("--graph-epochs", default=5, show_default=True, help="For every row of the tables of graphs.")
@click.option("--validate", is_flag=True, help="Guess the item before the last.")
@click.option("--exponent", "exponents", multiple=True, type=float, help="Try the preset with this noise exponent too.")
@click.option("--workers", default=2, show_default=True)
def main(
    sessions: Path,
    graph: Path | None,
    k: int,
    seeds: int,
    epochs: int,
    graph_epochs: int,
    validate: bool,
    exponents: tuple[float, ...],
    workers: int,
) -> None:
    """Train on SESSIONS and on walks over graphs, with presets and without."""
    lines = [line.split()[1:] for line in sessions.read_text(encoding="utf-8").splitlines()]
    items = [line[:-1] if validate else line for line in lines]
    test = SessionSet(sessions.stem, [line for line in items if len(line) > 1])
    variants: dict[str, dict[str, Any]] = {
        "defaults": PLAIN,
        "defaults, 20 negatives": {**PLAIN, "negative": 20},
        "preset items": {"preset": "items"},
    }
    for exponent in exponents:
        variants[f"  noise exponent {exponent:g}"] = {"preset": "items", "noise_exponent": exponent}
    with encode([line[:-1] for line in test.sessions], min_count=1) as corpus:
        counts = f"{len(test.sessions):,} sessions, {len(corpus.vocabulary):,} items"
        click.echo(f"{sessions.stem}: {counts}; {epochs} epochs, {seeds} seeds")
        click.echo(f"{'':26}{f'hit rate at {k}':>18}{f'NDCG at {k}':>18}")
        for name, options in variants.items():
            both = {**options, "epochs": epochs, "workers": workers}
            found = [sequences(train(corpus, seed=seed, **both), test, k=k) for seed in range(1, seeds + 1)]
            click.echo(f"{name:26}{mean(100 * r.hit_rate for r in found):>18}{mean(100 * r.ndcg for r in found):>18}")
    if graph is not None:
        graphs(graph, seeds, {"epochs": graph_epochs, "workers": workers})


def train(source: Any, preset: str = "", **options: Any) -> WordVectors:
    """Vectors by a preset, or by options alone."""
    model = Word2Vec.preset(preset, **options) if preset else Word2Vec(**options)
    return model.fit(source).vectors


def graphs(path: Path, seeds: int, options: dict[str, Any]) -> None:
    """The three tables of graphs as one: walks and options by task."""
    edges = sorted({tuple(sorted(line.split()[:2])) for line in path.read_text().splitlines() if line.strip()})
    click.echo(f"\n{path.stem}: {len(edges)} edges; planted: {GROUPS} groups of {SIZE}; {options['epochs']} epochs")
    click.echo(f"{'':36}{'links, AUC':>16}{'two groups':>16}{'planted groups':>16}")
    for kind, (p, q) in WALKS.items():
        for name, chosen in (("defaults", PLAIN), ("preset graph", {"preset": "graph"})):
            learn = partial(vectors_of, p=p, q=q, options={**chosen, **options})
            cells = [
                mean(100 * task(seed, learn) for seed in range(1, seeds + 1))
                for task in (partial(links, edges), partial(factions, edges), planted)
            ]
            click.echo(f"{f'{kind}, {name}':36}" + "".join(f"{cell:>16}" for cell in cells))


def vectors_of(edges: Iterable[Edge], seed: int, *, p: float, q: float, options: dict[str, Any]) -> WordVectors:
    """Vectors of the nodes, trained on ten walks of 80 nodes from each."""
    graph = Graph((a, b, 1.0) for a, b in edges)
    return train(list(walks(graph, p=p, q=q, seed=seed)), seed=seed, **options)


def links(edges: list[Edge], seed: int, learn: Learn) -> float:
    """Share of pairs of a held-out edge and a pair without an edge, of which the edge has the higher cosine."""
    kept, held_out = split(edges, seed)
    vectors = learn(kept, seed)
    nodes = sorted(set(itertools.chain.from_iterable(edges)))
    without = sorted(set(itertools.combinations(nodes, 2)) - set(edges))
    cosines = [[vectors.similarity(a, b) for a, b in pairs] for pairs in (held_out, without)]
    return float(mannwhitneyu(*cosines).statistic) / (len(cosines[0]) * len(cosines[1]))


def split(edges: list[Edge], seed: int) -> tuple[list[Edge], list[Edge]]:
    """Edges to keep, and a fifth held out whose nodes keep another."""
    degrees: dict[str, int] = {}
    for node in itertools.chain.from_iterable(edges):
        degrees[node] = degrees.get(node, 0) + 1
    held_out: list[Edge] = []
    for number in np.random.default_rng(seed).permutation(len(edges)).tolist():
        a, b = edges[number]
        if len(held_out) < len(edges) // 5 and degrees[a] > 1 and degrees[b] > 1:
            held_out.append((a, b))
            degrees[a] -= 1
            degrees[b] -= 1
    return [edge for edge in edges if edge not in held_out], held_out


def factions(edges: list[Edge], seed: int, learn: Learn) -> float:
    """Nodes of the karate club put into their group."""
    return grouped({node: node in KARATE for node in itertools.chain.from_iterable(edges)}, learn(edges, seed), seed)


def planted(seed: int, learn: Learn) -> float:
    """Nodes of a planted partition, drawn anew for each seed, put into their group."""
    rng = np.random.default_rng(seed)
    nodes = {f"{group}.{number}": group for group in range(GROUPS) for number in range(SIZE)}
    pairs = itertools.combinations(nodes, 2)
    edges = [(a, b) for a, b in pairs if rng.random() < (INSIDE if nodes[a] == nodes[b] else BETWEEN)]
    connected = set(itertools.chain.from_iterable(edges))
    return grouped({node: group for node, group in nodes.items() if node in connected}, learn(edges, seed), seed)


def grouped(groups: dict[str, int], vectors: WordVectors, seed: int) -> float:
    """Share of the nodes put into their group, when the groups of the others, a random half, are known."""
    nodes = sorted(groups)
    units = np.stack([vectors.get_vector(node, norm=True) for node in nodes])
    labels = np.array([groups[node] for node in nodes], int)
    known = np.random.default_rng(seed).permutation(len(nodes)) < len(nodes) // 2
    means = np.stack([units[known & (labels == label)].mean(axis=0) for label in range(labels.max() + 1)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return float(((units[~known] @ means.T).argmax(axis=1) == labels[~known]).mean())


def mean(figures: Iterable[float]) -> str:
    """Mean and spread."""
    values = list(figures)
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.2f} +- {spread:.2f}"


if __name__ == "__main__":
    main()
