"""Folders, patterns and archives, by the files in them."""

import io
import sys
import zipfile

import pytest

from firth.errors import SourceError
from firth.text.compressed import open_stream
from firth.text.paths import expanded
from firth.text.sources import TextFiles


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden/d.txt", "deep/.e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"text of {name}")
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("two.txt", "second " * 1_000)
        archive.writestr("one.txt", "first")
        archive.writestr("__MACOSX/one.txt", "not a text")
    return tmp_path


def names(folder, *paths):
    return [path.relative_to(folder).as_posix() for path in expanded([folder / path for path in paths])]


def test_a_folder_is_all_files_below_it(folder):
    assert names(folder, "") == ["a.txt", "b.txt", "deep/er/c.txt", "z.zip/one.txt", "z.zip/two.txt"]


def test_a_pattern_is_the_files_that_match_it(folder):
    assert names(folder, "*.txt") == ["a.txt", "b.txt"]
    assert names(folder, "**/*.txt") == ["a.txt", "b.txt", "deep/er/c.txt"]
    assert names(folder, "b.txt", "[a]*") == ["b.txt", "a.txt"]


@pytest.mark.parametrize("name", ["nowhere", "*.csv", "z.zip/three.txt/x"])
def test_nothing_there(folder, name):
    with pytest.raises(SourceError, match=r"no such file|cannot be read"), open_stream(expanded([folder / name])[0]):
        pass


def test_a_folder_and_an_archive_without_files(tmp_path):
    with pytest.raises(SourceError, match="a folder without files"):
        expanded([tmp_path])
    zipfile.ZipFile(tmp_path / "z.zip", "w").close()
    with pytest.raises(SourceError, match="an archive without files"):
        expanded([tmp_path / "z.zip"])


def test_files_of_an_archive(folder):
    files = TextFiles([folder / "z.zip"])
    blocks = list(files.blocks(1 << 12))
    assert b"".join(block.text[: block.size].tobytes() for block in blocks) == b"first" + b"second " * 1_000
    assert [block.source[-7:] for block in blocks if block.ends_file] == ["one.txt", "two.txt"]
    assert files.size() == blocks[-1].bytes_done == 7_005
    assert names(folder, "z.zip/two.txt") == ["z.zip/two.txt"]


def test_a_damaged_archive(folder):
    whole = (folder / "z.zip").read_bytes()
    (folder / "cut.zip").write_bytes(whole[:-10])
    with pytest.raises(SourceError, match=r"cut\.zip: cannot be read to its end"):
        expanded([folder / "cut.zip"])
    place = whole.index(b"second") if b"second" in whole else 60
    (folder / "bad.zip").write_bytes(whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :])
    with pytest.raises(SourceError, match=r"bad\.zip.*cannot be read to its end"):
        list(TextFiles([folder / "bad.zip"]).blocks())


def test_stdin(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(b"one two")

    monkeypatch.setattr(sys, "stdin", Stdin)
    files = TextFiles(["-"])
    assert files.size() is None
    (block,) = files.blocks()
    assert block.text[: block.size].tobytes() == b"one two"


def test_files_of_an_archive_are_read_from_nowhere_else(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate([str(secret), "../secret.txt", "../../secret.txt", "a/../../../b.txt"]):
            archive.writestr(name, f"member{number}")
    found = TextFiles([path])
    assert all(str(name).startswith(f"{path}/") and ".." not in name.parts for name in found.paths)
    texts = [block.text[: block.size].tobytes().decode() for block in found.blocks()]
    assert sorted(texts) == ["member0", "member1", "member3"]  # the third has the name of the second
    assert len(found.facts()) == 3


def test_a_damaged_archive_says_so(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "words " * 100)
    whole = path.read_bytes()
    for place in (30, 40, len(whole) - 70, len(whole) - 6):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with pytest.raises(SourceError, match=r"a\.zip"):
            list(TextFiles([path]).blocks())
