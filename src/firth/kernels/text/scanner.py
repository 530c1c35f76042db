"""The compiled twin of the whitespace tokenizer: bytes in, word ids out, one pass.

:mod:`firth.kernels.text.spaces` has marked where words end. Each word is looked up in a table that belongs to the
worker, and entered if it is new. Nothing here checks bounds: :class:`firth.corpus.word_table.WordTable` keeps them.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.simd.copies import copy
from firth.kernels.simd.hashing import eight_bytes, eight_more, hash_bytes
from firth.kernels.simd.intrinsics import lowest_bit, prefetch

ENTRY = np.dtype([("head", np.uint64), ("more", np.uint64), ("count", np.int64), ("length", np.int64)])
SPARE = 17  # bytes that must be free in ``spellings`` behind a new word
LINE_END = -1
FILE_END = -2  # ends a line that no newline has ended
SEPARATOR = 0x1F  # between spellings: whitespace, so no word of a text holds it

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]


class Table(NamedTuple):
    """The words that a worker has met; an id is a place in the order in which it met them."""

    slots: Words  # (2 ** n,) open addressing, linear probing: 0, or the upper half of a word's hash and below it id + 1
    entries: npt.NDArray[np.void]  # (room for words,) ENTRY: the first 16 bytes, zeros behind its end; count, length
    starts: Places  # (room for words,) where the spelling of each word begins
    firsts: Places  # (room for words,) where each word was seen first
    spellings: Bytes  # (room for bytes,) each word and a SEPARATOR, in the order of ids


_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(0xFFFF_FFFF_0000_0000)
_HALF = np.uint64(32)
_ONE = np.uint64(1)
_TOGETHER = 128  # words whose slots are asked for before the first of them is looked at


@njit(nogil=True, cache=True)
def scan(
    text: Bytes,
    size: int,
    position: int,
    spaces: Words,
    line_end: int,
    origin: int,
    table: Table,
    words: int,
    spelled: int,
    ids: Ids,
    count: int,
) -> tuple[int, int, int, int]:
    """Look up each word of a text, enter the new ones, and write their ids.

    Args:
        text: as for :func:`firth.kernels.text.spaces.mark_spaces`.
        size: bytes of text.
        position: where to begin; no word reaches over it.
        spaces: as it left them.
        line_end: the byte that ends a line.
        origin: what to add to the place of a word in the text, to make ``firsts`` grow with the text.
        table: the words met so far.
        words: how many they are.
        spelled: how many bytes their spellings take.
        ids: receives the id of each word, and :data:`LINE_END` for each end of a line.  # (>= size + 1,)
        count: how many ids there are already.

    Returns:
        position, words, spelled, count, as they now are. A position before ``size`` means that the table is full.
    """
    waiting_starts, waiting_lengths = np.empty(_TOGETHER, np.int64), np.empty(_TOGETHER, np.int64)
    codes, places = np.empty(_TOGETHER, np.uint64), np.empty(_TOGETHER, np.int64)
    start = position
    chunk = position >> 6
    mask = spaces[chunk] & (_ALL << np.uint64(position & 63))
    while start < size:
        waiting = 0
        while start < size and waiting < _TOGETHER:
            while mask == 0:
                chunk += 1
                mask = spaces[chunk]
            end = (chunk << 6) + lowest_bit(mask)
            mask &= mask - _ONE
            if end > start:
                codes[waiting] = hash_bytes(text, start, end - start, 0)
                prefetch(table.slots, _home(codes[waiting], table))
                waiting_starts[waiting], waiting_lengths[waiting], places[waiting] = start, end - start, count
                waiting += 1
                count += 1
            if text[end] == line_end:
                ids[count] = LINE_END
                count += 1
            start = end + 1
        _ask_for_entries(codes[:waiting], table)
        for index in range(waiting):
            first, length = waiting_starts[index], waiting_lengths[index]
            head, more = eight_bytes(text, first, length), eight_more(text, first, length)
            slot, word = _find(text, first, length, head, more, codes[index], table)
            if word < 0:
                if not _has_room(table, words, spelled, length):
                    return first, words, spelled, places[index]
                _enter(text, first, length, head, more, codes[index], slot, table, words, spelled)
                table.firsts[words] = origin + first
                spelled += length + 1
                word = words
                words += 1
            table.entries[word].count += 1
            ids[places[index]] = word
    return size, words, spelled, count


@njit(nogil=True, cache=True)
def merge(other: Table, known: int, table: Table, words: int, spelled: int, ids: Ids) -> tuple[int, int, int]:
    """Enter the words of another table, from number ``known`` on, with their counts; ``ids`` receives their ids here.

    Returns:
        known, words, spelled, as they now are. Less than all known means that the table is full.
    """
    codes = np.empty(_TOGETHER, np.uint64)
    while known < len(ids):
        waiting = min(_TOGETHER, len(ids) - known)
        for index in range(waiting):
            number = known + index
            codes[index] = hash_bytes(other.spellings, other.starts[number], other.entries[number].length, 0)
            prefetch(table.slots, _home(codes[index], table))
        _ask_for_entries(codes[:waiting], table)
        for index in range(waiting):
            start, entry = other.starts[known], other.entries[known]
            slot, word = _find(other.spellings, start, entry.length, entry.head, entry.more, codes[index], table)
            if word < 0:
                if not _has_room(table, words, spelled, entry.length):
                    return known, words, spelled
                _enter(
                    other.spellings, start, entry.length, entry.head, entry.more, codes[index], slot, table, words,
                    spelled,
                )  # fmt: skip
                table.firsts[words] = other.firsts[known]
                spelled += entry.length + 1
                word = words
                words += 1
            table.entries[word].count += entry.count
            table.firsts[word] = min(table.firsts[word], other.firsts[known])
            ids[known] = word
            known += 1
    return known, words, spelled


@njit(nogil=True, cache=True)
def rehash(slots: Words, new: Words) -> None:
    """Enter all words into new, empty slots."""
    last = len(new) - 1
    for held in slots:
        if held != 0:
            slot = np.int64(held >> _HALF) & last
            while new[slot] != 0:
                slot = (slot + 1) & last
            new[slot] = held


@njit(nogil=True, cache=True)
def spell(table: Table, words: Places, text: Bytes) -> None:
    """Write the spelling of each of ``words``, with its separator, into ``text``."""
    place = 0
    for word in words:
        start, stop = table.starts[word], table.starts[word] + table.entries[word].length + 1
        copy(table.spellings, start, stop, text, place)
        place += stop - start


@njit(nogil=True, cache=True, forceinline=True)
def _home(code: np.uint64, table: Table) -> Any:
    """The slot where the search for a word begins: by the half of its hash that is kept in a slot."""
    return np.int64(code >> _HALF) & (len(table.slots) - 1)


@njit(nogil=True, cache=True, forceinline=True)
def _ask_for_entries(codes: Words, table: Table) -> None:
    """Ask the memory for the entries of words, as far as their first slots tell."""
    for code in codes:
        held = table.slots[_home(code, table)]
        if (held ^ code) & _HIGH == 0 and held != 0:
            prefetch(table.entries, np.int64(held & _LOW) - 1)


@njit(nogil=True, cache=True, forceinline=True)
def _find(
    text: Bytes, start: int, length: int, head: np.uint64, more: np.uint64, code: np.uint64, table: Table
) -> tuple[Any, Any]:
    """The slot where a word is, or should be, and its id, or -1."""
    last = len(table.slots) - 1
    slot = _home(code, table)
    while True:
        held = table.slots[slot]
        if held == 0:
            return slot, -1
        if (held ^ code) & _HIGH == 0:
            word = np.int64(held & _LOW) - 1
            entry = table.entries[word]
            same = ((entry.head ^ head) | (entry.more ^ more) | np.uint64(entry.length ^ length)) == 0
            if same and length > 16:
                place = table.starts[word]
                for done in range(16, length, 8):
                    rest = length - done
                    if eight_bytes(text, start + done, rest) != eight_bytes(table.spellings, place + done, rest):
                        same = False
                        break
            if same:
                return slot, word
        slot = (slot + 1) & last


@njit(nogil=True, cache=True, forceinline=True)
def _has_room(table: Table, words: int, spelled: int, length: int) -> bool:
    return words < len(table.entries) and spelled + length + SPARE <= len(table.spellings)


@njit(nogil=True, cache=True, forceinline=True)
def _enter(
    text: Bytes,
    start: int,
    length: int,
    head: np.uint64,
    more: np.uint64,
    code: np.uint64,
    slot: int,
    table: Table,
    word: int,
    place: int,
) -> None:
    table.slots[slot] = (code & _HIGH) | np.uint64(word + 1)
    table.entries[word].head = head
    table.entries[word].more = more
    table.entries[word].count = 0
    table.starts[word] = place
    table.entries[word].length = length
    copy(text, start, start + length, table.spellings, place)
    table.spellings[place + length] = SEPARATOR
