"""Web pages, e-books, Word documents and subtitles, written by hand here, by their text."""

import gzip
import io
import sys
import zipfile

import pytest

from firth import encode
from firth.errors import EncodingError, MissingExtra, SourceError
from firth.text import documents
from firth.text.decoding import Decoding
from firth.text.sources import TextFiles

WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return stream.getvalue()


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def word_document(body, footnote="a note"):
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId2" '
            f'Type="{OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>',
            "word/footnotes.xml": f'<w:footnotes {WORD}><w:footnote w:id="1"><w:p>{run(footnote)}</w:p></w:footnote>'
            "</w:footnotes>",
            "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
        }
    )


def book(chapters, **more):
    items = "".join(f'<item id="c{number}" href="{name}"/>' for number, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
            f'<item id="css" href="style.css"/>{items}</manifest><spine>{spine}</spine></package>',
            **{f"OEBPS/{name.replace('%20', ' ')}": content for name, content in chapters.items()},
            **more,
        }
    )


@pytest.fixture
def lines(tmp_path):
    """The lines of a document."""

    def read(content, name, encoding="utf-8", errors="strict"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        decoding = Decoding(encoding, errors)
        blocks = list(TextFiles([tmp_path / name], decoding=decoding).blocks())
        read.files = decoding.files
        return b"".join(block.text[: block.size].tobytes() for block in blocks).decode().split("\n")[:-1]

    return read


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>the <b>c</b>at<p>sat<br>on", ["the cat", "sat", "on"]),
        ("<head><title>no</title><style>p {}</style></head><body>yes<script>no()</script>!", ["yes!"]),
        ("the\ncat   sat\n\non", ["the cat sat on"]),
        ("<pre>one\ntwo  three\n</pre>four", ["one", "two three", "four"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", ["a b", "c", "d"]),
        ("<ul><li>a<li>b <i>c</i></ul>", ["a", "b c"]),
        ("caf&eacute; &amp; t&#233; Wör&shy;ter a&nbsp;b", ["café & té Wörter a b"]),
        ("<!-- no --><p>a<!-- no -->b<?php no ?></p><noscript>no</noscript>", ["ab"]),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby>だ", ["漢字だ"]),
        ("<FONT COLOR=red>old <CENTER>page</CENTER> here</FONT>", ["old", "page", "here"]),
        ("<div>" * 600 + "deep" + "</div>" * 600, ["deep"]),
        ("", []),
        ("<html></html>", []),
    ],
)
def test_a_web_page(lines, page, expected):
    assert lines(page, "a.html") == expected
    assert lines(gzip.compress(page.encode("utf-16")), "a.HTM.gz") == expected


@pytest.mark.parametrize(
    ("declared", "written", "read_as"),
    [
        ('<meta charset="koi8-r">', "koi8-r", "koi8-r"),
        ("<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=windows-1251'>", "cp1251", "cp1251"),
        ('<?xml version="1.0" encoding="iso-8859-5"?>', "iso8859-5", "iso8859-5"),
        ("<meta charset=utf-16>", "utf-8", "utf-8"),  # it could not be read
        ("<meta charset=no-such>", "utf-8", "utf-8"),
        ("", "utf-8", "utf-8"),
    ],
)
def test_the_encoding_that_a_page_names(lines, declared, written, read_as):
    assert lines(f"{declared}<p>Все счастливые семьи".encode(written), "a.html") == ["Все счастливые семьи"]
    assert lines.files.read[0].encoding == read_as
    assert lines(f"{declared}<p>Все счастливые семьи".encode("utf-16"), "a.html") == ["Все счастливые семьи"]


def test_bytes_of_a_page_that_are_not_valid(lines):
    with pytest.raises(EncodingError, match=r"a\.html: not UTF-8 at byte 6"):
        lines(b"<p>caf\xe9", "a.html")
    assert lines(b"<p>caf\xe9", "a.html", errors="replace") == ["caf\ufffd"]
    assert lines.files.read[0].replaced_bytes == 1
    assert lines("<p>café".encode("cp1252"), "a.html", "cp1252") == ["café"]


def test_a_book(lines):
    chapters = {
        "two.xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>no</title></head>'
        "<body><h1>One</h1><p>the cat<br/>sat</p></body></html>",
        "one%20more.xhtml": '<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>café</p></body></html>'.encode(
            "cp1252"
        ),
    }
    more = {"OEBPS/notes.xhtml": "<p>not in the spine</p>", "META-INF/encryption.xml": "<e/>"}
    assert lines(book(chapters, **more), "a.epub") == ["One", "the cat", "sat", "café"]
    locked = '<e xmlns="x"><CipherReference URI="OEBPS/two.xhtml"/></e>'
    with pytest.raises(SourceError, match=r"a\.epub holds an e-book that is encrypted, expected a text; hint: "):
        lines(book(chapters, **{"META-INF/encryption.xml": locked}), "a.epub")
    with pytest.raises(
        SourceError, match=r"a\.txt holds an e-book \(\.epub\), expected a text; hint: rename it to a\.txt\.ep"
    ):
        lines(book(chapters), "a.txt")


def test_entities_of_a_book_are_not_followed(lines, tmp_path):
    (tmp_path / "secret").write_text("secret")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{tmp_path / "secret"}">]><package xmlns="x"><manifest><item id="c" '
    entity += 'href="&e;"/></manifest><spine><itemref idref="c"/></spine></package>'
    with pytest.raises(SourceError, match=r"a\.epub: damaged, or not a text \(Attribute references external entity"):
        lines(book({}, **{"OEBPS/book.opf": entity, "OEBPS/secret": "<p>secret"}), "a.epub")


def test_a_word_document(lines):
    body = (
        f"<w:p>{run('the c')}{run('at')}<w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
        f"<w:p><w:ins w:id='1' w:author='x'>{run('new ')}</w:ins>"
        f"<w:del w:id='2' w:author='x'><w:r><w:delText>old</w:delText></w:r></w:del>{run('text')}</w:p>"
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc><w:p>{run('one')}</w:p></w:tc><w:tc><w:p>{run('two')}</w:p></w:tc></w:tr></w:tbl>"
    )
    assert lines(word_document(body), "a.docx") == ["the cat", "new text", "a b", "c", "one", "two", "a note"]


SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> there,
my <font color="#fff">friend</font>!

2
00:00:03,000 --> 00:00:04,000
{\\an8}Bread &amp; butter: 5 < 6
"""
VTT = """WEBVTT

NOTE not this

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start
<v Roger>We are <b>in</b> New&nbsp;York

00:05.000 --> 00:06.000
Second <00:05.500><c>word</c>
"""


def test_subtitles(lines):
    assert lines(SRT, "a.srt") == ["Hello there, my friend!", "Bread & butter: 5 < 6"]
    assert lines(SRT.replace("\n", "\r\n").encode("utf-16"), "a.srt") == lines(SRT, "a.srt")
    assert lines(VTT, "a.vtt") == ["We are in New York", "Second word"]
    assert lines(SRT.replace("Hello", "Олá").encode(), "a.srt")[0] == "Олá there, my friend!"
    assert lines(SRT.replace("Hello", "Grüße").encode("cp1252"), "a.srt", "cp1252")[0] == "Grüße there, my friend!"
    assert lines("WEBVTT\n", "a.vtt") == lines("", "a.srt") == []
    with pytest.raises(SourceError, match=r"a\.srt holds no subtitles, expected subtitles \(\.srt\)"):
        lines("the cat sat", "a.srt")


@pytest.mark.parametrize("name", ["a.epub", "a.docx"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"the cat sat", "holds something else"),
        (b"%PDF-1.4", "holds a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "holds an Office document"),
        (packed({"a.txt": "the cat"}), "holds an archive without"),
        (packed({"mimetype": "application/epub+zip"})[:-20], "damaged"),
    ],
)
def test_what_is_not_what_its_name_says(lines, name, content, told):
    with pytest.raises(SourceError, match=told) as refused:
        lines(content, name)
    assert name in str(refused.value)


def test_a_page_that_is_a_picture(lines):
    for name in ("a.html", "a.srt"):
        with pytest.raises(SourceError, match=rf"{name} holds an image, expected a text"):
            lines(b"\x89PNG\r\n\x1a\n", name)


@pytest.mark.parametrize(
    ("name", "package"), [("a.html", "lxml"), ("a.epub", "lxml"), ("a.docx", "mammoth"), ("a.srt", "pysubs2")]
)
def test_missing_packages(lines, tmp_path, monkeypatch, name, package):
    content = {"a.html": "<p>a", "a.epub": book({"a": "<p>a"}), "a.docx": word_document("<w:p/>"), "a.srt": SRT}[name]
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=rf"reading {name[1:]} files needs .*pip install 'firth\[documents\]'"):
        lines(content, name)
    (tmp_path / "b.txt").write_text("the cat sat")
    with pytest.warns(UserWarning, match=rf"1 file skipped \(.*{name}: needs pip install 'firth\[documents\]'\)"):
        corpus = encode(tmp_path, min_count=1)
    assert [file.path for file in corpus.files.read] == [str(tmp_path / "b.txt")]
    corpus.close()


def test_a_document_is_read_whole_and_so_it_is_bounded(lines, monkeypatch):
    monkeypatch.setattr(documents, "LARGEST_DOCUMENT", 1 << 20)
    for name, content in (("a.html", b"a" * (1 << 20) + b"b"), ("a.docx", word_document(run("a" * (1 << 20))))):
        with pytest.raises(SourceError, match=rf"{name}: more than 1 MiB, expected a document that is read whole"):
            lines(content, name)


def test_documents_in_a_folder(tmp_path):
    for name, content in (("a.html", b"<p>the cat"), ("b.srt", SRT.encode()), ("c.srt", b"no"), ("d.txt", b"sat")):
        (tmp_path / name).write_bytes(content)
    with pytest.warns(UserWarning, match=r"1 file skipped \(.*c\.srt: no subtitles\)"):
        corpus = encode(tmp_path, min_count=1)
    assert {"the", "cat", "sat", "Hello"} < set(corpus.vocabulary.words)
    assert [file.path[-5:] for file in corpus.files.read] == ["a.html"[-5:], "b.srt", "d.txt"]
    corpus.close()
