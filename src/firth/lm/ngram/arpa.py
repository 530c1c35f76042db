r"""ARPA files, the text format of back-off models that all toolkits read.

    \data\
    ngram 1=4
    ngram 2=3

    \1-grams:
    -0.7781513      <unk>
    -0.30103        the     -0.2218488
    ...
    \end\

A line holds log10 of the probability, the n-gram, and log10 of its back-off weight if it has one. -99 means a
probability of zero.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from firth.contents import HEAD, check_content
from firth.errors import FileFormatError, LanguageModelWarning, OptionError, SourceError, warn
from firth.kernels.ngram.nodes import START_ID, UNKNOWN_ID
from firth.lm.ngram.construction import Ngrams, build_trie
from firth.lm.ngram.trie import Trie
from firth.lm.sentences import END, SPECIAL_WORDS, START, UNKNOWN
from firth.stored_words import check_words
from firth.targets import replacing
from firth.text.compressed import OPENERS, open_stream

Float32s = npt.NDArray[np.float32]

_ZERO = -99.0
_WITHOUT = {  # what follows where a file leaves a special word out
    UNKNOWN: "unknown words have no probability, so that a text with one is impossible (KenLM gives them 1e-100)",
    START: "the first words of a sentence are predicted as if nothing were known of what stands before them",
    END: "no sentence ends, so that sentences have a probability only with end=False",
}
_ROWS_AT_A_TIME = 1 << 16
_LARGEST = float(np.finfo(np.float32).max)
_BLANKS = " \t\r\n"
# Spaces, tabs and line ends part the fields, and KenLM takes U+0000 for a space and <UNK> for <unk>.
_UNFIT = re.compile("\\A\\Z|[ \t\n\r\0\ud800-\udfff]|\\A<UNK>\\Z")
_PACKERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


_SUFFIXES = tuple(name + packed for name in (".arpa", ".lm") for packed in ("", *OPENERS))


def is_arpa(path: str | os.PathLike[str]) -> bool:
    """Whether a name is that of an ARPA file, in upper or lower case."""
    return os.fspath(path).lower().endswith(_SUFFIXES)


def write_arpa(
    path: str | os.PathLike[str],
    spellings: list[str],
    trie: Trie,
    log10_probabilities: Float32s,
    log10_backoffs: Float32s,
) -> None:
    """Write a model; see :meth:`firth.lm.NgramModel.write_arpa`.

    Args:
        path: the file.
        spellings: the words, by their ids.
        trie: the n-grams.
        log10_probabilities: of the last word of each.  # (nodes,)
        log10_backoffs: of each that may be a history.  # (inner nodes,)
    """
    expected = "words without spaces, tabs, line breaks, U+0000 and lone surrogates, and not <UNK>"
    check_words(spellings, _UNFIT, "an ARPA file", expected, "save the native file, which holds any word")
    words = np.array(spellings, object)
    with replacing(path) as temporary, packer_of(path)(temporary, "wt", encoding="utf-8", newline="\n") as file:
        file.write("\\data\\\n")
        file.writelines(f"ngram {n}={size}\n" for n, size in enumerate(trie.sizes(), 1))
        for n in range(1, trie.order + 1):
            level = trie.level(n)
            file.write(f"\n\\{n}-grams:\n")
            rows = trie.ngrams(n)
            for start in range(0, len(rows), _ROWS_AT_A_TIME):
                part = slice(level.start + start, min(level.start + start + _ROWS_AT_A_TIME, level.stop))
                columns = [_shown(log10_probabilities[part])]
                columns.append([" ".join(gram) for gram in words[rows[start : start + _ROWS_AT_A_TIME]].tolist()])
                if n < trie.order:
                    columns.append(_shown(log10_backoffs[part]))
                file.writelines("\t".join(line) + "\n" for line in zip(*columns, strict=True))
        file.write("\n\\end\\\n")


def packer_of(path: str | os.PathLike[str]) -> Callable[..., Any]:
    """The function that opens a file for writing, with the compression of its suffix.

    Raises:
        OptionError: the suffix is that of a compression that can only be read.
    """
    suffix = Path(path).suffix.lower()
    if suffix in OPENERS and suffix not in _PACKERS:
        raise OptionError(f"{path}: cannot be compressed to {suffix}", hint=f"write {', '.join(_PACKERS)}, or plain")
    return _PACKERS.get(suffix, open)


def _shown(values: Float32s) -> list[str]:
    """The shortest decimals that read back as the same float32."""
    return cast(list[str], np.maximum(values, np.float32(_ZERO)).astype("U16").tolist())


def read_arpa(path: str | os.PathLike[str]) -> tuple[list[str], Trie, Float32s, Float32s, dict[str, Any]]:
    """Read a model; see :meth:`firth.lm.NgramModel.read_arpa`.

    N-grams that are the suffix or context of others, and that the file leaves out, are added with the probability that
    backing off gives them. A warning says if ``<s>``, ``</s>`` or ``<unk>`` is missing.
    """
    path = Path(path)
    if not path.is_file():
        raise FileFormatError(f"{path}: no such file, expected an ARPA file", hint="check the path")
    try:
        with open_stream(path) as (stream, _):
            buffered = io.BufferedReader(cast(Any, stream), HEAD)
            check_content(buffered.peek(HEAD), path, "an ARPA file", taken=["arpa"])
            file = io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="\n")
            words, levels, missing = _Reader(path, file).model()
            while file.read(HEAD):  # a compressed file has its checksum at the end
                pass
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path}: not UTF-8 ({error.reason}), expected an ARPA file") from error
    except SourceError as error:
        raise FileFormatError(error.message, hint=error.hint) from error
    for word in missing:
        warn(f"{path} has no {word} among its single words: {_WITHOUT[word]}", LanguageModelWarning)
    trie, probabilities, backoffs = build_trie(levels)
    closed = not np.isfinite(probabilities[UNKNOWN_ID])
    return words, trie, probabilities, backoffs, {"smoothing": "ARPA", "form": "backoff", "closed": closed, "used": []}


class _Reader:
    """Reads an ARPA file line by line, and reports the line of an error."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self.path = path
        self.lines = enumerate(file, 1)
        self.number = 0
        self.last = ""

    def error(self, problem: str, expected: str) -> FileFormatError:
        return FileFormatError(f"{self.path}, line {self.number}: {problem}, expected {expected}")

    def next(self, expected: str) -> str:
        """The next line that is not blank."""
        for number, line in self.lines:
            self.number = number
            stripped = line.strip(_BLANKS)
            if stripped:
                return stripped
        self.number += 1
        raise self.error("the file ends", expected)

    def model(self) -> tuple[list[str], list[Ngrams], list[str]]:
        """The vocabulary, special words first; the n-grams of each order; the special words that are missing."""
        while self.next("\\data\\") != "\\data\\":
            pass
        sizes: list[int] = []
        line = self.next("ngram 1=...")
        while line.startswith("ngram "):
            name, _, size = line[len("ngram ") :].partition("=")
            if name.strip() != str(len(sizes) + 1) or not re.fullmatch("[ \t]*[0-9]{1,18}", size):
                raise self.error(f"{line!r}", f"ngram {len(sizes) + 1}= and a number")
            sizes.append(int(size))
            line = self.next("\\1-grams:")
        if not sizes:
            raise self.error(f"{line!r}", "ngram 1= and a number")
        index = {word: i for i, word in enumerate(SPECIAL_WORDS)}
        levels = []
        for n, announced in enumerate(sizes, 1):
            if line != f"\\{n}-grams:":
                raise self.error(f"{line!r}", f"\\{n}-grams:")
            level, line = self.section(n, announced, index)
            levels.append(level)
        if line != "\\end\\":
            raise self.error(f"{line!r}", "\\end\\")
        present = set(levels[0].rows[:, 0].tolist())
        missing = [word for number, word in enumerate(SPECIAL_WORDS) if number not in present]
        return list(index), [_with_special(levels[0], len(index)), *levels[1:]], missing

    def section(self, n: int, size: int, index: dict[str, int]) -> tuple[Ngrams, str]:
        """The n-grams of one order, and the line after them."""
        rows = np.empty((min(size, _ROWS_AT_A_TIME), n), np.int32)  # a file may announce anything
        values = np.empty((len(rows), 2), np.float32)
        seen = 0
        for fields in self.entries():
            if seen == size:
                raise self.error(f"more than the {size} {n}-grams announced", "a new section")
            if len(fields) not in (n + 1, n + 2):
                raise self.error(f"{len(fields)} fields", f"a probability, {n} words, and perhaps a back-off weight")
            if seen == len(rows):
                rows, values = (_longer(array, min(size, 2 * seen)) for array in (rows, values))
            for column, text in ((0, fields[0]), (1, fields[n + 1] if len(fields) == n + 2 else "0")):
                values[seen, column] = self.value(text)
            if values[seen, 0] > 0:
                raise self.error(f"log10 probability {fields[0]}", "at most 0")
            if n == 1:
                word = "<unk>" if fields[1] == "<UNK>" else fields[1]
                rows[seen] = index.setdefault(word, len(index))
            else:
                try:
                    rows[seen] = [index[word] for word in fields[1 : n + 1]]
                except KeyError as error:
                    raise self.error(f"the word {error.args[0]!r}", "a word of \\1-grams:") from error
            seen += 1
        if seen < size:
            raise self.error(f"{seen} {n}-grams", f"{size}, as announced")
        values[values <= _ZERO] = -np.inf
        level = Ngrams(rows, values[:, 0].copy(), values[:, 1].copy())
        twice = level.duplicate()
        if twice is not None:
            spelling = list(index)
            gram = " ".join(spelling[word] for word in twice.tolist())
            raise FileFormatError(f"{self.path}: the {n}-gram {gram!r} is in the file twice, expected once")
        return level, self.last

    def entries(self) -> Iterator[list[str]]:
        """The fields of each line before the next one that begins with a backslash, which is kept as ``last``."""
        for number, line in self.lines:
            self.number = number
            fields = line.replace("\t", " ").strip(_BLANKS).split(" ")
            if "" in fields:
                fields = [field for field in fields if field]
            if not fields:
                continue
            if len(fields) == 1 and fields[0][0] == "\\":
                self.last = fields[0]
                return
            yield fields
        self.number += 1
        raise self.error("the file ends", "\\end\\")

    def value(self, text: str) -> float:
        """A number that is not NaN."""
        try:
            value = float(text if text.isascii() and "_" not in text else "")  # float itself takes more than others do
        except ValueError:
            raise self.error(f"{text!r}", "a number") from None
        if math.isnan(value) or value > _LARGEST:
            raise self.error(f"{text!r}", "a finite number")
        return max(value, -_LARGEST)


def _longer(array: npt.NDArray[Any], rows: int) -> npt.NDArray[Any]:
    longer = np.empty((rows, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def _with_special(level: Ngrams, words: int) -> Ngrams:
    """Level 1 in the order of the ids; those missing have probability 0, and so has ``<s>``."""
    probabilities = np.full(words, -np.inf, np.float32)
    backoffs = np.zeros(words, np.float32)
    probabilities[level.rows[:, 0]] = level.probabilities
    backoffs[level.rows[:, 0]] = level.backoffs
    probabilities[START_ID] = -np.inf
    return Ngrams(np.arange(words, dtype=np.int32)[:, None], probabilities, backoffs)
