"""The Huffman tree in kernels, and each worker's own copy of its top.

Every path begins at the same few inner nodes, so workers would pass the cache lines of the top of the tree back and
forth. So each has a copy of the first ``hot`` nodes of its own, the nodes being numbered from the root outward, and
every few thousand centers adds the difference since the last time to the shared rows.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

MERGE_EVERY = 4096
"""Centers between two merges of the hot rows."""


class Paths(NamedTuple):
    """The Huffman tree, word after word; see ``objectives/hierarchical.py``."""

    bounds: npt.NDArray[np.int64]  # (words + 1,)
    nodes: npt.NDArray[np.int32]  # inner nodes of each path, root first
    codes: npt.NDArray[np.int8]  # 0 for the left child, 1 for the right


@njit(nogil=True, cache=True, forceinline=True)
def take_hot(node_vectors, s):
    s.hot[:] = node_vectors[: s.hot.shape[0]]
    s.hot_before[:] = s.hot


@njit(nogil=True, cache=True, forceinline=True)
def merge_hot(node_vectors, s):
    """Add what this worker changed to the shared rows, and take what the others did."""
    for r in range(s.hot.shape[0]):
        for c in range(s.hot.shape[1]):
            merged = node_vectors[r, c] + (s.hot[r, c] - s.hot_before[r, c])
            node_vectors[r, c] = merged
            s.hot[r, c] = merged
            s.hot_before[r, c] = merged
