"""Words that moved by construction: in several spaces, each turned at random, with nulls and without."""

import numpy as np
import pytest
from scipy.stats import ortho_group

from firth import UnknownWord, WordVectors
from firth.drift import word_changes
from firth.drift.distances import MEASURES, neighborhood_distances
from firth.errors import OptionError
from firth.vectors.search import unit_rows

WORDS = [f"w{number}" for number in range(200)]
COUNTS = np.round(5000 / np.arange(1, 201)).astype(int)
MATRIX = np.random.default_rng(1).standard_normal((200, 8))


def turned(matrix, seed, words=WORDS):
    """The matrix of a space, rotated, with noise that is larger for rare words."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(matrix.shape) * (4 / np.sqrt(COUNTS[: len(matrix), None]))
    return WordVectors(words, (matrix + noise) @ ortho_group.rvs(8, random_state=seed), COUNTS[: len(matrix)])


def moving(word, share):
    """The matrix when a word has gone a share of the way to another."""
    matrix = MATRIX.copy()
    row = WORDS.index(word)
    matrix[row] = (1 - share) * MATRIX[row] + share * MATRIX[2]
    return matrix


SPACES = [turned(moving("w3", share), 10 + n) for n, share in enumerate([0, 0.5, 1])]
NULLS = [[turned(MATRIX, 100 + 3 * n + m) for m in range(3)] for n in range(4)]


def test_the_word_that_moved_is_first_only_against_a_null():
    plain, against = word_changes(SPACES), word_changes(SPACES, NULLS, names=["1850", "1900", "1950"])
    assert plain.most_changed(1)[0].word != "w3"  # but a rare one
    first = against.most_changed(1)[0]
    assert first.word == "w3"
    assert first.interval[0] > 0.1
    assert first.p == pytest.approx(1 / (1 + 4 * 200))
    assert against.change("w3") == first
    assert [change.word for change in against.most_changed(None)] != WORDS
    assert len(against.most_changed(None)) == len(against) == 200


def test_two_spaces_without_a_null_are_aligned_as_before():
    from firth.vectors.transforms import align, drift

    expected = drift(align(SPACES[0], SPACES[2]), SPACES[2])
    found = word_changes([SPACES[0], SPACES[2]]).most_changed(None)
    assert [change.word for change in found] == [word for word, _ in expected]
    np.testing.assert_allclose([change.similarity for change in found], [score for _, score in expected], atol=1e-6)


def test_a_path():
    changes = word_changes(SPACES, NULLS, names=["1850", "1900", "1950"])
    first, second, third = changes.path("w3", topn=3)
    assert [stop.space for stop in (first, second, third)] == ["1850", "1900", "1950"]
    assert first.step is None
    assert first.similarity < second.similarity < third.similarity == pytest.approx(1)
    assert second.step.interval[0] > 0
    assert first.occurrences == 1250
    assert third.neighbors[0][0] == "w2"
    assert len(third.neighbors) == 3
    with pytest.raises(UnknownWord):
        changes.path("w999")


def test_a_word_of_some_spaces_has_a_path_through_them():
    born = [turned(MATRIX[:150], 1, WORDS[:150]), turned(MATRIX, 2), turned(MATRIX, 3)]
    changes = word_changes(born)
    assert [stop.space for stop in changes.path("w199")] == ["2", "3"]
    assert len(changes) == 150
    with pytest.raises(UnknownWord):
        changes.change("w199")


def test_words_that_a_null_lacks_are_left_out():
    short = [[turned(MATRIX[:150], n, WORDS[:150]) for n in range(3)]]
    assert word_changes(SPACES, short).left_out == 50


def test_without_counts_ranks_take_their_place():
    bare = [[WordVectors(space.index_to_key, space.vectors) for space in group] for group in (SPACES, *NULLS)]
    assert word_changes(bare[0], bare[1:]).most_changed(1)[0].word == "w3"


def test_the_measure_of_neighbours_is_that_of_the_paper():
    """Word by word, with sets."""
    x, y = (unit_rows(space.vectors) for space in SPACES[:2])
    found = neighborhood_distances(x, y)
    for row in (0, 3, 199):
        near = set()
        for space in (x, y):
            similar = space @ space[row]
            near |= set(np.argsort(-similar, kind="stable")[:26].tolist())
        near = sorted(near - {row})
        a, b = x[near] @ x[row], y[near] @ y[row]
        assert found[row] == pytest.approx(1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)
    assert word_changes(SPACES, NULLS, measure="neighbors").most_changed(1)[0].word == "w3"
    assert neighborhood_distances(x[:1], y[:1]) == pytest.approx([1])  # no other word


def test_mistakes():
    with pytest.raises(OptionError, match="spaces of 1 periods"):
        word_changes(SPACES[:1])
    with pytest.raises(OptionError, match="measure='angle', expected one of " + ", ".join(MEASURES)):
        word_changes(SPACES, measure="angle")
    with pytest.raises(OptionError, match="nulls of 3, 2 spaces, expected 3 in each"):
        word_changes(SPACES, [NULLS[0], NULLS[1][:2]])
    with pytest.raises(OptionError, match="2 names for 3 spaces"):
        word_changes(SPACES, names=["a", "b"])
    with pytest.raises(OptionError, match="no word is in all spaces"):
        word_changes(SPACES, [[turned(MATRIX, n, [f"v{i}" for i in range(200)]) for n in range(3)]])
