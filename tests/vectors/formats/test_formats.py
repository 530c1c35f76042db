"""The contract of every format that can be written: what went in comes out. And the registry itself."""

import numpy as np
import pytest

from firth.errors import FileFormatError, OptionError
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, SUFFIXES, read, write

WORDS = ["the", "naïve", "日本", "well-being", "3.14", "UPPER"]
MATRIX = np.array([[1, 0.1], [1e-30, -2], [0, 0], [3e30, 4], [-1 / 3, 5], [6, 7]], np.float32)
WRITABLE = [name for name, format in FORMATS.items() if format.write]


@pytest.mark.parametrize("name", WRITABLE)
def test_what_went_in_comes_out(tmp_path, name):
    path = tmp_path / ("v.tsv" if name == "projector" else "v")
    write(WordVectors(WORDS, MATRIX), path, name)
    for vectors in (read(path, name), read(path, name, limit=4), read(path, name, wanted={"naïve", "3.14"})):
        rows = [WORDS.index(word) for word in vectors]
        np.testing.assert_array_equal(vectors.vectors, MATRIX[rows])
    assert read(path, name).index_to_key == WORDS
    assert read(path, name, limit=4).index_to_key == WORDS[:4]
    assert read(path, name, wanted={"naïve", "3.14"}).index_to_key == ["naïve", "3.14"]


@pytest.mark.parametrize("suffix", [*SUFFIXES, ""])
def test_the_suffix_says_the_format(tmp_path, suffix):
    write(WordVectors(WORDS, MATRIX), tmp_path / f"v{suffix}")
    vectors = WordVectors.load(tmp_path / f"v{suffix}")
    assert vectors.index_to_key == WORDS
    np.testing.assert_array_equal(vectors.vectors, MATRIX)


@pytest.mark.parametrize("name", ["native", "parquet", "arrow", "npz", "word2vec-text"])
def test_the_first_bytes_say_it_too(tmp_path, name):
    write(WordVectors(WORDS, MATRIX), tmp_path / "v", name)
    assert read(tmp_path / "v").index_to_key == WORDS


def test_each_format_names_functions_that_exist():
    for format in FORMATS.values():
        assert all(callable(format.function(name)) for name in (format.read, format.write) if name)
    assert set(SUFFIXES.values()) <= set(FORMATS)


def test_wrong_requests(tmp_path):
    vectors = WordVectors(["a"], [[1]])
    with pytest.raises(OptionError, match="format 'word3vec', expected one of native, "):
        write(vectors, tmp_path / "v.bin", "word3vec")
    with pytest.raises(OptionError, match=r"no format for the suffix '\.doc'"):
        write(vectors, tmp_path / "v.doc")
    with pytest.raises(OptionError, match="fasttext-binary can only be read"):
        write(vectors, tmp_path / "v.bin", "fasttext-binary")
    with pytest.raises(OptionError, match="limit -1"):
        read(tmp_path, limit=-1)
    with pytest.raises(FileFormatError, match="no such file"):
        read(tmp_path / "none.txt")
