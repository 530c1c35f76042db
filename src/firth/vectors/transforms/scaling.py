"""Scaling to unit length, centering to a mean of zero, and scaling by the frequency of words."""

from __future__ import annotations

import numpy as np

from firth.arguments import real, switch
from firth.vectors.search import unit_rows
from firth.vectors.transforms.moments import shares, weighted_mean
from firth.vectors.wordvectors import WordVectors


def normalize(vectors: WordVectors) -> WordVectors:
    """Vectors of unit length; zero vectors remain zero. N-grams are dropped, with a warning, as this is not an affine
    map.
    """
    return vectors.replaced(unit_rows(vectors.vectors))


def center(vectors: WordVectors, *, by_frequency: bool = False) -> WordVectors:
    """Vectors minus their mean.

    Args:
        vectors: (words, dims); with counts for ``by_frequency``.
        by_frequency: whether a word counts as often as it occurs, instead of once: the mean is then that of the words
            of a running text (Yokoi et al. 2024, "Zipfian Whitening").

    Raises:
        OptionError: there are no counts.
    """
    weights = shares(vectors, "centering by frequency") if switch("by_frequency", by_frequency) else None
    mean = weighted_mean(vectors.vectors, weights).astype(np.float32)
    return vectors.mapped(lambda rows: rows - mean)


def weigh_by_frequency(vectors: WordVectors, smoothing: float = 1e-3) -> WordVectors:
    """Vectors times a / (a + p(w)), where p(w) is the share of a word in the training text; n-grams are dropped.

    The weights of smooth inverse frequency, Arora, Liang and Ma (2017), "A Simple but Tough-to-Beat Baseline for
    Sentence Embeddings". If the weights are part of the vectors, other tools, which take the plain mean of the words of
    a sentence, compute the weighted mean; cosines between words do not change.

    Args:
        vectors: (words, dims), with counts.
        smoothing: a, above 0; the paper recommends 1e-4 to 1e-3.

    Raises:
        OptionError: there are no counts, or ``smoothing`` is not above 0.
    """
    smoothing = real("smoothing", smoothing, 1e-12)
    weights = smoothing / (smoothing + shares(vectors, "weights by frequency"))
    return vectors.replaced(vectors.vectors * weights[:, None].astype(np.float32))
