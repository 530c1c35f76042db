"""Phrases applied: a text of numbers in, the same text with each phrase as one number out.

The compiled twin of :meth:`firth.text.phrases.Phrases.join`. A trie holds the phrases of a pass; the longest that
begins at a place is joined. What a phrase is cannot depend on where the text was cut into pieces, so the end of a piece
waits for the next.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.compiled import njit
from firth.corpus.choosing import numbers_of
from firth.corpus.reading import Piece, Tokens
from firth.corpus.spool import Spool
from firth.targets import replacing
from firth.text.phrases import Phrase
from firth.text.tokenizers import check_tokens

Numbers = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]


class Trie(NamedTuple):
    """The phrases of a pass, as the numbers of their words.

    Attributes:
        roots: the node of each word that begins a phrase, else -1.  # (words,) int32
        bounds: the edges of node n are ``bounds[n]`` to ``bounds[n + 1]``.  # (nodes + 1,) int64
        labels: the word on each edge, growing within a node.  # (edges,) int32
        targets: the node that each leads to.  # (edges,) int32
        became: the number of the phrase that ends in each node, or -1.  # (nodes,) int32
    """

    roots: Numbers
    bounds: Counts
    labels: Numbers
    targets: Numbers
    became: Numbers


def joined(tokens: Tokens, spools: Sequence[Spool], phrases: Sequence[Phrase], spool: Spool) -> Tokens:
    """The same text, phrases joined; tokens that are not wanted are left out of it, and still counted.

    Args:
        tokens: as they were read.
        spools: what their workers wrote.
        phrases: of one pass.
        spool: takes the text, as the only worker's.

    Raises:
        StorageError: the disk is full.
    """
    words = len(tokens.counts)
    known, _ = numbers_of(tokens, {word for phrase in phrases for word in (*phrase.words, phrase.joined)})
    present = [phrase for phrase in phrases if all(word in known for word in phrase.words)]
    spellings = [new for new in dict.fromkeys(phrase.joined for phrase in present) if new not in known]
    known |= {new: number for number, new in enumerate(spellings, words)}
    trie = _trie(present, known, words)
    counts = np.zeros(words + len(spellings), np.int64)
    firsts = np.zeros_like(counts)
    pieces, rest, done = [], np.empty(0, np.int32), 0
    for numbers, last in with_last(common_numbers(tokens, spools)):
        numbers = np.concatenate([rest, numbers])
        out = np.empty_like(numbers)
        consumed, written = _join(numbers, last, trie, out, counts, firsts, done)
        pieces.append(Piece(0, *spool.append(out[:written])))
        rest, done = numbers[consumed:], done + written
    counts[:words][~tokens.wanted] = tokens.counts[~tokens.wanted]
    left = np.flatnonzero(counts)
    places = np.full(len(counts), -1, np.int32)
    places[left] = np.arange(len(left), dtype=np.int32)
    wanted = np.concatenate([tokens.wanted, np.ones(len(spellings), bool)])[left]
    return Tokens(pieces, [places], counts[left], firsts[left], _spelling(tokens, spellings, left), wanted)


def write_text(tokens: Tokens, spools: Sequence[Spool], path: str | os.PathLike[str]) -> None:
    """Write a text, its words between spaces, a line where one ended.

    Raises:
        OptionError: a word holds whitespace or a lone surrogate, so that it would be another word when it is read.
        StorageError: the file cannot be written.
    """
    words = tokens.spell(np.arange(len(tokens.counts)))
    written = np.flatnonzero(tokens.wanted)
    order = written[np.argsort(tokens.firsts[written])]
    check_tokens([words[number] for number in order.tolist()], at_the_head=True)
    spelled = [word.encode("utf-8", "surrogatepass") for word in words]
    bounds = np.concatenate([[0], np.cumsum([len(word) for word in spelled])])
    letters = np.frombuffer(b"".join(spelled), np.uint8)
    before = ord("\n")
    with replacing(path) as temporary, Path(temporary).open("wb") as file:
        for numbers in common_numbers(tokens, spools):
            inside = numbers[numbers >= 0]
            text = np.empty(int((bounds[inside + 1] - bounds[inside]).sum()) + len(numbers), np.uint8)
            size, before = _spell(numbers, letters, bounds, text, before)
            file.write(text[:size].data)
        if before != ord("\n"):
            file.write(b"\n")


def common_numbers(tokens: Tokens, spools: Sequence[Spool]) -> Iterator[Numbers]:
    """The text piece by piece, in common numbers, a negative one behind each line, without unwanted tokens."""
    spooled = [spool.mapped() for spool in spools]
    tables = [np.where(tokens.wanted[numbers], numbers, -1).astype(np.int32) for numbers in tokens.numbers]
    for worker, start, stop in tokens.pieces:
        numbers = np.empty(stop - start, np.int32)
        yield numbers[: _translate(spooled[worker][start:stop], tables[worker], numbers)]


def with_last(pieces: Iterable[Numbers]) -> Iterator[tuple[Numbers, bool]]:
    """Each piece, and whether it is the last."""
    before: Numbers | None = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    if before is not None:
        yield before, True


def _trie(phrases: Sequence[Phrase], known: dict[str, int], words: int) -> Trie:
    edges: list[dict[int, int]] = []
    became: list[int] = []

    def node() -> int:
        edges.append({})
        became.append(-1)
        return len(edges) - 1

    roots = np.full(words, -1, np.int32)
    for phrase in phrases:
        first, *others = (known[word] for word in phrase.words)
        if roots[first] < 0:
            roots[first] = node()
        place = int(roots[first])
        for number in others:
            if number not in edges[place]:
                edges[place][number] = node()
            place = edges[place][number]
        became[place] = known[phrase.joined]
    ordered = [sorted(leaving.items()) for leaving in edges]
    flat = np.array([edge for leaving in ordered for edge in leaving], np.int32).reshape(-1, 2)
    bounds = np.concatenate([[0], np.cumsum([len(leaving) for leaving in ordered], dtype=np.int64)])
    labels, targets = flat.T.copy()
    return Trie(roots, bounds, labels, targets, np.array(became, np.int32))


def _spelling(
    tokens: Tokens, spellings: list[str], left: npt.NDArray[np.int64]
) -> Callable[[npt.NDArray[np.int64]], list[str]]:
    words = len(tokens.counts)

    def spell(numbers: npt.NDArray[np.int64]) -> list[str]:
        old = left[numbers]
        known = iter(tokens.spell(old[old < words]))
        return [next(known) if number < words else spellings[number - words] for number in old.tolist()]

    return spell


@njit(nogil=True, cache=True)
def _translate(numbers: Numbers, table: Numbers, out: Numbers) -> int:
    """Numbers looked up in a table, those that it has not left out; negative ones stay. Returns how many there are."""
    size = 0
    for number in numbers:
        out[size] = number if number < 0 else table[number]
        size += number < 0 or table[number] >= 0
    return size


@njit(nogil=True, cache=True)
def _join(
    numbers: Numbers, last: bool, trie: Trie, out: Numbers, counts: Counts, firsts: Counts, done: int
) -> tuple[int, int]:
    """Join the phrases of a piece of text; returns how many numbers were read and written.

    Fewer than all are read where a phrase may go on in the next piece, unless this is the ``last``. ``counts`` and
    ``firsts`` are updated, ``done`` numbers having been written before.
    """
    place = written = 0
    while place < len(numbers):
        best, after, stop = numbers[place], place + 1, place + 1
        node = trie.roots[best] if best >= 0 else -1
        while node >= 0:
            if trie.became[node] >= 0:
                best, after = trie.became[node], stop
            if stop == len(numbers):
                if not last:
                    return place, written
                break
            node = _child(trie, node, numbers[stop])
            stop += 1
        out[written] = best
        if best >= 0:
            if counts[best] == 0:
                firsts[best] = done + written
            counts[best] += 1
        written += 1
        place = after
    return place, written


@njit(nogil=True, cache=True)
def _child(trie: Trie, node: int, label: int) -> int:
    """The node that the edge with a word leads to, or -1."""
    low, high = trie.bounds[node], trie.bounds[node + 1]
    while low < high:
        middle = (low + high) // 2
        if trie.labels[middle] < label:
            low = middle + 1
        else:
            high = middle
    if low < trie.bounds[node + 1] and trie.labels[low] == label:
        return int(trie.targets[low])
    return -1


@njit(nogil=True, cache=True)
def _spell(
    numbers: Numbers, letters: npt.NDArray[np.uint8], bounds: Counts, text: npt.NDArray[np.uint8], before: int
) -> tuple[int, int]:
    """Write words, a space or a newline before each but the first of the text; returns the size and the last byte."""
    size = 0
    for number in numbers:
        if number >= 0:
            if before != 0x0A:
                text[size] = 0x20
                size += 1
            for place in range(bounds[number], bounds[number + 1]):
                text[size] = letters[place]
                size += 1
            before = 0x20
        elif before != 0x0A:
            text[size] = before = 0x0A
            size += 1
    return size, before
