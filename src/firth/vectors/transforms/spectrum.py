"""A flatter or steeper spectrum of the vectors, up to whitening, where all directions have the same variance."""

from __future__ import annotations

import numpy as np

from firth.arguments import real, switch, whole
from firth.vectors.transforms.moments import Real, second_moments, shares, weighted_mean
from firth.vectors.wordvectors import WordVectors

_LEAST = 1e-10  # of the largest eigenvalue: directions with less are rounding noise


def whiten(vectors: WordVectors, dimensions: int | None = None, *, by_frequency: bool = False) -> WordVectors:
    """Centred vectors whose dimensions are uncorrelated and have the same variance, 1: (v - m) U S^(-1/2).

    m is the mean, U S U' the covariance. Su et al. (2021), "Whitening Sentence Representations for Better Semantics and
    Faster Retrieval", who keep the first dimensions only. With ``by_frequency`` mean and covariance are those of the
    words of a running text, in which a word occurs as often as it was counted: Yokoi et al. (2024), "Zipfian
    Whitening".

    Args:
        vectors: (words, dims); with counts for ``by_frequency``.
        dimensions: number of dimensions to keep, those with the largest variance first; all by default.
        by_frequency: whether a word counts as often as it occurs, instead of once.

    Returns:
        Vectors (words, dimensions). A direction in which the vectors do not differ stays zero.

    Raises:
        OptionError: ``dimensions`` is out of range, or there are no counts.
    """
    dimensions = whole("dimensions", dimensions, 1, vectors.vector_size, optional=True)
    weights = shares(vectors, "whitening by frequency") if switch("by_frequency", by_frequency) else None
    mean = weighted_mean(vectors.vectors, weights)
    values, axes = _spectrum(second_moments(vectors.vectors, mean, weights))
    change = (axes * _power(values, -0.5))[:, :dimensions]
    return vectors.mapped(lambda rows: (rows - mean) @ change)


def similarity_order(vectors: WordVectors, order: float) -> WordVectors:
    """Vectors whose products are similarities of another order: v Q D^((n - 1) / 2), where X' X = Q D Q'.

    Artetxe et al. (2018), "Uncovering Divergent Linguistic Information in Word Embeddings with Lessons for Intrinsic
    and Extrinsic Evaluation": the products of vectors X X' are similarities of the first order, X X' X X' are those of
    the second (words are similar if they are similar to the same words), and so on. Which order is best depends on the
    task. Order 1 rotates the space and keeps all angles; order 0 whitens the vectors, except for the mean.

    Args:
        vectors: (words, dims).
        order: n, from -10 to 10, such as 0.5 or 2.

    Raises:
        OptionError: the order is out of range.
    """
    order = real("order", order, -10, 10)
    values, axes = _spectrum(second_moments(vectors.vectors))
    change = axes * _power(values / max(float(values[:1].sum()), np.finfo(float).tiny), (order - 1) / 2)
    return vectors.mapped(lambda rows: rows @ change)


def conceptor_negation(vectors: WordVectors, aperture: float = 2.0) -> WordVectors:
    """Vectors with less of what they have in common: (I - C) v, where C = R (R + a^-2 I)^-1 and R is the mean of v v'.

    Liu, Ungar and Sedoc (2019), "Unsupervised Post-processing of Word Vectors via Conceptor Negation": where
    :func:`firth.vectors.transforms.remove_top_components` removes a few directions, this shrinks each direction, the
    more the larger its variance.

    Args:
        vectors: (words, dims).
        aperture: a, above 0; a larger value removes more. The paper uses 2.

    Raises:
        OptionError: the aperture is not above 0.
    """
    aperture = real("aperture", aperture, 1e-6)
    values, axes = _spectrum(second_moments(vectors.vectors))
    kept = (axes / (1 + aperture**2 * values)) @ axes.T  # I - C: 1 - r / (r + a^-2) for each eigenvalue r
    return vectors.mapped(lambda rows: rows @ kept)


def _spectrum(moments: Real) -> tuple[Real, Real]:
    """Eigenvalues (dims,), the largest first, and eigenvectors (dims, dims) as columns, by a rule for their signs."""
    values, axes = np.linalg.eigh(moments)
    values, axes = values[::-1].clip(0), axes[:, ::-1]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(len(axes))]
    return values, axes * np.where(largest < 0, -1, 1)


def _power(values: Real, power: float) -> Real:
    """Eigenvalues to a power; 0 for those that are 0 but for rounding."""
    there = values > _LEAST * values.max(initial=0)
    return np.where(there, np.where(there, values, 1) ** power, 0)
