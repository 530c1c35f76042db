"""NumPy archives: read by NumPy itself, and refused when damaged or full of Python objects."""

import numpy as np
import pytest

from firth.errors import FileFormatError
from firth.vectors import WordVectors
from firth.vectors.formats import npz


def test_numpy_reads_ours(tmp_path):
    npz.write(WordVectors(["a", "naïve"], [[1, 2], [3, 4]], [7, 8]).embeddings, tmp_path / "v.npz")
    with np.load(tmp_path / "v.npz", allow_pickle=False) as known:
        assert known["words"].tolist() == ["a", "naïve"]
        assert known["vectors"].tolist() == [[1, 2], [3, 4]]
        assert known["counts"].tolist() == [7, 8]


def test_we_read_numpys(tmp_path):
    np.savez_compressed(tmp_path / "v.npz", words=["a", "b"], vectors=np.array([[1, 2], [3, 4]], np.float64))
    vectors = npz.read(tmp_path / "v.npz", limit=1)
    assert vectors.index_to_key == ["a"]
    assert vectors.vector("a").tolist() == [1, 2]
    assert vectors.counts is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"words": ["a"]}, "no array 'vectors"),
        ({"words": ["a"], "vectors": np.ones((2, 2))}, "a row of numbers for each word"),
        ({"words": [1], "vectors": np.ones((1, 2))}, "expected text"),
        ({"words": ["a"], "vectors": np.ones((1, 2)), "counts": ["x"]}, "expected a whole number for each of 1 words"),
        ({"words": ["a"], "vectors": np.ones((1, 2)), "counts": [1, 2]}, r"counts int64 \(2,\), expected"),
        ({"words": np.array(["a"], object), "vectors": np.ones((1, 2))}, "not an .npz file of plain arrays"),
    ],
)
def test_other_arrays(tmp_path, content, message):
    np.savez(tmp_path / "v.npz", **content)
    with pytest.raises(FileFormatError, match=message):
        npz.read(tmp_path / "v.npz")


def test_one_array_alone(tmp_path):
    with (tmp_path / "v.npz").open("wb") as file:
        np.save(file, np.ones((2, 2)))
    with pytest.raises(FileFormatError, match=r"not an \.npz file"):
        npz.read(tmp_path / "v.npz")


@pytest.mark.parametrize("keep", [10, 200, -30])
def test_a_truncated_file(tmp_path, keep):
    npz.write(WordVectors(["a", "b"], [[1, 2], [3, 4]]).embeddings, tmp_path / "v.npz")
    (tmp_path / "v.npz").write_bytes((tmp_path / "v.npz").read_bytes()[:keep])
    with pytest.raises(FileFormatError):
        npz.read(tmp_path / "v.npz")
