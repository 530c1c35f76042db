"""Graphs as text: random walks over edges, whose nodes are words and whose walks are sentences."""

from firth.graphs.edges import Graph
from firth.graphs.walks import walks

__all__ = ["Graph", "walks"]
