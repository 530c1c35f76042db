"""Analogies: the same answers as gensim under gensim's policy, formulas by brute force, scikit-learn's classifier."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from sklearn.linear_model import LogisticRegression

from firth.errors import OptionError, VocabularyError
from firth.evaluation import AnalogySet, Lexicon, analogy
from firth.evaluation import offsets as offsets_module
from firth.evaluation.lrcos import logistic_regression, lrcos_rows
from firth.evaluation.offsets import OFFSETS, best_rows
from firth.evaluation.questions import Pair, Question, Section
from firth.vectors import WordVectors

RNG = np.random.default_rng(5)
SIZE = 24
BASE = RNG.standard_normal((SIZE, 8))
OFFSET = RNG.standard_normal(8)
WORDS = (
    [f"n{i}" for i in range(SIZE)] + [f"m{i}" for i in range(SIZE)] + ["N3", "M5", "M5'"] + [f"o{i}" for i in range(50)]
)
MATRIX = np.concatenate(
    [BASE, BASE + OFFSET + 0.6 * RNG.standard_normal((SIZE, 8)), BASE[3:6] + 0.1, RNG.standard_normal((50, 8))]
)
VECTORS = WordVectors(WORDS, MATRIX)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(offsets_module, "_CANDIDATES", 32)
    monkeypatch.setattr(offsets_module, "_QUESTIONS", 7)


@pytest.fixture
def path(tmp_path):
    lines = []
    for section in ("family", "gram1-x", "other"):
        lines.append(f": {section}")
        for i, j in RNG.integers(0, SIZE, (60, 2)):
            lines.append(f"n{i} m{i} {'N' if i % 5 == 0 else 'n'}{j} m{j}")
        lines += ["n1 m1 nobody m2", "n1 m1 n2 m2x"]
    (tmp_path / "q.txt").write_text("\n".join(lines))
    return tmp_path / "q.txt"


def gensim():
    vectors = KeyedVectors(8)
    vectors.add_vectors(WORDS, VECTORS.vectors)
    return vectors


@pytest.mark.parametrize("case", ["fold", "exact"])
@pytest.mark.parametrize("restrict", [None, 60, 40])
@pytest.mark.parametrize("unknown", ["skip", "wrong"])
def test_gensim_gives_the_same_answers(path, case, restrict, unknown):
    """Question by question, with words in several spellings, unknown words and restricted rows."""
    score, sections = gensim().evaluate_word_analogies(
        str(path),
        restrict_vocab=restrict or len(WORDS),
        case_insensitive=case == "fold",
        dummy4unknown=unknown == "wrong",
    )
    result = analogy(Lexicon(VECTORS, case, restrict), AnalogySet.read(path), unknown=unknown)
    assert result.accuracy == score
    assert 0.05 < score < 0.95  # or the comparison would mean little
    found = [(s.name, s.right, s.asked) for s in [*result.sections, result.total]]
    theirs = [(len(s["correct"]), len(s["correct"]) + len(s["incorrect"])) for s in sections]
    assert [(right, asked) for _, right, asked in found] == theirs
    correct = {tuple(map(str.upper, words)) for section in sections for words in section["correct"]}
    questions = [q for s in AnalogySet.read(path).sections for q in s.questions]
    ours = {
        tuple(map(str.upper, (q.a, q.b, q.c, *q.answers)))
        for q, outcome in zip(questions, result.outcomes, strict=True)
        if outcome == 1
    }
    assert ours == correct


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
def test_multiplication_is_gensims():
    lexicon, questions = Lexicon(VECTORS, "exact"), RNG.integers(0, SIZE, (40, 3))
    ours = best_rows(lexicon, questions, "3cosmul")
    theirs = [gensim().most_similar_cosmul([WORDS[b], WORDS[c]], [WORDS[a]], topn=1)[0][0] for a, b, c in questions]
    assert [WORDS[row] for row in ours] == theirs


def test_pair_direction_by_the_formula():
    units = MATRIX / np.linalg.norm(MATRIX, axis=1, keepdims=True)
    questions = RNG.permuted(np.tile(np.arange(SIZE), (40, 1)), axis=1)[:, :3]
    for (a, b, c), row in zip(questions, best_rows(Lexicon(VECTORS, "exact"), questions, "pairdirection"), strict=True):
        from_c, wanted = units - units[c], units[b] - units[a]
        with np.errstate(invalid="ignore"):
            cosines = from_c @ wanted / (np.linalg.norm(from_c, axis=1) * np.linalg.norm(wanted))
        cosines[[a, b, c]] = -np.inf
        assert row == cosines.argmax()


@pytest.mark.parametrize("method", OFFSETS)
def test_a_row_that_is_not_finite_is_no_answer(method):
    matrix = np.array([[1, 0, 0.0], [1, 1, 0], [1, 0, 1], [np.nan, 1, 1], [1, 1, 1], [0, 0, 0]])
    lexicon = Lexicon(WordVectors(list("abcxdz"), matrix))
    assert best_rows(lexicon, np.array([[0, 1, 2]]), method).tolist() == [4]


@pytest.mark.parametrize("method", OFFSETS)
def test_of_equal_scores_the_first_row_wins(method):
    """Equal answers in one block of candidates and in the next."""
    rows = np.tile([[0.0, 0, 0, 0, 1]], (80, 1))
    rows[:3] = np.eye(5)[:3]
    rows[[40, 45, 70]] = [0, 0.5, 0.5, 0.5, 0.5]  # whose cosines are exact, in whatever order they are summed
    lexicon = Lexicon(WordVectors([f"w{i}" for i in range(80)], rows))
    assert best_rows(lexicon, np.array([[0, 1, 2]]), method).tolist() == [40]


@pytest.mark.parametrize("balance", [0.5, 0.1])
def test_the_classifier_is_scikit_learns(balance):
    examples = RNG.standard_normal((80, 6))
    labels = (RNG.random(80) < balance).astype(float)
    weights, bias = logistic_regression(examples, labels)
    other = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(examples, labels)
    np.testing.assert_allclose(weights, other.coef_[0], atol=1e-5)
    assert bias == pytest.approx(other.intercept_[0], abs=1e-5)


def test_lrcos_by_the_formula_with_scikit_learns_classifier():
    """Every other pair teaches: all its targets are examples, its source and random words counter-examples.

    The pairs are at random, so that each answer depends on what is an example and what is not.
    """
    units = (MATRIX / np.linalg.norm(MATRIX, axis=1, keepdims=True)).astype(np.float32)
    sources, *columns = np.random.default_rng(6).permutation(len(WORDS))[:60].reshape(4, 15).tolist()
    targets = [list(rows) for rows in zip(*columns, strict=True)]
    found = lrcos_rows(Lexicon(VECTORS, "exact"), np.array(sources), targets, randoms=10, seed=3)
    rng = np.random.default_rng(3)
    for pair, source in enumerate(sources):
        others = [other for other in range(15) if other != pair]
        examples = [row for other in others for row in targets[other]]
        counter = [*(sources[other] for other in others), *rng.choice(len(WORDS), 10, replace=False)]
        labels = np.repeat([1, 0], [len(examples), len(counter)])
        classifier = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(units[[*examples, *counter]], labels)
        scores = classifier.predict_proba(units)[:, 1] * (units @ units[source])
        scores[source] = -np.inf
        assert found[pair] == scores.argmax()


def test_lrcos_finds_members_of_the_class():
    """Targets lie along one axis that nothing else has, each near its own source."""
    sources = np.hstack([np.eye(10), np.zeros((10, 1))])
    targets = np.hstack([np.eye(10), np.full((10, 1), 2.0)])
    decoys = np.hstack([np.eye(10) + 0.05, np.zeros((10, 1))])  # nearer to each source than its target
    names = [f"{kind}{i}" for kind in "std" for i in range(10)]
    vectors = WordVectors(names, np.concatenate([sources, targets, decoys]))
    pairs = [Pair(f"s{i}", ("nowhere", f"t{i}")) for i in range(10)]
    result = analogy(vectors, AnalogySet("made", [Section("E01 made", pairs, [])]), method="lrcos")
    assert result.accuracy == 1
    assert result.unknown == ["nowhere"]
    assert result.total.asked == 10


def test_lrcos_answers_neither_with_the_word_itself_nor_with_a_row_that_is_not_finite():
    """All words that may be answers lie away from the first source, where a row of zeros would score higher."""
    words = ["s0", "s1", "s2", "t0", "t1", "t2", "S0", "broken"]
    rows = [[1, 0, 0], [-1, 1, 0], [-1, -1, 0], [-1, 0, 2], [-1, 1, 2], [-1, -1, 2], [1, 0, 3], [np.nan, 0, 2]]
    lexicon = Lexicon(WordVectors(words, np.array(rows, float)))
    assert words[lrcos_rows(lexicon, np.arange(3), [[3], [4], [5]])[0]] in {"t0", "t1", "t2", "s1", "s2"}


def test_lrcos_asks_nothing_of_two_pairs():
    section = Section("x", [Pair("n1", ("m1",)), Pair("n2", ("m2",))], [])
    with pytest.raises(VocabularyError):
        analogy(VECTORS, AnalogySet("x", [section]), method="lrcos")


def test_any_of_several_answers_is_right():
    section = Section("x", [Pair("n1", ("m1",))], [Question("n1", "m1", "n2", (*WORDS, "nowhere"))])
    assert analogy(VECTORS, AnalogySet("x", [section])).accuracy == 1


def test_kinds_and_what_a_program_reads(path):
    result = analogy(VECTORS, AnalogySet.read(path))
    assert [(s.name, s.asked, s.unknown) for s in result.kinds] == [("semantic", 60, 2), ("syntactic", 60, 2)]
    read = result.as_dict()
    assert (read["asked"], read["questions_with_unknown_words"], read["policy"]) == (180, 6, "skip")
    assert list(read["sections"]) == ["family", "gram1-x", "other"]
    assert read["interval"][0] <= read["accuracy"] <= read["interval"][1]
    assert read["unknown"] == ["nobody", "m2x"]


def test_no_known_question_is_an_error():
    section = Section("x", [Pair("p", ("q",))], [Question("p", "q", "n1", ("m1",))])
    for policy in ("skip", "wrong"):
        with pytest.raises(VocabularyError, match="no question whose words are all known") as caught:
            analogy(VECTORS, AnalogySet("x", [section]), unknown=policy)
        assert "p, q" in caught.value.hint


@pytest.mark.parametrize("options", [{"method": "3cos"}, {"unknown": "zero"}])
def test_bad_options(path, options):
    with pytest.raises(OptionError, match="expected"):
        analogy(VECTORS, AnalogySet.read(path), **options)
