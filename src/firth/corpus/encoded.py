"""A corpus on disk as word ids, mapped into memory."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.corpus.vocabulary import Vocabulary
from firth.corpus.word_frequencies import coverage
from firth.errors import FileFormatError, OptionError
from firth.guard import guarded
from firth.storage import TensorFile, map_tensors
from firth.stored_words import pack_words, unpack_words
from firth.text.files_read import FilesRead

KIND = "corpus"
FACTS = ("tokens_read", "distinct_words", "long_lines_split", "sources", "options")

_KINDS = (int, int, int, list | None, dict)
_DTYPES = {
    "ids": np.int32,
    "bounds": np.int64,
    "counts": np.int64,
    "spectrum": np.int64,
    "words": np.uint8,
    "word_bounds": np.int64,
}
_IDS_AT_A_TIME = 1 << 22
_AGAIN = "encode the text again"


class EncodedCorpus:
    """A corpus as word ids, one sentence after another, made by :func:`firth.corpus.encode`.

    It is a context manager; it can also be closed by :meth:`close`, or is closed by the garbage collector.

    Attributes:
        path: the file of the corpus.
        ids: word ids of all kept tokens, mapped.  # (tokens,) int32
        bounds: sentence ``s`` is ``ids[bounds[s]:bounds[s + 1]]``, mapped.  # (sentences + 1,) int64
        weights: of the sentences, if they have any: one of weight w is learned from w times an epoch, on the mean, and
            words are counted by weights.  # (sentences,) float32, or None
        vocabulary: the kept words.
        spectrum: the frequency spectrum of the text: each count that occurs, ascending, and the number of words with
            it. # (different counts, 2) int64
        tokens_read: number of tokens of the text, before rare words were dropped.
        distinct_words: number of distinct words of the text, before rare ones were dropped.
        long_lines_split: number of lines that were split into several sentences because they were long.
        sources: path, size and time of each text file; ``None`` if token lists were given.
        files: the encoding of each text file, how many of its bytes were replaced, and which files were skipped.
        options: the options that made it.
    """

    path: Path
    ids: npt.NDArray[np.int32]
    bounds: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32] | None
    vocabulary: Vocabulary
    spectrum: npt.NDArray[np.int64]
    tokens_read: int
    distinct_words: int
    long_lines_split: int
    sources: list[dict[str, Any]] | None
    files: FilesRead
    options: dict[str, Any]

    def __init__(self, path: Path, tensors: dict[str, npt.NDArray[Any]], facts: dict[str, Any]) -> None:
        self.path = path
        self.ids, self.bounds = tensors["ids"], tensors["bounds"]
        # Copies: a vocabulary that outlives the corpus must not keep a removed file on the disk.
        self.vocabulary = Vocabulary(unpack_words(tensors), tensors["counts"].copy())
        self.spectrum = tensors["spectrum"].copy()
        self.weights = tensors["weights"].copy() if "weights" in tensors else None
        for name in FACTS:
            setattr(self, name, facts[name])
        self.files = FilesRead.from_dict(facts["files"]) if "files" in facts else FilesRead()
        self._file = TensorFile(path, _AGAIN) if hasattr(os, "pread") else None
        self._finalizer: Any = None

    def __getstate__(self) -> dict[str, Any]:
        # A copy has the words in memory, and does not remove the file of the original.
        return {**self.__dict__, "_file": None, "_finalizer": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for array in (self.ids, self.bounds):
            array.flags.writeable = False

    @classmethod
    @guarded("an encoded corpus")
    def load(cls, path: str | os.PathLike[str]) -> EncodedCorpus:
        """Map a corpus that :func:`firth.corpus.encode` wrote.

        Raises:
            FileFormatError: the file is missing, damaged, foreign or from a newer version.
        """
        tensors, facts = map_tensors(path, KIND, verified=True)
        damaged = FileFormatError(f"{path}: the corpus is damaged", hint=f"remove the file and {_AGAIN}")
        if not _is_sound(tensors, facts):
            raise damaged
        try:
            return cls(Path(path), tensors, facts)
        except (OptionError, UnicodeDecodeError, KeyError, TypeError) as error:  # of the vocabulary, or the files
            raise damaged from error

    @property
    def tokens_kept(self) -> int:
        """Number of tokens of the corpus."""
        return len(self.ids)

    @property
    def sentences(self) -> int:
        """Number of sentences of the corpus."""
        return len(self.bounds) - 1

    def read(self, first: int, last: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Word ids of the sentences ``first`` to ``last - 1``, and the position where each begins, and the end.

        Raises:
            FileFormatError: the file cannot be read, or has been changed.
        """
        bounds = self._rows("bounds", first, last + 1)
        return self.tokens(int(bounds[0]), int(bounds[-1])), bounds - bounds[0]

    def tokens(self, first: int, last: int) -> npt.NDArray[np.int32]:
        """Word ids of the tokens ``first`` to ``last - 1``, or to the end if there are fewer.

        Raises:
            FileFormatError: as for :meth:`read`.
        """
        return self._rows("ids", first, min(last, len(self.ids)))

    def _rows(self, name: str, first: int, last: int) -> npt.NDArray[Any]:
        if self._file is None:  # a copy, or a system on which no file changes that is mapped
            rows: npt.NDArray[Any] = getattr(self, name)[first:last]
            return rows
        return self._file.rows(name, first, last)

    def digest(self) -> str:
        """32 hexadecimal digits that identify the words, counts and sentences of the corpus."""
        digest = hashlib.blake2b(digest_size=16)
        packed = pack_words(self.vocabulary.words)
        for array in (*packed.values(), self.vocabulary.counts):
            digest.update(len(array).to_bytes(8, "little"))
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
        if self.weights is not None:
            digest.update(self.weights.view(np.uint8).data)
        for name, rows in (("bounds", self.sentences + 1), ("ids", self.tokens_kept)):
            digest.update(rows.to_bytes(8, "little"))
            for start in range(0, rows, _IDS_AT_A_TIME):
                digest.update(self._rows(name, start, min(start + _IDS_AT_A_TIME, rows)).view(np.uint8).data)
        return digest.hexdigest()

    def coverage(self, min_count: int) -> tuple[int, int]:
        """The number of words that occur at least ``min_count`` times, and the number of their tokens."""
        return coverage(self.spectrum, whole("min_count", min_count, 1))

    def when_closed(self, remove: Callable[[], object]) -> None:
        """Remove the file, by this function, when the corpus is closed, collected, or the interpreter ends."""
        self._finalizer = weakref.finalize(self, remove)

    def close(self) -> None:
        """Close the file, and remove it if it is temporary. Arrays that are still in use remain valid."""
        self.ids, self.bounds = np.empty(0, np.int32), np.zeros(1, np.int64)
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._finalizer is not None:
            self._finalizer()

    def __enter__(self) -> EncodedCorpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"EncodedCorpus({self.tokens_kept:,} tokens, {self.sentences:,} sentences, {len(self.vocabulary):,} words)"
        )


def _is_sound(tensors: dict[str, npt.NDArray[Any]], facts: dict[str, Any]) -> bool:
    """Whether the ids and bounds of a corpus are valid, since kernels do not check them."""
    return (
        set(FACTS) <= facts.keys()
        and all(isinstance(facts[name], kind) for name, kind in zip(FACTS, _KINDS, strict=True))
        and all(name in tensors and tensors[name].dtype == kind for name, kind in _DTYPES.items())
        and all(tensors[name].ndim == 1 for name in _DTYPES if name != "spectrum")
        and tensors["spectrum"].shape[1:] == (2,)
        and _bounds_hold(tensors["bounds"], len(tensors["ids"]))
        and _bounds_hold(tensors["word_bounds"], len(tensors["words"]))
        and _weights_hold(tensors.get("weights"), len(tensors["bounds"]) - 1)
        and len(tensors["counts"]) == len(tensors["word_bounds"]) - 1
        and all(_ids_hold(ids, len(tensors["counts"])) for ids in _parts(tensors["ids"]))
    )


def _weights_hold(weights: npt.NDArray[Any] | None, sentences: int) -> bool:
    if weights is None:
        return True
    return weights.dtype == np.float32 and weights.shape == (sentences,) and bool((weights >= 0).all())


def _bounds_hold(bounds: npt.NDArray[np.int64], size: int) -> bool:
    return (
        len(bounds) > 0
        and bounds[0] == 0
        and bounds[-1] == size
        and all(bool((part[1:] >= part[:-1]).all()) for part in _parts(bounds, overlap=1))
    )


def _ids_hold(ids: npt.NDArray[np.int32], words: int) -> bool:
    return bool(ids.min() >= 0 and ids.max() < words)


def _parts(array: npt.NDArray[Any], overlap: int = 0) -> list[npt.NDArray[Any]]:
    return [array[start : start + _IDS_AT_A_TIME + overlap] for start in range(0, len(array), _IDS_AT_A_TIME)]
