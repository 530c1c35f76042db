"""Random numbers and what the kernels draw with them: subsampled windows and noise words."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

_LOW_HALF = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class Windows(NamedTuple):
    """The kept tokens of a stretch of text and the window of each; buffers, filled by :func:`sample_windows`."""

    words: npt.NDArray[np.int32]  # (tokens,) word ids
    first: npt.NDArray[np.int32]  # (tokens,) position of the first word of the window
    last: npt.NDArray[np.int32]  # (tokens,) position of its last word


NOISE = np.dtype([("threshold", np.uint32), ("alias", np.int32)])
"""A column of Walker's alias table: draw one evenly, then keep it or take its alias.

``threshold`` is the chance to keep column j, in units of 2**-32. Both in one record, for a draw is a wait for memory.
"""

Noise = npt.NDArray[np.void]  # (words,) NOISE: the noise distribution


@njit(nogil=True, cache=True, forceinline=True)
def random64(state):
    """64 random bits: SplitMix64 (Steele, Lea and Flood 2014) over the counter ``state[0]``."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(nogil=True, cache=True, forceinline=True)
def below(bits, limit):
    """A whole number in [0, limit) from 32 random bits."""
    return np.int64((bits * np.uint64(limit)) >> _HALF)


@njit(nogil=True, cache=True)
def draw_noise(noise, count, state, drawn):
    """Fill ``drawn[:count]`` with independent draws from the noise distribution."""
    for k in range(count):
        bits = random64(state)
        column = below(bits >> _HALF, noise.shape[0])
        alias = noise[column].alias  # read either way, for a branch on a random number is guessed wrong
        drawn[k] = alias if bits & _LOW_HALF >= noise[column].threshold else np.int32(column)


@njit(nogil=True, cache=True)
def sample_windows(ids, bounds, keep, window, shrink, state, windows):
    """Drop tokens at random, give each that stays a window inside its sentence, and return how many stay.

    Args:
        ids: word ids of consecutive sentences.
        bounds: (sentences + 1,) where each begins in ``ids``.
        keep: (words,) the chance to keep a token of each word, in units of 2**-32.
        window: most words on either side; with ``shrink`` each token draws its own width from 1 to ``window``.
        state: (1,) uint64, the random state.
        windows: the buffers to fill, at least ``len(ids)`` long.
    """
    words, first, last = windows.words, windows.first, windows.last
    kept = 0
    for sentence in range(bounds.shape[0] - 1):
        begin = kept
        for token in range(bounds[sentence], bounds[sentence + 1]):
            word = ids[token]
            bits = random64(state)
            width = 1 + below(bits & _LOW_HALF, window) if shrink else window
            # Written either way, for a branch on a random number is guessed wrong; the next token writes over it.
            words[kept] = word
            first[kept] = max(begin, kept - width)
            last[kept] = kept + width
            kept += bits >> _HALF <= keep[word]
        for i in range(begin, kept):
            last[i] = min(last[i], kept - 1)
    return kept
