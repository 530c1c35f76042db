"""Edge lists: both ways, one way, weights, parallel edges, malformed lines."""

import pytest

from firth.errors import FileFormatError, SourceError
from firth.graphs import Graph


def neighbors(graph):
    return {
        node: {
            graph.nodes[graph.targets[edge]]: graph.weights[edge]
            for edge in range(graph.bounds[i], graph.bounds[i + 1])
        }
        for i, node in enumerate(graph.nodes)
    }


def test_edges_lead_both_ways_or_one():
    edges = [("a", "b", 1.0), ("b", "c", 2.0), ("c", "c", 4.0)]
    assert neighbors(Graph(edges)) == {"a": {"b": 1}, "b": {"a": 1, "c": 2}, "c": {"b": 2, "c": 4}}
    assert neighbors(Graph(edges, directed=True)) == {"a": {"b": 1}, "b": {"c": 2}, "c": {"c": 4}}


def test_parallel_edges_are_one():
    assert neighbors(Graph([("a", "b", 1.0), ("a", "b", 2.5)])) == {"a": {"b": 3.5}, "b": {"a": 3.5}}


def test_files(tmp_path):
    path = tmp_path / "g.edgelist"
    path.write_text("# nodes\n1 2\n\n2\t3 0.5\n")
    assert neighbors(Graph.read(path)) == {"1": {"2": 1}, "2": {"1": 1, "3": 0.5}, "3": {"2": 0.5}}


@pytest.mark.parametrize("line", ["1", "1 2 x", "1 2 0", "1 2 -1", "1 2 nan", "1 2 inf", "1 2 3 4"])
def test_a_malformed_line_is_named(tmp_path, line):
    (tmp_path / "g").write_text(f"1 2\n{line}\n")
    with pytest.raises(FileFormatError, match=r"g, line 2: .*expected two nodes"):
        Graph.read(tmp_path / "g")


def test_no_edges_and_no_file(tmp_path):
    (tmp_path / "g").write_text("# none\n")
    with pytest.raises(SourceError, match="the graph has no edges"):
        Graph.read(tmp_path / "g")
    with pytest.raises(SourceError, match="no such file"):
        Graph.read(tmp_path / "nowhere")
