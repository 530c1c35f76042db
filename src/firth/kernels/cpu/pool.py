"""Noise words that are met again: a few of a block's are drawn anew, the others from those drawn a while ago.

A noise word's row comes from memory, which costs more than what is done with it; one drawn not long ago is still near.
Every word of the pool came from the noise distribution and stays for the same number of draws, so the expected gradient
is that of independent draws.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.sampling import draw_noise, random64

POOL = 256
"""Noise words of a pool: one byte tells which."""

_BYTES = 8
_BYTE = np.uint64(8)
_LAST = np.uint64(POOL - 1)


class Pool(NamedTuple):
    """One worker's noise words; see :func:`new_pool`."""

    words: npt.NDArray[np.int32]  # (POOL,)
    oldest: npt.NDArray[np.int64]  # (1,) place of the word that goes next


def new_pool() -> Pool:
    """A pool to be filled."""
    return Pool(np.zeros(POOL, np.int32), np.zeros(1, np.int64))


@njit(nogil=True, cache=True)
def fill_pool(noise, state, pool):
    """Draw all words anew."""
    draw_noise(noise, POOL, state, pool.words)
    pool.oldest[0] = 0


@njit(nogil=True, cache=True)
def draw_pooled(noise, fresh, state, pool, drawn):
    """Fill ``drawn``: first ``fresh`` new words, which replace the oldest in the pool, then any of the pool."""
    draw_noise(noise, fresh, state, drawn)
    for k in range(fresh):
        pool.words[pool.oldest[0]] = drawn[k]
        pool.oldest[0] = (pool.oldest[0] + 1) % POOL
    for start in range(fresh, drawn.shape[0], _BYTES):
        bits = random64(state)
        for k in range(start, min(start + _BYTES, drawn.shape[0])):
            drawn[k] = pool.words[bits & _LAST]
            bits >>= _BYTE
