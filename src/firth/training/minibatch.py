"""How large the blocks of negative sampling may be.

A block is one minibatch: every change is computed from the rows as they stood when it began. So a row that a block
changes many times takes all these steps at once, and for the logistic loss, whose curvature is at most |h|**2 / 4, a
sum of steps beyond about one in learning-rate units overshoots where single steps would have corrected each other.
Three things repeat a row within a block of B centers, each with P positive pairs: a noise word, which stands for
B * P * negative / K draws; a frequent word of share p of the tokens, which occurs B * p times with P pairs each; and
nothing else. The block is the largest, up to a register's worth, that keeps the learning rate times both below one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.blocks import Plan
from firth.kernels.rows import CHUNK
from firth.training.configuration import Configuration

LANES = 2
"""Chunks of centers in a block's registers."""

_NEGATIVES = {"skipgram": 32, "cbow": 24}
_MOST_NEGATIVES = 64
_LARGEST_STEP = 1.0
_LARGEST_BATCH = 256


def block_plan(configuration: Configuration, counts: npt.NDArray[np.int64], keep: npt.NDArray[np.uint32]) -> Plan:
    """The plan of a training.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        keep: (words,) the chance to keep a token of each word, in units of 2**-32.
    """
    rate = configuration.first_learning_rate
    positives = configuration.positives_per_center
    negatives = _NEGATIVES[configuration.architecture]
    centers = LANES * CHUNK
    pressure = rate * positives * configuration.negative  # of one center on a single noise word
    if centers * pressure > negatives * _LARGEST_STEP:
        negatives = min(_MOST_NEGATIVES, int(np.ceil(centers * pressure / _LARGEST_STEP)))
        centers = max(1, min(centers, int(negatives * _LARGEST_STEP / pressure)))
    centers = min(centers, _tokens_of_a_step(configuration, counts, keep))
    return Plan(
        dims=configuration.vector_size,
        window=configuration.widest_window,
        centers=centers,
        negatives=negatives,
        negative=float(configuration.negative),
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
        mean_gradient=configuration.cbow_gradient == "corrected",
    )


def softmax_batch(configuration: Configuration, counts: npt.NDArray[np.int64], keep: npt.NDArray[np.uint32]) -> int:
    """Tokens of a minibatch of full softmax; arguments as for :func:`block_plan`.

    Here only frequent words repeat, but each both as a target and with its share of every prediction, and tokens next
    to each other have hidden vectors that agree; so the step is kept four times shorter.
    """
    return max(1, min(_LARGEST_BATCH, _tokens_of_a_step(configuration, counts, keep) // 4))


def _tokens_of_a_step(configuration: Configuration, counts: npt.NDArray[np.int64], keep: npt.NDArray[np.uint32]) -> int:
    """Tokens over which the most frequent word takes no more than the largest step."""
    stay = counts * (keep / 2.0**32)
    step = configuration.first_learning_rate * configuration.positives_per_center * float(stay.max() / stay.sum())
    return max(1, int(min(_LARGEST_STEP / step, 1e6))) if step else 1_000_000
