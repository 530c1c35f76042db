"""Web pages, e-books, Word documents and subtitles: files that are text with something around it.

They are read whole, by lxml, mammoth and pysubs2, and are known by their suffix.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from firth.contents import HEAD, recognize
from firth.errors import MissingExtra, SourceError
from firth.text.compressed import OPENERS
from firth.text.decoding import UTF_8, Decoding, decode_replacing, known_encoding, mark_of
from firth.text.files_read import FileRead, NotText
from firth.text.markup import paragraphs
from firth.text.remote import Remote

LARGEST_DOCUMENT = 1 << 28  # bytes, and of what is packed in it

_TIME = re.compile(r"<\d[\d:.]*>")  # of a word in a subtitle
_DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
_PAGES = (".html", ".htm", ".xhtml")
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


def document_kind(path: Path | Remote) -> str | None:
    """The suffix of a document, whatever it is compressed with; None for other files."""
    suffix = Path(path.stem).suffix if path.suffix.lower() in OPENERS else path.suffix
    return suffix.lower() if suffix.lower() in (*PACKED_DOCUMENTS, *MARKED_UP) else None


def declared_encoding(head: bytes) -> str | None:
    """The encoding that a web page names at its head, if there is such an encoding."""
    found = _DECLARED.search(head[:4096])
    return known_encoding(found[1].decode("ascii", "replace")) if found else None


def document_text(
    stream: BinaryIO, kind: str, path: Path | Remote, decoding: Decoding, check: Callable[[bytes], object]
) -> list[str]:
    """The lines of a document.

    Args:
        stream: its bytes.
        kind: its suffix.
        path: the file, for messages.
        decoding: the encoding of a web page that names none, and of subtitles.
        check: refuses what does not begin as a text does.

    Raises:
        NotText: it holds something else, or is encrypted.
        EncodingError: bytes are not valid in the encoding, and are not to be replaced.
        SourceError: it is too large.
        MissingExtra: the package that reads it is not installed.
    """
    content = _whole(stream, path)
    head = content[:HEAD]
    try:
        if kind in PACKED_DOCUMENTS:
            found = recognize(head)
            if found is None or not head.startswith(b"PK"):
                name = found.name if found else "something else"
                raise NotText(path, name, expected=f"a {kind} file", hint=found.hint if found else None)
            lines = _unpacked(content, kind, path)
            decoding.files.read.append(FileRead(str(path)))
            return lines
        check(head)
        declared = declared_encoding(head) if kind in _PAGES else None
        text = _whole(decoding.utf_8(head, io.BytesIO(content[HEAD:]), path, declared), path)
        return [*MARKED_UP[kind](decoding.text(text, path).removeprefix("\ufeff"), path)]
    except ImportError as error:
        if isinstance(error, MissingExtra):
            raise
        raise MissingExtra(f"reading {kind} files", "documents") from error


def _whole(stream: BinaryIO, path: Path | Remote) -> bytes:
    whole = bytearray()
    while part := stream.read(1 << 20):
        whole += part
        _check_size(len(whole), path)
    return bytes(whole)


def _unpacked(content: bytes, kind: str, path: Path | Remote) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(sum(info.file_size for info in archive.infolist() if not _is_picture(info.filename)), path)
            return [*PACKED_DOCUMENTS[kind](archive, path)]
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path}: damaged ({error})", hint=f"is it a whole {kind} file?") from error


def _check_size(size: int, path: Path | Remote) -> None:
    if size > LARGEST_DOCUMENT:
        raise SourceError(
            f"{path}: more than {LARGEST_DOCUMENT >> 20} MiB, expected a document that is read whole",
            hint="save it as plain text",
        )


def _is_picture(name: str) -> bool:
    return name.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".mp3", ".mp4"))


def _page(content: str, _path: Path | Remote) -> Iterator[str]:
    return paragraphs(content.encode("utf-8", "replace"))


def _book(archive: zipfile.ZipFile, path: Path | Remote) -> Iterator[str]:
    """The chapters of an EPUB, in the order in which they are read."""
    names = set(archive.namelist())
    if _CONTAINER not in names:
        raise NotText(path, "an archive without a table of contents", expected="an e-book (.epub)")
    package = str(_xml(archive, _CONTAINER).find(".//{*}rootfile").get("full-path"))
    book = _xml(archive, package)
    hrefs = {item.get("id"): item.get("href") for item in book.iterfind(".//{*}manifest/{*}item")}
    spine = [hrefs.get(item.get("idref")) for item in book.iterfind(".//{*}spine/{*}itemref")]
    folder = posixpath.dirname(package)
    chapters = [posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(href))) for href in spine if href]
    if _ENCRYPTION in names:  # fonts may be, and often are
        locked = {item.get("URI") for item in _xml(archive, _ENCRYPTION).iterfind(".//{*}CipherReference")}
        if locked.intersection(map(urllib.parse.unquote, chapters)):
            raise NotText(path, "an e-book that is encrypted", hint="only the program that it was sold for opens it")
    for chapter in chapters:
        if chapter in names and not chapter.endswith((".svg", ".jpg", ".png")):
            content = archive.read(chapter)
            yield from paragraphs(_in_utf_8(content))


def _in_utf_8(page: bytes) -> bytes:
    """A chapter, which is UTF-8 unless it says something else."""
    encoding = mark_of(page) or declared_encoding(page) or UTF_8
    return decode_replacing(page, encoding)[0].removeprefix("\ufeff").encode("utf-8", "replace")


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))


def _word(archive: zipfile.ZipFile, path: Path | Remote) -> Iterator[str]:
    """The body of a Word document with its tables, text boxes and notes."""
    from mammoth import convert_to_html
    from mammoth.images import img_element

    if "[Content_Types].xml" not in archive.namelist() or not any(map(_is_body, archive.namelist())):
        raise NotText(path, "an archive without a text", expected="a Word document (.docx)")
    assert archive.fp is not None
    archive.fp.seek(0)
    page = convert_to_html(archive.fp, convert_image=img_element(lambda _: {"src": ""})).value
    return paragraphs(page.encode("utf-8", "replace"))


def _is_body(name: str) -> bool:
    return re.fullmatch(r"word/document\w*\.xml", name) is not None


def _subtitles(format: str) -> Callable[[str, Path | Remote], Iterator[str]]:
    def read(content: str, path: Path | Remote) -> Iterator[str]:
        from pysubs2 import SSAFile

        events = SSAFile.from_string(content, format_=format).events
        if not events and content.strip() and content.strip() != "WEBVTT":
            raise NotText(path, "no subtitles", expected=f"subtitles (.{format})")
        for event in events:
            if not event.is_comment and not event.is_drawing:
                yield " ".join(html.unescape(_TIME.sub("", event.plaintext)).split())

    return read


PACKED_DOCUMENTS: dict[str, Callable[[zipfile.ZipFile, Path | Remote], Iterator[str]]] = {
    ".epub": _book,
    ".docx": _word,
}
MARKED_UP: dict[str, Callable[[str, Path | Remote], Iterator[str]]] = {
    **dict.fromkeys(_PAGES, _page),
    ".srt": _subtitles("srt"),
    ".vtt": _subtitles("vtt"),
    ".ass": _subtitles("ass"),
    ".ssa": _subtitles("ssa"),
}
