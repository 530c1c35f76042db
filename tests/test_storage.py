"""Files come back as they were written; anything else on the disk is refused, and nothing is left half-written."""

import json
import mmap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from firth.errors import FileFormatError, StorageError
from firth.storage import FORMAT_VERSION, TensorWriter, map_tensors, read_ahead, write_tensors
from firth.stored_words import pack_words, unpack_words

DTYPES = [np.float64, np.float32, np.float16, np.int64, np.int32, np.int8, np.uint8]
SHAPES = [(0,), (1,), (7,), (0, 3), (3, 0), (2, 3), (2, 3, 4), ()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.safetensors"


@given(
    kinds=st.lists(st.tuples(st.sampled_from(DTYPES), st.sampled_from(SHAPES[:-1])), max_size=6),
    metadata=st.dictionaries(
        st.text(max_size=5).filter(lambda key: key not in ("format", "version", "kind")), st.text()
    ),
)
def test_tensors_and_metadata_come_back(tmp_path_factory, kinds, metadata):
    path = tmp_path_factory.mktemp("storage") / "file.safetensors"
    rng = np.random.default_rng(1)
    tensors = {f"t{n}": rng.integers(0, 99, shape).astype(dtype) for n, (dtype, shape) in enumerate(kinds)}
    write_tensors(path, "test", tensors, metadata)
    loaded, described = map_tensors(path, "test")
    assert described == metadata
    assert loaded.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert loaded[name].dtype == tensor.dtype
        assert not loaded[name].flags.writeable or not tensor.size
        np.testing.assert_array_equal(loaded[name], tensor)
    theirs = {name: array for name, array in load_file(path).items() if not name.startswith("padding.")}
    assert theirs.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(theirs[name], tensor)


def test_metadata_is_anything_that_json_can_hold(path):
    metadata = {"loss": [2.5, 1.25], "words": {"日本": None}, "long": "x" * 10_000, "quote": '"\\' * 1_000}
    write_tensors(path, "test", {}, metadata)
    assert map_tensors(path, "test") == ({}, metadata)


def test_a_tensor_in_chunks(path):
    with TensorWriter(path, "test", {}) as writer:
        writer.add("first", np.arange(3, dtype=np.uint8))
        assert writer.stream("rows", np.float32, (2,), (np.full((n, 2), n) for n in (1, 0, 3))) == 4
        assert writer.stream("none", np.int64, (), []) == 0
        writer.metadata["late"] = 7
    tensors, metadata = map_tensors(path, "test")
    assert tensors["first"].tolist() == [0, 1, 2]
    assert tensors["rows"].tolist() == [[1, 1], [3, 3], [3, 3], [3, 3]]
    assert tensors["none"].shape == (0,)
    assert metadata == {"late": 7}


def test_a_header_that_does_not_fit_leaves_nothing(path):
    with (
        pytest.raises(ValueError, match="100 were set aside"),
        TensorWriter(path, "test", {"long": "x" * 200}, header_size=100),
    ):
        pass
    assert not list(path.parent.iterdir())


def test_an_exception_leaves_what_was_there(path):
    write_tensors(path, "test", {"a": np.arange(3)}, {})
    with pytest.raises(ValueError, match="invalid literal"), TensorWriter(path, "test", {}) as writer:
        writer.stream("a", np.int64, (), [np.arange(5), "no array"])
    assert map_tensors(path, "test")[0]["a"].tolist() == [0, 1, 2]
    assert list(path.parent.iterdir()) == [path]


def test_a_mapped_file_survives_its_replacement(path):
    write_tensors(path, "test", {"a": np.arange(3)}, {})
    mapped = map_tensors(path, "test")[0]["a"]
    write_tensors(path, "test", {"a": np.arange(5)}, {})
    assert mapped.tolist() == [0, 1, 2]


@pytest.mark.skipif(not hasattr(mmap, "MADV_WILLNEED"), reason="the system takes no advice on mapped files")
def test_rows_that_are_asked_for(path, monkeypatch):
    matrix = np.arange(3000 * 100, dtype=np.float32).reshape(3000, 100)
    write_tensors(path, "test", {"small": np.ones(5), "matrix": matrix}, {})
    asked = []

    class Watched(mmap.mmap):
        def madvise(self, advice, start, length):
            assert (advice, start % mmap.PAGESIZE) == (mmap.MADV_WILLNEED, 0)
            super().madvise(advice, start, length)
            asked.append(self[start : start + length])

    monkeypatch.setattr(mmap, "mmap", Watched)
    mapped = map_tensors(path, "test")[0]["matrix"]
    for rows in (mapped, mapped[100:], matrix):  # the last is in memory
        read_ahead(rows, np.array([2, 2800]))
    assert [asked[n][-400:] for n in range(len(asked))] == [matrix[row].tobytes() for row in (2, 2800, 102, 2900)]


@pytest.mark.parametrize("name", ["", "nowhere/file.safetensors"])
def test_where_nothing_can_be_written(tmp_path, name):
    with pytest.raises(StorageError, match=r"is a folder, expected a file name|cannot write .*No such file"):
        write_tensors(tmp_path / name, "test", {}, {})


def test_a_disk_that_fills_up(path):
    def chunks():
        yield np.zeros(4)
        raise OSError(28, "No space left on device")

    message = r"cannot write .*No space left on device; hint: free some disk space; nothing was left"
    with pytest.raises(StorageError, match=message), TensorWriter(path, "test", {}) as writer:
        writer.stream("a", np.float64, (), chunks())
    assert not list(path.parent.iterdir())


def test_a_file_cut_anywhere(path):
    write_tensors(path, "test", {"a": np.arange(3), "b": np.arange(3, dtype=np.int8)}, {"x": 1})
    whole = path.read_bytes()
    for size in [*range(20), *range(20, len(whole), 31), *range(len(whole) - 40, len(whole))]:
        path.write_bytes(whole[:size])
        with pytest.raises(FileFormatError, match="not a safetensors file, or damaged"):
            map_tensors(path, "test")
    path.write_bytes(whole + b"x")
    with pytest.raises(FileFormatError, match="not a safetensors file, or damaged"):
        map_tensors(path, "test")


@given(place=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_damaged_header_is_refused_or_harmless(tmp_path_factory, place, byte):
    path = tmp_path_factory.mktemp("storage") / "file.safetensors"
    write_tensors(path, "test", {"a": np.arange(3), "b": np.zeros((2, 2), np.float32)}, {"x": 1})
    damaged = bytearray(path.read_bytes())
    damaged[place] = byte
    path.write_bytes(damaged)
    try:
        tensors, _ = map_tensors(path, "test")
    except FileFormatError:
        return
    for tensor in tensors.values():
        tensor.sum()


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (None, "a safetensors file, but not one that firth wrote"),
        ("not json", "not a safetensors file, or damaged"),
        ("[]", "not one that firth wrote"),
        (json.dumps({"format": "other"}), "not one that firth wrote"),
        (
            json.dumps({"format": "firth", "version": FORMAT_VERSION + 1, "kind": "test"}),
            rf"format version {FORMAT_VERSION + 1}, but this version of firth reads up to {FORMAT_VERSION}",
        ),
        (json.dumps({"format": "firth", "version": "two", "kind": "test"}), "format version 'two'"),
        (json.dumps({"format": "firth", "version": 1, "kind": "vectors"}), "holds 'vectors', expected 'test'"),
    ],
)
def test_other_safetensors_files(path, described, message):
    save_file({"a": np.arange(3)}, path, metadata=None if described is None else {"firth": described})
    with pytest.raises(FileFormatError, match=message):
        map_tensors(path, "test")


def test_a_tensor_of_a_type_that_firth_never_writes(path):
    described = json.dumps({"format": "firth", "version": 1, "kind": "test"})
    save_file({"a": np.array([True])}, path, metadata={"firth": described})
    with pytest.raises(FileFormatError, match="tensor 'a' is of type BOOL"):
        map_tensors(path, "test")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileFormatError, match="no such file, expected a test file"):
        map_tensors(tmp_path / "nowhere", "test")
    with pytest.raises(FileFormatError, match="is a folder, expected a test file"):
        map_tensors(tmp_path, "test")


@given(st.lists(st.text(st.characters(), max_size=5)))
def test_words_come_back(words):
    assert unpack_words(pack_words(words)) == words


def test_words_by_hand():
    packed = pack_words(["ab", "", "é"])
    assert packed["words"].tobytes() == b"ab\xc3\xa9"
    assert packed["word_bounds"].tolist() == [0, 2, 2, 4]
