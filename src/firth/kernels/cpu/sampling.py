"""Random numbers and what the kernels draw with them: subsampled windows and noise words."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

_LOW_HALF = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_GOLDEN_SECTION = np.uint64(0x9E3779B97F4A7C15)  # of 2**64
_PARTS_BITS, _GROUPS_BITS = np.uint64(5), np.uint64(7)  # 32 parts of the distribution, 128 draws of a deck in each
_DECK_BITS = _PARTS_BITS + _GROUPS_BITS


class Windows(NamedTuple):
    """The kept tokens of a chunk of text and the window of each; buffers, filled by :func:`sample_windows`."""

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
    state[0] += _GOLDEN_SECTION
    return _mixed(state[0])


def after(state: npt.NDArray[np.uint64], draws: int) -> npt.NDArray[np.uint64]:
    """The random state after so many draws of :func:`random64`."""
    return state + np.uint64(draws * int(_GOLDEN_SECTION) % 2**64)


@njit(nogil=True, cache=True, forceinline=True)
def _mixed(z):
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
        drawn[k] = _word_at(noise, random64(state))


@njit(nogil=True, cache=True)
def draw_stratified_noise(noise, count, state, places, drawn):
    """Fill ``drawn[:count]`` from the noise distribution as from shuffled decks of cards.

    Each draw by itself has the chances of an independent one. But how often a word comes hardly varies, where
    independent draws bring a word that is expected n times n +- sqrt(n) times, and any 32 draws have frequent and rare
    words in proportion (``lab/README.md`` has what that is worth).

    A deck has one place in each of 4,096 equal parts of the distribution. It is drawn in groups of 32, one place of
    every 128 neighbours, otherwise in random order. In the next deck all places lie a golden section of a part further
    on (Weyl's sequence), so that rare words, which have much less than a part, come evenly too.

    Args:
        noise: the distribution.
        count: how many.
        state: (1,) uint64, how many have been drawn, counted from anywhere.
        places: (count or more,) uint64, room for where they lie in the distribution.
        drawn: (count or more,) the words.
    """
    first = state[0]
    state[0] += np.uint64(count)
    for k in range(count):
        number = first + np.uint64(k)
        group = number >> _PARTS_BITS
        deck = number >> _DECK_BITS
        part = _shuffled(number, _PARTS_BITS, _mixed(group))
        card = _shuffled(group, _GROUPS_BITS, _mixed(deck << _PARTS_BITS | part))
        place = (part << _GROUPS_BITS | card) << (np.uint64(64) - _DECK_BITS)
        places[k] = place + (deck * _GOLDEN_SECTION >> _DECK_BITS)
    for k in range(count):  # a loop of its own, so short that the core waits for all the words at once
        drawn[k] = _word_at(noise, places[k])


@njit(nogil=True, cache=True, forceinline=True)
def _shuffled(number, bits, key):
    """Where a permutation takes the last bits of a number: each step can be undone."""
    mask = (np.uint64(1) << bits) - np.uint64(1)
    half = bits >> np.uint64(1)
    number = (number ^ key) & mask
    number = number * (key >> np.uint64(16) | np.uint64(1)) & mask
    number ^= number >> half
    number = number * (key >> np.uint64(32) | np.uint64(1)) & mask
    return number ^ number >> half


@njit(nogil=True, cache=True, forceinline=True)
def _word_at(noise, place):
    """The noise word at a place of the distribution, in units of 2**-64."""
    columns = np.uint64(noise.shape[0])
    place = (place >> _HALF) * columns + ((place & _LOW_HALF) * columns >> _HALF)  # now in units of 2**-32 columns
    column = np.int64(place >> _HALF)
    alias = noise[column].alias  # read either way, for a branch on a random number is guessed wrong
    return alias if place & _LOW_HALF >= noise[column].threshold else np.int32(column)


@njit(nogil=True, cache=True)
def sample_windows(ids, bounds, keep, window, shrink, state, widths, rotation, windows):
    """Drop tokens at random, give each that stays a window inside its sentence, and return how many stay.

    The widths of passes over the same tokens, with the same state and rotations that divide the circle evenly, are a
    systematic sample: each token has every width equally often, as far as that can be.

    Args:
        ids: word ids of consecutive sentences.
        bounds: (sentences + 1,) where each begins in ``ids``.
        keep: (words,) the chance to keep a token of each word, in units of 2**-32.
        window: most words on either side; with ``shrink`` each token draws its own width from 1 to ``window``.
        state: (1,) uint64, the random state of which tokens stay.
        widths: (1,) uint64, the random state of the widths.
        rotation: how far the draws of widths are rotated, in units of 2**-32 of a circle.
        windows: the buffers to fill, at least ``len(ids)`` long.
    """
    words, first, last = windows.words, windows.first, windows.last
    rotation = np.uint64(rotation)
    kept = 0
    for sentence in range(bounds.shape[0] - 1):
        begin = kept
        for token in range(bounds[sentence], bounds[sentence + 1]):
            word = ids[token]
            width = 1 + below((random64(widths) + rotation) & _LOW_HALF, window) if shrink else window
            # Written either way, for a branch on a random number is guessed wrong; the next token writes over it.
            words[kept] = word
            first[kept] = max(begin, kept - width)
            last[kept] = kept + width
            kept += random64(state) & _LOW_HALF <= keep[word]
        for i in range(begin, kept):
            last[i] = min(last[i], kept - 1)
    return kept
