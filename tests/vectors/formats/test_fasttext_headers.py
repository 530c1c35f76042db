"""fastText models whose header says what cannot be: one clear line, before anything is allocated for it."""

import struct
import tracemalloc

import numpy as np
import pytest

from firth.errors import FileFormatError
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords

WORDS = ["the", "king", "naïve"]
MOST_MEMORY = 1 << 24


def model(*, dim=4, minn=2, maxn=3, bucket=6, size=3, words=3, labels=0, rows=9, columns=4):
    """The bytes of a model as fastText saves one, version 12."""
    header = struct.pack("<ii12id", 793712314, 12, dim, 5, 5, 1, 5, 1, 2, 2, bucket, minn, maxn, 100, 1e-4)
    dictionary = struct.pack("<iiiqq", size, words, labels, 40, -1)
    dictionary += b"".join(word.encode() + b"\0" + struct.pack("<qb", 9, 0) for word in WORDS)
    matrix = np.arange(36, dtype="<f4").tobytes()
    return header + dictionary + b"\0" + struct.pack("<qq", rows, columns) + matrix + b"\0" + struct.pack("<qq", 0, 4)


@pytest.fixture
def memory():
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_a_sound_model(tmp_path):
    (tmp_path / "m.bin").write_bytes(model())
    vectors = WordVectors.load(tmp_path / "m.bin")
    assert vectors.index_to_key == WORDS
    assert (vectors.subwords.minn, vectors.subwords.maxn, vectors.subwords.ngrams.shape) == (2, 3, (6, 4))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ({"minn": -(1 << 31)}, r"n-grams of -2,147,483,648 to 3 characters in 6 buckets"),
        ({"maxn": (1 << 31) - 1}, r"n-grams of 2 to 2,147,483,647 characters"),
        ({"maxn": -1}, r"n-grams of 2 to -1 characters"),
        ({"bucket": 0}, r"characters in 0 buckets, expected .* at least 1 bucket"),
        ({"bucket": -1}, r"characters in -1 buckets"),
        ({"bucket": (1 << 31) - 1}, r"a matrix of 9 rows of 4 numbers, expected 2,147,483,650 of 4"),
        ({"size": -1}, r"3 words and 0 labels in -1 entries"),
        ({"size": (1 << 31) - 1, "words": (1 << 31) - 1}, r"2,147,483,647 words and 0 labels"),
        ({"words": -5, "labels": 8}, r"-5 words and 8 labels in 3 entries"),
        ({"words": 2}, r"2 words and 0 labels in 3 entries"),
        ({"dim": 0, "columns": 0}, r"9 rows of 0 numbers, expected 9 of 0"),
        ({"dim": 5}, r"9 rows of 4 numbers, expected 9 of 5"),
        ({"rows": 1 << 40}, r"a matrix of 1,099,511,627,776 rows of 4 numbers, expected 9 of 4 in the \d+ bytes"),
        ({"rows": -1}, r"a matrix of -1 rows"),
        ({"rows": 1 << 62, "columns": 1 << 62}, r"a matrix of 4,611,686,018,427,387,904 rows"),
    ],
)
def test_a_header_that_cannot_be(tmp_path, memory, damage, told):
    path = tmp_path / "m.bin"
    path.write_bytes(model(**damage))
    with pytest.raises(FileFormatError, match=rf"m\.bin: damaged, .*{told}"):
        WordVectors.load(path)
    assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY


def test_no_ngrams_have_lengths_that_do_not_exist(tmp_path):
    (tmp_path / "m.bin").write_bytes(model(minn=4, maxn=3))
    vectors = WordVectors.load(tmp_path / "m.bin")
    np.testing.assert_array_equal(vectors.vectors, np.arange(12).reshape(3, 4))
    assert vectors.subwords is None


@pytest.mark.parametrize("damage", [{"minn": -(1 << 31)}, {"maxn": 1 << 31}, {"ngrams": np.zeros((0, 4), np.float32)}])
def test_ngrams_of_a_native_file_that_cannot_be(tmp_path, damage):
    sound = {"ngrams": np.ones((6, 4), np.float32), "minn": 2, "maxn": 3}
    vectors = WordVectors(WORDS, np.ones((3, 4), np.float32), subwords=Subwords(**{**sound, **damage}))
    vectors.save(tmp_path / "v.safetensors")
    with pytest.raises(FileFormatError, match="its n-grams do not fit its vectors"):
        WordVectors.load(tmp_path / "v.safetensors")
