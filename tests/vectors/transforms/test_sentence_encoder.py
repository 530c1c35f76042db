"""Sentence vectors: means by hand, SIF against the paper's formula in float64."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.transforms import SentenceEncoder

WORDS = ["the", "cat", "sat", "dog"]
MATRIX = np.array([[1, 0, 2], [3, 1, 0], [0, 4, 1], [2, 2, 2]], np.float32)
COUNTS = [60, 20, 15, 5]
VECTORS = WordVectors(WORDS, MATRIX, COUNTS)
SENTENCES = [["the", "cat", "sat"], ["the", "dog"], ["dog", "unknown", "dog"], ["cat", "sat"]]


def test_means():
    encoded = SentenceEncoder(VECTORS).encode([*SENTENCES, [], ["unknown"]])
    np.testing.assert_allclose(encoded[0], MATRIX[:3].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(encoded[2], MATRIX[3])
    assert not encoded[4:].any()
    assert SentenceEncoder(VECTORS).encode([]).shape == (0, 3)


def test_sif():
    truth = []
    for sentence in SENTENCES:
        rows = [WORDS.index(word) for word in sentence if word in WORDS]
        truth.append(sum(0.01 / (0.01 + COUNTS[row] / 100) * MATRIX[row].astype(float) for row in rows) / len(rows))
    truth = np.array(truth)
    u = np.linalg.svd(truth)[2][0]
    encoder = SentenceEncoder(VECTORS, "sif", 0.01).fit(SENTENCES)
    np.testing.assert_allclose(encoder.encode(SENTENCES), truth - np.outer(truth @ u, u), atol=1e-6)
    np.testing.assert_allclose(abs(encoder.component @ u), 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("vectors", "options"),
    [
        (VECTORS, {"weighting": "tfidf"}),
        (VECTORS, {"smoothing": 0}),
        (WordVectors(WORDS, MATRIX), {"weighting": "sif"}),
    ],
)
def test_wrong_options(vectors, options):
    with pytest.raises(OptionError):
        SentenceEncoder(vectors, **options)
