"""Each worker's own copy of the output rows that all workers change most.

Every path of a tree begins at the same few inner nodes, and noise words are mostly frequent ones, so workers would pass
the cache lines of these rows back and forth. So each has a copy of the first ``hot`` rows of its own, nodes being
numbered from the root outward and words by their frequency, and every few thousand centers adds the difference since
the last time to the shared rows.
"""

from numba import njit

MERGE_EVERY = 4096
"""Centers between two merges of the hot rows."""


@njit(nogil=True, cache=True, forceinline=True)
def take_hot(output_vectors, s):
    s.hot[:] = output_vectors[: s.hot.shape[0]]
    s.hot_before[:] = s.hot


@njit(nogil=True, cache=True, forceinline=True)
def merge_hot(output_vectors, s):
    """Add what this worker changed to the shared rows, and take what the others did."""
    for r in range(s.hot.shape[0]):
        for c in range(s.hot.shape[1]):
            merged = output_vectors[r, c] + (s.hot[r, c] - s.hot_before[r, c])
            output_vectors[r, c] = merged
            s.hot[r, c] = merged
            s.hot_before[r, c] = merged
