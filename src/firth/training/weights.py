"""The two matrices of a model."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.simd.rows import CHUNK, Lanes, aligned_zeros
from firth.kernels.simd.tiles import slab_layout
from firth.training.configuration import Configuration

Matrix = npt.NDArray[np.float32]

_ROWS_AT_A_TIME = 1 << 16


class Weights(NamedTuple):
    """Input and output vectors, padded with columns of zeros to whole slabs; kernels change them in place."""

    input_vectors: npt.NDArray[np.float32]  # (words, columns); with subwords (input rows, columns)
    output_vectors: npt.NDArray[np.float32]  # (output rows, columns)
    vector_size: int

    @property
    def slab(self) -> Lanes:
        """How much of a row a kernel holds in registers at once."""
        return slab_layout(self.vector_size)[1]

    def fit(self, words: int, configuration: Configuration) -> bool:
        """Whether the matrices have all rows of a model with this number of words."""
        columns, rows = padded_columns(self.vector_size), output_rows(words, configuration.objective)
        inputs = input_rows(words, configuration)
        return (self.input_vectors.shape, self.output_vectors.shape) == ((inputs, columns), (rows, columns))

    def are_finite(self) -> bool:
        """Whether all numbers are finite, and the sum of each row is finite too."""
        with np.errstate(over="ignore", invalid="ignore"):
            return all(
                bool(np.isfinite(matrix[start : start + _ROWS_AT_A_TIME].sum()))
                for matrix in (self.input_vectors, self.output_vectors)
                for start in range(0, len(matrix), _ROWS_AT_A_TIME)
            )


def input_rows(words: int, configuration: Configuration) -> int:
    """Number of input rows of a model: one per word, and with subwords one per bucket of n-grams.

    With floret's hashes words have no rows of their own.
    """
    if not configuration.subwords:
        return words
    return configuration.buckets + (0 if configuration.hashes else words)


def output_rows(words: int, objective: str) -> int:
    """Number of output vectors of a model: one per word, or one per inner node of the tree over the words."""
    return words - (objective == "hierarchical")


def padded_columns(vector_size: int) -> int:
    """Number of columns of a matrix for this number of dimensions."""
    slabs, lanes = slab_layout(vector_size)
    return slabs * lanes.chunks * CHUNK


def initial_weights(input_rows: int, output_rows: int, vector_size: int, seed: int) -> Weights:
    """Input vectors uniform in +-0.5 / vector_size, output vectors zero, as in word2vec.c."""
    columns = padded_columns(vector_size)
    input_vectors = aligned_zeros(input_rows, columns)
    draw = np.random.default_rng(seed)
    for start in range(0, input_rows, _ROWS_AT_A_TIME):
        block = input_vectors[start : start + _ROWS_AT_A_TIME, :vector_size]
        block[:] = (draw.random(block.shape, np.float32) - np.float32(0.5)) / np.float32(vector_size)
    return Weights(input_vectors, aligned_zeros(output_rows, columns), vector_size)


def weights_from(input_vectors: npt.NDArray[Any], output_vectors: npt.NDArray[Any], vector_size: int) -> Weights:
    """Copies of a model's two padded matrices, for kernels to change.

    Raises:
        TypeError: one has not two dimensions.
    """

    def copy(matrix: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        copied = aligned_zeros(*matrix.shape)
        copied[:] = matrix
        return copied

    return Weights(copy(input_vectors), copy(output_vectors), vector_size)


def weights_of_rows(input_rows: Matrix, output_rows: Matrix) -> Weights:
    """The weights of a model whose rows (rows, dims) are not padded, as other programs save them; they are copied."""

    def pad(rows: Matrix) -> npt.NDArray[np.float32]:
        padded = aligned_zeros(len(rows), padded_columns(rows.shape[1]))
        padded[:, : rows.shape[1]] = rows
        return padded

    return Weights(pad(input_rows), pad(output_rows), input_rows.shape[1])
