"""Unit lengths and a zero mean, by hand."""

import numpy as np

from firth.vectors import WordVectors
from firth.vectors.transforms import center, normalize


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
