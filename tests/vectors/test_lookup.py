"""Words to vectors, on vectors made by hand."""

import numpy as np
import pytest

from firth.errors import OptionError, UnknownWord
from firth.vectors import WordVectors

WORDS = ["east", "north", "northeast", "west", "nowhere"]
MATRIX = np.array([[2, 0], [0, 1], [1, 1], [-4, 0], [0, 0]], np.float32)


@pytest.fixture
def vectors():
    return WordVectors(WORDS, MATRIX)


def test_the_dictionary_side(vectors):
    assert len(vectors) == 5
    assert list(vectors) == vectors.index_to_key == WORDS
    assert vectors.key_to_index["west"] == 3
    assert "north" in vectors
    assert "south" not in vectors
    assert 4 in vectors
    assert 5 not in vectors
    assert vectors.vector_size == 2
    np.testing.assert_array_equal(vectors.norms, np.array([2, 1, 2**0.5, 4, 0], np.float32))


def test_vectors_of_one_word_and_of_several(vectors):
    assert vectors["west"].tolist() == [-4, 0]
    assert vectors[3].tolist() == [-4, 0]
    assert vectors[["west", "north"]].tolist() == [[-4, 0], [0, 1]]
    assert vectors[[]].shape == (0, 2)
    assert vectors["west"].dtype == np.float32
    assert vectors.get_vector("west", norm=True).tolist() == [-1, 0]
    assert vectors.get_vector("nowhere", norm=True).tolist() == [0, 0]


def test_vectors_are_read_only(vectors):
    with pytest.raises(ValueError, match="read-only"):
        vectors["west"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        vectors.vectors[0] = 1


def test_a_float32_matrix_is_not_copied():
    matrix = np.ones((1, 2), np.float32)
    assert np.shares_memory(WordVectors(["a"], matrix).vectors, matrix)
    assert matrix.flags.writeable


def test_an_unknown_word(vectors):
    with pytest.raises(UnknownWord) as caught:
        vectors["Esat"]
    assert caught.value.close[0] == "east"
    with pytest.raises(KeyError):
        vectors[9]
    assert vectors.get_index("Esat", -1) == -1


def test_the_mean(vectors):
    assert vectors.get_mean_vector(["east", "north"], pre_normalize=False).tolist() == [1, 0.5]
    assert vectors.get_mean_vector(["east", "north"]).tolist() == [0.5, 0.5]
    assert vectors.get_mean_vector(["east", "north"], [3, -1]).tolist() == [0.75, -0.25]
    np.testing.assert_allclose(vectors.get_mean_vector(["east", "north"], post_normalize=True), [0.5**0.5] * 2)
    assert vectors.get_mean_vector(["east", np.array([0.0, 3.0])]).tolist() == [0.5, 1.5]
    assert vectors.get_mean_vector(["east", "unknown"]).tolist() == [1, 0]
    assert vectors.get_mean_vector(["unknown"]).tolist() == [0, 0]


def test_a_mean_that_makes_no_sense(vectors):
    with pytest.raises(OptionError, match="no words"):
        vectors.get_mean_vector([])
    with pytest.raises(OptionError, match="weights of shape"):
        vectors.get_mean_vector(["east"], [1, 2])
    with pytest.raises(OptionError, match="expected \\(2,\\)"):
        vectors.get_mean_vector([np.ones(3)])
    with pytest.raises(OptionError, match="NaN"):
        vectors.get_mean_vector([np.array([np.nan, 1])])
    with pytest.raises(UnknownWord):
        vectors.get_mean_vector(["unknown"], ignore_missing=False)


def test_shapes_that_do_not_fit():
    with pytest.raises(OptionError, match="expected \\(1, dims\\)"):
        WordVectors(["a"], np.ones((2, 2)))
    with pytest.raises(OptionError, match="expected \\(1, dims\\)"):
        WordVectors(["a"], np.ones(2))
    with pytest.raises(OptionError, match="counts of shape"):
        WordVectors(["a"], np.ones((1, 2)), counts=[1, 2])
