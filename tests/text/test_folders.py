"""Folders: what is text is read, and what is not is skipped, and told."""

import gzip
import json
import zipfile

import pytest

from firth import encode
from firth.errors import EncodingError, OptionError, SourceError
from firth.text.files_read import FileSkipped, FilesRead
from firth.text.paths import expanded

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.fixture
def folder(tmp_path):
    """A folder of a person who has kept everything."""
    contents = {
        "a.txt": b"the cat sat\n",
        "B.TXT": b"on the mat\n",
        "old/c.text": "the cat sat\n".encode("utf-16"),
        "old/d.txt.gz": gzip.compress(b"on the mat\n"),
        "old/empty.txt": b"",
        "photo.png": PNG,
        "scan.pdf": b"%PDF-1.4\n",
        "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "packed.txt.gz": gzip.compress(PNG),
        "table.csv": b"text\nnot read\n",
        "game.exe": b"MZ\x90\x00\x03\x00not text\x00",
    }
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("e.txt", "and more")
        archive.writestr("f.png", PNG)
    return tmp_path


def below(folder, files):
    return [str(file.path).removeprefix(f"{folder}/") for file in files]


def test_what_is_text_is_read_and_the_rest_is_told(folder):
    seen = []
    with pytest.warns(UserWarning, match=r"7 files skipped \(.*table\.csv: records, and no field was named, .*4 more"):
        corpus = encode(folder, min_count=1, on_files=seen.append)
    assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == {
        "the": 4, "cat": 2, "sat": 2, "on": 2, "mat": 2, "and": 1, "more": 1
    }  # fmt: skip
    assert below(folder, corpus.files.read) == [
        "B.TXT", "a.txt", "more.zip/e.txt", "old/c.text", "old/d.txt.gz", "old/empty.txt"
    ]  # fmt: skip
    reasons = dict(
        zip(below(folder, corpus.files.skipped), (file.reason for file in corpus.files.skipped), strict=True)
    )
    assert reasons == {
        "table.csv": "records, and no field was named",
        "game.exe": "binary data",
        "letter.doc": "an Office document",
        "more.zip/f.png": "an image",
        "packed.txt.gz": "an image",
        "photo.png": "an image",
        "scan.pdf": "a PDF document",
    }
    assert seen == [corpus.files]
    assert FilesRead.from_dict(json.loads(json.dumps(corpus.files.as_dict()))) == corpus.files
    corpus.close()


def test_what_was_named_is_no_text(folder):
    for name in ("photo.png", "scan.pdf", "packed.txt.gz"):
        with pytest.raises(SourceError, match=rf"{name} holds an? .*, expected a text; hint: "):
            encode(folder / name)
    with pytest.raises(OptionError, match=r"table\.csv holds records, expected the name of the field"):
        encode([folder / "a.txt", folder / "table.csv"])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["B.TXT", "a.txt", "more.zip/e.txt", "old/empty.txt"]),
        (["*.txt", "*.text"], ["B.TXT", "a.txt", "more.zip/e.txt", "old/c.text", "old/empty.txt"]),
        ("old/*", ["old/c.text", "old/d.txt.gz", "old/empty.txt"]),
        ("[ab].*", ["B.TXT", "a.txt"]),
        ((), 13),
        (None, 13),
    ],
)
def test_a_pattern_chooses_files(folder, pattern, expected):
    found = [str(path).removeprefix(f"{folder}/") for path in expanded([folder], pattern)]
    assert (found if isinstance(expected, list) else len(found)) == expected


def test_what_is_named_needs_no_pattern(folder):
    named = [folder / "old/c.text", folder / "more.zip"]
    assert expanded(named, "*.txt") == [folder / "old/c.text", folder / "more.zip/e.txt"]


def test_a_pattern_that_matches_nothing(folder):
    with pytest.raises(SourceError, match=r"none of its 13 files matches \*\.md or \*\.rst; hint: .*such as B\.TXT, a"):
        encode(folder, pattern=["*.md", "*.rst"])
    for pattern in (5, [""], "", [5]):
        with pytest.raises(OptionError, match=r"pattern=.*hint: pattern='\*\.txt'"):
            encode(folder, pattern=pattern)


def test_records_among_others(folder):
    with pytest.warns(UserWarning, match=r"12 files skipped \(.*B\.TXT: no records"):
        corpus = encode(folder, field="text", min_count=1)
    assert sorted(corpus.vocabulary.words) == ["not", "read"]
    corpus.close()
    (folder / "old" / "x.csv").write_text("text\n")
    with pytest.raises(OptionError, match="holds records"):
        encode(folder, pattern="*.csv")


def test_nothing_is_text(folder):
    with pytest.warns(UserWarning, match="2 files skipped"), pytest.raises(SourceError, match="there is no word in"):
        encode(folder, pattern="*.png", min_count=1)


def test_encodings_in_a_folder(folder):
    (folder / "old" / "z.txt").write_bytes("Après le déjeuner, les élèves allèrent à l'école.\n".encode("cp1252") * 9)
    (folder / "old" / "y.txt").write_bytes(bytes(range(128, 256)) * 3 + b"\x00")
    with pytest.warns(UserWarning, match=r"7 files skipped.*"):
        corpus = encode(folder, encoding="auto", pattern=["*.[tpdgc]*"], min_count=1)
    assert "déjeuner," in corpus.vocabulary.words
    assert FileSkipped(str(folder / "old/y.txt"), "binary data") in corpus.files.skipped
    corpus.close()
    with pytest.raises(EncodingError, match=r"z\.txt: not UTF-8 at byte 3; hint: encoding='auto'"):
        encode(folder, pattern="z.txt", min_count=1)


def test_a_cache_knows_what_was_skipped(folder, tmp_path):
    cache = tmp_path / ".cache"
    with pytest.warns(UserWarning, match="files skipped"):
        first = encode(folder, cache=cache, min_count=1)
    again = encode(folder, cache=cache, min_count=1)  # nothing is read, and no warning given
    assert again.files == first.files
    assert len(again.files.skipped) == 7
    (folder / "photo.png").write_bytes(b"words after all\n")
    with pytest.warns(UserWarning, match="6 files skipped"):
        changed = encode(folder, cache=cache, min_count=1)
    assert "words" in changed.vocabulary
