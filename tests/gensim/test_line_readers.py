"""Readers of text files: the same sentences as gensim's."""

import bz2
import gzip

import pytest

from firth.errors import EncodingError, SourceError
from firth.gensim import LineSentence, PathLineSentences, Text8Corpus

gensim = pytest.importorskip("gensim.models.word2vec")

LINES = ["a b c d e f g", "", "één twee\tdrie  vier ", "x" * 70_000, "y z"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "b.txt").write_text("\n".join(LINES), encoding="utf-8")
    (tmp_path / "texts" / "a.txt.gz").write_bytes(gzip.compress("\n".join(LINES).encode()))
    (tmp_path / "texts" / "c.txt.bz2").write_bytes(bz2.compress(b"one two\nthree\n"))
    (tmp_path / "texts" / "inner").mkdir()
    return tmp_path / "texts"


@pytest.mark.parametrize("options", [{}, {"max_sentence_length": 3}, {"limit": 3}, {"limit": 0}])
def test_lines_are_gensims(folder, options):
    for name in ("a.txt.gz", "b.txt", "c.txt.bz2"):
        path = str(folder / name)
        sentences = LineSentence(path, **options)
        assert list(sentences) == list(sentences) == list(gensim.LineSentence(path, **options))
        with (folder / name).open("rb") as file:
            if name == "b.txt":
                assert list(LineSentence(file, **options)) == list(gensim.LineSentence(file, **options))
    (folder / "inner").rmdir()  # gensim takes it for a file
    assert list(PathLineSentences(folder, **options)) == list(gensim.PathLineSentences(str(folder), **options))
    one = folder / "b.txt"
    assert list(PathLineSentences(one, **options)) == list(gensim.PathLineSentences(str(one), **options))


@pytest.mark.parametrize("longest", [2, 5, 10_000])
def test_a_text_without_lines_is_gensims(folder, longest):
    path = str(folder / "b.txt")
    assert list(Text8Corpus(path, longest)) == list(gensim.Text8Corpus(path, longest))


def test_whole_files_are_read_by_firth(folder):
    assert LineSentence(folder / "b.txt").whole_files == [folder / "b.txt"]
    assert LineSentence(folder / "b.txt", limit=2).whole_files is None
    assert len(PathLineSentences(folder).whole_files) == 3
    assert PathLineSentences(folder, limit=2).whole_files is None


def test_what_cannot_be_read_is_named(folder):
    with pytest.raises(SourceError, match="no such folder"):
        PathLineSentences(folder / "missing")
    (folder / "bad").write_bytes(b"good\nb\xffd\n")
    for reader in (LineSentence, Text8Corpus):
        with pytest.raises(EncodingError, match="not UTF-8 at byte 6"):
            list(reader(folder / "bad"))
