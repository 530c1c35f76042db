"""Phrases: pairs of neighbouring words that occur together more often than their counts explain, joined to one word.

Mikolov et al. 2013b, section 4, equation 6, times the number of tokens N as in word2phrase; and the normalised mutual
information of Bouma 2009. With n the counts of words and of pairs within sentences:

    default(a, b) = (n_ab - delta) / (n_a n_b) * N
    npmi(a, b)    = ln(n_ab N / (n_a n_b)) / ln(N / n_ab)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.corpus.encoded import EncodedCorpus
from firth.errors import OptionError, VocabularyError
from firth.storage import replacing

SCORINGS = ("default", "npmi")

_TOKENS_AT_A_TIME = 1 << 21

Keys = npt.NDArray[np.int64]


class Phrases(NamedTuple):
    """Pairs of words to join.

    Attributes:
        words: the words of the text.
        keys: first word id times number of words plus second word id, growing.  # (phrases,) int64
        counts: how often each pair occurs.  # (phrases,) int64
        scores: what each scores.  # (phrases,) float64
    """

    words: list[str]
    keys: Keys
    counts: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]

    def listed(self) -> list[tuple[str, str, int, float]]:
        """First word, second word, count and score of each phrase, the best first."""
        order = np.lexsort((self.keys, -self.scores))
        first, second = np.divmod(self.keys[order], len(self.words))
        pairs = zip(
            first.tolist(), second.tolist(), self.counts[order].tolist(), self.scores[order].tolist(), strict=True
        )
        return [(self.words[a], self.words[b], count, score) for a, b, count, score in pairs]


def find_phrases(
    corpus: EncodedCorpus, *, scoring: str = "default", threshold: float | None = None, min_count: int = 5
) -> Phrases:
    """The pairs of a corpus that score above a threshold.

    Args:
        corpus: encoded with ``min_count=1``, so that neighbours are those of the text.
        scoring: ``"default"`` or ``"npmi"``.
        threshold: in units of the score. ``default``: from 0 on, 100 if None; it grows with the size of the text.
            ``npmi``: -1 to 1, 0.5 if None.
        min_count: words and pairs that occur less often make no phrase; also the discount delta.

    Raises:
        OptionError: an option makes no sense.
    """
    if scoring not in SCORINGS:
        raise OptionError(f"scoring={scoring!r}, expected {' or '.join(map(repr, SCORINGS))}")
    if min_count < 1:
        raise OptionError(f"min_count={min_count}, expected at least 1")
    least = (100.0 if scoring == "default" else 0.5) if threshold is None else threshold
    words, total = len(corpus.vocabulary), corpus.tokens_kept
    if corpus.tokens_kept != corpus.tokens_read:
        raise VocabularyError(
            "words of the text are missing from the corpus", hint="encode it with min_count=1, and drop no words"
        )
    keys, pairs = _counted_pairs(corpus, int((corpus.vocabulary.counts >= min_count).sum()))
    keys, pairs = keys[pairs >= min_count], pairs[pairs >= min_count]
    single = corpus.vocabulary.counts.astype(np.float64)
    expected = single[keys // words] * single[keys % words] / total
    if scoring == "default":
        scores = (pairs - min_count) / expected
    else:
        scores = np.log(pairs / expected) / np.maximum(np.log(total / pairs), 1e-12)
    found = scores > least
    return Phrases(corpus.vocabulary.words, keys[found], pairs[found], scores[found])


def write_joined(corpus: EncodedCorpus, phrases: Phrases, path: str | os.PathLike[str], delimiter: str = "_") -> int:
    """Write the text of a corpus, a sentence a line, its phrases joined from left to right; returns how many were.

    Raises:
        StorageError: the file cannot be written.
    """
    spelled = np.array([*phrases.words, ""], object)
    joined = 0
    with replacing(path) as temporary, Path(temporary).open("w", encoding="utf-8", newline="") as file:
        for ids, ends in _parts(corpus):
            marks = np.zeros(len(ids), bool)
            if len(phrases.keys):
                pairs = ids[:-1] * len(phrases.words) + ids[1:]
                places = np.minimum(np.searchsorted(phrases.keys, pairs), len(phrases.keys) - 1)
                marks[:-1] = (phrases.keys[places] == pairs) & ~ends[:-1]
            first = np.arange(len(ids))
            start = np.maximum.accumulate(np.where(marks, 0, first + 1))  # where the run of marks began
            marks &= (first - start) % 2 == 0  # a word that was joined to the one before begins no phrase
            separators = np.where(ends, "\n", np.where(marks, delimiter, " ")).astype(object)
            mixed = np.empty(2 * len(ids), object)
            mixed[::2], mixed[1::2] = spelled[ids], separators
            file.write("".join(mixed.tolist()))
            joined += int(marks.sum())
    return joined


def _parts(corpus: EncodedCorpus) -> Iterator[tuple[Keys, npt.NDArray[np.bool_]]]:
    """Word ids of whole sentences, and where sentences end."""
    bounds, first = corpus.bounds, 0
    while first < corpus.sentences:
        last = max(first + 1, int(np.searchsorted(bounds, bounds[first] + _TOKENS_AT_A_TIME, side="right")) - 1)
        ids = corpus.ids[bounds[first] : bounds[last]].astype(np.int64)
        ends = np.zeros(len(ids), bool)
        ends[bounds[first + 1 : last + 1] - bounds[first] - 1] = True
        yield ids, ends
        first = last


def _counted_pairs(corpus: EncodedCorpus, frequent: int) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Pairs of neighbours that are both among the most frequent words, and their counts."""
    keys, counts = np.empty(0, np.int64), np.empty(0, np.int64)
    for ids, ends in _parts(corpus):
        fit = (ids[:-1] < frequent) & (ids[1:] < frequent) & ~ends[:-1]
        new, times = np.unique(ids[:-1][fit] * len(corpus.vocabulary) + ids[1:][fit], return_counts=True)
        keys, places = np.unique(np.concatenate([keys, new]), return_inverse=True)
        counts = np.bincount(places, np.concatenate([counts, times]), len(keys)).astype(np.int64)
    return keys, counts
