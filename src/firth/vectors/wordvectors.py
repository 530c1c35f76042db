"""WordVectors: words, their vectors, and the file that holds both."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError, OptionError
from firth.vectors.native import open_tensors
from firth.vectors.queries import Queries
from firth.vectors.search import Matrix

if TYPE_CHECKING:
    from firth.vectors.index import IndexedVectors


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
        return f"<{type(self).__name__}: {len(self):,} words, {self.vector_size} dimensions>"

    def __deepcopy__(self, memo: dict[int, Any]) -> WordVectors:
        return self  # read-only, and too large to copy by accident, as scikit-learn's clone would

    def replaced(self, matrix: npt.ArrayLike) -> WordVectors:
        """The same words with other vectors (words, any)."""
        return WordVectors(self._words, matrix, self.counts, self.metadata)

    def mapped(self, change: Callable[[Matrix], npt.NDArray[np.floating]]) -> WordVectors:
        """The same words with their vectors through an affine map of rows, (n, dims) to (n, any)."""
        return self.replaced(change(self.vectors))

    def take(self, rows: Sequence[int]) -> WordVectors:
        """Only the words of these rows, in this order.

        Raises:
            OptionError: they are no numbers of rows.
        """
        numbers = np.asarray(rows)
        if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
            raise OptionError(
                f"rows of {numbers.dtype} and shape {numbers.shape}, expected whole numbers (n,)",
                hint="of a mask, take numpy.flatnonzero(mask)",
            )
        if numbers.size and not -len(self) <= numbers.min() <= numbers.max() < len(self):
            raise OptionError(f"rows {numbers.min()} to {numbers.max()}, expected 0 to {len(self) - 1}")
        counts = None if self.counts is None else self.counts[list(rows)]
        return WordVectors([self._words[row] for row in rows], self.vectors[list(rows)], counts, self.metadata)

    def without_ngrams(self) -> WordVectors:
        """These vectors without what gives unknown words their vectors; a warning says so where there is such."""
        return self

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """What a file holds beside the matrix: the packed words, and the counts if there are any."""
        text, bounds = self._words.pack()
        tensors: dict[str, npt.NDArray[Any]] = {"word_bounds": bounds, "words": text}
        return tensors if self.counts is None else {**tensors, "counts": self.counts}

    def save(self, path: str | os.PathLike[str], format: str | None = None, *, precision: str | None = None) -> None:
        """Write one file, whole or not at all.

        Args:
            path: the file. Its suffix names the format, such as ``.txt``; firth's own, one safetensors file, is the
                format of ``.safetensors`` and of all suffixes that are none of :data:`firth.vectors.formats.SUFFIXES`.
            format: one of :data:`firth.vectors.formats.FORMATS`, whatever the suffix.
            precision: of the numbers in firth's own format, ``"float32"`` (the default), ``"float16"`` or ``"int8"``,
                see :func:`firth.vectors.native.shrink`.

        Raises:
            OptionError: the numbers do not fit the precision, or the words the format; an unknown format, or that of a
                compressed file; a precision for another format than firth's own.
            StorageError: the file cannot be written.
        """
        from firth.vectors.formats import own, saved_format, write

        name = saved_format(Path(path), format)
        if precision is None:
            write(self, path, name)
        elif name == "native":
            own.write(self, Path(path), precision)
        else:
            raise OptionError(
                f"precision={precision!r} for {path}, which is written as {name}", hint="name a .safetensors file"
            )

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        format: str | None = None,
        *,
        limit: int | None = None,
        wanted: Collection[str] | None = None,
    ) -> WordVectors:
        """Open a file of vectors in any known format; firth's own is memory-mapped, so nothing is read yet.

        A file of subword vectors gives :class:`firth.vectors.subwords.SubwordVectors`, a saved model its input vectors.

        Args:
            path: the file, or folder.
            format: one of :data:`firth.vectors.formats.FORMATS`; ``None`` to see for oneself.
            limit: keep so many first words.
            wanted: keep only these words.

        Raises:
            FileFormatError: the file is missing, damaged or foreign, or from a newer version.
        """
        from firth.vectors.formats import read

        return read(Path(path), format, limit=limit, wanted=wanted)

    @classmethod
    def load_output(cls, path: str | os.PathLike[str]) -> WordVectors:
        """The output vectors of a saved model, which say what stands around a word; memory-mapped.

        Raises:
            FileFormatError: no saved model, or one by hierarchical softmax, whose output vectors belong to no words.
        """
        words, matrix, tensors, metadata = open_tensors(path, "output_vectors")
        configuration = metadata.get("configuration")
        if isinstance(configuration, dict) and configuration.get("objective") == "hierarchical":
            raise FileFormatError(f"{path}: output vectors of inner nodes, expected a model with one for each word")
        return WordVectors(words, matrix, tensors.get("counts"), metadata)

    def build_index(self, **options: Any) -> IndexedVectors:
        """These vectors with a graph for approximate search: :func:`firth.vectors.index.build_index`.

        Raises:
            MissingExtra: usearch is not installed.
        """
        from firth.vectors.index import build_index

        return build_index(self, **options)

    @classmethod
    def open_native(cls, path: str | os.PathLike[str]) -> WordVectors:
        """Open a file that :meth:`save` wrote, or a saved model."""
        words, matrix, tensors, metadata = open_tensors(path)
        counts, ngrams, lengths = (tensors.get(name) for name in ("counts", "ngrams", "ngram_lengths"))
        if ngrams is None:
            return WordVectors(words, matrix, counts, metadata)
        damaged = FileFormatError(f"{path}: damaged, its n-grams do not fit its vectors")
        if lengths is None or lengths.shape != (2,) or lengths.dtype != np.int64:
            raise damaged
        if ngrams.dtype != np.float32 or ngrams.ndim != 2 or ngrams.shape[1] != matrix.shape[1]:
            raise damaged
        from firth.vectors.subwords import SubwordVectors, has_ngrams

        minn, maxn = lengths.tolist()
        if not has_ngrams(minn, maxn, len(ngrams)):
            raise damaged
        return SubwordVectors(words, matrix, counts, metadata, ngrams=ngrams, minn=minn, maxn=maxn)
