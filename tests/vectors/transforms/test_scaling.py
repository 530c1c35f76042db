"""Unit lengths, a zero mean and weights by frequency, by hand."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.transforms import SentenceEncoder, center, normalize, weigh_by_frequency


def test_normalize():
    vectors = WordVectors(["a", "b", "zero"], [[3, 4], [0, -2], [0, 0]], [3, 2, 1], {"epochs": 5})
    unit = normalize(vectors)
    np.testing.assert_allclose(unit.vectors, [[0.6, 0.8], [0, -1], [0, 0]], rtol=1e-6)
    assert unit.index_to_key == ["a", "b", "zero"]
    assert unit.counts.tolist() == [3, 2, 1]
    assert unit.metadata == {"epochs": 5}
    assert vectors["a"].tolist() == [3, 4]


def test_center():
    assert center(WordVectors(["a", "b"], [[1, 5], [3, -5]])).vectors.tolist() == [[-1, 5], [1, -5]]
    assert center(WordVectors([], np.empty((0, 2)))).vectors.shape == (0, 2)


def test_weights_by_frequency_make_the_mean_of_sif():
    vectors = WordVectors(["the", "cat", "sat"], [[1, 2], [3, 4], [5, 6]], [97, 2, 1])
    weighted = weigh_by_frequency(vectors, 0.01)
    np.testing.assert_allclose(weighted["cat"], np.array([3, 4]) * 0.01 / (0.01 + 0.02), rtol=1e-6)
    encoder = SentenceEncoder(vectors, "sif", 0.01)
    sentences = [["the", "cat"], ["cat", "sat", "the"]]
    plain = [weighted[sentence].mean(axis=0) for sentence in sentences]
    np.testing.assert_allclose(encoder.encode(sentences), plain, rtol=1e-6)
    assert weighted.similarity("the", "cat") == pytest.approx(vectors.similarity("the", "cat"))
    with pytest.raises(OptionError, match="without counts of words"):
        weigh_by_frequency(WordVectors(["a"], [[1.0]]))
    with pytest.raises(OptionError, match="smoothing=0"):
        weigh_by_frequency(vectors, 0)
