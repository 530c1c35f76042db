"""The Huffman tree in kernels."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Paths(NamedTuple):
    """The Huffman tree, word after word; see ``objectives/hierarchical.py``."""

    bounds: npt.NDArray[np.int64]  # (words + 1,)
    nodes: npt.NDArray[np.int32]  # inner nodes of each path, root first
    codes: npt.NDArray[np.int8]  # 0 for the left child, 1 for the right
