"""Walks: every step is an edge, and steps are as frequent as node2vec's formula says."""

import itertools
from collections import Counter

import numpy as np
import pytest
import scipy.stats

from firth.errors import OptionError
from firth.graphs import Graph, walks

EDGES = [("a", "b", 1.0), ("b", "c", 2.0), ("a", "c", 1.0), ("c", "d", 3.0), ("d", "e", 1.0), ("b", "e", 0.5)]
GRAPH = Graph(EDGES)
WEIGHTS = {**{(a, b): w for a, b, w in EDGES}, **{(b, a): w for a, b, w in EDGES}}


@pytest.mark.parametrize(("p", "q"), [(1, 1), (0.25, 4), (4, 0.5)])
def test_steps_are_as_frequent_as_the_formula_says(p, q):
    counts = Counter()
    for walk in walks(GRAPH, number=1000, length=50, p=p, q=q):
        counts.update(zip(walk, walk[1:], walk[2:], strict=False))
    statistic, freedom = 0.0, 0  # of all places together: one test, not one of 12 that fails by chance
    for before, node in WEIGHTS:
        weights = {
            x: w * (1 / p if x == before else 1 if (before, x) in WEIGHTS else 1 / q)
            for (v, x), w in WEIGHTS.items()
            if v == node
        }
        observed = np.array([counts[before, node, x] for x in weights])
        expected = np.array(list(weights.values())) / sum(weights.values()) * observed.sum()
        assert observed.sum() > 300
        statistic += float(((observed - expected) ** 2 / expected).sum())
        freedom += len(weights) - 1
    assert scipy.stats.chi2.sf(statistic, freedom) > 1e-3


def test_every_node_begins_as_many_walks():
    made = list(walks(GRAPH, number=3, length=4))
    assert Counter(walk[0] for walk in made) == dict.fromkeys("abcde", 3)
    assert {len(walk) for walk in made} == {4}
    assert all(step in WEIGHTS for walk in made for step in itertools.pairwise(walk))


def test_a_dead_end_ends_a_walk():
    chain = Graph([("a", "b", 1.0), ("b", "c", 1.0)], directed=True)
    assert sorted(walks(chain, number=1, length=9, p=2)) == [["a", "b", "c"], ["b", "c"], ["c"]]


def test_the_seed_fixes_the_walks():
    assert list(walks(GRAPH, seed=5)) == list(walks(GRAPH, seed=5)) != list(walks(GRAPH, seed=6))


@pytest.mark.parametrize("options", [{"number": 0}, {"length": 0}, {"p": 0}, {"q": -1}, {"p": float("nan")}])
def test_mistakes(options):
    with pytest.raises(OptionError, match="expected"):
        walks(GRAPH, **options)
