"""Each worker's own copy of the output rows that all workers change most.

Every path of a tree begins at the same few inner nodes, and noise words are mostly frequent ones, so workers would pass
the cache lines of these rows back and forth. So each has a copy of the first ``hot`` rows of its own, nodes being
numbered from the root outward and words by their frequency, and every few thousand centers adds the difference since
the last time to the shared rows.
"""

from numba import njit

MERGE_EVERY = 4096
"""Centers between two merges of the hot rows."""


@njit(nogil=True, cache=True)
def take_hot(output_vectors, hot, before):
    """Begin with the shared rows."""
    hot[:] = output_vectors[: hot.shape[0]]
    before[:] = hot


@njit(nogil=True, cache=True)
def merge_hot(output_vectors, hot, before):
    """Add what this worker changed to the shared rows, and take what the others did."""
    for r in range(hot.shape[0]):
        for c in range(hot.shape[1]):
            merged = output_vectors[r, c] + (hot[r, c] - before[r, c])
            output_vectors[r, c] = merged
            hot[r, c] = merged
            before[r, c] = merged
