"""Presets beside the plain defaults, on sessions of items and on walks over graphs.

    python benchmarks/sequences.py items lastfm_sessions.txt
    python benchmarks/sequences.py graphs lastfm_sessions.txt karate.edgelist

Items: a line of the sessions file is a user and then the items in order. The last item of each session is held out,
training sees the others, and hit rate and NDCG at k say where the held-out item stands among all items not in the
session.

Graphs: uniform walks and those of node2vec, trained on by the defaults and by the preset.
Links: users and items are nodes, and each item of a session is an edge. A fifth of the edges is held out (no node is
left without one), walks are made over the others, and the AUC says how often a held-out edge has a higher cosine than a
user and an item without an edge. Groups: half of the nodes are known, and each other node is put into the group whose
known nodes have the nearest mean vector. Groups are those of a planted partition, a random graph in which edges inside
a group are likelier than edges between groups, and the two that the karate club split into (Zachary 1977).

All rows of a table are trained for the same number of epochs. Means over the seeds 1, 2, ... with sample standard
deviations; the seed draws the split, the graph, the walks and the training. The defaults have min_count 1, or most
items would be gone. Options are chosen with --validate and --try: what the table itself is measured on has no part
there. Of sessions the last item is left out altogether, and the one before it is guessed; of the edges a fifth of those
not held out is held out in turn; planted graphs are others.
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

from firth import Word2Vec, WordVectors, encode
from firth.evaluation import SessionSet, sequences
from firth.graphs import Graph, walks
from firth.tuning import parse_dimension

Edge = tuple[str, str]
Learn = Callable[[Iterable[Edge], int], WordVectors]

PLAIN: dict[str, Any] = {"min_count": 1}
WALKS = {"uniform": (1.0, 1.0), "node2vec p 1 q 0.5": (1.0, 0.5)}
KARATE = {str(node) for node in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22)}  # one of its two groups
GROUPS, SIZE, INSIDE, BETWEEN = 16, 50, 0.15, 0.015  # of the planted partition; the last two are chances of an edge

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def shared(command: Callable[..., None]) -> Callable[..., None]:
    """The options of both tables."""
    for option in (
        click.option("--workers", default=2, show_default=True, help="1: the same figures every time."),
        click.option("--try", "tried", multiple=True, help="A row more: the preset with NAME=VALUE [NAME=VALUE...]."),
        click.option("--validate", is_flag=True, help="Measure on what the table itself has no part in."),
        click.option("--seeds", default=5, show_default=True, type=click.IntRange(min=1)),
    ):
        command = option(command)
    return command


@click.group(help=__doc__)
def main() -> None:
    """Tables of sessions and graphs."""


@main.command
@click.argument("sessions", type=_FILE)
@click.option("-k", "k", default=10, show_default=True, help="Items that count as found.")
@click.option("--epochs", default=20, show_default=True, help="For every row.")
@shared
def items(
    sessions: Path, k: int, epochs: int, seeds: int, validate: bool, tried: tuple[str, ...], workers: int
) -> None:
    """Guess the last item of each of the SESSIONS."""
    lines = [line[:-1] if validate else line for _, line in users(sessions)]
    test = SessionSet(sessions.stem, [line for line in lines if len(line) > 1])
    variants = {"defaults": PLAIN, "defaults, 20 negatives": {**PLAIN, "negative": 20}, **presets("items", tried)}
    with encode([line[:-1] for line in test.sessions], min_count=1) as corpus:
        counts = f"{len(test.sessions):,} sessions, {len(corpus.vocabulary):,} items"
        click.echo(f"{sessions.stem}: {counts}; {epochs} epochs, {seeds} seeds, {workers} workers")
        click.echo(f"{'':36}{f'hit rate at {k}':>18}{f'NDCG at {k}':>18}")
        for name, options in variants.items():
            both = {**options, "epochs": epochs, "workers": workers}
            found = [sequences(train(corpus, seed=seed, **both), test, k=k) for seed in range(1, seeds + 1)]
            click.echo(f"{name:36}{mean(100 * r.hit_rate for r in found):>18}{mean(100 * r.ndcg for r in found):>18}")


@main.command
@click.argument("sessions", type=_FILE)
@click.argument("karate", type=_FILE)
@click.option("--epochs", default=5, show_default=True, help="For every row.")
@shared
def graphs(
    sessions: Path, karate: Path, epochs: int, seeds: int, validate: bool, tried: tuple[str, ...], workers: int
) -> None:
    """Find links between users and items of the SESSIONS, and groups of nodes, those of the KARATE club among them."""
    edges = [(f"user {user}", f"item {item}") for user, line in users(sessions) for item in dict.fromkeys(line)]
    club = sorted({(a, b) for a, b, *_ in map(str.split, karate.read_text().splitlines())})
    tasks = (partial(links, edges, validate), partial(planted, validate), partial(factions, club))
    sizes = f"{len(edges):,} links; {GROUPS} groups of {SIZE} nodes; {len(club)} edges"
    click.echo(f"{sizes}; {epochs} epochs, {seeds} seeds, {workers} workers")
    click.echo(f"{'':52}{'links, AUC':>16}{'planted groups':>16}{'karate club':>16}")
    for kind, (p, q) in WALKS.items():
        for name, options in {"defaults": PLAIN, **presets("graph", tried)}.items():
            learn = partial(vectors_of, p=p, q=q, options={**options, "epochs": epochs, "workers": workers})
            cells = [mean(100 * task(seed, learn) for seed in range(1, seeds + 1)) for task in tasks]
            click.echo(f"{f'{kind}, {name}':52}" + "".join(f"{cell:>16}" for cell in cells))


def users(path: Path) -> list[tuple[str, list[str]]]:
    """Each user and the items in order."""
    fields = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [(user, line) for user, *line in fields]


def presets(name: str, tried: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The preset, and the preset with other options, each by what its row is called."""
    rows: dict[str, dict[str, Any]] = {f"preset {name}": {"preset": name}}
    for text in tried:
        changed = dict(map(parse_dimension, text.split()))
        rows[f"  {text}"] = {"preset": name, **{option: values[0] for option, values in changed.items() if values}}
    return rows


def train(source: Any, preset: str = "", **options: Any) -> WordVectors:
    """Vectors by a preset, or by options alone."""
    model = Word2Vec.preset(preset, **options) if preset else Word2Vec(**options)
    return model.fit(source).vectors


def vectors_of(edges: Iterable[Edge], seed: int, *, p: float, q: float, options: dict[str, Any]) -> WordVectors:
    """Vectors of the nodes, trained on ten walks of 80 nodes from each."""
    graph = Graph((a, b, 1.0) for a, b in edges)
    return train(list(walks(graph, p=p, q=q, seed=seed)), seed=seed, **options)


def links(edges: list[Edge], validate: bool, seed: int, learn: Learn) -> float:
    """The area under the curve: how often a held-out edge has a higher cosine than a pair of nodes without an edge."""
    kept, held_out = split(edges, seed)
    if validate:
        kept, held_out = split(kept, seed)
    vectors = learn(kept, seed)
    rng = np.random.default_rng(seed)
    sides = [sorted({edge[side] for edge in edges}) for side in (0, 1)]
    pairs = zip(*(rng.choice(nodes, 2 * len(held_out)).tolist() for nodes in sides), strict=True)
    present = set(edges)
    without = [pair for pair in pairs if pair not in present][: len(held_out)]
    linked, unlinked = (cosines(vectors, pairs) for pairs in (held_out, without))
    below = np.searchsorted(np.sort(unlinked), linked)
    return float(below.mean() / len(unlinked))


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
    gone = set(held_out)
    return [edge for edge in edges if edge not in gone], held_out


def cosines(vectors: WordVectors, pairs: list[Edge]) -> np.ndarray:
    """(pairs,) cosines of nodes."""
    units = vectors.vectors / np.maximum(vectors.norms[:, None], 1e-30)
    first, second = np.array([[vectors.key_to_index[a], vectors.key_to_index[b]] for a, b in pairs]).T
    return np.vecdot(units[first], units[second])


def planted(validate: bool, seed: int, learn: Learn) -> float:
    """Nodes of a planted partition, drawn anew for each seed, put into their group."""
    rng = np.random.default_rng([seed, validate])
    nodes = {f"{group}.{number}": group for group in range(GROUPS) for number in range(SIZE)}
    pairs = itertools.combinations(nodes, 2)
    edges = [(a, b) for a, b in pairs if rng.random() < (INSIDE if nodes[a] == nodes[b] else BETWEEN)]
    connected = set(itertools.chain.from_iterable(edges))
    return grouped({node: group for node, group in nodes.items() if node in connected}, learn(edges, seed), seed)


def factions(edges: list[Edge], seed: int, learn: Learn) -> float:
    """Nodes of the karate club put into their group."""
    return grouped({node: node in KARATE for node in itertools.chain.from_iterable(edges)}, learn(edges, seed), seed)


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
    """Mean, and spread where there is one."""
    values = list(figures)
    spread = f" +- {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2f}{spread}"


if __name__ == "__main__":
    main()
