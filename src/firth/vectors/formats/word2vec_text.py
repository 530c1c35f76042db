"""Text: a word and its numbers on each line; a header of two counts (word2vec, fastText, spaCy), or none (GloVe)."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError, VectorsWarning, warn
from firth.kernels.text.numbers import NEWLINE, SPACE, TAB, Bytes, count_lines, count_numbers, read_lines, skip_lines
from firth.parallel import cores, in_threads
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, first_bytes, warn_unfinished
from firth.vectors.formats.packed_words import packed

_STEP = 1 << 20  # bytes a thread takes at a time, at least
_ROWS = 1000  # lines formatted at a time
_LOOKED_AT = 1000  # lines that say how many numbers there are


def read(
    path: Path,
    *,
    limit: int | None = None,
    wanted: Collection[str] | None = None,
    header: bool | None = None,
    errors: str = "replace",
) -> Embeddings:
    """Read lines of ``word number number ...``, separated by spaces or tabs; a word may hold spaces.

    Args:
        path: the file; .gz, .bz2, .xz and .zst are opened too.
        limit: read only this many words, the first ones.
        wanted: keep only these words.
        header: whether the first line has the numbers of words and dimensions; ``None`` to detect it.
        errors: what to do with bytes that are not UTF-8; see :func:`firth.vectors.formats.assembly.decoded`.

    Raises:
        FileFormatError: a line is not a word and numbers, or the header does not fit.
    """
    # One line more than are read tells that the last of them is whole.
    most = None if limit is None else max(limit + 1, _LOOKED_AT) + 1
    text, _ = first_bytes(path, None if most is None else lambda part: count_lines(part, 0, len(part)) > most)
    text = text[len(BOM_UTF8) :] if text[: len(BOM_UTF8)].tobytes() == BOM_UTF8 else text
    start = int(skip_lines(text, 0, 1))
    promised = _header(text[:start].tobytes().split()) if header is not False else None
    if header and promised is None:
        raise FileFormatError(
            f"{path}: no header of two counts in the first line", hint="WordVectors.load(path, format='glove')"
        )
    start = start if promised else 0
    if start == len(text) and promised and promised[0]:
        raise FileFormatError(f"{path}: the header promises {promised[0]} words, found none")
    stop = len(text) if limit is None else int(skip_lines(text, start, limit))
    dims = promised[1] if promised else _most_numbers(text, start)
    if not promised and dims < 1:
        raise FileFormatError(f"{path}: no numbers in its first lines, expected lines of a word and its numbers")
    starts = _starts(text, start, stop)
    ends = [*starts[1:], stop]
    lines = in_threads(lambda part: int(count_lines(text, starts[part], ends[part])), range(len(starts)))
    rows = sum(lines)
    if promised and rows != min(promised[0], promised[0] if limit is None else limit):
        raise FileFormatError(
            f"{path}: the header promises {promised[0]:,} words, found {rows:,}",
            hint="the file is truncated, or several files were joined",
        )
    if 2 * rows * dims > stop - start:  # a number takes two bytes at least
        raise FileFormatError(f"{path}: {stop - start:,} bytes, too few for {rows:,} words of {dims:,} dimensions")
    matrix, words = np.empty((rows, dims), np.float32), np.empty((rows, 2), np.int64)
    firsts = np.cumsum([0, *lines]).tolist()
    work = lambda part: int(read_lines(text, starts[part], ends[part], matrix, words, firsts[part]))  # noqa: E731
    bad = [offset for offset in in_threads(work, range(len(starts))) if offset >= 0]
    if bad:
        line = 1 + int(count_lines(text, 0, min(bad)))
        raise FileFormatError(
            f"{path}: line {line} is not a word and {dims} numbers", hint="is the file truncated or damaged?"
        )
    if dims == 1 and not promised and header is None and _are_counts(matrix):
        raise FileFormatError(
            f"{path}: a table of words and counts, one whole number for each word, expected vectors",
            hint="Vocabulary.load(path) reads such a table; WordVectors.load(path, format='glove') sees one dimension",
        )
    if stop == len(text):
        warn_unfinished(path, text)
    tensors = packed(text, words)
    _report_spaces(path, tensors["words"], tensors["word_bounds"])
    return assemble(path, tensors, matrix, wanted=wanted, errors=errors)


def _header(fields: list[bytes]) -> tuple[int, int] | None:
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        return int(fields[0]), int(fields[1])
    return None


def _most_numbers(text: Bytes, start: int) -> int:
    """How many numbers most of the first lines end with, the fewest if tied; a last line that may be cut is ignored.

    So a word with spaces among them, such as ``. . .`` or ``at 3``, does not decide.
    """
    stop = int(skip_lines(text, start, _LOOKED_AT))
    numbers = np.zeros(_LOOKED_AT, np.int64)
    lines = int(count_numbers(text, start, stop, numbers))
    if lines > 1 and text[stop - 1] != NEWLINE:
        lines -= 1
    found = numbers[:lines][numbers[:lines] > 0]
    return int(np.bincount(found).argmax()) if len(found) else 0


def _are_counts(numbers: npt.NDArray[np.float32]) -> bool:
    return bool(len(numbers) and (numbers >= 0).all() and (numbers == np.rint(numbers)).all())


def _report_spaces(path: Path, letters: Bytes, bounds: npt.NDArray[np.int64]) -> None:
    """Report words that contain spaces or tabs: they may be intended, or lines may have more numbers than others."""
    inside = np.flatnonzero((letters == SPACE) | (letters == TAB))
    rows = np.unique(np.searchsorted(bounds, inside, "right") - 1)
    if len(rows):
        first = letters[bounds[rows[0]] : bounds[rows[0] + 1]].tobytes().decode("utf-8", "replace")
        warn(f"{path}: {len(rows)} words contain spaces, such as {first!r}", VectorsWarning)


def _starts(text: Bytes, start: int, stop: int) -> list[int]:
    """Offsets of lines, at which the work is divided."""
    step = max(_STEP, -(-(stop - start) // (8 * cores())))
    starts = [start]
    while starts[-1] + step < stop:
        line = int(skip_lines(text, starts[-1] + step, 1))
        if line >= stop:
            break
        starts.append(line)
    return starts


def write(embeddings: Embeddings, path: Path, *, header: bool = True) -> None:
    """Write a line for each word: nine digits, from which each float32 comes back exactly.

    Raises:
        StorageError: the file cannot be written.
    """
    words = embeddings.words.spellings()
    spaces = sum(" " in word or "\t" in word for word in words)
    if spaces:
        warn(
            f"{path}: {spaces} words contain spaces; firth can read them back, but gensim and fastText cannot",
            VectorsWarning,
        )
    form = "%s" + " %.9g" * embeddings.vector_size + "\n"
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        if header:
            file.write(f"{len(embeddings)} {embeddings.vector_size}\n")
        for start in range(0, len(embeddings), _ROWS):
            rows = zip(words[start : start + _ROWS], embeddings.vectors[start : start + _ROWS].tolist(), strict=True)
            file.write("".join(form % (word, *row) for word, row in rows))


def read_glove(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read text without a header."""
    return read(path, limit=limit, wanted=wanted, header=False)


def write_glove(embeddings: Embeddings, path: Path) -> None:
    """Write text without a header."""
    write(embeddings, path, header=False)
