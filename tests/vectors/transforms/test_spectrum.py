"""Whitening against scikit-learn's and by its law; the others against their formulas, term by term."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords
from firth.vectors.transforms import center, conceptor_negation, moments, similarity_order, whiten

RNG = np.random.default_rng(5)
MATRIX = (RNG.standard_normal((300, 6)) * [5, 3, 2, 1, 0.5, 0.2] + 2).astype(np.float32)
COUNTS = RNG.integers(1, 9, 300)
VECTORS = WordVectors([f"w{row}" for row in range(300)], MATRIX, COUNTS)
OFTEN = np.repeat(MATRIX.astype(np.float64), COUNTS, axis=0)  # a running text


@pytest.fixture(autouse=True)
def in_parts(monkeypatch):
    monkeypatch.setattr(moments, "_ROWS", 70)


@pytest.mark.parametrize("dimensions", [None, 6, 2])
def test_whitening(dimensions):
    ours = whiten(VECTORS, dimensions).vectors
    theirs = PCA(dimensions, whiten=True).fit_transform(MATRIX.astype(np.float64)) * np.sqrt(300 / 299)
    np.testing.assert_allclose(ours, theirs * np.sign((ours * theirs).sum(axis=0)), atol=1e-4)


def test_whitening_by_frequency_whitens_the_running_text():
    ours = whiten(VECTORS, by_frequency=True).vectors
    often = np.repeat(ours.astype(np.float64), COUNTS, axis=0)
    np.testing.assert_allclose(often.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(np.cov(often.T, ddof=0), np.eye(6), atol=1e-4)
    np.testing.assert_allclose(center(VECTORS, by_frequency=True).vectors, MATRIX - OFTEN.mean(axis=0), atol=1e-5)


def test_a_direction_without_differences_stays_zero():
    flat = MATRIX.copy()
    flat[:, 2] = 7
    ours = whiten(WordVectors(list(VECTORS), flat)).vectors
    np.testing.assert_allclose(ours[:, 5], 0, atol=1e-6)
    np.testing.assert_allclose(ours[:, :5].std(axis=0), 1, atol=1e-4)
    assert not whiten(WordVectors(["a"], [[3, 4]])).vectors.any()


@pytest.mark.parametrize(("order", "power"), [(1, 0), (2, 1), (3, 2), (0, -1)])
def test_similarities_of_an_order(order, power):
    x = MATRIX.astype(np.float64)
    expected = x @ np.linalg.matrix_power(x.T @ x, power) @ x.T
    ours = similarity_order(VECTORS, order).vectors.astype(np.float64)
    products = ours @ ours.T
    np.testing.assert_allclose(products / products[0, 0], expected / expected[0, 0], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("aperture", [0.5, 2])
def test_conceptor_negation(aperture):
    x = MATRIX.astype(np.float64)
    shared = x.T @ x / len(x)
    conceptor = shared @ np.linalg.inv(shared + aperture**-2 * np.eye(6))
    expected = x @ (np.eye(6) - conceptor).T
    np.testing.assert_allclose(conceptor_negation(VECTORS, aperture).vectors, expected, atol=1e-4)


@pytest.mark.parametrize("change", [whiten, lambda v: similarity_order(v, 2), conceptor_negation])
def test_ngrams_go_along(change):
    """They are affine maps: an unknown word has the mean of its mapped n-grams, which is its mapped vector."""
    vectors = WordVectors(list(VECTORS), MATRIX, subwords=Subwords(RNG.standard_normal((50, 6), np.float32), 3, 4))
    changed = change(vectors)
    extended = np.c_[MATRIX, np.ones(300)].astype(np.float64)
    affine = np.linalg.lstsq(extended, changed.vectors.astype(np.float64), rcond=None)[0]
    np.testing.assert_allclose(changed["unknown"], np.r_[vectors["unknown"], 1] @ affine, atol=1e-3)


def test_mistakes():
    with pytest.raises(OptionError, match="dimensions=7"):
        whiten(VECTORS, 7)
    with pytest.raises(OptionError, match="by_frequency=1, expected True or False"):
        whiten(VECTORS, by_frequency=1)
    bare = WordVectors(["a"], [[1.0]])
    for change in (whiten, center):
        with pytest.raises(OptionError, match=r"without counts of words, expected counts for .* by frequency"):
            change(bare, by_frequency=True)
    with pytest.raises(OptionError, match="order=11"):
        similarity_order(VECTORS, 11)
    with pytest.raises(OptionError, match="aperture=0"):
        conceptor_negation(VECTORS, 0)
