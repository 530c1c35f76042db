"""Vectors composed of rows, and their changes spread over the rows again: by hand."""

import numpy as np
import pytest

from firth.kernels.cpu.bags import Bags, compose, composed_rows, spread
from firth.kernels.simd.rows import CHUNK, Lanes

ROWS = np.random.default_rng(1).normal(size=(9, CHUNK)).astype(np.float32)
LISTS = [[0, 5, 6], [1], [2, 7, 7, 5], []]
BOUNDS = np.cumsum([0, *map(len, LISTS)])
BAGS = Bags(BOUNDS, np.concatenate(LISTS).astype(np.int32), np.array([0.5, 2, 1, 1], np.float32))
WORDS = np.array([2, 0, 2, 3, 1], np.int32)


def pieces(step, *, change=True):
    """The matrix after a piece of the first four words, in which the words' vectors change by 1, 2, ..."""
    matrix, composed = ROWS.copy(), composed_rows(4, 5, CHUNK)
    compose(matrix, BAGS, WORDS, 0, 4, composed, Lanes(1))
    own = composed.own
    assert own.sources[:3].tolist() == [2, 0, 3]
    assert own.places.tolist() == [1, -1, 0, 2]
    own.rows[0] += 1
    own.rows[1] += 2
    own.touches[:3] = [2, 1, 1]
    spread(matrix, BAGS, composed, step, change, Lanes(1))
    assert own.places.tolist() == [-1] * 4
    assert not composed.touches.any()
    assert not own.touches.any()
    return matrix


def test_vectors_are_means():
    composed = composed_rows(4, 5, CHUNK)
    compose(ROWS, BAGS, WORDS, 0, 5, composed, Lanes(1))
    expected = [ROWS[LISTS[2]].mean(axis=0), ROWS[LISTS[0]].mean(axis=0), np.zeros(CHUNK), ROWS[1]]
    np.testing.assert_allclose(composed.own.rows[:4], expected, atol=1e-6)


def test_changes_go_to_each_row_as_often_as_it_is_there():
    expected = ROWS.copy()
    expected[[2, 5]] += 1  # of word 2
    expected[7] += 2
    expected[[0, 5, 6]] += 0.5 * 2  # of word 0
    np.testing.assert_allclose(pieces(0.0), expected, atol=1e-6)


def test_words_that_share_rows_take_shorter_steps():
    # word 2 has 2 touches, factor 1; word 0 has 1, factor 1/2: row 5 has 2.5, rows 0 and 6 have 0.5, row 2 has 2, and
    # row 7, which is there twice, 4
    step = 0.3
    of_two = (1 + step * 2) / (1 + step * (2 + 4 + 4 + 2.5) / 4)
    of_zero = (1 + step * 0.5) / (1 + step * (0.5 + 2.5 + 0.5) / 3)
    expected = ROWS.copy()
    expected[[2, 5]] += of_two
    expected[7] += 2 * of_two
    expected[[0, 5, 6]] += of_zero
    np.testing.assert_allclose(pieces(step), expected, atol=1e-6)


def test_nothing_changes_where_nothing_is_learned():
    np.testing.assert_array_equal(pieces(0.3, change=False), ROWS)


@pytest.mark.parametrize("again", [1, 3])
def test_a_piece_leaves_nothing_for_the_next(again):
    composed = composed_rows(4, 5, CHUNK)
    for _ in range(again):
        compose(ROWS, BAGS, WORDS, 3, 5, composed, Lanes(1))
        spread(ROWS.copy(), BAGS, composed, 0.0, True, Lanes(1))
        assert (composed.own.places == -1).all()
    assert composed.own.counts[0] == 2
