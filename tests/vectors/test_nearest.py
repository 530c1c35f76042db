"""Queries, by hand and against gensim's KeyedVectors on the same matrix."""

import inspect

import numpy as np
import pytest
from gensim.models import KeyedVectors

from firth.errors import OptionError, UnknownWord
from firth.vectors import WordVectors

WORDS = [f"w{i}" for i in range(80)]
MATRIX = np.random.default_rng(4).standard_normal((80, 6)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(WORDS, MATRIX)


@pytest.fixture(scope="module")
def gensim():
    known = KeyedVectors(6)
    known.add_vectors(WORDS, MATRIX)
    return known


def assert_same(ours, theirs):
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([score for _, score in ours], [score for _, score in theirs], atol=2e-6)


@pytest.mark.parametrize(
    "name",
    [
        "most_similar", "similar_by_word", "similar_by_vector", "similar_by_key", "most_similar_cosmul", "doesnt_match",
        "similarity", "n_similarity", "distance", "distances", "closer_than", "rank", "relative_cosine_similarity",
        "get_vector", "get_mean_vector", "get_index", "most_similar_to_given", "rank_by_centrality",
    ],
)  # fmt: skip
def test_arguments_and_defaults_are_those_of_gensim(name):
    ours, theirs = (
        list(inspect.signature(getattr(owner, name)).parameters.values())[1:] for owner in (WordVectors, KeyedVectors)
    )
    assert [(p.name, p.kind, p.default) for p in ours] == [(p.name, p.kind, p.default) for p in theirs]


def test_attributes_are_those_of_gensim(vectors, gensim):
    assert vectors.key_to_index == gensim.key_to_index
    assert vectors.index_to_key == gensim.index_to_key
    assert vectors.vector_size == gensim.vector_size
    assert len(vectors) == len(gensim)
    np.testing.assert_array_equal(vectors.vectors, gensim.vectors)
    for key in ("w5", ["w5", "w7"]):
        np.testing.assert_array_equal(vectors[key], gensim[key])
    for norm in (False, True):
        np.testing.assert_allclose(vectors.get_vector("w5", norm), gensim.get_vector("w5", norm), rtol=1e-6)
    assert vectors.get_index("w5") == gensim.get_index("w5")
    assert vectors.get_index("none", -1) == gensim.get_index("none", default=-1)
    for word in ("w5", "none"):
        assert (word in vectors) == (word in gensim)


@pytest.mark.parametrize(
    "query",
    [
        {"positive": "w1"},
        {"positive": ["w1"], "topn": 3},
        {"positive": ["w1", "w2"], "negative": "w3"},
        {"positive": [("w1", 0.3), "w2"], "negative": [("w3", -2.0)]},
        {"negative": ["w3", "w4"]},
        {"positive": MATRIX[7]},
        {"positive": [MATRIX[7] * 3, "w2"]},
        {"positive": list(MATRIX[:2])},
        {"positive": "w1", "restrict_vocab": 20},
        {"positive": "w70", "restrict_vocab": 20, "topn": 30},
        {"positive": "w1", "clip_start": 10, "clip_end": 30},
        {"positive": "w1", "topn": 0},
        {"positive": "w1", "topn": 1000},
    ],
    ids=str,
)
def test_most_similar(vectors, gensim, query):
    assert_same(vectors.most_similar(**query), gensim.most_similar(**query))


@pytest.mark.parametrize("query", [{}, {"restrict_vocab": 20}, {"clip_start": 10, "clip_end": 30}])
def test_all_similarities(vectors, gensim, query):
    ours, theirs = vectors.most_similar("w1", topn=None, **query), gensim.most_similar("w1", topn=None, **query)
    np.testing.assert_allclose(ours, theirs, atol=2e-6)


def test_shorthands(vectors, gensim):
    assert_same(vectors.similar_by_word("w5", 4, 50), gensim.similar_by_word("w5", 4, 50))
    assert_same(vectors.similar_by_key("w5"), gensim.similar_by_key("w5"))
    assert_same(vectors.similar_by_vector(MATRIX[5] * 2, 4), gensim.similar_by_vector(MATRIX[5] * 2, 4))


@pytest.mark.parametrize(
    "query",
    [
        {"positive": "w1"},
        {"positive": ["w1", "w2"], "negative": ["w3"]},
        {"positive": ["w1", "w2"], "negative": ["w3"], "topn": 3},
        {"positive": ["w1"], "negative": ["w2", "w3"], "topn": None},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:Call to deprecated")  # by gensim of itself
def test_cosmul(vectors, gensim, query):
    ours, theirs = vectors.most_similar_cosmul(**query), gensim.most_similar_cosmul(**query)
    if query.get("topn", 1) is None:
        np.testing.assert_allclose(ours, theirs, rtol=2e-5)
    else:
        assert [word for word, _ in ours] == [word for word, _ in theirs]
        np.testing.assert_allclose([s for _, s in ours], [s for _, s in theirs], rtol=2e-5)


def test_cosmul_by_hand():
    vectors = WordVectors(["a", "b", "c"], [[1, 0], [-1, 0], [0, 1]])
    (word, score), *_ = vectors.most_similar_cosmul("c", "a")
    assert word == "b"
    assert score == pytest.approx(0.5 / 1e-6)  # b is opposite to a: (1 + cos) / 2 is 0


def test_relative_cosine_similarity(vectors, gensim):
    ours, theirs = (v.relative_cosine_similarity("w1", "w2", topn=5) for v in (vectors, gensim))
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_many_words_get_the_answers_of_each(vectors):
    answers = vectors.neighbors([*WORDS[:40], MATRIX[3]], topn=5)
    assert len(answers) == 41
    for word, answer in zip(WORDS[:40], answers, strict=False):
        assert_same(answer, vectors.most_similar(word, topn=5))
    assert_same(answers[40], vectors.similar_by_vector(MATRIX[3], topn=5))
    assert vectors.neighbors([]) == []
    assert_same(vectors.neighbors(["w50"], 4, restrict_vocab=20)[0], vectors.similar_by_word("w50", 4, 20))


def test_an_analogy_by_hand():
    words = ["man", "woman", "king", "queen", "apple"]
    vectors = WordVectors(words, [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 0]])
    assert vectors.analogy("man", "king", "woman", topn=1)[0][0] == "queen"
    assert [word for word, _ in vectors.analogy("man", "king", "woman")] == ["queen", "apple"]


def test_words_whose_vectors_are_zero_or_no_numbers():
    vectors = WordVectors(["a", "zero", "nan", "b"], [[1, 0], [0, 0], [np.nan, 0], [-1, 0]])
    assert vectors.most_similar("a") == [("zero", 0.0), ("b", -1.0)]
    assert vectors.most_similar("zero") == [("a", 0.0), ("b", 0.0)]
    for ask in (vectors.most_similar, lambda word: vectors.neighbors([word])):
        with pytest.raises(OptionError, match="NaN"):
            ask("nan")


@pytest.mark.parametrize("query", [{}, {"positive": []}, {"positive": [], "negative": []}])
def test_nothing_to_ask_with(vectors, query):
    with pytest.raises(OptionError):
        vectors.most_similar(**query)
    with pytest.raises(OptionError):
        vectors.most_similar_cosmul(**query)


def test_unknown_words(vectors):
    for ask in (vectors.most_similar, vectors.most_similar_cosmul, lambda word: vectors.neighbors(["w1", word])):
        with pytest.raises(UnknownWord, match="'w800'"):
            ask("w800")


def test_a_vector_of_another_size(vectors):
    for ask in (vectors.most_similar, vectors.similar_by_vector, vectors.most_similar_cosmul):
        with pytest.raises(OptionError, match=r"expected \(6,\)"):
            ask(np.ones(5))
