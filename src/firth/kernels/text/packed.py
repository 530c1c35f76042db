"""Packed words, the bytes of one after another: words between raw vectors, entries of a dictionary, hashes."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.text.numbers import NEWLINE, SPACE, Bytes, Offsets


@njit(cache=True, nogil=True)
def find_vectors(
    text: Bytes, start: int, width: int, left: int, joined: Bytes, bounds: Offsets, offsets: Offsets
) -> int:
    """Find rows of a word, a space and ``width`` raw bytes, from ``start`` on.

    The bytes of the words go to ``joined`` from ``bounds[0]`` on, the ends of the words to the rest of ``bounds``
    (rows + 1,), and the places of the raw bytes to ``offsets`` (rows,). A newline before a word is passed over, as
    word2vec.c writes one. ``left`` rows, these and later ones, are still to come, and a word leaves them their room.
    Returns the offset behind the last row, or ``-1 - row`` for a row that is cut.
    """
    i, place = start, bounds[0]
    for row in range(len(offsets)):
        last = len(text) - (left - row) * (width + 1)  # where the word ends at the latest
        while i < last and text[i] == NEWLINE:
            i += 1
        while i < last and text[i] != SPACE:
            joined[place] = text[i]
            place += 1
            i += 1
        if i > last or text[i] != SPACE:
            return -1 - row
        bounds[row + 1], offsets[row] = place, i + 1
        i += 1 + width
    return i


@njit(cache=True, nogil=True)
def find_entries(text: Bytes, start: int, words: Offsets, counts: Offsets) -> int:
    """Find the entries of fastText's dictionary: a word, a zero byte, an int64 count and a byte for its kind.

    Returns the offset behind the last, or -1 if the file is cut.
    """
    i = start
    for row in range(len(words)):
        words[row, 0] = i
        while i < len(text) and text[i] != 0:
            i += 1
        words[row, 1] = i
        i += 10
        if i > len(text):
            return -1
        counts[row] = 0
        for place in range(8):
            counts[row] |= np.int64(text[i - 9 + place]) << (8 * place)
    return i


@njit(cache=True, nogil=True)
def copy_vectors(text: Bytes, offsets: Offsets, rows: Bytes, numbers: npt.NDArray[np.uint32]) -> bool:
    """Copy the raw bytes at each offset into ``rows`` (rows, width), and tell whether all are finite numbers.

    ``numbers`` (rows, dims) are the same memory as bits of float32, looked at while they are in cache: NaN and infinity
    are those whose exponent is all ones.
    """
    largest = np.uint32(0)
    for row in range(len(offsets)):
        source, target = text[offsets[row] : offsets[row] + rows.shape[1]], rows[row]
        for i in range(len(target)):  # four times as fast as an assignment of the slice
            target[i] = source[i]
        for i in range(numbers.shape[1]):
            largest = max(largest, numbers[row, i] & np.uint32(0x7FFFFFFF))
    return bool(largest < 0x7F800000)


@njit(cache=True, nogil=True)
def join_words(text: Bytes, words: Offsets, joined: Bytes) -> None:
    """Copy the bytes between each pair of offsets into ``joined``, one after another."""
    place = 0
    for row in range(len(words)):
        for i in range(words[row, 0], words[row, 1]):
            joined[place] = text[i]
            place += 1


@njit(cache=True, nogil=True)
def hash_words(text: Bytes, bounds: Offsets, hashes: npt.NDArray[np.uint64]) -> None:
    """The FNV-1a hash of each word of a packed vocabulary, in 64 bits."""
    for row in range(len(hashes)):
        key = np.uint64(14695981039346656037)
        for i in range(bounds[row], bounds[row + 1]):
            key = (key ^ np.uint64(text[i])) * np.uint64(1099511628211)
        hashes[row] = key
