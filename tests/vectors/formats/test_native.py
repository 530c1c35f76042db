"""Precisions: their errors stay within what is stated, and subword files are checked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from firth.errors import FileFormatError, OptionError
from firth.storage import write_tensors
from firth.stored_words import pack_words
from firth.vectors import WordVectors
from firth.vectors.formats.native import restore, shrink, shrinking_error

matrices = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-1e3, 1e3, width=32)
)


PRUNED = {"ngrams": np.ones((2, 3), np.float32), "ngram_lengths": np.array([3, 6, 0, 9])}


@given(matrices)
def test_float16_keeps_eleven_bits(matrix):
    kept = restore(shrink(matrix, "float16"))
    assert (np.abs(kept - matrix) <= np.abs(matrix) * 2**-11 + 2**-25).all()


@given(matrices)
def test_int8_is_off_by_half_a_step_at_most(matrix):
    kept = restore(shrink(matrix, "int8"))
    largest = np.abs(matrix).max(axis=1, keepdims=True)
    assert (np.abs(kept - matrix) <= largest / 254 * (1 + 1e-5) + 1e-37).all()


def test_the_stated_error_is_the_error():
    matrix = np.array([[127, 0.5, 0], [0, 0, 0]], np.float32)
    assert shrinking_error(matrix, "float32") == (0, 1)
    largest, cosine = shrinking_error(matrix, "int8")
    assert largest == 0.5
    assert cosine == pytest.approx(127 / np.hypot(127, 0.5))
    assert shrinking_error(np.empty((0, 3), np.float32), "int8") == (0, 1)


@pytest.mark.parametrize(("precision", "size"), [("float16", 2), ("int8", 1)])
def test_files_are_smaller_and_load_as_float32(tmp_path, precision, size):
    matrix = np.random.default_rng(0).standard_normal((50, 200)).astype(np.float32)
    WordVectors([f"w{i}" for i in range(50)], matrix).save(tmp_path / "v.safetensors", precision=precision)
    assert (tmp_path / "v.safetensors").stat().st_size < 50 * 200 * size + 5000
    loaded = WordVectors.load(tmp_path / "v.safetensors")
    assert loaded.vectors.dtype == np.float32
    np.testing.assert_allclose(loaded.vectors, matrix, atol=0.02)


def test_numbers_that_do_not_fit():
    with pytest.raises(OptionError, match="65504"):
        shrink(np.array([[1e6]], np.float32), "float16")
    with pytest.raises(OptionError, match="NaN"):
        shrink(np.array([[np.nan]], np.float32), "int8")
    with pytest.raises(OptionError, match="precision 'int4', expected one of float32, float16, int8"):
        shrink(np.ones((1, 1), np.float32), "int4")


@pytest.mark.parametrize(
    "damage",
    [
        {"vectors": np.ones((2, 3), np.int8)},
        {"vectors": np.ones((2, 3), np.int8), "scales": np.ones(3, np.float32)},
        {"vectors": np.ones((2, 3), np.int64)},
        {"ngrams": np.ones((5, 3), np.float32)},
        {"ngrams": np.ones((5, 4), np.float32), "ngram_lengths": np.array([3, 6])},
        {"ngrams": np.ones((5, 3), np.float32), "ngram_lengths": np.array([3])},
        {"ngrams": np.ones((5, 3), np.float32), "ngram_lengths": np.array([3, 6, 0, 6])},
        {"ngrams": np.ones((5, 3), np.float32), "ngram_lengths": np.array([3, 6, 5, 5])},
        {"ngrams": np.ones((2, 3)), "ngram_lengths": np.array([3, 6])},
        {**PRUNED, "ngram_buckets": np.array([1, 9])},
        {**PRUNED, "ngram_buckets": np.array([1, 1])},
        {**PRUNED, "ngram_buckets": np.array([-1, 1])},
        {**PRUNED, "ngram_buckets": np.array([1, 2, 3])},
    ],
    ids=str,
)
def test_damaged_files(tmp_path, damage):
    tensors = {"vectors": np.ones((2, 3), np.float32), **pack_words(["a", "b"]), **damage}
    write_tensors(tmp_path / "v.safetensors", "vectors", tensors, {})
    with pytest.raises(FileFormatError, match=r"v\.safetensors"):
        WordVectors.load(tmp_path / "v.safetensors")
