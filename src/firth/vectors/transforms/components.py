"""Principal components of the vectors: fewer dimensions, or the few that carry no meaning taken away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.vectors.search import Matrix
from firth.vectors.transforms.scaling import mean_row
from firth.vectors.wordvectors import WordVectors

_ROWS = 1 << 16


def pca(vectors: WordVectors, dimensions: int) -> WordVectors:
    """The centred vectors in the basis of their first principal components.

    Args:
        vectors: (words, dims).
        dimensions: how many components to keep, 1 to dims; the result has so many columns, the widest first.

    Raises:
        OptionError: fewer than 1 or more than dims.
    """
    dimensions = whole("dimensions", dimensions, 1, vectors.vector_size)
    mean, components = principal_components(vectors.vectors, dimensions)
    return vectors.mapped(lambda rows: (rows - mean) @ components.T)


def remove_top_components(vectors: WordVectors, count: int | None = None) -> WordVectors:
    """All-but-the-top: v - m - sum over the top components u_i of (u_i . (v - m)) u_i, where m is the mean.

    Mu and Viswanath (2018), "All-but-the-Top: Simple and Effective Postprocessing for Word Representations".

    Args:
        vectors: (words, dims).
        count: how many components to remove; by the paper's rule dims / 100, and at least 1.

    Raises:
        OptionError: fewer than 0 or more than dims.
    """
    count = max(1, vectors.vector_size // 100) if count is None else whole("count", count, 0, vectors.vector_size)
    mean, components = principal_components(vectors.vectors, count)

    def without(rows: Matrix) -> npt.NDArray[np.floating]:
        centered = rows - mean
        return centered - (centered @ components.T) @ components

    return vectors.mapped(without)


def principal_components(matrix: Matrix, count: int) -> tuple[Matrix, Matrix]:
    """The mean (dims,) and the first principal components (count, dims), from the covariance in float64.

    The sign of a component is such that its largest entry is positive.
    """
    mean = mean_row(matrix)
    covariance: npt.NDArray[np.float64] = np.zeros((matrix.shape[1], matrix.shape[1]))
    for start in range(0, len(matrix), _ROWS):
        rows = (matrix[start : start + _ROWS] - mean).astype(np.float64)
        covariance += rows.T @ rows
    _, axes = np.linalg.eigh(covariance)  # ascending
    components = axes[:, ::-1][:, :count].T
    largest = components[np.arange(len(components)), np.abs(components).argmax(axis=1)]
    signed: Matrix = (components * np.sign(largest)[:, None]).astype(np.float32)
    return mean, signed
