"""Word classes: directions that are apart by construction, and the laws of k-means."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.search import unit_rows
from firth.vectors.transforms import word_classes


def vectors(matrix):
    return WordVectors([f"w{i}" for i in range(len(matrix))], matrix)


def test_directions_that_are_apart_are_found():
    rng = np.random.default_rng(1)
    truth = np.repeat(np.arange(4), 25)
    lengths = rng.uniform(0.1, 10, (100, 1))
    labels = word_classes(vectors((np.eye(4)[truth] + rng.normal(0, 0.05, (100, 4))) * lengths), 4, seed=3)
    pairs = set(zip(truth.tolist(), labels.tolist(), strict=True))
    assert len(pairs) == 4  # each true class is one class, and the other way round


def test_at_the_end_no_word_is_nearer_to_another_center():
    matrix = np.random.default_rng(2).standard_normal((200, 5)).astype(np.float32)
    labels = word_classes(vectors(matrix), 7, iterations=1000)
    units = unit_rows(matrix)
    centers = unit_rows(np.stack([units[labels == c].sum(axis=0) for c in range(7)]))
    np.testing.assert_array_equal((units @ centers.T).argmax(axis=1), labels)


def test_the_seed_decides():
    matrix = np.random.default_rng(3).standard_normal((100, 5))
    first, second = (word_classes(vectors(matrix), 5, seed=9) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (word_classes(vectors(matrix), 5, seed=10) != first).any()


def test_no_class_is_empty():
    matrix = np.vstack([np.tile([1.0, 0.0], (20, 1)), [[0.0, 1.0]]])
    labels = word_classes(vectors(matrix), 5)
    assert sorted(set(labels.tolist())) == [0, 1, 2, 3, 4]


def test_one_class_and_a_class_for_each_word():
    matrix = np.eye(6)
    assert word_classes(vectors(matrix), 1).tolist() == [0] * 6
    assert sorted(word_classes(vectors(matrix), 6).tolist()) == list(range(6))


@pytest.mark.parametrize("options", [{"classes": 0}, {"classes": 4}, {"classes": 2, "iterations": 0}])
def test_wrong_options(options):
    with pytest.raises(OptionError):
        word_classes(vectors(np.eye(3)), **options)
