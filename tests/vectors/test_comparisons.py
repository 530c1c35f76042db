"""Comparisons, by hand and against gensim's KeyedVectors on the same matrix."""

import numpy as np
import pytest
from gensim.models import KeyedVectors

from firth.errors import OptionError
from firth.vectors import WordVectors

WORDS = [f"w{i}" for i in range(60)]
MATRIX = np.random.default_rng(3).standard_normal((60, 7)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(WORDS, MATRIX)


@pytest.fixture(scope="module")
def gensim():
    known = KeyedVectors(7)
    known.add_vectors(WORDS, MATRIX)
    return known


def test_similarity_by_hand():
    vectors = WordVectors(["a", "b", "zero"], [[3, 4], [5, 0], [0, 0]])
    assert vectors.similarity("a", "b") == pytest.approx(0.6)
    assert vectors.distance("a", "b") == pytest.approx(0.4)
    assert vectors.similarity("a", "zero") == 0
    np.testing.assert_allclose(vectors.distances("a"), [0, 0.4, 1], atol=1e-6)


def test_similarity_and_distance(vectors, gensim):
    assert vectors.similarity("w1", "w2") == pytest.approx(gensim.similarity("w1", "w2"), abs=1e-6)
    assert vectors.distance("w1", "w2") == pytest.approx(gensim.distance("w1", "w2"), abs=1e-6)


@pytest.mark.parametrize("arguments", [("w3",), (MATRIX[5] * 2,), ("w3", ["w1", "w9"]), (MATRIX[5], ["w1"])])
def test_distances(vectors, gensim, arguments):
    np.testing.assert_allclose(vectors.distances(*arguments), gensim.distances(*arguments), atol=1e-6)


def test_groups(vectors, gensim):
    groups = ["w1", "w2", "unknown"], ["w8", "w9", "w10"]
    assert vectors.n_similarity(*groups) == pytest.approx(gensim.n_similarity(*groups), abs=1e-6)


def test_closer_than_and_rank(vectors, gensim):
    for other in ("w2", "w30", "w59", "w1"):
        assert vectors.closer_than("w1", other) == gensim.closer_than("w1", other)
        assert vectors.rank("w1", other) == gensim.rank("w1", other)


def test_the_most_similar_of_some(vectors, gensim):
    assert vectors.most_similar_to_given("w1", WORDS[2:20]) == gensim.most_similar_to_given("w1", WORDS[2:20])
    with pytest.raises(OptionError):
        vectors.most_similar_to_given("w1", [])


@pytest.mark.parametrize("use_norm", [True, False])
def test_centrality(vectors, gensim, use_norm):
    ours = vectors.rank_by_centrality([*WORDS[:9], "unknown"], use_norm)
    theirs = gensim.rank_by_centrality(WORDS[:9], use_norm)
    assert [word for _, word in ours] == [word for _, word in theirs]
    np.testing.assert_allclose([score for score, _ in ours], [score for score, _ in theirs], atol=1e-5)


def test_the_odd_one_out(vectors, gensim):
    assert vectors.doesnt_match(WORDS[:9]) == gensim.doesnt_match(WORDS[:9])
    assert WordVectors(["a", "b", "c"], [[1, 0], [1, 0.1], [0, 1]]).doesnt_match(["a", "b", "c"]) == "c"
    with pytest.raises(OptionError, match="no known word"):
        vectors.doesnt_match(["unknown"])


@pytest.mark.parametrize(
    "ask",
    [
        lambda known: known.similarity("w1", "none"),
        lambda known: known.distance("none", "w1"),
        lambda known: known.distances("none"),
        lambda known: known.distances("w1", ["none"]),
        lambda known: known.closer_than("w1", "none"),
        lambda known: known.rank("none", "w1"),
        lambda known: known.most_similar_to_given("none", ["w1"]),
        lambda known: known.get_mean_vector(["w1", "none"], ignore_missing=False),
        lambda known: known.relative_cosine_similarity("w1", "none"),
        lambda known: known.most_similar(["w1", "none"]),
        lambda known: known["none"],
    ],
)
def test_a_key_error_where_gensim_raises_one(vectors, gensim, ask):
    for known in (vectors, gensim):
        with pytest.raises(KeyError):
            ask(known)


def test_means(vectors, gensim):
    for options in ({}, {"pre_normalize": False}, {"post_normalize": True}, {"weights": [1, -2, 0.5, 1]}):
        keys = ["w1", "w2", MATRIX[9], "unknown"]
        ours, theirs = vectors.get_mean_vector(keys, **options), gensim.get_mean_vector(keys, **options)
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
