"""Finding phrases: pairs of neighbouring words that occur together more often than their counts explain.

Mikolov et al. 2013b, section 4, equation 6, times the number of tokens N as in word2phrase; and the normalised mutual
information of Bouma 2009. With n the counts of words, and of pairs within sentences:

    default(a, b) = (n_ab - delta) / (n_a n_b) * N
    npmi(a, b)    = ln(n_ab N / (n_a n_b)) / ln(N / n_ab)

Connector words stand between the two: ``bank of america`` is the pair (bank, america) with ``of`` inside, and is
counted separately. They cannot begin or end a phrase.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Unpack

import numpy as np

from firth.arguments import OnProgress, real, whole
from firth.corpus.encoding import FileOptions, Source
from firth.corpus.first_pass import Tokens
from firth.corpus.phrases_applied import joined, write_text
from firth.corpus.prepared_tokens import opened, prepared, threads
from firth.corpus.spool import Spool
from firth.corpus.word_choice import Words, numbers_of
from firth.corpus.word_pairs import Candidates, counted_pairs, links_spelled
from firth.drawing.watching import Watch, show_reading
from firth.errors import OptionError
from firth.kernels.text.pair_counts import ABSENT, BREAK, CONNECTOR
from firth.targets import check_apart, check_writable, temporary_folder
from firth.text.phrases import MOST_PASSES, Phrase, Phrases
from firth.text.preparation import Preparation, words_of_file
from firth.text.stop_words import CONNECTORS

THRESHOLDS = {"default": 100.0, "npmi": 0.5}
_RANGES = {"default": (0.0, sys.float_info.max), "npmi": (-1.0, 1.0)}


def find_phrases(
    source: Source,
    *,
    scoring: str = "default",
    threshold: float | None = None,
    min_count: int = 5,
    connectors: Words = (),
    passes: int = 1,
    text: str | os.PathLike[str] | None = None,
    preparation: Preparation | None = None,
    workers: int | None = None,
    progress: bool | OnProgress | None = True,
    **reading: Unpack[FileOptions],
) -> Phrases:
    """The phrases of a text: pairs of words that score above a threshold.

    The text is read once, and stored on disk as numbers (4 bytes per token). The memory used is that of the distinct
    words, the pairs that are counted at a time (at most 256 MB) and those that occur ``min_count`` times. Counts are
    exact.

    Args:
        source: as for :func:`firth.corpus.encode`, and so are ``workers``, ``progress``, and how files are read:
            ``field``, ``on_error``, ``encoding``, ``errors``, ``pattern``
            and ``on_files``.
        scoring: ``"default"`` or ``"npmi"``.
        threshold: join pairs whose score is above this. ``default``: 0 or more, 100 if None; how many times more often
            than by chance the pair occurs, which grows with the text. ``npmi``: -1 to 1, 0.5 if None; 1 means that the
            words occur only together, 0 means chance, whatever the size of the text.
        min_count: ignore words and pairs that occur fewer than this many times; it is also the discount delta.
        connectors: words that may stand inside phrases, up to four in a row, but not at their ends: ``"english"``, a
            file with one word per line, or a collection; they are prepared as the text is.
        passes: number of passes; each one first joins the phrases of earlier passes, so two find phrases of up to four
            words.
        text: file to which the text is written line by line, with its phrases joined and spaces between words.
        preparation: how the text is prepared. Its phrases are joined first, and are the first in the result.

    Raises:
        OptionError: an option is invalid, or ``text`` is a file that is read.
        SourceError, EncodingError, StorageError, FileFormatError: as for :func:`firth.corpus.encode`.
    """
    if scoring not in THRESHOLDS:
        raise OptionError(f"scoring={scoring!r}, expected {' or '.join(map(repr, THRESHOLDS))}")
    min_count, passes = whole("min_count", min_count, 1), whole("passes", passes, 1, MOST_PASSES)
    least = THRESHOLDS[scoring] if threshold is None else _checked(threshold, scoring)
    workers, watch = whole("workers", workers, 1, optional=True), Watch(progress)
    if text is not None:
        check_writable(text)
    files, source = opened(source, preparation, **reading)
    if text is not None:
        named = [("connectors", connectors)] if isinstance(connectors, str | os.PathLike) else []
        check_apart([*(files.on_disk() if files else ()), *named], [("text", text)])
    preparation = preparation or Preparation()
    between = {word for given in _listed(connectors) if (word := preparation.word(given)) is not None}
    folder = temporary_folder()
    found = [*preparation.passes]
    with contextlib.ExitStack() as stack:
        stack.enter_context(watch)
        tokens, spools = prepared(stack, source, preparation, folder, workers, watch.told(show_reading))
        for number in range(1, passes + 1):
            candidates = _candidates(tokens, between, min_count)
            best = _best(tokens, spools, candidates, scoring, least, min_count, threads(workers))
            found.append(tuple(best))
            if number < passes or text is not None:
                spool = stack.enter_context(contextlib.closing(Spool(folder, np.int32)))
                tokens, spools = joined(tokens, spools, best, spool), [spool]
        if text is not None:
            write_text(tokens, spools, text)
    return Phrases(tuple(found))


def pair_counts(
    source: Source, *, connectors: Words = (), workers: int | None = None
) -> tuple[dict[str, int], list[Phrase], int]:
    """All pairs of neighbouring words of a text with their counts, for computing other scores.

    Args:
        source, connectors, workers: as for :func:`find_phrases`.

    Returns:
        The count of each word, except connector words; all pairs, with their counts and without a score; and the number
        of words in the text, including connector words.

    Raises:
        SourceError, EncodingError, OptionError: as for :func:`find_phrases`.
    """
    _, source = opened(source, None)
    between = set(_listed(connectors))
    with contextlib.ExitStack() as stack:
        tokens, spools = prepared(stack, source, Preparation(), temporary_folder(), workers, None)
        candidates = _candidates(tokens, between, 1)
        first, links, second, counts = counted_pairs(tokens, spools, candidates, 1, threads(workers))
        words = tokens.spell(candidates.numbers)
        inside = links_spelled(links, tokens.spell(candidates.connectors))
        pairs = [
            Phrase((words[a], *within, words[b]), count)
            for a, b, within, count in zip(first, second, inside, counts.tolist(), strict=True)
        ]
        alone = dict(zip(words, tokens.counts[candidates.numbers].tolist(), strict=True))
        return alone, pairs, int(tokens.counts.sum())


def _checked(threshold: float, scoring: str) -> float:
    lowest, highest = _RANGES[scoring]
    return real("threshold", threshold, lowest, highest, other=f" for the scoring {scoring!r}")


def _listed(connectors: Words) -> Iterable[str]:
    if isinstance(connectors, str) and connectors in CONNECTORS:
        return CONNECTORS[connectors]
    return words_of_file(connectors) if isinstance(connectors, str | os.PathLike) else map(str, connectors)


def _candidates(tokens: Tokens, connectors: set[str], min_count: int) -> Candidates:
    """The words that are frequent enough, the most frequent first, and the connector words of the text."""
    linking = np.array(sorted(numbers_of(tokens, connectors)[0].values()), np.int64)
    codes = np.where(tokens.wanted, BREAK, ABSENT).astype(np.int32)
    fit = tokens.wanted & (tokens.counts >= min_count)
    fit[linking] = False
    numbers = np.flatnonzero(fit)
    numbers = numbers[np.lexsort((tokens.firsts[numbers], -tokens.counts[numbers]))]
    codes[numbers] = np.arange(len(numbers))
    codes[linking] = CONNECTOR - np.arange(len(linking))
    return Candidates(numbers, linking, codes)


def _best(
    tokens: Tokens,
    spools: Sequence[Spool],
    candidates: Candidates,
    scoring: str,
    threshold: float,
    min_count: int,
    workers: int,
) -> list[Phrase]:
    """The phrases of one pass, the best first; equally good ones are sorted by the frequency of their words."""
    first, links, second, counts = counted_pairs(tokens, spools, candidates, min_count, workers)
    total = float(tokens.counts[tokens.wanted].sum())
    single = tokens.counts[candidates.numbers].astype(np.float64)
    expected = single[first] * single[second] / total
    if scoring == "default":
        scores = (counts - min_count) / expected
    else:
        scores = np.log(counts / expected) / np.maximum(np.log(total / counts), 1e-12)
    order = np.flatnonzero(scores > threshold)
    order = order[np.lexsort((links[order], second[order], first[order], -scores[order]))]
    words = tokens.spell(candidates.numbers)
    inside = links_spelled(links[order], tokens.spell(candidates.connectors))
    facts = zip(first[order], second[order], inside, counts[order].tolist(), scores[order].tolist(), strict=True)
    return [Phrase((words[a], *within, words[b]), count, score) for a, b, within, count, score in facts]
