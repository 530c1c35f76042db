"""The kernels that count pairs of neighbouring words: a hash table with open addressing for each worker.

All workers read all of the text, and each counts the pairs whose hash has its residue: tables need no merging, and
share no pair. What does not fit into a table is left to a further reading of the text.
"""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.hashing import hash_number
from firth.kernels.simd.intrinsics import prefetch_to_write
from firth.kernels.simd.open_addressing import Slots, find, home_of

BREAK = -1  # a word that is in no phrase
ABSENT = -2  # a token that is not there, as far as phrases go
CONNECTOR = -3  # and below: the first connector word, the second, ...
MOST_CONNECTORS = 4  # between the two words of a phrase

_TOKENS_AT_A_TIME = 256
_ONE = np.uint64(1)


@njit(nogil=True, cache=True)
def count_pairs(
    numbers: npt.NDArray[np.int32],
    begin: int,
    codes: npt.NDArray[np.int32],
    words: int,
    links: int,
    state: npt.NDArray[np.int64],
    modulus: int,
    residue: int,
    table: Slots,
    used: int,
) -> tuple[int, int]:
    """Count the pairs of one piece of text whose hash has a residue.

    The pair of words a and b with connector words c1, c2 between has the key ((c1 L + c2) W + a) W + b, connector words
    counted from 1.

    Args:
        numbers: the tokens, as the worker that read them wrote them; a negative number ends a line.
        begin: where to begin.
        codes: for each number a word's place among the words of phrases, or BREAK, ABSENT, CONNECTOR and below.
        words: W, how many words there are.
        links: L, how many connector words there are, and 1.
        state: the word that a pair may begin with, or -1; the connector words since; how many.  # (3,) updated
        modulus: of the residue, a power of two, at most 2 ** 32.
        residue: which pairs to count.
        table: key + 1, and how often it was met.  # (2 ** n,) updated
        used: how many slots are taken.

    Returns:
        How far it came: to the end, unless the table may become more than two thirds full; how many slots are taken.
    """
    room = len(table) // 3 * 2
    mask = np.uint64(modulus - 1)
    few = min(_TOKENS_AT_A_TIME, max(1, room // 4))
    keys = np.empty(few, np.uint64)
    start, link, between = state
    for first in range(begin, len(numbers), few):
        if used + few > room:
            state[0], state[1], state[2] = start, link, between
            return first, used
        found = 0  # pairs are found first and counted then: their slots are on their way from memory meanwhile
        for number in numbers[first : first + few]:
            code = codes[number] if number >= 0 else BREAK
            if code >= 0:
                if start >= 0:
                    key = (np.uint64(link) * np.uint64(words) + np.uint64(start)) * np.uint64(words) + np.uint64(code)
                    hashed = hash_number(key)
                    if hashed & mask == np.uint64(residue):
                        keys[found] = key
                        found += 1
                        prefetch_to_write(table, home_of(hashed, table))
                start, link, between = code, 0, 0
            elif code == BREAK or (code != ABSENT and between == MOST_CONNECTORS):
                start = -1
            elif code != ABSENT and start >= 0:
                link = link * links + (CONNECTOR - code + 1)
                between += 1
        for key in keys[:found]:
            slot = find(key + _ONE, hash_number(key), table)
            used += table[slot].key == 0
            table[slot].key = key + _ONE
            table[slot].value += 1
    state[0], state[1], state[2] = start, link, between
    return len(numbers), used


@njit(nogil=True, cache=True)
def rehash(table: Slots, modulus: int, residue: int, new: Slots) -> int:
    """Enter the pairs whose hash has a residue into an empty table; returns how many they are."""
    used = 0
    for place in range(len(table)):
        if table[place].key != 0:
            key = table[place].key - _ONE
            code = hash_number(key)
            if code & np.uint64(modulus - 1) == np.uint64(residue):
                new[find(key + _ONE, code, new)] = table[place]
                used += 1
    return used
