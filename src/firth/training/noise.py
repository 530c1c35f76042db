"""The tables of the samplers of noise words and subsampling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.cpu.sampling import NOISE, Noise
from firth.objectives.negative import noise_distribution

_UNITS = 2.0**32


def noise_table(counts: npt.NDArray[np.int64], exponent: float) -> Noise:
    """The noise distribution as an alias table (Walker 1977; built as in Vose 1991), exact to 2**-32.

    Every column j of the table has the same chance 1 / words, of which a share ``threshold[j]`` belongs to word j and
    the rest to word ``alias[j]``: columns that are not full are topped up from words with too much.
    """
    share = noise_distribution(counts, exponent) * len(counts)
    alias = np.arange(len(counts), dtype=np.int32)
    short = np.flatnonzero(share < 1.0).tolist()
    rich = np.flatnonzero(share >= 1.0).tolist()
    while short and rich:
        poor, donor = short.pop(), rich[-1]
        alias[poor] = donor
        share[donor] -= 1.0 - share[poor]
        if share[donor] < 1.0:
            short.append(rich.pop())
    for left in (*short, *rich):  # full up to rounding
        share[left] = 1.0
    table = np.empty(len(counts), NOISE)
    table["threshold"], table["alias"] = _in_units(share), alias
    return table


def keep_thresholds(counts: npt.NDArray[np.int64], sample: float) -> npt.NDArray[np.uint32]:
    """The chance to keep a token of each word, in units of 2**-32.

    word2vec.c keeps a word of share f with probability (sqrt(f / sample) + 1) * sample / f, which is at least 1 for
    rare words; the formula in Mikolov et al. 2013 (eq. 5), 1 - sqrt(sample / f) dropped, is its limit for large f.
    """
    if sample == 0:
        return np.full(len(counts), 2**32 - 1, np.uint32)
    share = counts / counts.sum()
    chance = (np.sqrt(share / sample) + 1.0) * sample / share
    return _in_units(chance)


def _in_units(chance: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    units: npt.NDArray[np.uint32] = np.minimum(np.round(chance * _UNITS), _UNITS - 1).astype(np.uint32)
    return units
