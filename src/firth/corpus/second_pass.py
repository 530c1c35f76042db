"""The second pass: numbers become word ids, rare words are dropped, and sentences are written to one file."""

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
from firth.corpus.first_pass import Tokens
from firth.corpus.spool import Spool
from firth.corpus.word_choice import ABSENT, Chosen
from firth.corpus.word_frequencies import spectrum_of
from firth.kernels.text.renumber import DROPPED, close_sentences, renumber
from firth.storage import TensorWriter
from firth.stored_words import pack_words

LONGEST_SENTENCE = 1_000

UNLIMITED = 1 << 62
_BOUNDS_AT_A_TIME = 1 << 20

Renumbered = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


def write_corpus(
    path: Path,
    tokens: Tokens,
    chosen: Chosen,
    spools: Sequence[Spool],
    facts: dict[str, Any],
    *,
    keep_lines: bool = False,
    replace: bool = True,
) -> tuple[int, int]:
    """Write the tokens whose words are chosen; returns the number of sentences and the number of split lines.

    Args:
        path: the file to write; an existing file is replaced when the new one is complete.
        tokens: the tokens as they were read.
        chosen: the words to keep.
        spools: the spools of the workers.
        facts: facts that are stored in the header of the file.
        keep_lines: whether each line is a sentence, however long, and even if it is empty.
        replace: False for a temporary file, which is overwritten.

    Raises:
        StorageError: the disk is full.
    """
    read = int(tokens.counts.sum()) if tokens.read is None else tokens.read
    facts = facts | {"tokens_read": read, "distinct_words": len(tokens.counts)}
    word_ids = np.full(len(tokens.counts), DROPPED, np.int32)
    present = chosen.numbers != ABSENT
    word_ids[chosen.numbers[present]] = np.flatnonzero(present)
    header_size = (1 << 12) + 256 * (len(json.dumps(facts)) // 64)
    with (
        closing(Spool(path.parent, np.int64)) as bounds,
        closing(Spool(path.parent, np.int64)) as lines,
        ThreadPoolExecutor(len(spools), "firth-writer") as executor,
        TensorWriter(path, KIND, facts, header_size=header_size, replace=replace) as writer,
    ):
        bounds.append(np.zeros(1, np.int64))
        state = np.zeros(4, np.int64)
        pieces = _renumbered(executor, tokens, word_ids, spools)
        lines_of = None if tokens.weights is None else lines
        writer.stream("ids", np.int32, (), _closing_sentences(pieces, keep_lines, state, bounds, lines_of))
        writer.metadata["long_lines_split"] = int(state[3])
        sentences = writer.stream("bounds", np.int64, (), _parts(bounds.mapped())) - 1
        if tokens.weights is not None:
            writer.stream("weights", np.float32, (), _weights(bounds.mapped(), lines.mapped(), tokens.weights))
        writer.add("counts", chosen.counts)
        writer.add("spectrum", spectrum_of(tokens.counts))
        for name, array in pack_words(chosen.words).items():
            writer.add(name, array)
    return sentences, int(state[3])


def _renumbered(
    executor: ThreadPoolExecutor, tokens: Tokens, word_ids: npt.NDArray[np.int32], spools: Sequence[Spool]
) -> Iterator[Renumbered]:
    """Ids and line ends of each piece, in order; a few pieces are computed in advance."""
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
    pieces: Iterator[Renumbered],
    keep_lines: bool,
    state: npt.NDArray[np.int64],
    bounds: Spool,
    lines: Spool | None = None,
) -> Iterator[npt.NDArray[np.int32]]:
    longest = UNLIMITED if keep_lines else LONGEST_SENTENCE
    for ids, ends in pieces:
        if lines is not None:
            lines.append(state[0] + ends)  # kept tokens up to the end of each line
        closed = np.empty(len(ends) + len(ids) // longest + 1, np.int64)
        bounds.append(closed[: close_sentences(ends, len(ids), longest, keep_lines, state, closed)])
        yield ids


def _weights(
    bounds: npt.NDArray[np.int64], lines: npt.NDArray[np.int64], weights: npt.NDArray[np.float32]
) -> Iterator[npt.NDArray[np.float32]]:
    """The weights of sentences, each that of its line: the first one that ends where the sentence does, or later."""
    for start in range(1, len(bounds), _BOUNDS_AT_A_TIME):
        yield weights[np.searchsorted(lines, bounds[start : start + _BOUNDS_AT_A_TIME])]


def _parts(bounds: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(bounds), _BOUNDS_AT_A_TIME):
        yield bounds[start : start + _BOUNDS_AT_A_TIME]
