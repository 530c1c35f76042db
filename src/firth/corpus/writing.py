"""The second pass: numbers to word ids, rare words dropped, sentences cut, all written to one file."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.corpus.encoded import KIND
from firth.corpus.reading import Tokens
from firth.corpus.renumber import DROPPED, close_sentences, renumber
from firth.corpus.spool import Spool
from firth.storage import TensorWriter, pack_words

LONGEST_SENTENCE = 1_000

_BOUNDS_AT_A_TIME = 1 << 20

Renumbered = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


def frequent_words(tokens: Tokens, min_count: int) -> npt.NDArray[np.int64]:
    """Numbers of the wanted words that occur ``min_count`` times, by falling count, then as the text has them first."""
    kept = np.flatnonzero(tokens.wanted & (tokens.counts >= min_count))
    order: npt.NDArray[np.int64] = kept[np.lexsort((tokens.firsts[kept], -tokens.counts[kept]))]
    return order


def write_corpus(
    path: Path, tokens: Tokens, order: npt.NDArray[np.int64], spools: Sequence[Spool], facts: dict[str, Any]
) -> None:
    """Write the tokens whose words are in ``order``; a word's place there becomes its id.

    Args:
        path: the file to write; what was there is replaced when the new one is whole.
        tokens: as they were read.
        order: numbers of the words to keep.  # (words,)
        spools: what the workers wrote.
        facts: kept in the file's header.

    Raises:
        StorageError: the disk is full.
    """
    facts = facts | {"tokens_read": int(tokens.counts.sum()), "distinct_words": len(tokens.counts)}
    word_ids = np.full(len(tokens.counts), DROPPED, np.int32)
    word_ids[order] = np.arange(len(order), dtype=np.int32)
    header_size = (1 << 12) + 256 * (len(json.dumps(facts)) // 64)
    with (
        closing(Spool(path.parent, np.int64)) as bounds,
        ThreadPoolExecutor(len(spools), "firth-writer") as executor,
        TensorWriter(path, KIND, facts, header_size=header_size) as writer,
    ):
        bounds.append(np.zeros(1, np.int64))
        state = np.zeros(4, np.int64)
        pieces = _renumbered(executor, tokens, word_ids, spools)
        writer.stream("ids", np.int32, (), _closing_sentences(pieces, state, bounds))
        writer.metadata["long_lines_split"] = int(state[3])
        writer.stream("bounds", np.int64, (), _parts(bounds.mapped()))
        writer.add("counts", tokens.counts[order])
        writer.add("spectrum", np.stack(np.unique(tokens.counts, return_counts=True), axis=1))
        for name, array in pack_words(tokens.spell(order)).items():
            writer.add(name, array)


def _renumbered(
    executor: ThreadPoolExecutor, tokens: Tokens, word_ids: npt.NDArray[np.int32], spools: Sequence[Spool]
) -> Iterator[Renumbered]:
    """Ids and line ends of each piece, in order; a few pieces ahead of the one that is asked for."""
    tables = [word_ids[numbers] for numbers in tokens.numbers]
    spooled = [spool.mapped() for spool in spools]
    ahead: deque[Future[Renumbered]] = deque()
    for worker, start, stop in tokens.pieces:
        ahead.append(executor.submit(_renumber, spooled[worker][start:stop], tables[worker]))
        if len(ahead) > 2 * len(spools):
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _renumber(numbers: npt.NDArray[np.int32], word_ids: npt.NDArray[np.int32]) -> Renumbered:
    ids, ends = np.empty_like(numbers), np.empty_like(numbers)
    kept, lines = renumber(numbers, word_ids, ids, ends)
    return ids[:kept], ends[:lines]


def _closing_sentences(
    pieces: Iterator[Renumbered], state: npt.NDArray[np.int64], bounds: Spool
) -> Iterator[npt.NDArray[np.int32]]:
    for ids, ends in pieces:
        closed = np.empty(len(ends) + len(ids) // LONGEST_SENTENCE + 1, np.int64)
        bounds.append(closed[: close_sentences(ends, len(ids), LONGEST_SENTENCE, state, closed)])
        yield ids


def _parts(bounds: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(bounds), _BOUNDS_AT_A_TIME):
        yield bounds[start : start + _BOUNDS_AT_A_TIME]
