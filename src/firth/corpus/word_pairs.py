"""Counting pairs of neighbouring words, exactly and in bounded memory, by all workers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.corpus.first_pass import Tokens
from firth.corpus.spool import Spool
from firth.errors import OptionError
from firth.kernels.simd.open_addressing import SLOT
from firth.kernels.text.pair_counts import MOST_CONNECTORS, count_pairs, rehash

FIRST_SLOTS = 1 << 14
MOST_SLOTS = 1 << 24  # of all workers together, 16 bytes each; what does not fit costs another reading of the text

Counts = npt.NDArray[np.int64]
Share = tuple[int, int]  # modulus and residue: the pairs whose hash has this residue


class Candidates(NamedTuple):
    """The words that may be part of phrases.

    Attributes:
        numbers: the number of each word that may begin or end a phrase.  # (words,) int64
        connectors: the number of each word that may stand inside.  # (connectors,) int64
        codes: the code of each number for :func:`firth.kernels.text.pair_counts.count_pairs`.
            # (distinct tokens,) int32
    """

    numbers: npt.NDArray[np.int64]
    connectors: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int32]


def counted_pairs(
    tokens: Tokens, spools: Sequence[Spool], candidates: Candidates, min_count: int, workers: int
) -> tuple[Counts, Counts, Counts, Counts]:
    """The pairs that occur ``min_count`` times: first word, link, second word, count.  # (pairs,) int64 each

    Words are indices of candidates; a link is a number for the connector words between them
    (:func:`links_spelled`), 0 for none.

    Raises:
        OptionError: there are too many words and connector words for a number of 64 bits.
    """
    words, links = len(candidates.numbers), len(candidates.connectors) + 1
    if words * words * links**MOST_CONNECTORS >= 1 << 64 or links > 1 << 15:
        raise OptionError(
            f"{words:,} words and {links - 1:,} connector words, expected fewer", hint=f"min_count={2 * min_count}"
        )
    tables = [candidates.codes[numbers] for numbers in tokens.numbers]
    pieces = [(spools[worker].mapped()[start:stop], tables[worker]) for worker, start, stop in tokens.pieces]
    modulus = 1 << (workers - 1).bit_length()
    shares = [(modulus, residue) for residue in range(modulus)]
    parts = []
    with ThreadPoolExecutor(workers, "firth-counter") as executor:
        while shares:
            done = list(
                executor.map(lambda share: _counted(pieces, words, links, share, MOST_SLOTS // modulus), shares)
            )
            parts += [(keys[counts >= min_count], counts[counts >= min_count]) for keys, counts, _ in done]
            shares = [share for _, _, left in done for share in left]
    keys, counts = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    pairs, second = np.divmod(keys, np.uint64(max(words, 1)))
    link, first = np.divmod(pairs, np.uint64(max(words, 1)))
    return first.astype(np.int64), link.astype(np.int64), second.astype(np.int64), counts


def links_spelled(links: Counts, connectors: Sequence[str]) -> list[tuple[str, ...]]:
    """The connector words that each link stands for: the digits of a number, the first word highest, 0 for none."""
    known: dict[int, tuple[str, ...]] = {0: ()}

    def spelled(link: int) -> tuple[str, ...]:
        if link not in known:
            rest, last = divmod(link, len(connectors) + 1)
            known[link] = (*spelled(rest), connectors[last - 1])
        return known[link]

    return [spelled(link) for link in links.tolist()]


def _counted(
    pieces: Sequence[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]],
    words: int,
    links: int,
    share: Share,
    most: int,
) -> tuple[npt.NDArray[np.uint64], Counts, list[Share]]:
    """The keys and counts of a share, or of that part of it which fits into a table; and the shares that are left."""
    modulus, residue = share
    table, used = np.zeros(min(FIRST_SLOTS, most), SLOT), 0
    state = np.array([-1, 0, 0])
    left: list[Share] = []
    for numbers, codes in pieces:
        place = 0
        while True:
            place, used = count_pairs(numbers, place, codes, words, links, state, modulus, residue, table, used)
            if place == len(numbers):
                break
            if len(table) == most:
                left.append((2 * modulus, residue + modulus))
                modulus *= 2
            larger = np.zeros(min(4 * len(table), most), SLOT)
            table, used = larger, rehash(table, modulus, residue, larger)
    taken = table[table["key"] != 0]
    return taken["key"] - np.uint64(1), taken["value"], left
