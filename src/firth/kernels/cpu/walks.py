"""Random walks over a graph, uniform or biased as in node2vec."""

import numpy as np

from firth.kernels.compiled import njit
from firth.kernels.cpu.sampling import random64

_UNIT = 2.0**-53
_LOW_BITS = np.uint64(11)


@njit(nogil=True, cache=True)
def uniform(state):
    """A float64 in [0, 1)."""
    return np.float64(random64(state) >> _LOW_BITS) * _UNIT


@njit(nogil=True, cache=True)
def neighbor(bounds, targets, cumulative, node, state):
    """A neighbour of ``node``, by the weights of its edges."""
    low, high = bounds[node], bounds[node + 1] - 1
    before = cumulative[low - 1] if low else 0.0
    drawn = before + uniform(state) * (cumulative[high] - before)
    while low < high:  # the first edge whose cumulative weight is above what was drawn
        middle = (low + high) // 2
        if cumulative[middle] > drawn:
            high = middle
        else:
            low = middle + 1
    return targets[low]


@njit(nogil=True, cache=True)
def has_edge(bounds, targets, node, other):
    """Whether an edge leads from ``node`` to ``other``; the targets of a node ascend."""
    low, high = bounds[node], bounds[node + 1]
    while low < high:
        middle = (low + high) // 2
        if targets[middle] < other:
            low = middle + 1
        else:
            high = middle
    return low < bounds[node + 1] and targets[low] == other


@njit(nogil=True, cache=True)
def random_walks(bounds, targets, cumulative, starts, back, away, state, walks, lengths):
    """Fill ``walks`` (walks, length) with a walk from each start; one that cannot go on ends early.

    A step leads from v to x with a probability in proportion to alpha * w(v, x), where, having come from t, alpha is
    ``back`` if x is t, 1 if an edge leads from t to x, and ``away`` otherwise (Grover and Leskovec 2016, section 3.2.2,
    with back = 1 / p and away = 1 / q). x is drawn by weight and kept with probability alpha over the largest alpha,
    until one is kept (Yang et al. 2019, "KnightKing"), so that no table of pairs of edges is needed.

    Args:
        bounds, targets: the graph, see :class:`firth.graphs.Graph`.
        cumulative: (edges,) running sums of the weights.
        starts: (walks,) nodes.
        back, away: both 1 gives walks by weight alone.
        state: (1,) uint64, the random state.
        walks: (walks, length) int32, filled.
        lengths: (walks,) int64, filled with the nodes of each walk.
    """
    largest = max(1.0, back, away)
    biased = back != 1.0 or away != 1.0
    for walk in range(starts.shape[0]):
        node = starts[walk]
        previous = -1
        walks[walk, 0] = node
        length = 1
        while length < walks.shape[1] and bounds[node] < bounds[node + 1]:
            step = neighbor(bounds, targets, cumulative, node, state)
            while biased and previous >= 0:
                alpha = away
                if step == previous:
                    alpha = back
                elif has_edge(bounds, targets, previous, step):
                    alpha = 1.0
                if uniform(state) * largest < alpha:
                    break
                step = neighbor(bounds, targets, cumulative, node, state)
            previous, node = node, step
            walks[walk, length] = node
            length += 1
        lengths[walk] = length
