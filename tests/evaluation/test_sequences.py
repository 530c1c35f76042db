"""Hit rate and NDCG by hand and against scikit-learn; files of sessions."""

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from firth.errors import FileFormatError, OptionError, VocabularyError
from firth.evaluation import Lexicon, SessionSet, sequences
from firth.vectors import WordVectors

RNG = np.random.default_rng(9)
ITEMS = [f"i{n}" for n in range(30)]
VECTORS = WordVectors(ITEMS, RNG.standard_normal((30, 4)))
SESSIONS = [[ITEMS[n] for n in RNG.permutation(30)[: RNG.integers(2, 8)]] for _ in range(50)]


def scores(session):
    """Scores of all items, those of the session left out but for its last."""
    units = VECTORS.vectors / VECTORS.norms[:, None]
    rows = [ITEMS.index(item) for item in session]
    result = units @ units[rows[:-1]].sum(axis=0)
    result[rows[:-1]] = -99
    return result, rows[-1]


@pytest.mark.parametrize("k", [1, 5, 10])
def test_against_scikit_learn(k):
    found = sequences(VECTORS, SessionSet("s", SESSIONS), k=k)
    gains, hits = [], []
    for session in SESSIONS:
        ranked, last = scores(session)
        gains.append(ndcg_score([np.arange(30) == last], [ranked], k=k))
        hits.append(last in np.argsort(-ranked)[:k])
    assert found.ndcg == pytest.approx(np.mean(gains))
    assert found.hit_rate == np.mean(hits)
    assert 0 < found.hit_rate < 1
    assert found.interval[0] <= found.hit_rate <= found.interval[1]


def test_by_hand():
    vectors = WordVectors(["a", "b", "c", "d"], [[1, 0], [0.9, 0.1], [0.5, 0.5], [0, 1]])
    test = SessionSet("s", [["a", "c"], ["a", "b"], ["lost", "a", "d"], ["a", "lost"], ["lost", "a"], ["d", "a", "d"]])
    found = sequences(vectors, test, k=2)
    # c is second after b; b first; d third; d again: b and c lie between a and d
    assert found.places.tolist() == [2, 1, 3, 0, 0, 3]  # 0 where the last item, or all before it, is unknown
    assert (found.used, found.left_out) == (4, 2)
    assert found.hit_rate == 0.5
    assert found.ndcg == pytest.approx((1 / np.log2(3) + 1) / 4)


def test_items_that_differ_in_case_are_two():
    vectors = WordVectors(["x", "X", "y"], [[1, 0], [0, 1], [-0.1, 1]])
    test = SessionSet("s", [["X", "y"]])
    for source in (vectors, Lexicon(vectors, "fold")):
        assert sequences(source, test).places.tolist() == [1]
    assert sequences(Lexicon(vectors, restrict=2), SessionSet("s", [["X", "x"], ["X", "y"]])).used == 1


def test_a_short_history():
    vectors = WordVectors(["a", "b", "c", "d"], [[1, 0], [0, 1], [0.1, 0.9], [0.9, 0.1]])
    test = SessionSet("s", [["a", "a", "a", "b", "c"]])
    assert sequences(vectors, test).places.tolist() == [2]
    assert sequences(vectors, test, history=1).places.tolist() == [1]


def test_vectors_that_tell_nothing_gain_nothing():
    same = WordVectors(ITEMS, np.ones((30, 2)))
    assert sequences(same, SessionSet("s", SESSIONS), k=10).hit_rate == 0


def test_files(tmp_path):
    path = tmp_path / "sessions.txt"
    path.write_text("1 2 3\n4 5\n")
    assert SessionSet.read(path) == SessionSet("sessions", [["1", "2", "3"], ["4", "5"]])
    path.write_text("1 2 3\n4\n")
    with pytest.raises(FileFormatError, match=r"sessions\.txt, line 2: .*two items or more"):
        SessionSet.read(path)
    path.write_text("")
    with pytest.raises(VocabularyError, match="no sessions"):
        SessionSet.read(path)


def test_mistakes():
    for options in ({"k": 0}, {"history": 0}):
        with pytest.raises(OptionError, match="expected 1 or more"):
            sequences(VECTORS, SessionSet("s", SESSIONS), **options)
    with pytest.raises(VocabularyError, match="none of its 1 sessions"):
        sequences(VECTORS, SessionSet("s", [["i1", "x"]]))
