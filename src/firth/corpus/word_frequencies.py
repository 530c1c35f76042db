"""The frequencies of words by rank: their agreement with Zipf's law, and their plot."""

from __future__ import annotations

import math
import os

import numpy as np
import numpy.typing as npt

from firth.drawing.characters import AXIS, loglog
from firth.drawing.pictures import Curve, save_loglog

Spectrum = npt.NDArray[np.int64]
Ranks = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


def spectrum_of(counts: npt.NDArray[np.int64]) -> Spectrum:
    """Each count that occurs, ascending, and the number of words with it, without words that never occur.

    Args:
        counts: how often each word occurs.  # (words,)
    """
    return np.stack(np.unique(counts[counts > 0], return_counts=True), axis=1)


def coverage(spectrum: Spectrum, min_count: int) -> tuple[int, int]:
    """The number of words that occur at least ``min_count`` times, and the number of their tokens."""
    counts, words = spectrum[spectrum[:, 0] >= min_count].T
    return int(words.sum()), int(counts @ words)


def ranks(spectrum: Spectrum) -> Ranks:
    """The last rank of the words of each count, and the counts: both for the most frequent word first.

    Args:
        spectrum: each count that occurs, ascending, and the number of words with it.  # (different counts, 2)
    """
    counts, words = spectrum[::-1].T
    return np.cumsum(words), counts


def zipf_slope(spectrum: Spectrum) -> float:
    """The slope of log count over log rank, by least squares over the different counts; Zipf's law says -1.

    It is NaN for a text with fewer than two different counts.
    """
    if len(spectrum) < 2:
        return math.nan
    x, y = (np.log(values.astype(np.float64)) for values in ranks(spectrum))
    x -= x.mean()
    return float(x @ y / (x @ x))


def kept_shares(counts: npt.NDArray[np.int64], sample: float) -> npt.NDArray[np.float64]:
    """The share of the occurrences of each word that subsampling is expected to keep, (words,).

    A word with the share f of the tokens keeps the share min(1, (sqrt(f / sample) + 1) * sample / f).
    """
    share = np.maximum(counts, 1) / counts.sum()
    if not sample:
        return np.ones(len(share))
    return np.asarray(np.minimum(1.0, (np.sqrt(share / sample) + 1) * sample / share))


def subsampled_share(counts: npt.NDArray[np.int64], sample: float) -> float:
    """The share of tokens that subsampling is expected to remove, 0 to 1."""
    return float(1 - counts / counts.sum() @ kept_shares(counts, sample))


def shown(spectrum: Spectrum, width: int | None = None) -> list[str]:
    """A plot of counts by rank in characters: lines of text for a terminal of this width, at most 74 columns."""
    columns = 60 if width is None else max(10, min(60, width - AXIS))
    return loglog(*ranks(spectrum), columns, names=("rank", "count"))


def draw(spectrum: Spectrum, path: str | os.PathLike[str]) -> None:
    """Plot counts by rank, with the line of Zipf's law.

    Args:
        spectrum: each count that occurs, ascending, and the number of words with it.  # (different counts, 2)
        path: the file, in the format of its suffix: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        OptionError: the suffix is another one.
        MissingExtra: ``matplotlib`` is not installed.
        StorageError: the file cannot be written.
    """
    rank, count = ranks(spectrum)
    words = Curve(rank, count, f"slope {zipf_slope(spectrum):.2f}", is_line=False)
    law = Curve(rank, count[0] * rank[0] / rank, "count ~ 1 / rank", is_line=True)
    save_loglog(path, [words, law], "rank", "count")
