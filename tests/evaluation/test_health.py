"""Health: SciPy's skewness, scikit-learn's neighbours, formulas by brute force, vectors made ill on purpose."""

import numpy as np
import pytest
import scipy.stats
from sklearn.neighbors import NearestNeighbors

from firth.errors import VocabularyError
from firth.evaluation import health
from firth.evaluation.health import isotropy, mean_cosine, neighbor_counts, skewness
from firth.vectors import WordVectors
from firth.vectors.search import unit_rows

RNG = np.random.default_rng(6)
BALL = RNG.standard_normal((400, 12)).astype(np.float32)
UNITS = unit_rows(BALL)


def vectors(matrix, counts=None):
    return WordVectors([f"w{i}" for i in range(len(matrix))], matrix, counts)


def test_neighbour_counts_are_scikit_learns():
    nearest = NearestNeighbors(n_neighbors=11, metric="cosine").fit(UNITS).kneighbors(UNITS, return_distance=False)
    expected = np.bincount([other for row, found in enumerate(nearest) for other in found if other != row])
    np.testing.assert_array_equal(neighbor_counts(UNITS, 10), expected)


def test_equal_rows_do_not_count_themselves():
    assert neighbor_counts(np.ones((5, 1), np.float32), 2).sum() == 10


def test_skewness_is_scipys():
    counts = RNG.poisson(3, 100)
    assert skewness(counts) == pytest.approx(scipy.stats.skew(counts))
    assert skewness(np.ones(5, int)) == 0


def test_mean_cosine_by_brute_force():
    cosines = UNITS @ UNITS.T
    assert mean_cosine(UNITS) == pytest.approx(cosines[~np.eye(400, dtype=bool)].mean(), abs=1e-6)


def test_isotropy_by_the_singular_vectors():
    axes = np.linalg.svd(UNITS.astype(float))[2]
    sums = [np.exp(UNITS @ (sign * axis)).sum() for axis in axes for sign in (1, -1)]
    assert isotropy(UNITS) == pytest.approx(min(sums) / max(sums))


def test_a_ball_is_healthy():
    found = health(vectors(BALL, np.arange(400, 0, -1)))
    assert (found.zero, found.not_finite) == (0, 0)
    assert found.isotropy > 0.8
    assert abs(found.mean_cosine) < 0.02
    assert abs(found.norm_and_frequency) < 0.15
    assert len(found.notes()) == 5


def test_illnesses_are_found():
    matrix = BALL + 3  # one common direction
    matrix *= np.linspace(2, 1, 400)[:, None]
    matrix[10], matrix[20, 0] = 0, np.nan
    found = health(vectors(matrix))
    assert (found.zero, found.not_finite) == (1 / 400, 1 / 400)
    assert found.mean_cosine > 0.8
    assert found.isotropy < 0.3
    assert found.norm_and_frequency > 0.8
    assert not found.by_counts
    notes = found.notes()
    assert "0.25%" in notes[0]
    assert "early in the file have longer" in notes[1]
    assert "share a direction" in notes[2]


def test_a_hub_is_named():
    spread = np.eye(60) + 0.05 * RNG.standard_normal((60, 60))
    spread[7] = 1  # near every other
    found = health(vectors(spread))
    assert found.largest_hub == "w7"
    assert found.hub_share > 0.8
    assert found.hubness > 1


def test_lengths_all_the_same():
    assert health(vectors(np.eye(3))).norm_and_frequency is None


def test_too_few_rows():
    with pytest.raises(VocabularyError, match="2 rows"):
        health(vectors(np.array([[1, 0], [0, 1], [0, 0]])))
