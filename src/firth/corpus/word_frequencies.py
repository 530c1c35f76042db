"""The frequencies of words by rank: how close they are to Zipf's law, and what they look like."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Spectrum = npt.NDArray[np.int64]
Ranks = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


def spectrum_of(counts: npt.NDArray[np.int64]) -> Spectrum:
    """Each count that words have, growing, and how many have it; words that never occur aside.

    Args:
        counts: how often each word occurs.  # (words,)
    """
    return np.stack(np.unique(counts[counts > 0], return_counts=True), axis=1)


def coverage(spectrum: Spectrum, min_count: int) -> tuple[int, int]:
    """Words that occur at least ``min_count`` times, and how many tokens they make."""
    counts, words = spectrum[spectrum[:, 0] >= min_count].T
    return int(words.sum()), int(counts @ words)


def ranks(spectrum: Spectrum) -> Ranks:
    """The last rank of the words of each count, and the counts: both for the most frequent word first.

    Args:
        spectrum: each count that occurs, growing, and how many words have it.  # (different counts, 2)
    """
    counts, words = spectrum[::-1].T
    return np.cumsum(words), counts


def zipf_slope(spectrum: Spectrum) -> float:
    """The slope of log count over log rank, by least squares over the different counts; Zipf's law says -1.

    A text with fewer than two different counts has none: nan.
    """
    if len(spectrum) < 2:
        return math.nan
    x, y = (np.log(values.astype(np.float64)) for values in ranks(spectrum))
    x -= x.mean()
    return float(x @ y / (x @ x))


def subsampled_share(counts: npt.NDArray[np.int64], sample: float) -> float:
    """The share of tokens that subsampling is expected to remove, 0 to 1.

    A word that makes the share f of the tokens keeps min(1, (sqrt(f / sample) + 1) * sample / f) of its own.
    """
    share = counts / counts.sum()
    share = share[share > 0]
    kept = np.minimum(1.0, (np.sqrt(share / sample) + 1) * sample / share) if sample else np.ones(len(share))
    return float(1 - share @ kept)


def picture(spectrum: Spectrum, width: int = 60, height: int = 12) -> list[str]:
    """Count over rank, both on logarithmic axes, in characters: a line of text for each row."""
    rank, count = ranks(spectrum)
    last, most = int(rank[-1]), int(count[0])
    across = np.unique(np.geomspace(1, last, 4 * width).astype(np.int64))
    height_of = count[np.searchsorted(rank, across)]
    columns = np.round(np.log(across) / max(math.log(last), 1e-9) * (width - 1)).astype(int)
    rows = np.round(np.log(height_of) / max(math.log(most), 1e-9) * (height - 1)).astype(int)
    grid = [[" "] * width for _ in range(height)]
    for column, row in zip(columns, rows, strict=True):
        grid[height - 1 - row][column] = "*"
    labels = [f"{most:,}", *[""] * (height - 2), "1"]
    lines = [f"{label:>12} |{''.join(line).rstrip()}" for label, line in zip(labels, grid, strict=True)]
    return [*lines, f"{'count':>12} +{'-' * width}", f"{'':12}  rank 1{f'{last:,}':>{width - 6}}"]
