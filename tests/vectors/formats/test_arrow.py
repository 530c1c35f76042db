"""Parquet and Arrow files: read and written by pyarrow itself, damaged, and without pyarrow."""

import sys

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from firth.errors import FileFormatError, MissingExtra
from firth.vectors import WordVectors
from firth.vectors.formats import arrow, write


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
def test_pyarrow_reads_ours(tmp_path, suffix):
    path = tmp_path / f"v{suffix}"
    write(WordVectors(["a", "naïve"], [[1, 2], [3, 4]], [7, 8]).embeddings, path)
    table = (pa.parquet.read_table if suffix == ".parquet" else pa.feather.read_table)(path)
    assert table.to_pydict() == {"word": ["a", "naïve"], "vector": [[1, 2], [3, 4]], "count": [7, 8]}
    assert WordVectors.load(path).vectors.tolist() == [[1, 2], [3, 4]]
    assert WordVectors.load(path, limit=1).counts.tolist() == [7]


def test_lists_of_any_kind_of_number(tmp_path):
    pa.parquet.write_table(pa.table({"word": ["a", "b"], "vector": [[1.0, 2.0], [3.0, 4.0]]}), tmp_path / "v.parquet")
    vectors = WordVectors.load(tmp_path / "v.parquet", wanted={"b"})
    assert (vectors.index_to_key, vectors.vectors.tolist()) == (["b"], [[3, 4]])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"word": ["a"], "vec": [[1.0]]}, "columns word, vec, expected word and vector"),
        ({"word": ["a", "b"], "vector": [[1.0, 2.0], [3.0]]}, "unequal length"),
        ({"word": ["a", None], "vector": [[1.0], [3.0]]}, "empty words"),
        ({"word": ["a", "b"], "vector": [[1.0], None]}, "empty words"),
        ({"word": ["a", "b", "c"], "vector": [[1.0, 2.0], [3.0, 4.0, 5.0], [6.0]]}, "unequal length"),
        ({"word": ["a"], "vector": ["text"]}, "expected lists of numbers"),
        ({"word": [1], "vector": [[1.0]]}, "expected text"),
        ({"word": ["a"], "vector": [[1.0]], "count": ["x"]}, "count holds string, expected a whole number"),
        ({"word": ["a", "b"], "vector": [[1.0], [2.0]], "count": [1, None]}, "count holds int64, expected a whole"),
    ],
)
def test_other_tables(tmp_path, columns, message):
    pa.parquet.write_table(pa.table(columns), tmp_path / "v.parquet")
    with pytest.raises(FileFormatError, match=message):
        WordVectors.load(tmp_path / "v.parquet")


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_truncated_file(tmp_path, suffix):
    path = tmp_path / f"v{suffix}"
    write(WordVectors(["a"], [[1, 2]]).embeddings, path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileFormatError, match="damaged"):
        WordVectors.load(path)


def test_text_that_is_not_utf8(tmp_path):
    words = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    pa.feather.write_feather(pa.table({"word": words, "vector": [[1.0]]}), tmp_path / "v.arrow")
    with pytest.raises(FileFormatError, match="damaged"):
        WordVectors.load(tmp_path / "v.arrow")


def test_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.feather", None)
    with pytest.raises(MissingExtra, match=r"firth\[parquet\]"):
        arrow.write_parquet(WordVectors(["a"], [[1]]), tmp_path / "v.parquet")
