"""Skip-gram by hierarchical softmax over the Huffman tree of the counts. An example is a pair of words."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.skipgram_hierarchical import (
    TreePlan,
    TreeScratch,
    skipgram_hierarchical,
    skipgram_hierarchical_lanes,
    tree_scratch,
)
from firth.training.configuration import Configuration
from firth.training.huffman import HOT_NODES, Tree
from firth.training.learners.kernel_learner import CURVATURE, KernelLearner, LanePlan
from firth.training.learners.window_sampler import WindowSampler
from firth.training.minibatch import FROZEN, LARGEST_STEP, pair_weights, worst_loss
from firth.training.weights import Weights

_BLOCKS_OF_A_ROUND = 64
_CENTERS = 4


class HierarchicalSkipgram(KernelLearner):
    """See the module."""

    kernel = staticmethod(skipgram_hierarchical)
    kernel_by_lanes = staticmethod(skipgram_hierarchical_lanes)

    def __init__(self, configuration: Configuration, counts: npt.NDArray[np.int64]) -> None:
        self.configuration = configuration
        self.sampler = WindowSampler(configuration, counts, weighed=True)
        self.tree = Tree(counts)
        self.targets = self.tree.paths
        self.worst_loss = worst_loss(self.tree.mean_path * math.log(2))
        pairs = 2 * configuration.widest_window
        self.operations = max(1.0, 6 * configuration.vector_size * self.tree.mean_path * pairs)
        self.plan = tree_plan(configuration, self.worst_loss)
        self.telling = self.plan._replace(**FROZEN)
        centers = _BLOCKS_OF_A_ROUND * self.plan.centers
        step = CURVATURE * configuration.positives_per_center
        self.lane_plan = LanePlan(
            blocks=_BLOCKS_OF_A_ROUND,
            noise=0,
            inputs=centers + 2 * self.plan.window,
            outputs=centers * self.tree.longest_path,
            input_step=step,
            output_step=step,
        )

    def scratch(self, weights: Weights, longest: int, *, shared: bool) -> TreeScratch:  # noqa: ARG002
        nodes, columns = weights.output_vectors.shape
        hot = min(HOT_NODES, nodes) if shared else 0
        return tree_scratch(self.plan.centers, self.plan.window, self.tree.longest_path, columns, hot)


def tree_plan(configuration: Configuration, worst_loss: float) -> TreePlan:
    """The plan of a kernel call."""
    nearest, decay = pair_weights(configuration)
    most = LARGEST_STEP / max(configuration.first_learning_rate * configuration.positives_per_center, 1e-9)
    return TreePlan(
        dims=configuration.vector_size,
        window=configuration.widest_window,
        centers=max(1, min(_CENTERS, int(most + 1e-9))),
        nearest=nearest,
        decay=decay,
        largest_step=LARGEST_STEP,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
    )
