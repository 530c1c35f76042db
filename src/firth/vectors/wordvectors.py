"""WordVectors: words, their vectors, and the file that holds both."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError
from firth.storage import map_tensors, write_tensors
from firth.vectors.queries import Queries
from firth.vectors.words import Words


class WordVectors(Queries):
    """Word vectors: look them up, compare them, search among them.

    Args:
        words: the words by row, each different.
        matrix: (words, dims); kept as float32 without a copy if it is float32 already.
        counts: (words,), how often each word occurred in the training text.
        metadata: how the vectors came to be; anything that JSON can hold.

    Raises:
        OptionError: a word is given twice, or the shapes do not fit.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(words, matrix, counts)
        self.metadata: dict[str, Any] = dict(metadata or {})

    def __repr__(self) -> str:
        return f"<WordVectors: {len(self):,} words, {self.vector_size} dimensions>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write one safetensors file, whole or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        text, bounds = self._words.pack()
        tensors: dict[str, npt.NDArray[Any]] = {"vectors": self.vectors, "word_bounds": bounds, "words": text}
        if self.counts is not None:
            tensors["counts"] = self.counts
        write_tensors(path, "vectors", tensors, self.metadata)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> WordVectors:
        """Open a file of vectors, or the input vectors of a saved model; memory-mapped, so nothing is read yet.

        Raises:
            FileFormatError: the file is missing, damaged or foreign, or from a newer version.
        """
        tensors, metadata = _map(path)
        padded = tensors.get("input_vectors")  # of a model: padded with columns of zeros
        matrix = tensors.get("vectors") if padded is None else padded
        if matrix is None or matrix.ndim != 2 or matrix.dtype != np.float32:
            raise FileFormatError(f"{path}: no vectors in the file, expected a float32 matrix")
        try:
            words = Words.packed(tensors)
        except FileFormatError as error:
            raise FileFormatError(f"{path}: {error.message}", hint=error.hint) from error
        counts = tensors.get("counts")
        if len(words) != len(matrix) or (counts is not None and counts.shape != (len(matrix),)):
            raise FileFormatError(f"{path}: damaged, {len(words)} words for {len(matrix)} vectors")
        size = matrix.shape[1] if padded is None else metadata.get("vector_size")
        if not isinstance(size, int) or not 0 <= size <= matrix.shape[1]:
            raise FileFormatError(f"{path}: damaged, vectors of {matrix.shape[1]} columns for vector_size {size!r}")
        return cls(words, matrix[:, :size], counts, metadata)


def _map(path: str | os.PathLike[str]) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    try:
        return map_tensors(path, "vectors")
    except FileFormatError as refused:
        with contextlib.suppress(FileFormatError):
            return map_tensors(path, "model")
        raise refused
