"""firth's own file of vectors: safetensors, memory-mapped, optionally at half or a quarter of the size."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, integer_of
from firth.errors import FileFormatError, OptionError
from firth.guard import guarded
from firth.storage import map_tensors, verify, write_tensors
from firth.vectors.embeddings import Embeddings
from firth.vectors.search import Matrix
from firth.vectors.subwords import Subwords, composed, has_ngrams, word_bags
from firth.vectors.words import Words

PRECISIONS = ("float32", "float16", "int8")


def read(path: Path, *, limit: int | None = None, wanted: Collection[Word] | None = None) -> Embeddings:
    """Open the file, or a saved model for its input vectors; with ``limit`` or ``wanted``, a part of it.

    Raises:
        FileFormatError: the file is missing, damaged, in another format, or from a newer version.
    """
    words, matrix, tensors, metadata = _open(path, "input_vectors")
    bagged = _bagged(metadata) if "input_vectors" in tensors else None
    subwords = _subwords(path, tensors, matrix.shape[1])
    if bagged is not None:
        matrix, subwords = _composed(path, words, matrix, bagged)
    output = _output(tensors, metadata, matrix)
    embeddings = Embeddings(words, matrix, tensors.get("counts"), metadata, subwords, output)
    if limit is None and wanted is None:
        return embeddings
    from firth.vectors.formats.assembly import kept_rows  # it loads Numba; merely opening a file should not

    if wanted is not None and words.are_integers:  # a list of words in a file is one of strings
        wanted = {integer_of(word) if isinstance(word, str) else word for word in wanted}  # type: ignore[misc]
    return embeddings.take(kept_rows(path, embeddings.index_to_key[:limit], wanted))


def read_output(path: Path) -> Embeddings:
    """The output vectors of a saved model.

    Raises:
        FileFormatError: it is not a saved model, or one by hierarchical softmax, whose output vectors are not those of
            words.
    """
    words, matrix, tensors, metadata = _open(path, "output_vectors")
    if not _has_output(metadata):
        raise FileFormatError(f"{path}: output vectors of inner nodes, expected a model with one for each word")
    return Embeddings(words, matrix, tensors.get("counts"), metadata)


def write(embeddings: Embeddings, path: Path, precision: str = "float32") -> None:
    """Write the file.

    Raises:
        OptionError: the numbers do not fit the precision.
    """
    tensors = {**shrink(embeddings.vectors, precision), **embeddings.words.tensors()}
    if embeddings.counts is not None:
        tensors["counts"] = embeddings.counts
    if embeddings.subwords is not None:
        tensors |= _ngram_tensors(embeddings.subwords, precision)
    write_tensors(path, "vectors", tensors, embeddings.metadata)


def _ngram_tensors(subwords: Subwords, precision: str) -> dict[str, npt.NDArray[Any]]:
    """The n-grams; at a smaller precision they are float16, which can be read row by row from a mapped file."""
    ngrams: npt.NDArray[np.floating] = subwords.ngrams
    if precision != "float32" and ngrams.dtype != np.float16:
        ngrams = shrink(np.asarray(ngrams, np.float32), "float16")["vectors"]
    lengths = [subwords.minn, subwords.maxn]
    if subwords.hashes or subwords.kept is not None:
        lengths += [subwords.hashes, subwords.buckets or len(ngrams)]
    tensors: dict[str, npt.NDArray[Any]] = {"ngrams": ngrams, "ngram_lengths": np.array(lengths, np.int64)}
    return tensors if subwords.kept is None else {**tensors, "ngram_buckets": subwords.kept}


def shrink(matrix: Matrix, precision: str) -> dict[str, npt.NDArray[Any]]:
    """A matrix as the tensors ``vectors`` and, for int8, ``scales`` (rows,): a row is its bytes times its scale.

    float16 keeps 11 bits of each number, so that its relative error is at most 2**-11 (numbers over 65504 do not fit).
    int8 rounds each number of a row to 1/127 of the largest: its error is at most 1/254 of that.

    Raises:
        OptionError: the precision is unknown, or the numbers do not fit.
    """
    if precision == "float32":
        return {"vectors": matrix}
    if precision == "float16":
        with np.errstate(over="ignore"):
            half = matrix.astype(np.float16)
        if np.isinf(half).any():
            raise OptionError("numbers over 65504, which float16 cannot hold", hint="int8 or float32")
        return {"vectors": half}
    if precision == "int8":
        largest = np.abs(matrix).max(axis=1, initial=0)
        if not np.isfinite(largest).all():
            raise OptionError("NaN or infinity in the vectors, which int8 cannot hold", hint="float16 or float32")
        scales = (largest / 127).astype(np.float32)
        steps = np.divide(matrix, scales[:, None], out=np.zeros_like(matrix), where=scales[:, None] > 0)
        return {"vectors": np.rint(steps).clip(-127, 127).astype(np.int8), "scales": scales}
    raise OptionError(f"precision {precision!r}, expected one of {', '.join(PRECISIONS)}")


def restore(tensors: dict[str, npt.NDArray[Any]]) -> Matrix | None:
    """The float32 matrix that :func:`shrink` took, as precisely as it was stored; ``None`` if the tensors hold none.

    float32 stays mapped from the file; the others are converted in memory.
    """
    vectors, scales = tensors.get("vectors"), tensors.get("scales")
    if vectors is None or vectors.ndim != 2:
        return None
    if vectors.dtype == np.int8 and scales is not None and scales.shape == vectors.shape[:1]:
        return vectors * scales.astype(np.float32)[:, None]
    if vectors.dtype in (np.float32, np.float16):
        return vectors.astype(np.float32, copy=False)
    return None


def shrinking_error(matrix: Matrix, precision: str) -> tuple[float, float]:
    """The loss by storing at a precision: the largest error of a number, and the lowest cosine of a row with itself."""
    kept = restore(shrink(matrix, precision))
    assert kept is not None
    if not matrix.size:
        return 0.0, 1.0
    products = np.vecdot(matrix, kept).astype(np.float64)
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(kept, axis=1)
    cosines = np.divide(products, lengths, out=np.ones_like(products), where=lengths > 0)
    return float(np.abs(kept - matrix).max()), float(cosines.min())


@guarded("a file of vectors")
def _open(path: Path, part: str) -> tuple[Words, Matrix, dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Words, matrix, all tensors and the metadata of a file of vectors, or of one matrix of a saved model."""
    tensors, metadata = _map(path)
    padded = tensors.get(part)  # of a model: padded with columns of zeros
    matrix = restore(tensors if padded is None else {"vectors": padded})
    if matrix is not None and padded is None and tensors["vectors"].dtype != np.float32:
        verify(path)  # all of it was read
    if matrix is None or (padded is None and part != "input_vectors"):
        raise FileFormatError(f"{path}: no {part} in the file, expected a matrix of numbers")
    try:
        words = Words.packed(tensors)
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error.message}", hint=error.hint) from error
    counts = tensors.get("counts")
    rows = len(matrix)
    if padded is not None and part == "input_vectors" and _bagged(metadata) is not None:
        rows = len(words)  # the matrix also has those of n-grams
    if len(words) != rows or (counts is not None and counts.shape != (rows,)):
        raise FileFormatError(f"{path}: {len(words)} words for {len(matrix)} {part}, expected one for each")
    size = matrix.shape[1] if padded is None else metadata.get("vector_size")
    if not isinstance(size, int) or not 0 <= size <= matrix.shape[1]:
        raise FileFormatError(f"{path}: damaged, vectors of {matrix.shape[1]} columns for vector_size {size!r}")
    return words, matrix[:, :size], tensors, metadata


def _output(
    tensors: dict[str, npt.NDArray[Any]], metadata: dict[str, Any], matrix: Matrix
) -> npt.NDArray[np.float32] | None:
    """The output vectors of the words, mapped, if the file is a model that has them."""
    output = tensors.get("output_vectors")
    if output is None or not _has_output(metadata) or output.dtype != np.float32 or output.ndim != 2:
        return None
    part: npt.NDArray[np.float32] = output[:, : matrix.shape[1]]
    return part if part.shape == matrix.shape else None


def _has_output(metadata: dict[str, Any]) -> bool:
    """Whether the output vectors of a model are those of words, not of the inner nodes of a tree."""
    configuration = metadata.get("configuration")
    return not (isinstance(configuration, dict) and configuration.get("objective") == "hierarchical")


def _bagged(metadata: dict[str, Any]) -> dict[str, Any] | None:
    """The configuration of a saved model whose input matrix has rows of n-grams."""
    configuration = metadata.get("configuration")
    return configuration if isinstance(configuration, dict) and configuration.get("subwords") is True else None


def _composed(path: Path, words: Words, matrix: Matrix, options: dict[str, Any]) -> tuple[Matrix, Subwords]:
    """The vectors of the words of a saved model, and its n-grams."""
    minn, maxn, buckets, hashes = (options.get(name) for name in ("minn", "maxn", "buckets", "hashes"))
    numbers = [number for number in (minn, maxn, buckets, hashes) if isinstance(number, int)]
    fits = len(numbers) == 4 and has_ngrams(*numbers)
    if not fits or len(matrix) != numbers[2] + (0 if numbers[3] else len(words)):
        raise FileFormatError(f"{path}: damaged, its n-grams do not fit its vectors")
    subwords = Subwords(matrix[len(matrix) - numbers[2] :], numbers[0], numbers[1], numbers[3])
    bags = word_bags(*words.pack(), subwords.scheme)
    return composed(matrix, bags, matrix.shape[1]), subwords


def _subwords(path: Path, tensors: dict[str, npt.NDArray[Any]], size: int) -> Subwords | None:
    ngrams, lengths = tensors.get("ngrams"), tensors.get("ngram_lengths")
    if ngrams is None:
        return None
    damaged = FileFormatError(f"{path}: damaged, its n-grams do not fit its vectors")
    kept = tensors.get("ngram_buckets")
    if lengths is None or lengths.shape not in ((2,), (4,)) or lengths.dtype != np.int64:
        raise damaged
    minn, maxn, hashes, buckets = [*lengths.tolist(), 0, len(ngrams)][:4]
    if ngrams.dtype not in (np.float32, np.float16) or ngrams.ndim != 2 or ngrams.shape[1] != size:
        raise damaged
    if not has_ngrams(minn, maxn, buckets, hashes):
        raise damaged
    if kept is None and buckets != len(ngrams):
        raise damaged
    if kept is not None and (kept.dtype != np.int64 or kept.shape != (len(ngrams),) or _is_unordered(kept, buckets)):
        raise damaged
    return Subwords(ngrams, minn, maxn, hashes, kept, buckets)


def _is_unordered(numbers: npt.NDArray[np.int64], stop: int) -> bool:
    """Whether they are not ascending numbers from 0 to below ``stop``."""
    return bool(len(numbers) and (numbers[0] < 0 or numbers[-1] >= stop or (np.diff(numbers) <= 0).any()))


def _map(path: Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    try:
        return map_tensors(path, "vectors")
    except FileFormatError as refused:
        with contextlib.suppress(FileFormatError):
            return map_tensors(path, "model")
        raise refused
