"""Principal components against scikit-learn's."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.transforms import moments, pca, reduce_dimensions, remove_top_components

MATRIX = (np.random.default_rng(2).standard_normal((300, 8)) * [5, 3, 2, 1, 1, 0.5, 0.2, 0.1] + 7).astype(np.float32)
VECTORS = WordVectors([f"w{i}" for i in range(300)], MATRIX)


def test_pca(monkeypatch):
    monkeypatch.setattr(moments, "_ROWS", 70)
    ours = pca(VECTORS, 3).vectors
    theirs = PCA(3).fit_transform(MATRIX.astype(np.float64))
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours, theirs * signs, atol=1e-4)


def test_all_components_keep_all_distances():
    ours = pca(VECTORS, 8).vectors
    np.testing.assert_allclose(ours @ ours.T, (MATRIX - MATRIX.mean(0)) @ (MATRIX - MATRIX.mean(0)).T, atol=2e-3)


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_all_but_the_top(count):
    model = PCA(max(count, 1)).fit(MATRIX.astype(np.float64))
    centered = MATRIX - model.mean_
    top = model.components_[:count]
    np.testing.assert_allclose(
        remove_top_components(VECTORS, count).vectors, centered - centered @ top.T @ top, atol=1e-4
    )


def test_the_papers_rule():
    np.testing.assert_array_equal(remove_top_components(VECTORS).vectors, remove_top_components(VECTORS, 1).vectors)


@pytest.mark.parametrize("count", [-1, 9])
def test_too_many(count):
    with pytest.raises(OptionError):
        remove_top_components(VECTORS, count)
    with pytest.raises(OptionError):
        pca(VECTORS, count)
    with pytest.raises(OptionError):
        pca(VECTORS, 0)


@pytest.mark.parametrize("count", [0, 2])
def test_reduced_dimensions(count):
    """By scikit-learn: components are removed, the space is turned, components are removed again."""

    def without(matrix):
        model = PCA(max(count, 1)).fit(matrix)
        top = model.components_[:count]
        return matrix - model.mean_ - (matrix - model.mean_) @ top.T @ top

    theirs = without(PCA(5).fit_transform(without(MATRIX.astype(np.float64))))
    ours = reduce_dimensions(VECTORS, 5, count).vectors
    assert ours.shape == (300, 5)
    np.testing.assert_allclose(ours @ ours.T, theirs @ theirs.T, atol=1e-3)
    with pytest.raises(OptionError, match="count=6"):
        reduce_dimensions(VECTORS, 5, 6)
