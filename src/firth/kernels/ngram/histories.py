"""Sums over the n-grams that have the same history."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.ngram.nodes import Floats, Places


@njit(cache=True, nogil=True)
def add_to_histories(
    values: tuple[Floats, ...], contexts: Places, first: int, last: int, sums: npt.NDArray[np.float64]
) -> None:
    """Add the values of each n-gram to the sums of its history, if that is one of ``first`` to ``last``.

    Args:
        values: one array for each column of the sums.  # (n-grams,) each
        contexts: the history of each n-gram.  # (n-grams,)
        first, last: those histories that this thread adds to.
        sums: (histories, columns), changed in place.
    """
    for ngram in range(len(contexts)):
        history = contexts[ngram]
        if first <= history < last:
            for column in range(len(values)):
                sums[history, column] += values[column][ngram]
