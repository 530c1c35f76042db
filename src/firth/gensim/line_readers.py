"""gensim's readers of text files: sentences as lists of words, or whole files, which firth reads itself."""

from __future__ import annotations

import codecs
import contextlib
import io
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from firth.arguments import whole
from firth.errors import EncodingError, SourceError
from firth.text.compressed import open_stream
from firth.text.paths import located

StrPath = str | os.PathLike[str]

_LONGEST = 10_000
_BLOCK = 1 << 16


class LineSentence:
    """The lines of a text as lists of the words between whitespace.

    Given to :class:`firth.gensim.Word2Vec`, a file without ``limit`` is read by firth's own compiled reader.

    Args:
        source: a file, which may be compressed, or an open one.
        max_sentence_length: lines with more words are split into several sentences.
        limit: read only this many lines, the first ones.

    Raises:
        SourceError, EncodingError: when it is read, for a file that is missing, damaged or not UTF-8.
    """

    def __init__(
        self, source: StrPath | IO[Any], max_sentence_length: int = _LONGEST, limit: int | None = None
    ) -> None:
        self.source = source
        self.max_sentence_length = whole("max_sentence_length", max_sentence_length, 1)
        self.limit = whole("limit", limit, 0, optional=True)

    @property
    def whole_files(self) -> list[StrPath] | None:
        """The file, if all of it is read."""
        is_path = isinstance(self.source, str | os.PathLike)
        return [self.source] if is_path and self.limit is None else None  # type: ignore[list-item]

    def __iter__(self) -> Iterator[list[str]]:
        return _cut(_lines(self.source, self.limit), self.max_sentence_length)


class PathLineSentences:
    """The lines of all files in a folder, by their names, as :class:`LineSentence`; folders in it are left out.

    Args:
        source: the folder, or one file.
        max_sentence_length, limit: as for :class:`LineSentence`, for each file.

    Raises:
        SourceError: there is no such folder.
    """

    def __init__(self, source: StrPath, max_sentence_length: int = _LONGEST, limit: int | None = None) -> None:
        folder = Path(source)
        if not folder.exists():
            raise SourceError(f"{folder}: no such folder, expected one of text files", hint="check the path")
        files = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        self.source = source
        self.input_files = [str(path) for path in files if path.is_file()]
        self._readers = [LineSentence(path, max_sentence_length, limit) for path in self.input_files]

    @property
    def whole_files(self) -> list[StrPath] | None:
        """The files, if all of them are read in full."""
        files = [reader.whole_files for reader in self._readers]
        return [path for found in files if found for path in found] if all(files) else None

    def __iter__(self) -> Iterator[list[str]]:
        return itertools.chain.from_iterable(self._readers)


class Text8Corpus:
    """The words of a text that has no lines, such as text8, in sentences of equal length.

    Args:
        fname: the file, which may be compressed.
        max_sentence_length: number of words in a sentence.
    """

    def __init__(self, fname: StrPath, max_sentence_length: int = _LONGEST) -> None:
        self.fname = fname
        self.max_sentence_length = whole("max_sentence_length", max_sentence_length, 1)

    @property
    def whole_files(self) -> list[StrPath]:
        """The file."""
        return [self.fname]

    def __iter__(self) -> Iterator[list[str]]:
        words: list[str] = []
        for found in _blocks(self.fname):
            words += found
            full = len(words) // self.max_sentence_length * self.max_sentence_length
            yield from _cut([words[:full]], self.max_sentence_length)
            words = words[full:]
        if words:
            yield words


def _cut(sentences: Iterable[list[str]], longest: int) -> Iterator[list[str]]:
    for words in sentences:
        yield from (words[start : start + longest] for start in range(0, len(words), longest))


@contextlib.contextmanager
def _opened(source: StrPath | IO[Any]) -> Iterator[IO[Any]]:
    if not isinstance(source, str | os.PathLike):
        source.seek(0)
        yield source
        return
    with open_stream(located(source)) as (stream, _):
        yield io.BufferedReader(cast(io.RawIOBase, stream))


def _lines(source: StrPath | IO[Any], limit: int | None) -> Iterator[list[str]]:
    with _opened(source) as lines:
        done = 0
        for line in itertools.islice(lines, limit):
            try:
                text = line if isinstance(line, str) else line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise EncodingError(str(source), done + error.start, hint="convert the file to UTF-8") from error
            done += len(line)
            yield text.split()


def _blocks(path: StrPath) -> Iterator[list[str]]:
    """The words of a file, some at a time."""
    decoder, rest, done = codecs.getincrementaldecoder("utf-8")(), "", 0
    with _opened(path) as stream:
        while True:
            block = stream.read(_BLOCK)
            try:
                text = rest + decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                raise EncodingError(str(path), done + error.start, hint="convert the file to UTF-8") from error
            if not block:
                yield text.split()
                return
            done += len(block)
            words = text.split()
            rest = words.pop() if words and not text[-1].isspace() else ""
            yield words
