"""Presets beside the plain defaults, on sessions of items and on walks over a graph.

    python benchmarks/sequences.py lastfm_sessions.txt --graph karate.edgelist

A line of the sessions file is a user and then the items in order. The last item of each session is held out, training
sees the others, and hit rate and NDCG at k say where the held-out item stands among all items not in the session. With
--validate the item before the last is guessed instead and the last is left out, which is how an option should be
chosen. For the graph a share of the edges is held out (no node is left without one), walks are made over the others,
and the AUC says how often a held-out edge has a higher cosine than a pair of nodes without an edge. Means over the
seeds 1, 2, ...; spreads are sample standard deviations. The defaults have min_count 1, or most items would be gone.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import numpy as np
from scipy.stats import mannwhitneyu

from firth import Word2Vec, WordVectors
from firth.evaluation import SessionSet, sequences
from firth.graphs import Graph, walks


@click.command
@click.argument("sessions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--graph", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An edge list.")
@click.option("-k", "k", default=10, show_default=True, help="Items that count as found.")
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(min=1))
@click.option("--validate", is_flag=True, help="Guess the item before the last.")
@click.option("--exponent", "exponents", multiple=True, type=float, help="Try the preset with this noise exponent too.")
@click.option("--epochs", "epochs", multiple=True, type=int, help="Try the preset with so many epochs too.")
@click.option("--workers", default=2, show_default=True)
def main(
    sessions: Path,
    graph: Path | None,
    k: int,
    seeds: int,
    validate: bool,
    exponents: tuple[float, ...],
    epochs: tuple[int, ...],
    workers: int,
) -> None:
    """Train on SESSIONS and on walks over a graph, with presets and without."""
    lines = [line.split()[1:] for line in sessions.read_text(encoding="utf-8").splitlines()]
    items = [line[:-1] if validate else line for line in lines]
    test = SessionSet(sessions.stem, [line for line in items if len(line) > 1])
    training = [line[:-1] for line in test.sessions]
    plain = {"min_count": 1}
    variants: dict[str, dict[str, Any]] = {"defaults": plain, "preset items": {"preset": "items"}}
    for exponent in exponents:
        variants[f"  noise exponent {exponent:g}"] = {"preset": "items", "noise_exponent": exponent}
    for count in epochs:
        variants[f"  {count} epochs"] = {"preset": "items", "epochs": count}
        variants[f"defaults, {count} epochs"] = {**plain, "epochs": count}
    click.echo(f"{sessions.stem}: {len(test.sessions):,} sessions, {len(set(itertools.chain(*training))):,} items")
    click.echo(f"{'':26}{f'hit rate at {k}':>18}{f'NDCG at {k}':>18}")
    for name, options in variants.items():
        found = [sequences(train(training, seed, workers, **options), test, k=k) for seed in range(1, seeds + 1)]
        click.echo(f"{name:26}{mean(100 * r.hit_rate for r in found):>18}{mean(100 * r.ndcg for r in found):>18}")
    if graph is not None:
        links(graph, seeds, workers)


def train(sentences: Iterable[list[str]], seed: int, workers: int, preset: str = "", **options: Any) -> WordVectors:
    """Vectors by a preset, or by options alone."""
    chosen = {**options, "seed": seed, "workers": workers}
    model = Word2Vec.preset(preset, **chosen) if preset else Word2Vec(**chosen)
    return model.fit(list(sentences)).vectors


def links(path: Path, seeds: int, workers: int) -> None:
    """Held-out edges, found or not, after uniform and node2vec walks."""
    edges = sorted({tuple(sorted(line.split()[:2])) for line in path.read_text().splitlines() if line.strip()})
    click.echo(f"\n{path.stem}: {len(edges)} edges, a fifth held out\n{'':36}{'AUC':>16}")
    for name, p, q, options in (
        ("uniform walks, defaults", 1.0, 1.0, {"min_count": 1}),
        ("uniform walks, preset graph", 1.0, 1.0, {"preset": "graph"}),
        ("node2vec p 1 q 0.5, preset graph", 1.0, 0.5, {"preset": "graph"}),
        ("node2vec p 1 q 2, preset graph", 1.0, 2.0, {"preset": "graph"}),
    ):
        figures = [100 * auc(edges, seed, p, q, workers, options) for seed in range(1, seeds + 1)]
        click.echo(f"{name:36}{mean(figures):>16}")


def auc(edges: list[tuple[str, ...]], seed: int, p: float, q: float, workers: int, options: dict[str, Any]) -> float:
    """Share of pairs of a held-out edge and a pair without an edge, of which the edge has the higher cosine."""
    kept, held_out = split(edges, seed)
    graph = Graph([(a, b, 1.0) for a, b in kept])
    vectors = train(walks(graph, p=p, q=q, seed=seed), seed, workers, **options)
    without = set(itertools.combinations(sorted(graph.nodes), 2)) - set(edges)
    cosines = [[vectors.similarity(a, b) for a, b in pairs] for pairs in (held_out, sorted(without))]
    statistic = mannwhitneyu(*cosines).statistic
    return float(statistic) / (len(cosines[0]) * len(cosines[1]))


def split(edges: list[tuple[str, ...]], seed: int) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Edges to keep, and a fifth held out whose nodes keep another."""
    degrees: dict[str, int] = {}
    for node in itertools.chain.from_iterable(edges):
        degrees[node] = degrees.get(node, 0) + 1
    held_out: list[tuple[str, ...]] = []
    for number in np.random.default_rng(seed).permutation(len(edges)).tolist():
        a, b = edges[number]
        if len(held_out) < len(edges) // 5 and degrees[a] > 1 and degrees[b] > 1:
            held_out.append((a, b))
            degrees[a] -= 1
            degrees[b] -= 1
    return [edge for edge in edges if edge not in held_out], held_out


def mean(figures: Iterable[float]) -> str:
    """Mean and spread."""
    values = list(figures)
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.2f} +- {spread:.2f}"


if __name__ == "__main__":
    main()
