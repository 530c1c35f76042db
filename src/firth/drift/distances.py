"""How far words moved from one space to another: by their vectors, or by their neighbours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from firth.vectors.search import Matrix, row_norms, top_rows

Real = npt.NDArray[np.float64]
Distances = Callable[[Matrix, Matrix], Real]

NEIGHBORS = 25
"""Nearest words in each space that :func:`neighborhood_distances` compares, as in the paper."""

_WORDS = 512  # compared at a time


def cosine_distances(first: Matrix, second: Matrix) -> Real:
    """1 minus the cosine of the two vectors of each word, (words,), from 0 to 2.

    Args:
        first, second: unit rows of the same words in two spaces, the first rotated onto the second.  # (words, dims)
    """
    cosines: Real = np.vecdot(first, second).astype(np.float64)
    return 1.0 - cosines


def neighborhood_distances(first: Matrix, second: Matrix) -> Real:
    """1 minus the cosine of the two lists of similarities with the words near it, (words,), from 0 to 2.

    The local neighbourhood measure of Hamilton et al. (2016), "Cultural Shift or Linguistic Drift? Comparing Two
    Computational Measures of Semantic Change": the nearest 25 words of a word in either space are one list; in each
    space the word has a cosine with each of them; and the two lists of cosines are compared by their own cosine. No
    rotation is needed. It finds changes of what nouns stand for, where the cosine of vectors finds gradual changes of
    verbs and function words too.

    Args:
        first, second: unit rows of the same words in two spaces.  # (words, dims)
    """
    spaces = (first, second)
    count = min(NEIGHBORS + 1, len(first))  # with the word itself
    found = np.empty(len(first))
    for start in range(0, len(first), _WORDS):
        part = slice(start, start + _WORDS)
        near = np.concatenate([top_rows(space, row_norms(space), space[part], count)[0] for space in spaces], axis=1)
        near.sort(axis=1)
        own = np.arange(len(first))[part, None]
        counted = (np.diff(near, axis=1, prepend=-1) != 0) & (near != own)  # each once, and not the word itself
        lists = [np.einsum("wnd,wd->wn", space[near], space[part]) * counted for space in spaces]
        lengths = np.linalg.norm(lists[0], axis=1) * np.linalg.norm(lists[1], axis=1)
        products = np.vecdot(lists[0], lists[1])
        found[part] = 1.0 - np.divide(products, lengths, out=np.zeros(len(near)), where=lengths > 0)
    return found


MEASURES: dict[str, Distances] = {"cosine": cosine_distances, "neighbors": neighborhood_distances}
"""The measures by name."""
