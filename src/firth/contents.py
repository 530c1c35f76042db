"""Recognizing what a file holds by its first bytes, whatever its name.

Readers call this before they parse a file, so that every reader reports a zip archive as a zip archive and not as
damaged text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import PurePath
from typing import NamedTuple

from firth.errors import FileFormatError, FirthError

HEAD = 1 << 16  # bytes that are looked at


class Content(NamedTuple):
    """What a file holds.

    Attributes:
        kind: one word for the kind, which readers use to say which kinds they read.
        name: name of the kind with its article, for messages.
        hint: what to do with such a file if something else is expected; ``{file}`` is its name.
    """

    kind: str
    name: str
    hint: str


_UNPACK = "unpack it, and use the file in it"
_RENAME = "rename it to {file}%s, so that it is unpacked when it is read"
# The kinds of compressed data that are unpacked when they are read, and the suffix that says so.
PACKED = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz", "zstd": ".zst"}
_TEXT = "save it as plain text in UTF-8"
_WORD = "if it is a Word document, rename it to {file}.docx, otherwise save it as plain text"
_CONVERT = "convert it with the program that wrote it"
_NO_WORDS = "such a file contains no words: numpy.savez(path, words=..., vectors=...) writes one with words"

# The bytes at a place of the file, and what it is. Hardly any begins a plain text: where a signature is made of
# letters, what follows them in every such file belongs to it.
_SIGNATURES: list[tuple[int, bytes, Content]] = [
    (0, b"\x1f\x8b", Content("gzip", "gzip-compressed data", _RENAME % PACKED["gzip"])),
    *((0, b"BZh%d1AY&SY" % level, Content("bzip2", "bzip2-compressed data", _RENAME % PACKED["bzip2"]))
      for level in range(1, 10)),
    (0, b"\xfd7zXZ\x00", Content("xz", "xz-compressed data", _RENAME % PACKED["xz"])),
    (0, b"\x28\xb5\x2f\xfd", Content("zstd", "Zstandard-compressed data", _RENAME % PACKED["zstd"])),
    (0, b"\x04\x22\x4d\x18", Content("lz4", "LZ4-compressed data", _UNPACK)),
    (0, b"\x1f\x9d", Content("compress", "compressed data (.Z)", _UNPACK)),
    (0, b"\x78\x9c", Content("zlib", "zlib-compressed data", _UNPACK)),
    (0, b"\x78\xda", Content("zlib", "zlib-compressed data", _UNPACK)),
    (0, b"7z\xbc\xaf\x27\x1c", Content("7z", "a 7-Zip archive", _UNPACK)),
    (0, b"Rar!\x1a\x07", Content("rar", "a RAR archive", _UNPACK)),
    (256, b"\0ustar", Content("tar", "a tar archive", _UNPACK)),
    (0, b"version https://git-lfs.github.com/spec/", Content(
        "lfs", "a Git LFS pointer in place of the file", "download the file itself: git lfs pull")),
    (0, b"%PDF-", Content("pdf", "a PDF document", "extract its text, for example with pdftotext")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content("office", "an Office document", _TEXT)),
    (60, b"BOOKMOBI", Content("mobi", "a Kindle e-book", "convert it to .epub")),
    (0, b"{\\rtf1", Content("rtf", "an RTF document", _TEXT)),
    (0, b"\x93NUMPY", Content("npy", "a NumPy array (.npy)", _NO_WORDS)),
    (0, b"\x89HDF\r\n\x1a\n", Content("hdf5", "an HDF5 file", _CONVERT)),
    (0, b"SQLite format 3\x00", Content("sqlite", "an SQLite database", _CONVERT)),
    (0, b"GGUF\x01\x00", Content("gguf", "a GGUF model", _CONVERT)),
    (0, b"GGUF\x02\x00", Content("gguf", "a GGUF model", _CONVERT)),
    (0, b"GGUF\x03\x00", Content("gguf", "a GGUF model", _CONVERT)),
    (0, b"FiFu\x00\x00\x00\x00", Content(
        "finalfusion", "finalfusion vectors", "convert it: finalfusion convert {file} -t word2vec {file}.bin")),
    (0, b"mmap lm http://kheafield.com/code", Content(
        "kenlm", "a binary language model of KenLM", "give the ARPA file that it was built from")),
    (0, b"SRILM_BINARY_NGRAM", Content(
        "srilm", "a binary language model of SRILM", "write it as ARPA: ngram -lm {file} -write-lm {file}.arpa")),
    (0, (793712314).to_bytes(4, "little"), Content(
        "fasttext-binary", "a fastText model", "firth convert {file} {file}.vec reads its vectors")),
    (0, b"PAR1\x15", Content("parquet", "a Parquet file", "rename it to {file}.parquet, and name the column to read")),
    (0, b"ARROW1\x00\x00", Content("arrow", "an Arrow file", "rename it to {file}.arrow, and name the column to read")),
    (0, b"PGCOPY\n\xff\r\n\0", Content(
        "pgcopy", "rows for PostgreSQL's COPY", "give the file that they were written from")),
    (0, b"FEA1\0\0\0\0", Content("feather", "a Feather file of the first version", "write it again as Feather 2")),
    (0, b"\x89PNG\r\n\x1a\n", Content("image", "an image", _TEXT)),
    (0, b"\xff\xd8\xff", Content("image", "an image", _TEXT)),
    (0, b"\x7fELF", Content("program", "a program", _TEXT)),
    (0, b"\xff\xfe\x00\x00", Content("utf-32", "text in UTF-32", "convert it: iconv -f UTF-32 -t UTF-8")),
    (0, b"\x00\x00\xfe\xff", Content("utf-32", "text in UTF-32", "convert it: iconv -f UTF-32 -t UTF-8")),
    (0, b"\xff\xfe", Content("utf-16", "text in UTF-16", "convert it: iconv -f UTF-16 -t UTF-8")),
    (0, b"\xfe\xff", Content("utf-16", "text in UTF-16", "convert it: iconv -f UTF-16 -t UTF-8")),
]  # fmt: skip

_PAGE = Content("html", "a web page", "the address is that of a page about the file: download the file itself")
_XML = Content("xml", "an XML document", "if it is an error message of a server, download the file again")
_IRSTLM = Content("irstlm", "a binary language model of IRSTLM", "write it as ARPA: compile-lm --text=yes")
_ARPA = Content("arpa", "an ARPA language model", "NgramModel.read_arpa and all firth lm commands read it")
_NATIVE = Content("native", "a safetensors file", "rename it to {file}.safetensors")
_TEXT_VECTORS = Content("word2vec-text", "vectors as text", "WordVectors.load(path, format='word2vec-text')")
_BINARY_VECTORS = Content(
    "word2vec-binary", "vectors in word2vec's binary format", "WordVectors.load(path, format='word2vec-binary')"
)

# What is a text all the same, and may be meant where a text is expected: two numbers in the first line may be an edge.
TEXTS = ("html", "xml", "arpa", "word2vec-text")
WIDE = ("utf-16", "utf-32")  # texts too, for who decodes them

_NUMBER = re.compile(rb"[-+]?((\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?|nan|inf(inity)?)", re.IGNORECASE)
_PACKED_TARS = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst")
_BLANKS = re.compile(rb"[ \t\r]+")
_COUNTS = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,9})[ \t\r]*\n")


def recognize(head: bytes, path: str | os.PathLike[str] = "") -> Content | None:
    """What a file holds, or ``None`` if it is not recognized.

    Args:
        head: its first bytes, :data:`HEAD` of them if there are that many.
        path: its name, for the hint.
    """
    found = next((content for at, magic, content in _SIGNATURES if head.startswith(magic, at)), None)
    found = found or _safetensors(head) or _zipped(head) or _pickled(head, path) or _textual(head)
    if found is None:
        return None
    name = PurePath(path).name
    suffix = PACKED.get(found.kind)
    if suffix and (name.lower().endswith((suffix, *_PACKED_TARS)) or name == "-" or "://" in os.fspath(path)):
        return found._replace(hint=_UNPACK)  # another name is no help, or cannot be given
    return found._replace(hint=found.hint.replace("{file}", name))


def check_content(
    head: bytes,
    path: str | os.PathLike[str],
    expected: str,
    *,
    taken: Collection[str] = (),
    error: type[FirthError] = FileFormatError,
) -> None:
    """Raise an error if a file is known to hold something else than what is expected.

    Args:
        head: its first bytes.
        path: its name.
        expected: what the reader reads, for the message.
        taken: the kinds of content that the reader accepts.
        error: class of the error.

    Raises:
        FileFormatError: or ``error``, with the name of what the file holds, and what to do.
    """
    content = recognize(head, path)
    if content is not None and content.kind not in taken:
        raise error(f"{path} holds {content.name}, expected {expected}", hint=content.hint)


def head_of(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a file as stored on disk; none if it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path may be any PathLike
            return file.read(HEAD)
    except OSError:
        return b""


def _safetensors(head: bytes) -> Content | None:
    return _NATIVE if head[4:9] == b"\0\0\0\0{" else None  # the size of the header, then the header


def _zipped(head: bytes) -> Content | None:
    if head[:4] == b"PK\x05\x06":
        return Content("zip", "an empty zip archive", "download or write the file again")
    version, method, length = (int.from_bytes(head[at : at + 2], "little") for at in (4, 8, 26))
    if head[:4] != b"PK\x03\x04" or len(head) < 30 or version > 63 or method > 99:  # they are spaces in a text
        return None
    name = head[30 : 30 + length]
    if name.endswith(b".npy"):
        return Content("npz", "a NumPy archive (.npz)", "rename it to {file}.npz")
    if name.endswith((b"data.pkl", b"/version", b".data/serialization_id")):
        return Content("pytorch", "a PyTorch file, whose code is not run", _NO_WORDS)
    if name == b"mimetype" and b"application/epub+zip" in head[:100]:
        return Content("epub", "an e-book (.epub)", "rename it to {file}.epub")
    if name.startswith((b"[Content_Types].xml", b"word/", b"mimetype", b"_rels/")):
        return Content("office", "an Office document", _WORD)
    return Content("zip", "a zip archive", _UNPACK)


def _pickled(head: bytes, path: str | os.PathLike[str]) -> Content | None:
    if not re.match(rb"\x80[\x02-\x05]|c[\w.]+\n\w+\n", head):
        return None
    from firth.pickles import gensim_hint, pickled_class  # nobody else needs it

    found = pickled_class(head)
    module, _, name = (found or "").partition(" ")
    name = name if name.isidentifier() and len(name) < 100 else "object"  # it is shown
    if module.partition(".")[0] == "gensim":
        return Content(
            "gensim", f"a pickled {name} of gensim, whose code is not run", gensim_hint(name, PurePath(path))
        )
    if module.startswith("torch") or head[2:14].startswith(b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"):
        return Content("pytorch", "a PyTorch file, whose code is not run", _NO_WORDS)
    if head[:1] != b"\x80" and module not in ("copy_reg", "copyreg", "__builtin__", "builtins"):
        return None  # a text that happens to have a short first line
    what = "a Python pickle" if found is None else f"a Python pickle of {name}"
    return Content("pickle", f"{what}, whose code is not run", _NO_WORDS)


def _textual(head: bytes) -> Content | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1024]
    if re.match(rb"<!doctype html|<html|<head[> ]", start, re.IGNORECASE):
        return _PAGE
    if re.match(rb"<\?xml[ \t]", start):
        return _PAGE if re.search(rb"<!doctype html|<html", start, re.IGNORECASE) else _XML
    if re.match(rb"Q?blmt( \d+){3,}\n", head):
        return _IRSTLM
    if re.match(rb"(?s)(.{0,4000}\n)?[ \t]*\\data\\\s+ngram[ \t]+1[ \t]*=", head):
        return _ARPA
    return _of_counts(head)


def _of_counts(head: bytes) -> Content | None:
    """Vectors after a line of two counts: text or binary, if their first row shows which."""
    counts = _COUNTS.match(head.removeprefix(b"\xef\xbb\xbf"))
    if counts is None:
        return None
    rows, dims, start = int(counts[1]), int(counts[2]), head.find(b"\n") + 1
    if not rows or not dims:
        return None
    line, newline, _ = head[start:].lstrip(b"\n").partition(b"\n")
    fields = _BLANKS.split(line.rstrip(b" \t\r"))
    numbers = fields[-dims:] if newline else fields[1:-1]  # the last of a line that is cut may be cut too
    if numbers and len(fields) > len(numbers) and all(map(_NUMBER.fullmatch, numbers)):
        return _TEXT_VECTORS
    word, space, raw = head[start:].partition(b" ")
    whole = len(raw) >= 4 * dims or len(head) == HEAD
    if space and whole and b"\n" not in word.lstrip(b"\n") and not _printable(raw[: 4 * dims]):
        return _BINARY_VECTORS
    return None


def _printable(raw: bytes) -> bool:
    """Whether bytes may be text: no control bytes except line ends, and UTF-8 except for a truncated character."""
    if re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", raw):
        return False
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.end == len(raw) and "unexpected end" in error.reason
    return True
