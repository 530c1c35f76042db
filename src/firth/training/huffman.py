"""The Huffman tree as kernels take it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.tree import Paths
from firth.objectives.hierarchical import huffman_tree

HOT_NODES = 512
"""Nodes at the top of the tree of whose rows each worker has its own copies."""


class Tree:
    """The paths from the root to all words.

    Attributes:
        paths: the tree.
        longest_path: nodes of the longest path.
        mean_path: nodes of a token's path, on the mean.

    Args:
        counts: (words,) how often each word occurs.
    """

    def __init__(self, counts: npt.NDArray[np.int64]) -> None:
        self.paths = Paths(*huffman_tree(counts))
        lengths = np.diff(self.paths.bounds)
        self.longest_path = int(lengths.max(initial=0))
        self.mean_path = float(lengths @ counts / counts.sum())
