"""Joining phrases in a text of numbers, in which each phrase becomes one number.

This is the compiled form of :meth:`firth.text.phrases.Phrases.join`. A trie holds the phrases of a pass; the longest
one that begins at a position is joined. Phrases must not depend on how the text is divided into pieces, so the end of a
piece is processed together with the next one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from firth.corpus.first_pass import Piece, Tokens
from firth.corpus.spool import Spool
from firth.corpus.word_choice import numbers_of
from firth.kernels.text.joined import Numbers, Trie, join, translate, write
from firth.targets import replacing
from firth.text.phrases import Phrase
from firth.text.tokenizers import check_tokens


def joined(tokens: Tokens, spools: Sequence[Spool], phrases: Sequence[Phrase], spool: Spool) -> Tokens:
    """The same text with phrases joined; unwanted tokens are left out of it, but still counted.

    Args:
        tokens: the tokens as they were read.
        spools: the spools of their workers.
        phrases: the phrases of one pass.
        spool: the spool for the new text.

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
        consumed, written = join(numbers, last, trie, out, counts, firsts, done)
        pieces.append(Piece(0, *spool.append(out[:written])))
        rest, done = numbers[consumed:], done + written
    counts[:words][~tokens.wanted] = tokens.counts[~tokens.wanted]
    left = np.flatnonzero(counts)
    places = np.full(len(counts), -1, np.int32)
    places[left] = np.arange(len(left), dtype=np.int32)
    wanted = np.concatenate([tokens.wanted, np.ones(len(spellings), bool)])[left]
    return Tokens(pieces, [places], counts[left], firsts[left], _spelling(tokens, spellings, left), wanted)


def write_text(tokens: Tokens, spools: Sequence[Spool], path: str | os.PathLike[str]) -> None:
    """Write a text with the same lines, and spaces between words.

    Raises:
        OptionError: a word contains whitespace or a lone surrogate, and would be read back as another word.
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
            size, before = write(numbers, letters, bounds, text, before)
            file.write(text[:size].data)
        if before != ord("\n"):
            file.write(b"\n")


def common_numbers(tokens: Tokens, spools: Sequence[Spool]) -> Iterator[Numbers]:
    """The text piece by piece, in common numbers, with a negative one after each line, without unwanted tokens."""
    spooled = [spool.mapped() for spool in spools]
    tables = [np.where(tokens.wanted[numbers], numbers, -1).astype(np.int32) for numbers in tokens.numbers]
    for worker, start, stop in tokens.pieces:
        numbers = np.empty(stop - start, np.int32)
        yield numbers[: translate(spooled[worker][start:stop], tables[worker], numbers)]


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
