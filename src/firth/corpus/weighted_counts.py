"""How often words occur where sentences have weights: one of weight 3 counts as three, one of weight 0 as none."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.corpus.first_pass import Tokens
from firth.corpus.spool import Spool


def weighted(tokens: Tokens, spools: Sequence[Spool], weights: npt.NDArray[np.float32]) -> Tokens:
    """The same tokens, each word counted by the weights of the lists that it stands in, in whole numbers from 1.

    Args:
        tokens: as they were read and prepared.
        spools: what the workers wrote.
        weights: of each list.  # (lists,)
    """
    sums = np.zeros(len(tokens.counts))
    spooled = [spool.mapped() for spool in spools]
    before = 0
    for worker, start, stop in tokens.pieces:
        numbers = spooled[worker][start:stop]
        is_end = numbers < 0
        lists = before + np.cumsum(is_end) - is_end  # which list each token stands in
        words = tokens.numbers[worker][numbers[~is_end]]
        open_at_end = np.minimum(lists[~is_end], len(weights) - 1)
        np.add.at(sums, words, weights[open_at_end])
        before += int(is_end.sum())
    counts = np.where(sums > 0, np.maximum(np.rint(sums), 1), 0).astype(np.int64)
    return dataclasses.replace(tokens, counts=counts, weights=weights, read=int(tokens.counts.sum()))
