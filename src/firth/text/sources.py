"""Text files, plain or compressed, in any encoding, read as blocks of whole tokens.

A block is a piece of UTF-8 that ends where a token may end, so that workers can take blocks apart on their own. Where
blocks end depends on the files alone, never on the workers.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.contents import HEAD, TEXTS, WIDE, recognize
from firth.errors import MissingExtra, OptionError, SourceError, warn
from firth.guard import guard
from firth.text.compressed import open_stream, state_of
from firth.text.decoding import Decoding
from firth.text.documents import document_kind, document_text
from firth.text.files_read import FileSkipped, FilesRead, NotText
from firth.text.paths import Pattern, archive_of, exists, expanded, located, matching, on_disk, size_in_archive
from firth.text.records import Records, kind_of, texts_as_stream
from firth.text.remote import SEEKING, Remote, is_remote

BLOCK_SIZE = 1 << 20
PADDING = 64
LONGEST_TOKEN = 1 << 26

_SPACES = b" \n\t\r\v\f\x1c\x1d\x1e\x1f"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


OnFiles = Callable[[FilesRead], object]


class Block(NamedTuple):
    """A piece of a file that starts and ends between tokens.

    Attributes:
        text: UTF-8, followed by :data:`PADDING` spaces.  # (size + PADDING,) uint8
        size: bytes of text.
        source: the name of the file.
        offset: position of the first byte in the (decompressed) file.
        ends_file: whether the file ends here; the end of a file is the end of a sentence.
        bytes_done: bytes of all files, as they lie on disk, that have been read up to here.
    """

    text: npt.NDArray[np.uint8]
    size: int
    source: str
    offset: int
    ends_file: bool
    bytes_done: int


class TextFiles:
    """Text in files, which can be read several times.

    Args:
        paths: plain files, or compressed ones by their suffix: ``.gz``, ``.bz2``, ``.xz``, ``.zst``; folders, patterns
            and ``.zip`` archives (:func:`firth.text.paths.expanded`); ``-`` for stdin; addresses of files elsewhere
            (:mod:`firth.text.remote`).
        records: which field of a record is the text, for files of records (:mod:`firth.text.records`).
        decoding: the encoding of the files, by default UTF-8 (:mod:`firth.text.decoding`).
        pattern: which files of folders are read, as for :func:`firth.text.paths.expanded`.
        whole_lines: whether blocks end at newlines only, not at any ASCII whitespace.

    Attributes:
        paths: the files.
        records, decoding: as given; they tell what was found when the text was read.
        on_files: function that is called with the record of the files after reading, if any.
        states: the state of each file when it was listed, to detect changes while it is read.

    Raises:
        SourceError: a file does not exist or may not be read, or a folder has no files.
        OptionError: there are no paths, or the field does not fit the files.
    """

    def __init__(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        records: Records | None = None,
        decoding: Decoding | None = None,
        pattern: Pattern = None,
        whole_lines: bool = False,
    ) -> None:
        if not paths:
            raise OptionError("no text was given", hint="name at least one file")
        self.paths = expanded(paths, pattern)
        self._named = dict.fromkeys(map(located, paths))
        self.on_files: OnFiles | None = None
        self.records = records or Records()
        self.decoding = decoding or Decoding()
        self._ends = b"\n" if whole_lines else _SPACES
        self._unfit: list[FileSkipped] = []
        for path in self.paths:
            self._check_records(path)
        if len(self._unfit) == len(self.paths):
            self.records.check(self.paths[0])
        unfit = {file.path for file in self._unfit}
        self.paths = [path for path in self.paths if str(path) not in unfit]
        self.states = {path: state_of(path) for path in self.paths}

    @property
    def names(self) -> str:
        """The names of the files as given."""
        return ", ".join(map(str, self._named))

    def on_disk(self) -> Iterator[tuple[str, Path]]:
        """The files on this machine that are read, each called ``source``."""
        return (("source", file) for path in self.paths for file in on_disk(path))

    def size(self) -> int | None:
        """Size of all files on disk in bytes, or ``None`` if one of them is a pipe or remote."""
        facts = self.facts()
        return None if facts is None else sum(fact["size"] for fact in facts)

    def facts(self) -> list[dict[str, Any]] | None:
        """The identity of the files: paths, sizes, times; ``None`` if one is a pipe or remote."""
        facts = []
        for path in self.paths:
            archive = archive_of(path)
            on_disk = archive[0] if archive else path
            if isinstance(path, Remote) or isinstance(on_disk, Remote) or not on_disk.is_file():
                return None
            stat = on_disk.stat()
            size = size_in_archive(*archive) if archive else stat.st_size
            facts.append({"path": str(path.absolute()), "size": size, "mtime_ns": stat.st_mtime_ns})
        return facts

    def blocks(self, size: int = BLOCK_SIZE) -> Iterator[Block]:
        """All files in order, in blocks of at most ``size`` bytes, or more if one token is longer.

        Raises:
            SourceError: a file is damaged, truncated or unreadable, contains a token of more than 64 MiB, or has
                been changed since it was listed.
            EncodingError: a file is not in the encoding that was named, other than UTF-8.
        """
        done = 0
        self.begin()
        for path in self.paths:
            place = 0
            with guard(path, "a text", SourceError), open_stream(path, self.states[path]) as (stream, file):
                try:
                    text_stream = self._text_of(stream, path)
                except (NotText, MissingExtra) as refusal:
                    if path in self._named:
                        raise
                    self._skip(path, refusal)
                    continue
                for text, length, offset, last in _pieces(text_stream, size, str(path), self._ends):
                    place = file.tell() if file.seekable() else offset + length
                    yield Block(text, length, str(path), offset, last, done + place)
            done += place

    def begin(self) -> None:
        """Reset the record of the files before they are read again."""
        self.decoding.files, self._markup_is_told = FilesRead(skipped=[*self._unfit]), False

    def _text_of(self, stream: BinaryIO, path: Path | Remote) -> BinaryIO:
        """The text of a file as a stream of UTF-8.

        Raises:
            NotText: it is none.
        """
        self.records.check_content(path)
        if self.records.field is not None and kind_of(path) in SEEKING:  # these are no text in any encoding
            return self.records.text_of(stream, path)
        kind = document_kind(path) if self.records.field is None else None
        if kind is not None:
            check = functools.partial(self._check_text, path=path, markup=True)
            return texts_as_stream(document_text(stream, kind, path, self.decoding, check))
        return self.records.text_of(self.decoded(stream, path), path)

    def decoded(self, stream: BinaryIO, path: Path | Remote) -> BinaryIO:
        """A file that is text, or records that are, as a stream of UTF-8."""
        head = bytearray(HEAD)
        del head[_fill(stream, memoryview(head)) :]
        if self.records.field is None and not self.records.events:
            self._check_text(bytes(head), path)
        return self.decoding.utf_8(bytes(head), stream, path)

    def _check_text(self, head: bytes, path: Path | Remote, markup: bool = False) -> None:
        """Raise an error if a file is known not to be text, and warn once about markup that is not expected.

        Raises:
            NotText: the error names what the file holds.
        """
        content = recognize(head, path)
        if content is not None and content.kind not in (*TEXTS, *WIDE):
            raise NotText(path, content.name, hint=content.hint)
        if content is not None and content.kind in ("html", "xml", "arpa") and not (markup or self._markup_is_told):
            warn(f"{path} holds {content.name}, and all of it is read as words")
            self._markup_is_told = True
        if path not in self._named and self.decoding.is_binary(head):
            raise NotText(path, "binary data")

    def _skip(self, path: Path | Remote, refusal: NotText | MissingExtra) -> None:
        files = self.decoding.files
        if files.read and files.read[-1].path == str(path):  # it was read, and no text was found
            files.read.pop()
        reason = refusal.reason if isinstance(refusal, NotText) else f"needs {refusal.hint}"
        files.skipped.append(FileSkipped(str(path), reason))

    def _check_records(self, path: Path | Remote) -> None:
        """Find out whether the field fits a file; one in a folder is skipped if it does not.

        Raises:
            OptionError: it does not fit.
        """
        try:
            self.records.check(path)
        except OptionError:
            if path in self._named:
                raise
            reason = (
                "records, and no field was named"
                if self.records.field is None and not self.records.events
                else "no records"
            )
            self._unfit.append(FileSkipped(str(path), reason))


class Texts(TextFiles):
    """Texts in memory, with the interface of :class:`TextFiles`; iterated over once.

    Args:
        texts: strings, or mappings with the field that ``records`` names; each is a separate text.
        records: the field of the mappings.
        decoding: how lone surrogates are handled, which are treated like invalid bytes.
        whole_lines: as for files.
    """

    def __init__(
        self,
        texts: Iterable[Any],
        *,
        records: Records,
        decoding: Decoding | None = None,
        whole_lines: bool = False,
    ) -> None:
        self.paths = []
        self.records = records
        self.decoding = decoding or Decoding()
        self.on_files = None
        self._texts = texts
        self._ends = b"\n" if whole_lines else _SPACES

    @property
    def names(self) -> str:
        return "the texts"

    def size(self) -> None:
        return None

    def facts(self) -> None:
        return None

    def blocks(self, size: int = BLOCK_SIZE) -> Iterator[Block]:
        texts = (
            text
            for number, record in enumerate(self._texts, 1)
            for text in self.records.value(record, f"item {number} of the texts (index {number - 1})")
        )
        for text, length, offset, last in _pieces(texts_as_stream(texts), size, self.names, self._ends):
            yield Block(text, length, self.names, offset, last, offset + length)


def text_files(
    source: Any,
    *,
    records: Records | None = None,
    decoding: Decoding | None = None,
    pattern: Pattern = None,
    texts: bool = False,
    whole_lines: bool = False,
) -> TextFiles | None:
    """The files that ``source`` names: one path, or a list of paths; ``None`` for anything else, such as token lists.

    Args:
        source: the source that a user gave.
        records, decoding, pattern: as for :class:`TextFiles`.
        texts: whether strings in a list that are not names of files are texts.
        whole_lines: as for :class:`TextFiles`.

    Raises:
        SourceError: a file does not exist, or may not be read.
        OptionError: it is empty, not an iterable, or a list of strings that are not names of files.
    """
    if isinstance(source, str | os.PathLike):
        source = [source]
    is_table = hasattr(source, "__arrow_c_stream__") or hasattr(source, "collect_schema")
    if not isinstance(source, Iterable) and not is_table:
        raise OptionError(
            f"the text is the {type(source).__name__} {source!r}, expected a path, several paths, or token lists",
            hint="encode('corpus.txt'), or encode([['the', 'cat'], ['sat']])",
        )
    if not isinstance(source, list | tuple) or not all(isinstance(item, str | os.PathLike) for item in source):
        return None
    missing = [item for item in source if isinstance(item, str) and not _named(item)]
    if missing and len(missing) == len(source) and (len(source) > 1 or len(missing[0].split()) > 1):
        if texts:
            return Texts(source, records=records or Records(), decoding=decoding, whole_lines=whole_lines)
        raise OptionError(
            f"a string is the path of a file, and there is no file {missing[0][:60]!r}",
            hint="sentences are lists of tokens: [line.split() for line in lines]",
        )
    return TextFiles(source, records=records, decoding=decoding, pattern=pattern, whole_lines=whole_lines)


def _named(item: str) -> bool:
    """Whether a string names a file, or is a pattern that names some."""
    return bool(item) and (is_remote(item) or exists(Path(item)) or (len(item.split()) == 1 and bool(matching(item))))


def _pieces(
    stream: BinaryIO, size: int, source: str, ends: bytes
) -> Iterator[tuple[npt.NDArray[np.uint8], int, int, bool]]:
    """Text with padding, its length, its offset, and whether the stream ends with it."""
    offset, capacity, rest = 0, size, b""
    while True:
        buffer = bytearray(capacity + PADDING)
        buffer[: len(rest)] = rest
        filled = len(rest) + _fill(stream, memoryview(buffer)[len(rest) : capacity])
        last = filled < capacity
        cut = filled if last else _after_last(ends, buffer, filled)
        if not cut and not last:
            if capacity > LONGEST_TOKEN:
                raise SourceError(
                    f"{source}: no {'space' if ends is _SPACES else 'newline'} in {capacity >> 20} MiB "
                    f"from byte {offset}, expected {'words between spaces' if ends is _SPACES else 'lines'}",
                    hint="is it a text file?",
                )
            rest, capacity = bytes(buffer[:filled]), capacity * 2
            continue
        rest = bytes(buffer[cut:filled])
        buffer[cut : cut + PADDING] = b" " * PADDING
        start = len(_BYTE_ORDER_MARK) if offset == 0 and buffer.startswith(_BYTE_ORDER_MARK) else 0
        yield np.frombuffer(buffer, np.uint8)[start : cut + PADDING], cut - start, offset + start, last
        if last:
            return
        offset, capacity = offset + cut, max(size, len(rest) + 1)


def _fill(stream: BinaryIO, view: memoryview) -> int:
    """Read until ``view`` is full or the stream ends, since a pipe or a decompressor may return less than requested."""
    filled = 0
    while filled < len(view):
        count: int = stream.readinto(view[filled:])  # type: ignore[attr-defined]
        if not count:
            break
        filled += count
    return filled


def _after_last(ends: bytes, buffer: bytearray, stop: int) -> int:
    last = -1
    for space in ends:
        last = max(last, buffer.rfind(space, last + 1, stop))
    return last + 1
