"""Exact search against a float64 brute force, and by hand where rows tie, vanish or are not numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from firth.vectors import search
from firth.vectors.search import row_norms, top_rows, unit_rows


def cosines(matrix, queries):
    """The truth: cosine similarities in float64, (queries, rows)."""
    m, q = matrix.astype(np.float64), queries.astype(np.float64)
    lengths = np.linalg.norm(q, axis=1)[:, None] * np.linalg.norm(m, axis=1)
    return np.divide(q @ m.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)


def test_rows_by_hand():
    matrix = np.array([[2, 0], [0, 3], [1, 1], [-5, 0]], np.float32)
    rows, scores = top_rows(matrix, row_norms(matrix), np.array([[1, 0], [0, 1]], np.float32), 3)
    assert rows.tolist() == [[0, 2, 1], [1, 2, 0]]
    np.testing.assert_allclose(scores, [[1, 0.5**0.5, 0], [1, 0.5**0.5, 0]], rtol=1e-6)


def test_equal_rows_come_in_row_order():
    matrix = np.tile(np.array([[0, 1], [3, 0]], np.float32), (8, 1))
    rows, _ = top_rows(matrix, row_norms(matrix), np.array([[1, 0]], np.float32), 5)
    assert rows.tolist() == [[1, 3, 5, 7, 9]]


def test_a_zero_row_scores_zero_and_a_row_that_is_no_number_comes_last():
    matrix = np.array([[0, 0], [np.nan, 1], [1, 0], [-1, 0], [np.inf, 0]], np.float32)
    rows, scores = top_rows(matrix, row_norms(matrix), np.array([[1, 0]], np.float32), 5)
    assert rows.tolist() == [[2, 0, 3, 1, 4]]
    assert scores.tolist() == [[1, 0, -1, -np.inf, -np.inf]]


def test_norms_of_tiny_and_huge_rows():
    matrix = np.array([[3e-30, 4e-30], [3e25, 4e25], [3, 4], [0, 0]], np.float32)
    np.testing.assert_allclose(row_norms(matrix), [5e-30, 5e25, 5, 0], rtol=1e-6)
    np.testing.assert_allclose(unit_rows(matrix)[:3], [[0.6, 0.8]] * 3, rtol=1e-6)


@pytest.mark.parametrize("count", [1, 40])
def test_rows_without_a_reciprocal_length_count_as_zero(count):
    matrix = np.array([[1e-45, 0], [0, 1], [1, 0], [3e38, 0]], np.float32)
    rows, scores = top_rows(matrix, row_norms(matrix), np.array([[1, 0]] * count, np.float32), 4)
    assert rows[0].tolist() == [2, 3, 0, 1] or rows[0].tolist() == [3, 2, 0, 1]
    np.testing.assert_allclose(scores, [[1, 1, 0, 0]] * count, atol=1e-6)


def test_more_rows_than_there_are():
    matrix = np.eye(3, dtype=np.float32)
    rows, _ = top_rows(matrix, row_norms(matrix), matrix[:1], 10)
    assert rows.tolist() == [[0, 1, 2]]


def test_no_rows():
    rows, scores = top_rows(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.ones((2, 4), np.float32), 3)
    assert rows.shape == scores.shape == (2, 0)


@pytest.mark.parametrize("threaded", [0, 1 << 30])
@pytest.mark.parametrize("count", [1, 5, 40])
@pytest.mark.parametrize("k", [1, 10, 100])
def test_blocks_agree_with_brute_force(monkeypatch, threaded, count, k):
    monkeypatch.setattr(search, "_THREADED", threaded)
    monkeypatch.setattr(search, "_BLOCK", 64)
    monkeypatch.setattr(search, "_SCORES", 64 * count)
    monkeypatch.setattr(search, "_QUERIES", 30)
    rng = np.random.default_rng(count + k)
    matrix = rng.standard_normal((1500, 12)).astype(np.float32)
    queries = unit_rows(rng.standard_normal((count, 12)).astype(np.float32))
    rows, scores = top_rows(matrix, row_norms(matrix), queries, k)
    truth = cosines(matrix, queries)
    np.testing.assert_array_equal(rows, np.argsort(-truth, axis=1, kind="stable")[:, :k])
    np.testing.assert_allclose(scores, np.take_along_axis(truth, rows, 1), atol=2e-6)


@settings(max_examples=150)
@given(st.data())
def test_whole_numbers_agree_with_brute_force_to_the_tie(data):
    # Small whole numbers times powers of two: dot products are exact, so that equal rows tie exactly.
    matrix = data.draw(
        hnp.arrays(np.float32, st.tuples(st.integers(1, 200), st.just(3)), elements=st.sampled_from([-1, 0, 1]))
    )
    k, count = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 20))
    queries = np.eye(3, dtype=np.float32)[np.arange(count) % 3]
    norms = row_norms(matrix)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FIRST", data.draw(st.sampled_from([4, 512])))  # ties within a portion, and across
        rows, scores = top_rows(matrix, norms, queries, k)
    inverse = np.divide(1, norms, out=np.zeros_like(norms), where=norms > 0)
    truth = queries @ (matrix * inverse[:, None]).T
    np.testing.assert_array_equal(rows, np.argsort(-truth, axis=1, kind="stable")[:, :k])
    np.testing.assert_allclose(scores, np.take_along_axis(cosines(matrix, queries), rows, 1), atol=1e-6)
