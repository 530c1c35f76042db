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

from firth.training.configuration import Configuration

LARGEST_STEP = 0.8
"""Most that the learning rate times the examples of one row in a minibatch may add up to."""
LARGEST_SUM = 17.0
"""Most that the learning rate times all examples of one center, positive and noise, may add up to."""
FROZEN = {"change_inputs": False, "change_outputs": False}
"""What a plan has where nothing is learned."""


def worst_loss(ignorant: float) -> float:
    """Ten times the mean loss of a model that knows nothing, ``ignorant``: only a training that diverges has more."""
    return 10 * max(1.0, ignorant)


def pair_weights(configuration: Configuration) -> tuple[float, float]:
    """The weight of a skip-gram pair at distance 0, and by how much it falls with each step."""
    decay = 1.0 / configuration.widest_window if configuration.shrink_windows else 0.0
    return 1.0 + decay, decay
