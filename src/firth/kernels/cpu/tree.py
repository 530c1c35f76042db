"""The Huffman tree in kernels, and how a kernel that serves both objectives tells it from a noise distribution."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types
from numba.core.extending import overload


class Paths(NamedTuple):
    """The Huffman tree, word after word; see ``objectives/hierarchical.py``."""

    bounds: npt.NDArray[np.int64]  # (words + 1,)
    nodes: npt.NDArray[np.int32]  # inner nodes of each path, root first
    codes: npt.NDArray[np.int8]  # 0 for the left child, 1 for the right


def paths_and_noise(targets):
    """(paths, None) for a Huffman tree, (None, noise) for a noise distribution; known where a kernel is compiled."""
    return (targets, None) if isinstance(targets, Paths) else (None, targets)


@overload(paths_and_noise, inline="always")
def _(targets):
    if isinstance(targets, types.Array):
        return lambda targets: (None, targets)
    return lambda targets: (targets, None)
