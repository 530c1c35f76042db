"""One learner for each model: what turns text into changed weights."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import numpy.typing as npt

from firth.training.configuration import Configuration
from firth.training.learners.learner import Learner
from firth.vectors.subwords import WordBags

LEARNERS = {
    ("skipgram", "negative"): ("negative_sampling_skipgram", "NegativeSamplingSkipgram"),
    ("skipgram", "hierarchical"): ("hierarchical_skipgram", "HierarchicalSkipgram"),
    ("skipgram", "softmax"): ("full_softmax", "FullSoftmax"),
    ("cbow", "negative"): ("negative_sampling_cbow", "NegativeSamplingCbow"),
    ("cbow", "hierarchical"): ("hierarchical_cbow", "HierarchicalCbow"),
    ("cbow", "softmax"): ("full_softmax", "FullSoftmax"),
}
"""The module and the class of each model; only its own kernels are imported."""


def new_learner(configuration: Configuration, counts: npt.NDArray[np.int64], bags: WordBags | None = None) -> Learner:
    """The learner of a model.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        bags: with subwords, the rows of each word.
    """
    module, name = LEARNERS[configuration.architecture, configuration.objective]
    made: Learner = getattr(import_module(f"{__name__}.{module}"), name)(configuration, counts)
    if bags is None:
        return made
    from firth.training.learners.kernel_learner import KernelLearner
    from firth.training.learners.subword_learner import SubwordLearner  # with kernels of its own

    assert isinstance(made, KernelLearner), "subwords with full softmax are refused before"
    return SubwordLearner(made, counts, bags)
