"""The compiled twin of the whitespace tokenizer: bytes in, word ids out, one pass.

:mod:`firth.corpus.spaces` has marked where words end. Each word is looked up in a table that belongs to the worker, and
entered if it is new. A table is four arrays:

- ``slots`` (2 ** n,): open addressing with linear probing; 0 is free, else the upper half of a word's hash, and below
  it the word's id + 1;
- ``entries`` (words,): for each id the first eight bytes of the word, its count, and its place in ``spellings``;
- ``firsts`` (words,): where the word was seen first;
- ``spellings`` (bytes,): each word followed by a newline, in the order of ids.

Nothing here checks bounds: :class:`firth.corpus.table.WordTable` keeps them.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.core import extending

ENTRY = np.dtype([("head", np.uint64), ("count", np.int64), ("start", np.int64), ("length", np.int64)])
SPARE = 9  # bytes that must be free in ``spellings`` behind a new word
LINE_END = -1

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]
Entries = npt.NDArray[np.void]

intrinsic: Any = extending.intrinsic  # its own type counts the typing context among the arguments

_NEWLINE = 10
_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(0xFFFF_FFFF_0000_0000)
_ONE = np.uint64(1)
_HALF = np.uint64(32)
_SALT = np.uint64(0x9E37_79B9_7F4A_7C15)
_STIR = np.uint64(0xD6E8_FEB8_6659_FD93)


@intrinsic  # type: ignore[untyped-decorator]
def _load(_typing: Any, array: Any, _index: Any) -> Any:
    """Bytes ``index`` to ``index + 8`` as one uint64, aligned or not, the first byte lowest."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(64).as_pointer())
        return builder.load(place, align=1)

    return types.uint64(array, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _lowest_bit(_typing: Any, _mask: Any) -> Any:
    """The place of the lowest bit that is set; 64 where none is."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


@njit(nogil=True, cache=True)
def scan(
    text: Bytes,
    size: int,
    position: int,
    spaces: Words,
    origin: int,
    slots: Words,
    entries: Entries,
    firsts: Places,
    spellings: Bytes,
    words: int,
    spelled: int,
    ids: Ids,
    count: int,
) -> tuple[int, int, int, int]:
    """Look up each word of a text, enter the new ones, and write their ids.

    Args:
        text: as for :func:`firth.corpus.spaces.mark_spaces`.
        size: bytes of text.
        position: where to begin; no word reaches over it.
        spaces: as it left them.
        origin: what to add to the place of a word in the text, to make ``firsts`` grow with the text.
        slots, entries, firsts, spellings: the table.
        words: how many words the table holds.
        spelled: how many bytes of ``spellings`` are in use.
        ids: receives the id of each word, and :data:`LINE_END` for each newline.  # (>= size + 1,) int32
        count: how many ids there are already.

    Returns:
        position, words, spelled, count, as they now are. A position before ``size`` means that the table is full.
    """
    start = position
    chunk = position >> 6
    mask = spaces[chunk] & (_ALL << np.uint64(position & 63))
    while start < size:
        while mask == 0:
            chunk += 1
            mask = spaces[chunk]
        end = (chunk << 6) + _lowest_bit(mask)
        mask &= mask - _ONE
        if end > start:
            head, code = _hash(text, start, end - start)
            slot, word = _find(text, start, end - start, head, code, slots, entries, spellings)
            if word < 0:
                if words == len(entries) or spelled + end - start + SPARE > len(spellings):
                    return start, words, spelled, count
                _enter(text, start, end - start, head, code, slot, slots, entries, spellings, words, spelled)
                firsts[words] = origin + start
                spelled += end - start + 1
                word = words
                words += 1
            entries[word].count += 1
            ids[count] = word
            count += 1
        if text[end] == _NEWLINE and end < size:
            ids[count] = LINE_END
            count += 1
        start = end + 1
    return size, words, spelled, count


@njit(nogil=True, cache=True)
def merge(
    other: Entries,
    other_firsts: Places,
    other_spellings: Bytes,
    known: int,
    slots: Words,
    entries: Entries,
    firsts: Places,
    spellings: Bytes,
    words: int,
    spelled: int,
    ids: Ids,
) -> tuple[int, int, int]:
    """Enter the words of another table, from number ``known`` on, with their counts; ``ids`` receives their ids here.

    Returns:
        known, words, spelled, as they now are. Less than all known means that the table is full.
    """
    while known < len(ids):
        start, length = other[known].start, other[known].length
        head, code = _hash(other_spellings, start, length)
        slot, word = _find(other_spellings, start, length, head, code, slots, entries, spellings)
        if word < 0:
            if words == len(entries) or spelled + length + SPARE > len(spellings):
                break
            _enter(other_spellings, start, length, head, code, slot, slots, entries, spellings, words, spelled)
            firsts[words] = other_firsts[known]
            spelled += length + 1
            word = words
            words += 1
        entries[word].count += other[known].count
        firsts[word] = min(firsts[word], other_firsts[known])
        ids[known] = word
        known += 1
    return known, words, spelled


@njit(nogil=True, cache=True)
def rehash(slots: Words, entries: Entries, spellings: Bytes, words: int) -> None:
    """Enter all words into new, empty ``slots``."""
    for word in range(words):
        _, code = _hash(spellings, entries[word].start, entries[word].length)
        slot = _home(code, slots)
        while slots[slot] != 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = (code & _HIGH) | np.uint64(word + 1)


@njit(nogil=True, cache=True)
def spell(entries: Entries, spellings: Bytes, words: Places, text: Bytes) -> None:
    """Write the spelling of each of ``words``, with a newline after it, into ``text``."""
    place = 0
    for word in words:
        start, stop = entries[word].start, entries[word].start + entries[word].length + 1
        text[place : place + stop - start] = spellings[start:stop]
        place += stop - start


@njit(nogil=True, cache=True, forceinline=True)
def _hash(text: Bytes, start: int, length: int) -> tuple[np.uint64, np.uint64]:
    """The first eight bytes of a word, zeros after its end, and a hash of all of it."""
    head = _load(text, start)
    head &= _ALL >> np.uint64(64 - 8 * min(length, 8))
    code = (head ^ np.uint64(length)) * _SALT
    for done in range(8, length, 8):
        code = ((code ^ (code >> _HALF)) + _tail(text, start, length, done)) * _STIR
    code = (code ^ (code >> _HALF)) * _STIR
    return head, code ^ (code >> _HALF)


@njit(nogil=True, cache=True, forceinline=True)
def _tail(text: Bytes, start: int, length: int, done: int) -> Any:
    """Up to eight bytes of a word from place ``done`` on, zeros after its end."""
    word = _load(text, start + done)
    if length - done < 8:
        word &= (_ONE << np.uint64(8 * (length - done))) - _ONE
    return word


@njit(nogil=True, cache=True, forceinline=True)
def _home(code: np.uint64, slots: Words) -> np.int64:
    return np.int64(code & np.uint64(len(slots) - 1))


@njit(nogil=True, cache=True, forceinline=True)
def _find(
    text: Bytes,
    start: int,
    length: int,
    head: np.uint64,
    code: np.uint64,
    slots: Words,
    entries: Entries,
    spellings: Bytes,
) -> tuple[Any, Any]:
    """The slot where a word is, or should be, and its id, or -1."""
    slot = _home(code, slots)
    while True:
        held = slots[slot]
        if held == 0:
            return slot, -1
        if (held ^ code) & _HIGH == 0:
            word = np.int64(held & _LOW) - 1
            if entries[word].head == head and entries[word].length == length:
                if length <= 8:
                    return slot, word
                same, place = True, entries[word].start
                for done in range(8, length, 8):
                    if _tail(text, start, length, done) != _tail(spellings, place, length, done):
                        same = False
                        break
                if same:
                    return slot, word
        slot = (slot + 1) & (len(slots) - 1)


@njit(nogil=True, cache=True, forceinline=True)
def _enter(
    text: Bytes,
    start: int,
    length: int,
    head: np.uint64,
    code: np.uint64,
    slot: int,
    slots: Words,
    entries: Entries,
    spellings: Bytes,
    word: int,
    place: int,
) -> None:
    slots[slot] = (code & _HIGH) | np.uint64(word + 1)
    entries[word].head = head
    entries[word].count = 0
    entries[word].start = place
    entries[word].length = length
    spellings[place : place + length] = text[start : start + length]
    spellings[place + length] = _NEWLINE
