"""Text files in any encoding, read as UTF-8.

UTF-8 itself passes as it is, and the compiled scanner finds what is wrong in it. A byte order mark at the head of a
file says that the file is UTF-8, UTF-16 or UTF-32, whatever encoding was named. Without one, the encoding of a file may
be found by chardet, which tells the encodings of Western Europe apart: charset-normalizer takes the è of French for a
letter of Czech.
"""

from __future__ import annotations

import codecs
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from firth.contents import HEAD
from firth.errors import EncodingError, MissingExtra, OptionError
from firth.text.files_read import FileRead, FilesRead, NotText
from firth.text.remote import Remote

UTF_8 = "utf-8"
AUTO = "auto"

_MARKS = (  # that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = {"undefined", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "unicode-escape"}
# What a sample is told for, and what is also read by it: the rest of the file may hold more than the sample.
_SUPERSETS = {"ascii": UTF_8, "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
              "euc_kr": "cp949"}  # fmt: skip
_CHUNK = 1 << 16


class Decoding:
    """How the bytes of files become UTF-8, and what was found in them.

    Args:
        encoding: ``"utf-8"``, or any other encoding by a name that Python knows; or ``"auto"``: each file has its own,
            which is found by chardet. A byte order mark is believed in any case.
        errors: what to do with invalid bytes: ``"strict"`` raises an error, ``"replace"`` replaces them with U+FFFD.

    Attributes:
        files: what was read.

    Raises:
        OptionError: there is no such encoding, or ``errors`` is something else.
        MissingExtra: the encoding is to be found, and chardet is not installed.
    """

    def __init__(self, encoding: str = UTF_8, errors: str = "strict") -> None:
        if errors not in ("strict", "replace"):
            raise OptionError(f"errors={errors!r}, expected 'strict' or 'replace'")
        if encoding == AUTO:
            _chardet()  # found missing now, not when the first file is read
        self.encoding = encoding if encoding == AUTO else _name_of(encoding)
        self.errors = errors
        self.files = FilesRead()

    def utf_8(self, head: bytes, rest: BinaryIO, path: Path | Remote, declared: str | None = None) -> BinaryIO:
        """The text of a file as a stream of UTF-8.

        Args:
            head: the first bytes of the file.
            rest: a stream of those behind them.
            path: the file.
            declared: the encoding that the file itself names, if it does.

        Raises, some of it while the stream is read:
            NotText: the encoding cannot be found.
            EncodingError: bytes are not valid in an encoding other than UTF-8, and are not to be replaced.
        """
        encoding = mark_of(head) or declared or self.encoding
        if encoding == AUTO and not _is_ascii(head):
            encoding = _found(head, str(path))
        file = FileRead(str(path), UTF_8 if encoding == AUTO else encoding)
        self.files.read.append(file)
        if encoding == UTF_8:
            return cast(BinaryIO, _Joined(head, rest))
        return cast(BinaryIO, _Decoded(head, rest, file, self.errors, None if encoding == AUTO else encoding))

    def text(self, content: bytes, path: Path | Remote | str, offset: int = 0) -> str:
        """Bytes that :meth:`utf_8` gave, as a string.

        Args:
            content: a whole file, or a part of it that starts and ends between characters.
            path: the file.
            offset: position of the first of these bytes in the file.

        Raises:
            EncodingError: it is not UTF-8, and invalid bytes are not to be replaced.
        """
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            if self.errors == "strict":
                raise EncodingError(str(path), offset + error.start) from error
        text, count = decode_replacing(content)
        self.replaced(str(path), count)
        return text

    def is_binary(self, head: bytes) -> bool:
        """Whether the first bytes of a file are no text: zeros, which only UTF-16 and UTF-32 have."""
        wide = (mark_of(head) or self.encoding).startswith(("utf-16", "utf-32", AUTO))
        return b"\0" in head and not wide

    def replaced(self, path: str, count: int) -> None:
        """Note how many bytes were replaced in a file that is UTF-8, or in texts that Python holds."""
        file = next((file for file in reversed(self.files.read) if file.path == path), None)
        if file is None:
            file = FileRead(path)
            self.files.read.append(file)
        file.replaced_bytes += count


def mark_of(head: bytes) -> str | None:
    """The encoding that a byte order mark at the head of a file stands for, if there is one."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def decode_replacing(raw: bytes, encoding: str = UTF_8) -> tuple[str, int]:
    """A text in which U+FFFD stands for what is not valid, and the number of bytes that were replaced."""
    return _counted(lambda: raw.decode(encoding, _REPLACE))


class _Joined(io.RawIOBase):
    """The head of a stream that was looked at, and the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count], self._head = self._head[:count], self._head[count:]
        else:
            count = self._rest.readinto(buffer)  # type: ignore[attr-defined]
        return count


class _Decoded(io.RawIOBase):
    """A stream in some encoding as UTF-8.

    Args:
        head: the first bytes.
        rest: a stream of those behind them.
        file: where the encoding, if it must be found, and the number of replaced bytes are noted.
        errors: ``"strict"`` or ``"replace"``.
        encoding: None if it must be found.
    """

    def __init__(self, head: bytes, rest: BinaryIO, file: FileRead, errors: str, encoding: str | None) -> None:
        self._stream = _Joined(head, rest)
        self._file = file
        self._errors = _REPLACE if errors == "replace" else errors
        self._taken = 0  # bytes of the file
        self._left = memoryview(b"")
        self._ended = False
        self._is_open_question = encoding is None
        self._decoder: codecs.IncrementalDecoder | None = None
        if encoding is not None:
            self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left and not self._ended:
            self._left = memoryview(self._next())
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _next(self) -> bytes:
        part = self._read(_CHUNK)
        if self._is_open_question and not _is_ascii(part):
            part += self._read(HEAD)
            self._file.encoding = _found(part, self._file.path)
            self._is_open_question = False
            if self._file.encoding != UTF_8:
                self._decoder = codecs.getincrementaldecoder(self._file.encoding)(self._errors)
        self._ended = not part
        if self._decoder is None:
            self._taken += len(part)
            return part
        return self._decoded(part)

    def _decoded(self, part: bytes) -> bytes:
        decoder = self._decoder
        assert decoder is not None
        self._taken += len(part)
        try:
            text, replaced = _counted(lambda: decoder.decode(part, self._ended))
        except UnicodeDecodeError as error:
            # What the decoder had kept of an earlier part stands before this one.
            place = self._taken - len(error.object) + error.start
            raise EncodingError(self._file.path, place, encoding=self._file.encoding) from error
        self._file.replaced_bytes += replaced
        return text.encode("utf-8", "surrogatepass")

    def _read(self, size: int) -> bytes:
        part = b""
        while len(part) < size and (more := self._stream.read(size - len(part))):
            part += more
        return part


def _is_ascii(part: bytes) -> bool:
    """Whether bytes mean the same in most encodings: UTF-16 has zeros in it, and ISO 2022 escapes."""
    return part.isascii() and b"\0" not in part and b"\x1b" not in part


def _found(sample: bytes, path: str) -> str:
    """The encoding of a text by a piece of it that is not plain ASCII.

    Raises:
        NotText: there is none.
    """
    if b"\0" not in sample and b"\x1b" not in sample:
        try:
            codecs.getincrementaldecoder(UTF_8)().decode(sample)
        except UnicodeDecodeError:
            pass
        else:
            return UTF_8
        sample = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())  # the others tell nothing
    guess = _chardet().detect(sample)["encoding"]
    name = codecs.lookup(guess).name if guess else None
    if name is None or (b"\0" in sample and not name.startswith(("utf-16", "utf-32"))):  # others have no zeros
        name = _wide(sample)
    if name is None:
        reason = "binary data" if b"\0" in sample else "bytes whose encoding cannot be detected"
        raise NotText(path, reason, hint="encoding='cp1252', for example")
    return _SUPERSETS.get(name, name)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a byte order mark: the zeros of its ASCII, such as spaces and newlines, have one parity."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if bool(even) == bool(odd):
        return None
    encoding = "utf-16-be" if even else "utf-16-le"
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    is_text = all(letter.isprintable() or letter.isspace() for letter in text[:-1]) and "\ufffd" not in text[:-1]
    return encoding if is_text else None


def known_encoding(named: str) -> str | None:
    """Python's name of an encoding that a file names, or of one that holds it; None if there is none."""
    try:
        name = _name_of(named)
    except OptionError:
        return None
    return None if name.startswith(("utf-16", "utf-32")) else _SUPERSETS.get(name, name)  # it could not be read so


def _name_of(encoding: str) -> str:
    """Python's name of an encoding.

    Raises:
        OptionError: there is none, or it is no encoding of a text.
    """
    try:
        found = codecs.lookup(encoding)
        name = UTF_8 if found.name == "utf-8-sig" else found.name
        is_text = found._is_text_encoding and name not in _NO_TEXT
    except (LookupError, TypeError, ValueError):
        is_text = False
    if not is_text:
        raise OptionError(
            f"encoding={encoding!r}, expected the name of an encoding, such as cp1252, gb18030 or utf-16, or 'auto'",
            hint="encoding='auto' detects the encoding of each file",
        )
    return name


def _chardet() -> Any:
    try:
        import chardet
    except ImportError as error:
        raise MissingExtra("detecting the encoding of a text", "encodings") from error
    return chardet


_REPLACE = "firth-replace"
_replaced = threading.local()


def _replacement(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _replaced.bytes += error.end - error.start
    return "\N{REPLACEMENT CHARACTER}", error.end


codecs.register_error(_REPLACE, _replacement)


def _counted(decode: Callable[[], str]) -> tuple[str, int]:
    """What is decoded, and the bytes that were replaced on the way."""
    _replaced.bytes = 0
    return decode(), _replaced.bytes
