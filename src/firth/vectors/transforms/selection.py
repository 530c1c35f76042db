"""Subsets, unions and means of vectors."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from firth.arguments import Word
from firth.errors import OptionError
from firth.vectors.wordvectors import WordVectors


def subset(vectors: WordVectors, words: Iterable[Word]) -> WordVectors:
    """Only these words, in this order.

    Raises:
        UnknownWord: with the closest known spellings.
    """
    return vectors.take([vectors.get_index(word) for word in dict.fromkeys(words)])


def merge(*sources: WordVectors) -> WordVectors:
    """The words of all sources; a word of several sources has the vector of the first.

    The counts are those of the same source, and are kept only if each source has them. N-grams are dropped, with a
    warning.

    Raises:
        OptionError: there are no sources, or they have different dimensions.
    """
    sizes = {source.vector_size for source in sources}
    if len(sizes) != 1:
        raise OptionError(f"sources of {sorted(sizes)} dimensions, expected at least one, and all the same")
    seen: set[Word] = set()
    words: list[Word] = []
    parts, counts = [], []
    for source in (each.without_ngrams() for each in sources):
        rows = [row for row, word in enumerate(source) if word not in seen]
        fresh = [source.index_to_key[row] for row in rows]
        seen.update(fresh)
        words += fresh
        parts.append(source.vectors[rows])
        counts.append(None if source.counts is None else source.counts[rows])
    known = [part for part in counts if part is not None]
    return WordVectors(words, np.concatenate(parts), np.concatenate(known) if len(known) == len(parts) else None)


def average(first: WordVectors, second: WordVectors) -> WordVectors:
    """The mean of two vectors of each word, such as the input and output vectors of one model; n-grams are dropped.

    Raises:
        OptionError: the words are not the same in the same order, or the dimensions differ.
    """
    if first.index_to_key != second.index_to_key or first.vector_size != second.vector_size:
        raise OptionError(
            "vectors of different words or dimensions, expected two of the same", hint="subset them first"
        )
    second = second.without_ngrams()
    return first.replaced((first.vectors + second.vectors) / np.float32(2))
