"""Graphs: nodes and the targets of their edges."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from firth.arguments import shown, switch
from firth.errors import OptionError, SourceError
from firth.guard import guarded
from firth.text.lines import Line, read_lines


class Graph:
    """Nodes by number, with their edges row by row (compressed sparse rows).

    Args:
        edges: pairs of node names, each with a weight above 0.
        directed: whether edges lead in one direction only; otherwise an edge given in both directions counts twice.

    Attributes:
        nodes: names by number, in the order of their first edge.
        bounds: (nodes + 1,) int64, the start of the edges of each node.
        targets: (edges,) int32, the targets of the edges, ascending for each node; parallel edges are merged.
        weights: (edges,) float64, summed over parallel edges.

    Raises:
        SourceError: there are no edges.
        OptionError: a node is not a string.
    """

    def __init__(self, edges: Iterable[tuple[str, str, float]], directed: bool = False) -> None:
        numbers: dict[str, int] = {}
        starts, ends, weights = [], [], []
        directed = switch("directed", directed)
        for first, second, weight in edges:
            for node in (first, second):
                if not isinstance(node, str):
                    raise OptionError(f"a node is {shown(node)}, expected a str", hint="str(node)")
            starts.append(numbers.setdefault(first, len(numbers)))
            ends.append(numbers.setdefault(second, len(numbers)))
            weights.append(weight)
        if not starts:
            raise SourceError("the graph has no edges, expected at least one", hint="write two nodes on each line")
        self.nodes = list(numbers)
        a, b, w = np.array(starts, np.int64), np.array(ends, np.int64), np.array(weights, np.float64)
        if not directed:
            loops = a == b
            a, b, w = np.concatenate([a, b[~loops]]), np.concatenate([b, a[~loops]]), np.concatenate([w, w[~loops]])
        keys, place = np.unique(a * len(self.nodes) + b, return_inverse=True)
        self.weights: npt.NDArray[np.float64] = np.bincount(place, w).astype(np.float64)
        self.targets: npt.NDArray[np.int32] = (keys % len(self.nodes)).astype(np.int32)
        self.bounds: npt.NDArray[np.int64] = np.searchsorted(keys // len(self.nodes), np.arange(len(self.nodes) + 1))

    def __len__(self) -> int:
        return len(self.nodes)

    @classmethod
    @guarded("a graph")
    def read(cls, path: str | os.PathLike[str], directed: bool = False) -> Graph:
        """Read an edge list: two nodes and an optional weight per line, separated by spaces; ``#`` begins a comment.

        Raises:
            FileFormatError: a line is malformed; the message names the file and the line.
            SourceError, EncodingError: the file cannot be read, or holds no edges.
        """
        return cls((_edge(line) for line in read_lines(path)), directed)


def _edge(line: Line) -> tuple[str, str, float]:
    fields = line.fields()
    try:
        weight = float(fields[2]) if len(fields) == 3 else 1.0
    except ValueError:
        weight = math.nan
    if len(fields) not in (2, 3) or not (0 < weight < math.inf):
        raise line.malformed("two nodes and a weight above 0 or none")
    return fields[0], fields[1], weight
