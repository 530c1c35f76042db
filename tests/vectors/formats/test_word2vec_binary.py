"""word2vec's binary files: by hand, with gensim in both directions, and damaged."""

import re

import numpy as np
import pytest
from gensim.models import KeyedVectors

from firth.errors import FileFormatError, OptionError, VectorsWarning
from firth.vectors import WordVectors
from firth.vectors.formats import word2vec_binary, write

WORDS = [f"wörd{i}" for i in range(200)]
MATRIX = np.random.default_rng(1).standard_normal((200, 7)).astype(np.float32)


def rows(*pairs, end=b"\n"):
    return b"".join(word + b" " + np.array(row, "<f4").tobytes() + end for word, row in pairs)


@pytest.fixture
def put(tmp_path):
    def write(content):
        (tmp_path / "v.bin").write_bytes(content)
        return tmp_path / "v.bin"

    return write


@pytest.mark.parametrize("end", [b"\n", b""], ids=["word2vec.c", "gensim"])
def test_by_hand(put, end):
    vectors = word2vec_binary.read(put(b"2 2\n" + rows((b"a", [1, 2]), (b"", [3, 4]), end=end)))
    assert vectors.index_to_key == ["a", ""]
    assert vectors.vectors.tolist() == [[1, 2], [3, 4]]


def test_a_file_of_gensim(tmp_path):
    known = KeyedVectors(7)
    known.add_vectors(WORDS, MATRIX)
    known.save_word2vec_format(tmp_path / "g.bin", binary=True)
    vectors = word2vec_binary.read(tmp_path / "g.bin")
    assert vectors.index_to_key == WORDS
    np.testing.assert_array_equal(vectors.vectors, MATRIX)


def test_gensim_reads_ours(tmp_path):
    word2vec_binary.write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "v.bin")
    theirs = KeyedVectors.load_word2vec_format(tmp_path / "v.bin", binary=True)
    assert theirs.index_to_key == WORDS
    np.testing.assert_array_equal(theirs.vectors, MATRIX)


def test_many_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(word2vec_binary, "_ROWS", 30)
    word2vec_binary.write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "v.bin")
    for limit in (None, 100):
        vectors = word2vec_binary.read(tmp_path / "v.bin", limit=limit)
        assert vectors.index_to_key == WORDS[:limit]
        np.testing.assert_array_equal(vectors.vectors, MATRIX[:limit])
    raw = (tmp_path / "v.bin").read_bytes()
    start = raw.index("wörd150".encode())
    (tmp_path / "v.bin").write_bytes(raw[:start] + b"longer" * 200 + raw[start:-1000])  # enough bytes, but too few rows
    with pytest.raises(FileFormatError, match=r"truncated within word 1\d\d of 200"):
        word2vec_binary.read(tmp_path / "v.bin")


def test_limit_and_wanted(put):
    path = put(b"3 1\n" + rows((b"a", [1]), (b"b", [2]), (b"c", [3])))
    assert word2vec_binary.read(path, limit=2).index_to_key == ["a", "b"]
    assert word2vec_binary.read(path, limit=0).index_to_key == []
    assert word2vec_binary.read(path, wanted={"c"}).vectors.tolist() == [[3]]


@pytest.mark.parametrize(
    ("content", "warning", "words"),
    [
        (b"2 1\n" + rows((b"a", [1]), (b"a", [2])), "1 rows repeat", ["a"]),
        (b"2 1\n" + rows((b"a", [1]), (b"b", [np.nan])), "1 vectors hold NaN", ["a", "b"]),
        (b"1 1\n" + rows((b"\xff", [1])), "1 words are not UTF-8", ["\ufffd"]),
        (
            b"3 1\n" + rows((b"a", [1]), (b"\x00\x80?b", [2]), (b"c\td", [3])),
            "2 words hold control characters.*misaligned",
            ["a", "\x00\ufffd?b", "c\td"],
        ),
        (b"2 1\n" + rows((b"x\xc3", [1]), (b"\xa9", [2])), "2 words are not UTF-8", ["x\ufffd", "\ufffd"]),
    ],
)
def test_odd_rows_are_reported(put, content, warning, words):
    with pytest.warns(VectorsWarning) as told:
        found = word2vec_binary.read(put(content)).index_to_key
    assert found == words
    assert any(re.search(warning, str(each.message)) for each in told)


def test_the_row_kept_of_a_repeated_word_is_the_first(put):
    with pytest.warns(VectorsWarning):
        assert word2vec_binary.read(put(b"2 1\n" + rows((b"a", [1]), (b"a", [2])))).vector("a").tolist() == [1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file"),
        (b"a 1 2\n", "no header"),
        (b"3 1\n" + rows((b"a", [1]), (b"b", [2])), "too few for the 3 words"),
        (b"2 1\n" + rows((b"longword", [1]), (b"b", [2]))[:-3], "truncated within word 2 of 2"),
        (b"1 1\nfarlongerwithoutaspace", "truncated within word 1 of 1"),
        (b"1 1\n" + rows((b"longword", [1]), end=b"")[:-1], "truncated within word 1 of 1"),
        (b"2 1\nab1234cd 5678", "truncated within word 1 of 2"),  # the word leaves no room for the second row
        (b"1 1\n\n\n\n\n\n\n", "truncated within word 1 of 1"),
        (b"99999999999 300\n" + rows((b"a", [1])), "too few"),
        (b"1 1\n" + rows((b"a", [1]), (b"b", [2])), "8 bytes after the last word"),
    ],
)
def test_damaged_files(put, content, message):
    with pytest.raises(FileFormatError, match=message):
        word2vec_binary.read(put(content))


def test_a_word_with_a_space_cannot_be_written(tmp_path):
    with pytest.raises(OptionError, match="the word 'new york' cannot be written to"):
        write(WordVectors(["new york"], [[1.0]]).embeddings, tmp_path / "v.bin")
