"""How many centers a kernel may learn from at once.

A block of skip-gram by negative sampling is one minibatch: every change is computed from the rows as they stood when it
began. So a row that a block changes many times takes all these steps at once, and for the logistic loss, whose
curvature is at most |h|**2 / 4, a sum of steps beyond about one in learning-rate units overshoots where single steps
would have corrected each other.
Two things repeat a row within a block of B centers, each with P positive pairs: a noise word stands for
B * P * negative / K draws, and a word that occurs n times has n * P pairs. The block is the largest, up to a register's
worth, that keeps the learning rate times both at four fifths or less: the first is settled here, once, and the kernel
ends a block early where a word bursts. And a center with so many pairs of its own (a window over a long session) that
they alone would overshoot takes a shorter step with each, and no longer a one than the curvature along it allows.

Blocks of CBOW, and of skip-gram by hierarchical softmax, are small, for they share little: a row that every center of
one has, the root of the tree or a word that repeats, takes at most four fifths.

Minibatches of full softmax are large, and end before a word bursts as blocks do. And whatever the number of noise
words, all examples of one center together take steps that add up to 17 at most: beyond, its row would go where this one
window fits best, and each window would undo what the one before it taught.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.blocks import Plan
from firth.kernels.simd.rows import CHUNK
from firth.kernels.simd.tiles import TALL
from firth.training.configuration import Configuration

if TYPE_CHECKING:  # a training needs one of them
    from firth.kernels.cpu.pairs import CbowPlan
    from firth.kernels.cpu.skipgram_hierarchical import TreePlan
    from firth.kernels.cpu.softmax import SoftmaxPlan

LANES = 2
"""Chunks of centers in a block's registers."""

# Whole tiles, which cost no more than a part of one.
_NEGATIVES = 5 * TALL
MOST_NEGATIVES = 10 * TALL
"""Noise words of a block of skip-gram, at most."""
LARGEST_STEP = 0.8
"""Most that the learning rate times the examples of one row in a minibatch may add up to."""
LARGEST_SUM = 17.0
"""Most that the learning rate times all examples of one center, positive and noise, may add up to."""
LARGEST_CBOW_SUM = 3.0
"""The same of CBOW, whose kernel does not look at the curvature."""
_LARGEST_BATCH = 256
_CBOW_CENTERS = 8
_TREE_CENTERS = 4


def worst_loss(ignorant: float) -> float:
    """Ten times the mean loss of a model that knows nothing, ``ignorant``: only a training that diverges has more."""
    return 10 * max(1.0, ignorant)


def block_plan(configuration: Configuration, worst_loss: float, most_noise: float = 0.0) -> Plan:
    """The plan of skip-gram by negative sampling.

    Args:
        configuration: the hyper-parameters.
        worst_loss: see :func:`worst_loss`.
        most_noise: the chance of the most frequent noise word, which in a small vocabulary comes several times in a
            block.
    """
    negatives = _NEGATIVES
    centers = LANES * CHUNK
    # Draws of one noise word for one center, in steps; rounded, for 0.1 x 6 shall not be more than 0.6.
    pressure = round(configuration.first_learning_rate * configuration.positives_per_center * configuration.negative, 9)
    if centers * pressure > negatives * LARGEST_STEP:
        wanted = int(np.ceil(round(centers * pressure / LARGEST_STEP, 6)))
        negatives = min(MOST_NEGATIVES, -(-wanted // TALL) * TALL)
        centers = max(1, min(centers, int(round(negatives * LARGEST_STEP / pressure, 6))))
    centers = max(1, min(centers, int(LARGEST_STEP / max(1e-9, pressure * most_noise))))
    nearest, decay = _pair_weights(configuration)
    return Plan(
        dims=configuration.vector_size,
        window=configuration.widest_window,
        nearest=nearest,
        decay=decay,
        centers=centers,
        negatives=negatives,
        negative=float(configuration.negative),
        positives=configuration.positives_per_center,
        largest_step=LARGEST_STEP,
        largest_sum=LARGEST_SUM,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
    )


def _pair_weights(configuration: Configuration) -> tuple[float, float]:
    """What a pair of skip-gram weighs at distance 0, and how much less at each further one."""
    decay = 1.0 / configuration.widest_window if configuration.shrink_windows else 0.0
    return 1.0 + decay, decay


def tree_plan(configuration: Configuration, worst_loss: float) -> TreePlan:
    """The plan of skip-gram by hierarchical softmax."""
    from firth.kernels.cpu.skipgram_hierarchical import TreePlan

    nearest, decay = _pair_weights(configuration)
    most = LARGEST_STEP / max(configuration.first_learning_rate * configuration.positives_per_center, 1e-9)
    return TreePlan(
        dims=configuration.vector_size,
        window=configuration.widest_window,
        centers=max(1, min(_TREE_CENTERS, int(most + 1e-9))),
        nearest=nearest,
        decay=decay,
        largest_step=LARGEST_STEP,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
    )


def cbow_plan(configuration: Configuration, worst_loss: float, most_noise: float = 0.0) -> CbowPlan:
    """The plan of CBOW by negative sampling or hierarchical softmax.

    A center meets more noise words than asked for, so each has less weight than one of its own would have: of every
    eleven one is new for the block, the others are met again.

    The arguments are those of :func:`block_plan`.
    """
    from firth.kernels.cpu.pairs import CbowPlan

    most = int(LARGEST_STEP / max(configuration.first_learning_rate, 1e-9) + 1e-9)
    negative = configuration.negative if configuration.objective == "negative" else 0
    often = int(LARGEST_STEP / max(1e-9, configuration.first_learning_rate * negative * most_noise))
    fresh = -(-negative // 5)
    noise = fresh + 2 * negative
    return CbowPlan(
        centers=max(1, min(_CBOW_CENTERS, most, often)),
        noise=noise,
        fresh=fresh,
        weight=negative / max(1, noise),
        fresh_weight=negative / max(1, fresh),
        every=1.0 + negative,
        largest_sum=LARGEST_CBOW_SUM,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
        mean_gradient=configuration.cbow_gradient == "corrected",
    )


def softmax_plan(
    configuration: Configuration, counts: npt.NDArray[np.int64], keep: npt.NDArray[np.uint32], worst_loss: float
) -> SoftmaxPlan:
    """The plan of full softmax.

    Here frequent words repeat, each both as a target and with its share of every prediction, and tokens next to each
    other have hidden vectors that agree; so the step is kept four times shorter. The kernel ends a minibatch early
    where a word bursts.

    By word2vec's gradient of CBOW a row takes a whole step for each center in whose window it stands, however wide
    that is.

    Args:
        configuration: the hyper-parameters.
        counts: (words,) how often each word occurs.
        keep: (words,) the chance to keep a token of each word, in units of 2**-32.
        worst_loss: see :func:`worst_loss`.
    """
    from firth.kernels.cpu.softmax import SoftmaxPlan

    rate = max(1e-9, configuration.first_learning_rate)
    stay = counts * (keep / 2.0**32)
    step = rate * configuration.positives_per_center * float(stay.max() / stay.sum())
    batch = max(1, min(_LARGEST_BATCH, int(LARGEST_STEP / max(4 * step, 1e-6))))
    steps = configuration.positives_per_center
    if configuration.architecture == "cbow" and configuration.cbow_gradient == "word2vec":
        if rate * configuration.contexts_per_center > LARGEST_STEP:
            batch = min(batch, max(1, int(LARGEST_STEP / rate)))
        steps = min(float(batch), configuration.contexts_per_center)
    return SoftmaxPlan(
        skipgram=configuration.architecture == "skipgram",
        batch=batch,
        steps=steps,
        largest_step=LARGEST_STEP,
        worst_loss=worst_loss,
        change_inputs=configuration.freeze != "input",
        change_outputs=configuration.freeze != "output",
        mean_gradient=configuration.cbow_gradient == "corrected",
    )
