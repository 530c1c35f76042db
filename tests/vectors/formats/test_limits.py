"""With ``limit`` only the first words of a file are read, compressed or not; sizes are looked at before."""

import bz2
import gzip
import io
import lzma
import tracemalloc
import zipfile

import numpy as np
import pytest

from firth.errors import FileFormatError
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, npz, write

WORDS = [f"word{number}" for number in range(3000)]
MATRIX = np.random.default_rng(1).standard_normal((len(WORDS), 20)).astype(np.float32)
PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.fixture
def memory():
    tracemalloc.start()
    yield tracemalloc.get_traced_memory
    tracemalloc.stop()


@pytest.mark.parametrize("limit", [0, 5, 2999, 9000])
@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.read and format.write])
def test_every_format_gives_the_first_words(name, limit, tmp_path):
    path = tmp_path / "v"
    write(WordVectors(WORDS, MATRIX, np.arange(3000, 0, -1)).embeddings, path, name)
    first = WordVectors.load(path, name, limit=limit)
    assert first.index_to_key == WORDS[:limit]
    np.testing.assert_allclose(first.vectors, MATRIX[:limit], rtol=1e-6)
    if first.counts is not None:
        assert first.counts.tolist() == list(range(3000, 0, -1))[:limit]


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("limit", [0, 5, 2999, 9000])
@pytest.mark.parametrize("name", ["word2vec-text", "glove", "word2vec-binary"])
def test_a_compressed_file_gives_the_first_words(name, limit, suffix, tmp_path):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "v", name)
    (tmp_path / f"v{suffix}").write_bytes(PACKERS[suffix]((tmp_path / "v").read_bytes()))
    first = WordVectors.load(tmp_path / f"v{suffix}", name, limit=limit)
    assert first.index_to_key == WORDS[:limit]
    np.testing.assert_allclose(first.vectors, MATRIX[:limit], rtol=1e-6)


@pytest.mark.parametrize("name", ["word2vec-text", "glove", "word2vec-binary"])
def test_what_lies_behind_the_limit_is_not_unpacked(name, tmp_path, memory):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "v", name)
    whole = (tmp_path / "v").read_bytes() + bytes(30 << 20)
    (tmp_path / "v.gz").write_bytes(gzip.compress(whole))
    WordVectors.load(tmp_path / "v.gz", name, limit=5)  # kernels are compiled
    tracemalloc.reset_peak()
    before = memory()[0]
    assert len(WordVectors.load(tmp_path / "v.gz", name, limit=5)) == 5
    assert memory()[1] - before < 8 << 20


@pytest.mark.parametrize("order", ["C", "F"])
def test_numpy_archives_are_read_up_to_the_limit(order, tmp_path, memory):
    matrix = np.zeros((200_000, 40), np.float64, order=order)
    matrix[:7] = np.arange(280).reshape(7, 40)
    words = np.array([f"w{number}" for number in range(200_000)])
    words[-1] = "w" * 7
    np.savez_compressed(tmp_path / "v.npz", words=words, vectors=matrix)
    del matrix, words
    tracemalloc.reset_peak()
    before = memory()[0]
    first = WordVectors.load(tmp_path / "v.npz", limit=7)
    assert memory()[1] - before < 8 << 20  # 64 MB of numbers, 5.6 MB of words
    np.testing.assert_array_equal(first.vectors, np.arange(280).reshape(7, 40))


def test_a_long_word_does_not_widen_all_others_in_memory(tmp_path, memory):
    words = ["x" * 5000, *WORDS]  # 60 MB as an array of text
    np.savez_compressed(tmp_path / "v.npz", words=words, vectors=np.ones((3001, 2)))
    tracemalloc.reset_peak()
    before = memory()[0]
    assert WordVectors.load(tmp_path / "v.npz").index_to_key == words
    assert memory()[1] - before < 12 << 20


def _array(shape: str, dtype: str = "<f4") -> bytes:
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(80)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("(2, 4294967296)", "holds 208 bytes"),
        ("(4611686018427387904, 4611686018427387904)", "holds 208 bytes"),
        ("(-2, -10)", "expected plain numbers"),
        ("(2, 9)", "holds 208 bytes"),
        ("(2, 'x')", "not an .npz file of plain arrays"),
        ("((" * 3000, "damaged, or not vectors"),
    ],
)
def test_an_array_whose_header_cannot_be(shape, told, tmp_path, memory):
    words = io.BytesIO()
    np.save(words, np.array(["a", "b"]))
    with zipfile.ZipFile(tmp_path / "v.npz", "w") as archive:
        archive.writestr("words.npy", words.getvalue())
        archive.writestr("vectors.npy", _array(shape))
    with pytest.raises(FileFormatError, match=rf"v\.npz.*{told}"):
        WordVectors.load(tmp_path / "v.npz")
    assert memory()[1] < 4 << 20


def test_an_archive_that_promises_more_than_it_can_hold(tmp_path):
    np.savez_compressed(tmp_path / "v.npz", words=["a"], vectors=np.zeros((1, 4)))
    raw = (tmp_path / "v.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "v.npz") as archive:
        size = archive.getinfo("vectors.npy").file_size
    place = raw.rindex(size.to_bytes(4, "little"))  # in the table of contents
    (tmp_path / "v.npz").write_bytes(raw[:place] + (0xFFFFFF00).to_bytes(4, "little") + raw[place + 4 :])
    with pytest.raises(FileFormatError, match="cannot hold 4,294,967,040 bytes"):
        npz.read(tmp_path / "v.npz")


@pytest.mark.parametrize("empty", [np.zeros((0, 4)), np.zeros((0, 0))])
def test_an_archive_without_words(empty, tmp_path):
    np.savez(tmp_path / "v.npz", words=np.array([], np.str_), vectors=empty)
    assert npz.read(tmp_path / "v.npz").vectors.shape == empty.shape
