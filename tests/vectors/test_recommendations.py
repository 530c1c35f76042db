"""Recommendations: by hand, and against the evaluation of sequences, which ranks by code of its own."""

import numpy as np
import pytest

from firth.errors import OptionError, WrongType
from firth.evaluation import SessionSet, sequences
from firth.vectors import WordVectors

ITEMS = [10, 20, 30, 40, 50]
MATRIX = np.array([[2, 0], [0.1, 0], [0, 3], [1, 1], [-1, 0]], np.float32)


def vectors():
    return WordVectors(ITEMS, MATRIX)


def items(answer):
    return [item for item, _ in answer]


def test_one_session_by_hand():
    v = vectors()
    assert v.recommend([10]) == [
        (20, pytest.approx(1)), (40, pytest.approx(0.70711, abs=1e-5)), (30, pytest.approx(0)),
        (50, pytest.approx(-1)),
    ]  # fmt: skip
    assert items(v.recommend([10, 30], topn=1)) == [40]  # lengths count for nothing: the mean points to (1, 1)
    assert v.recommend([10, 30], topn=1)[0][1] == pytest.approx(1)
    assert items(v.recommend([10, 10, 10, 30], topn=1)) == [20]  # an item that stands there three times counts thrice


def test_what_is_excluded():
    v = vectors()
    assert items(v.recommend([10], 2, exclude=[20])) == [40, 30]
    assert items(v.recommend([10], 2, exclude={20, 40, 99})) == [30, 50]
    assert items(v.recommend([10], 2, repeat=True)) == [10, 20]
    assert items(v.recommend([10], 2, [20], repeat=True)) == [10, 40]
    assert v.recommend([10], exclude=ITEMS) == []


def test_only_the_last_items_count():
    v = vectors()
    assert items(v.recommend([50, 30, 10], 1, history=1)) == [20]
    assert items(v.recommend([10, 99], 1, history=1)) == [20]  # the last one that is known
    assert 10 not in items(v.recommend([10, 30], history=1))  # and yet no item of the session is an answer


def test_unknown_items_are_passed_over():
    v = vectors()
    assert v.recommend([99, 10]) == v.recommend([10])
    assert v.recommend([99]) == []
    assert v.recommend([]) == []


def test_many_sessions_are_answered_as_each_alone():
    v = vectors()
    sessions = [[10], [], [30, 40], [99], ["10", "50"]]
    assert v.recommend(sessions, 2) == [v.recommend(session, 2) for session in sessions]
    assert v.recommend(sessions, 2, [20]) == [v.recommend(session, 2, [20]) for session in sessions]
    seen = [[20], [], [10, 20], [], [40]]
    expected = [v.recommend(session, 2, own) for session, own in zip(sessions, seen, strict=True)]
    assert v.recommend(sessions, 2, exclude=seen) == expected
    many = [[ITEMS[place % 5]] for place in range(2100)]
    assert v.recommend(many, 1) == [v.recommend(session, 1) for session in many]


def test_sessions_of_any_kind():
    pandas, polars = map(pytest.importorskip, ("pandas", "polars"))
    v = vectors()
    one = v.recommend([10, 30])
    for session in (np.array([10, 30]), (10, 30), iter([10, 30]), pandas.Series([10, 30]), polars.Series([10, 30])):
        assert v.recommend(session) == one
    both = v.recommend([[10, 30], [40, 10]])
    rows = [[10, 30], [40, 10]]
    for sessions in (np.array(rows), iter(rows), pandas.Series(rows), polars.Series(rows), map(np.array, rows)):
        assert v.recommend(sessions) == both


def test_items_that_are_strings_and_an_index():
    rng = np.random.default_rng(4)
    v = WordVectors([f"i{number}" for number in range(300)], rng.normal(size=(300, 8)))
    sessions = [[f"i{item}" for item in rng.integers(0, 300, 4)] for _ in range(20)]
    pytest.importorskip("usearch")
    assert v.build_index(recall=1.0).recommend(sessions, 3) == [
        [(item, pytest.approx(score, abs=1e-5)) for item, score in answer] for answer in v.recommend(sessions, 3)
    ]


def test_vectors_that_are_not_finite_are_unknown():
    matrix = MATRIX.copy()
    matrix[1] = np.nan
    v = WordVectors(ITEMS, matrix)
    assert items(v.recommend([10, 20])) == items(v.recommend([10])) == [40, 30, 50]
    assert v.recommend([20]) == []


def test_the_hit_rate_is_that_of_the_evaluation():
    rng = np.random.default_rng(9)
    v = WordVectors([f"i{number}" for number in range(60)], rng.normal(size=(60, 6)))
    sessions = [[f"i{item}" for item in rng.permutation(64)[:5]] for _ in range(200)]  # some items are unknown
    for history in (None, 2):
        result = sequences(v, SessionSet("s", sessions), k=5, history=history, resamples=10)
        answers = v.recommend([before for *before, _ in sessions], 5, history=history)
        hits = [last in items(answer) for (*_, last), answer in zip(sessions, answers, strict=True)]
        assert sum(hits) == round(result.hit_rate * result.used)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((10,), {}, WrongType, "in place of several words"),
        (("10",), {}, WrongType, "in place of several words"),
        (([10.5],), {}, WrongType, "expected an int"),
        (([[10], 20],), {}, WrongType, "in place of several words"),
        (([10], -1), {}, OptionError, "topn=-1"),
        (([10],), {"history": 0}, OptionError, "history=0"),
        (([10],), {"repeat": 1}, OptionError, "repeat=1"),
        (([10],), {"exclude": [[10]]}, OptionError, "exclude has 1 lists for 1 session, expected items"),
        (([[10], [20]],), {"exclude": [[10]]}, OptionError, "exclude has 1 lists for 2 sessions"),
    ],
)
def test_mistakes(arguments, options, error, message):
    with pytest.raises(error, match=message):
        vectors().recommend(*arguments, **options)
