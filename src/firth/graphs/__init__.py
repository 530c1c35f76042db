"""Graphs as text: random walks over edges, whose nodes are words and whose walks are sentences."""

from firth.graphs.edges import Graph
from firth.graphs.walks import walks, write_walks

__all__ = ["Graph", "walks", "write_walks"]
