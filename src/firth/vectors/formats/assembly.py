"""The first and last step of every reader: the bytes of a file, and vectors from its rows, with warnings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import Word
from firth.contents import HEAD, check_content
from firth.errors import FileFormatError, OptionError, VectorsWarning, warn
from firth.kernels.text.numbers import NEWLINE, SPACE
from firth.text.compressed import OPENERS, open_stream
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.packed_words import may_repeat
from firth.vectors.search import Matrix
from firth.vectors.words import Words

_STEP = 1 << 16  # bytes that are decompressed at a time
_FIRST = 1 << 16  # and at first


def file_bytes(path: Path, taken: Collection[str] | None = None) -> npt.NDArray[np.uint8]:
    """The bytes of a file, mapped; of a compressed one, in memory.

    Args:
        path: the file.
        taken: the kinds of content (:mod:`firth.contents`) that the reader accepts; ``None`` if this was checked
            before.

    Raises:
        FileFormatError: the file does not exist, is empty, or is known to hold something else.
        SourceError: a compressed file is damaged.
    """
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "no such file"
        raise FileFormatError(f"{path}: {problem}, expected a file of vectors", hint="check the path")
    if path.suffix.lower() in OPENERS:
        with open_stream(path) as (stream, _):
            text = np.frombuffer(stream.read(), np.uint8)
    else:
        text = np.memmap(path, np.uint8, "r").view(type=np.ndarray) if path.stat().st_size else np.empty(0, np.uint8)
    if not len(text):
        raise FileFormatError(f"{path}: an empty file, expected vectors")
    if taken is not None:
        check_content(text[:HEAD].tobytes(), path, "a part of vectors", taken=taken)
    return text


def first_bytes(
    path: Path, enough: Callable[[npt.NDArray[np.uint8]], bool] | None
) -> tuple[npt.NDArray[np.uint8], bool]:
    """The bytes of a file, or of a compressed file up to about twice as many as needed; and whether these are all.

    Args:
        path: the file.
        enough: whether these first bytes are enough; asked again whenever there are twice as many. ``None`` for all.

    Raises:
        FileFormatError, SourceError: as for :func:`file_bytes`.
    """
    if enough is None or path.suffix.lower() not in OPENERS or not path.is_file():
        return file_bytes(path), True
    raw, asked = bytearray(), _FIRST
    with open_stream(path) as (stream, _):
        while part := stream.read(_STEP):
            raw += part
            if len(raw) >= asked:
                if enough(np.frombuffer(bytes(raw), np.uint8)):
                    return np.frombuffer(raw, np.uint8), False
                asked = 2 * len(raw)
    if not raw:
        raise FileFormatError(f"{path}: an empty file, expected vectors")
    return np.frombuffer(raw, np.uint8), True


def assemble(
    path: Path,
    words: Mapping[str, npt.NDArray[Any]] | list[str],
    matrix: Matrix,
    *,
    counts: npt.NDArray[np.int64] | None = None,
    wanted: Collection[str] | None = None,
    metadata: dict[str, Any] | None = None,
    plain: bool | None = None,
    finite: bool | None = None,
    errors: str = "replace",
) -> Embeddings:
    """Vectors from the rows of a file.

    If a word occurs twice, its first row is kept; bytes that are not UTF-8 become the replacement character by default;
    vectors with NaN or infinity are kept, but are never answers. A :class:`VectorsWarning` reports each.

    Args:
        path: where the rows come from, for messages.
        words: by row, as a list or packed.
        matrix: (words, dims).
        counts: (words,).
        wanted: keep only these words.
        metadata: metadata of the file.
        plain: whether packed words are :func:`is_plain`; ``None`` to find out.
        finite: whether all numbers are finite; ``None`` to find out.
        errors: what to do with bytes of packed words that are not UTF-8; see :func:`decoded`.
    """
    if not isinstance(words, list) and wanted is None and (is_plain(words) if plain is None else plain):
        embeddings = Embeddings(Words.packed(words), matrix, counts, metadata)
    else:
        texts = words if isinstance(words, list) else _decode(path, words, errors)
        kept = kept_rows(path, texts, wanted)
        if len(kept) < len(texts):
            texts = [texts[row] for row in kept]
            matrix, counts = matrix[kept], None if counts is None else counts[kept]
        embeddings = Embeddings(texts, matrix, counts, metadata)
    with np.errstate(all="ignore"):  # one fast pass; a sum may also overflow
        doubtful = not (np.isfinite(matrix.sum(dtype=np.float32)) if finite is None else finite)
    odd = int((~np.isfinite(embeddings.norms)).sum()) if doubtful else 0
    if odd:
        _warn(f"{path}: {odd} vectors hold NaN or infinity; they are kept, and are never an answer")
    return embeddings


def is_plain(words: Mapping[str, npt.NDArray[Any]]) -> bool:
    """Whether packed words are certainly UTF-8 and all different, so that they need not be decoded now."""
    text, bounds = words["words"], words["word_bounds"]
    firsts = text[bounds[:-1][np.diff(bounds) > 0]]
    if ((firsts & 0xC0) == 0x80).any():  # a word that starts within a character
        return False
    try:
        text.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return not may_repeat(text, bounds)


def kept_rows(path: Path, words: list[Any], wanted: Collection[Word] | None) -> list[int]:
    """The first row of each word, or of each wanted word; repeated and absent words are reported."""
    rows: dict[Word, int] = {}
    for row, word in enumerate(words):
        rows.setdefault(word, row)
    if len(rows) < len(words):
        _warn(f"{path}: {len(words) - len(rows)} rows repeat a word; the first row of each is kept")
    if wanted is None:
        return list(rows.values())
    absent = sum(word not in rows for word in wanted)
    if absent:
        _warn(f"{path}: {absent} of the {len(wanted)} wanted words are not in the file")
    return [row for word, row in rows.items() if word in wanted]


def _decode(path: Path, words: Mapping[str, npt.NDArray[Any]], errors: str) -> list[str]:
    raw, bounds = words["words"].tobytes(), words["word_bounds"].tolist()
    return decoded(path, [raw[start:stop] for start, stop in itertools.pairwise(bounds)], errors)


def decoded(path: Path, parts: list[bytes], errors: str = "replace") -> list[str]:
    """Words from their bytes; those that are not UTF-8 are reported.

    Args:
        path: where they come from, for messages.
        parts: the bytes of each.
        errors: what to do with bytes that are not UTF-8: ``"replace"`` by the replacement character, ``"ignore"``
            leaves them out, ``"strict"`` refuses the file.

    Raises:
        OptionError: ``errors`` has another value.
        FileFormatError: there are such bytes, and ``errors`` is ``"strict"``.
    """
    if errors not in ("replace", "ignore", "strict"):
        raise OptionError(f"errors={errors!r}, expected 'replace', 'ignore' or 'strict'")
    texts = [part.decode("utf-8", "ignore" if errors == "ignore" else "replace") for part in parts]
    broken = [part for part, text in zip(parts, texts, strict=True) if part != text.encode()]
    if broken and errors == "strict":
        raise FileFormatError(
            f"{path}: {len(broken)} words are not UTF-8, such as {broken[0]!r:.60}", hint="errors='replace'"
        )
    if broken:
        became = "were left out" if errors == "ignore" else "became \N{REPLACEMENT CHARACTER}"
        _warn(f"{path}: {len(broken)} words are not UTF-8; their bad bytes {became}")
    return texts


def report_controls(path: Path, words: Mapping[str, npt.NDArray[Any]]) -> None:
    """Report packed words of a binary file that contain control characters: their bounds may be wrong."""
    letters, bounds = words["words"], words["word_bounds"]
    inside = np.flatnonzero((letters < SPACE) | (letters == 127))
    rows = np.unique(np.searchsorted(bounds, inside, "right") - 1)
    if len(rows):
        first = letters[bounds[rows[0]] : bounds[rows[0] + 1]][:40].tobytes()
        _warn(
            f"{path}: {len(rows)} words hold control characters, such as {first!r}; words and vectors may be "
            "misaligned: are the dimensions in the header right?"
        )


def warn_unfinished(path: Path, text: npt.NDArray[np.uint8]) -> None:
    """Report a file whose last line has no line break, since its last number may be cut off."""
    if text[-1] != NEWLINE:
        _warn(f"{path}: no line break at the end; if the file is cut, its last number is wrong")


def _warn(message: str) -> None:
    warn(message, VectorsWarning)
