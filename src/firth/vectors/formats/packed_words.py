"""The words of a file as the tensors of :func:`firth.stored_words.pack_words`, and whether one may repeat."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.kernels.text.numbers import Bytes, Offsets
from firth.kernels.text.packed import hash_words, join_words


def may_repeat(text: Bytes, bounds: Offsets) -> bool:
    """Whether two words of a packed vocabulary have the same hash; if not, each is different."""
    hashes = np.empty(len(bounds) - 1, np.uint64)
    hash_words(text, bounds, hashes)
    hashes.sort()  # sorting takes a tenth of the time of a table, which waits for memory at every word
    return bool((hashes[1:] == hashes[:-1]).any())


def packed(text: Bytes, words: Offsets) -> dict[str, npt.NDArray[Any]]:
    """Words by their offsets (rows, 2) in ``text`` as the tensors of :func:`firth.stored_words.pack_words`."""
    bounds = np.zeros(len(words) + 1, np.int64)
    np.cumsum(words[:, 1] - words[:, 0], out=bounds[1:])
    joined = np.empty(int(bounds[-1]), np.uint8)
    join_words(text, words, joined)
    return {"words": joined, "word_bounds": bounds}
