"""CBOW by hierarchical softmax over the Huffman tree of the counts."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from firth.training.configuration import Configuration
from firth.training.huffman import HOT_NODES, Tree
from firth.training.learners.cbow_learner import CbowLearner
from firth.training.minibatch import worst_loss


class HierarchicalCbow(CbowLearner):
    """See the module."""

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        tree = Tree(counts)
        super().__init__(
            configuration,
            counts,
            own=tree.longest_path,
            hot=HOT_NODES,
            worst_loss=worst_loss(tree.mean_path * math.log(2)),
        )
        self.targets = tree.paths
        dims, pairs = configuration.vector_size, 2 * configuration.widest_window
        self.operations = max(1.0, 6 * dims * tree.mean_path + 4 * dims * pairs)
