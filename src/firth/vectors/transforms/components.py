"""Principal components of the vectors: keep the first ones (PCA), or remove them (all-but-the-top)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.vectors.search import Matrix
from firth.vectors.transforms.moments import second_moments, weighted_mean
from firth.vectors.wordvectors import WordVectors


def pca(vectors: WordVectors, dimensions: int) -> WordVectors:
    """The centred vectors in the basis of their first principal components.

    Args:
        vectors: (words, dims).
        dimensions: number of components to keep, 1 to dims; the result has this many columns, those with the largest
            variance first.

    Raises:
        OptionError: ``dimensions`` is below 1 or above dims.
    """
    dimensions = whole("dimensions", dimensions, 1, vectors.vector_size)
    mean, components = principal_components(vectors.vectors, dimensions)
    return vectors.mapped(lambda rows: (rows - mean) @ components.T)


def remove_top_components(vectors: WordVectors, count: int | None = None) -> WordVectors:
    """All-but-the-top: v - m - sum over the top components u_i of (u_i . (v - m)) u_i, where m is the mean.

    Mu and Viswanath (2018), "All-but-the-Top: Simple and Effective Postprocessing for Word Representations".

    Args:
        vectors: (words, dims).
        count: number of components to remove; by default dims / 100, as in the paper, and at least 1.

    Raises:
        OptionError: ``count`` is below 0 or above dims.
    """
    count = max(1, vectors.vector_size // 100) if count is None else whole("count", count, 0, vectors.vector_size)
    mean, components = principal_components(vectors.vectors, count)

    def without(rows: Matrix) -> npt.NDArray[np.floating]:
        centered = rows - mean
        return centered - (centered @ components.T) @ components

    return vectors.mapped(without)


def reduce_dimensions(vectors: WordVectors, dimensions: int, count: int | None = None) -> WordVectors:
    """Fewer dimensions that keep their quality: all-but-the-top, principal components, and all-but-the-top again.

    Raunak, Gupta and Metze (2019), "Effective Dimensionality Reduction for Word Embeddings", who halve 300 dimensions,
    and remove 7 components each time.

    Args:
        vectors: (words, dims).
        dimensions: number of dimensions to keep, 1 to dims.
        count: number of components to remove each time; by default that of :func:`remove_top_components`.

    Raises:
        OptionError: ``dimensions`` or ``count`` is out of range.
    """
    dimensions = whole("dimensions", dimensions, 1, vectors.vector_size)
    count = whole("count", count, 0, dimensions, optional=True)
    return remove_top_components(pca(remove_top_components(vectors, count), dimensions), count)


def principal_components(matrix: Matrix, count: int) -> tuple[Matrix, Matrix]:
    """The mean (dims,) and the first principal components (count, dims), from the covariance in float64.

    The sign of a component is such that its largest entry is positive.
    """
    mean = weighted_mean(matrix)
    _, axes = np.linalg.eigh(second_moments(matrix, mean))  # ascending
    components = axes[:, ::-1][:, :count].T
    largest = components[np.arange(len(components)), np.abs(components).argmax(axis=1)]
    signed: Matrix = (components * np.sign(largest)[:, None]).astype(np.float32)
    return mean.astype(np.float32), signed
