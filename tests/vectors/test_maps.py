"""What a map is made of: words, places, groups and neighbours."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from firth import MissingExtra, OptionError, UnknownWord, VocabularyError, WordVectors, WrongType
from firth.vectors.groups import frequencies, values
from firth.vectors.layouts import layout_of, principal_plane

WORDS = [f"w{n}" for n in range(40)]


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(WORDS, np.random.default_rng(5).standard_normal((40, 8)), np.arange(40)[::-1] ** 3 + 1)


def test_neighbours_are_those_of_all_vectors(vectors):
    drawn = vectors.plot_map(top=10, topn=5)
    assert drawn.words[:10] == WORDS[:10]
    for row, word in enumerate(WORDS[:10]):
        found = [drawn.words[near] for near in drawn.neighbors[row]]
        wanted = vectors.most_similar(word, topn=5)
        assert found == [near for near, _ in wanted]
        assert drawn.similarities[row] == pytest.approx([cosine for _, cosine in wanted])


def test_words_of_a_list_keep_its_order_and_counts_choose_the_others(vectors):
    assert vectors.plot_map(["w9", "w3", "w30"]).words[:3] == ["w9", "w3", "w30"]
    shuffled = WordVectors(["a", "b", "c"], np.eye(3), [1, 9, 5])
    assert shuffled.plot_map(top=2, clusters=1).words[:2] == ["b", "c"]
    uncounted = WordVectors([7, 8, 9], np.eye(3))
    drawn = uncounted.plot_map(top=2, color="frequency", topn=5)
    assert (drawn.words, drawn.groups.name) == (["7", "8", "9"], "rank")
    assert set(drawn.neighbors[0].tolist()) == {0, 1, 2}  # its own place where there are no more


def test_the_plane_is_that_of_the_largest_variances():
    points = np.random.default_rng(1).standard_normal((500, 3)) * [1, 5, 3]
    places = principal_plane(points.astype(np.float32))
    _, _, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    assert np.abs(places) == pytest.approx(np.abs((points - points.mean(axis=0)) @ axes[:2].T), abs=1e-4)
    assert principal_plane(np.ones((1, 1), np.float32)).tolist() == [[0, 0]]


def test_groups_of_frequencies():
    groups = frequencies(np.array([1000, 999, 10, 9, 0]), np.arange(5) + 1)
    assert groups.labels == ["1 to 9", "10 to 99", "100 to 999", "1,000 to 9,999"]
    assert groups.codes.tolist() == [3, 2, 1, 0, 0]
    many = frequencies(np.array([10**9, 10**3, 50, 7]), np.arange(4) + 1)
    assert many.labels == ["below 10,000", "1,000,000,000 to 9,999,999,999"]
    ranks = frequencies(None, np.array([1, 10, 11, 100, 101]))
    assert ranks.labels == ["101 to 1,000", "11 to 100", "1 to 10"]
    assert ranks.codes.tolist() == [2, 2, 1, 1, 0]


def test_groups_of_values():
    named = values(["a", "b", "c", "d"], {"a": "noun", "b": "verb", "d": "noun"}, "class")
    assert (named.labels, named.codes.tolist(), named.ordered) == (["noun", "verb"], [0, 1, 255, 0], False)
    numbers = values(["a", "b", "c", "d"], {"a": "0.5", "b": 3, "c": None, "d": 9.5}, "score")
    assert numbers.labels == ["0 to 2", "2 to 4", "8 to 10"]
    assert (numbers.codes.tolist(), numbers.ordered) == ([0, 1, 255, 2], True)
    many = values(WORDS, {word: word for word in WORDS}, "word")
    assert (len(many.labels), many.labels[-1], many.codes.max()) == (24, "17 other values", 23)
    with pytest.raises(OptionError, match="no word of the map has a value of class"):
        values(["a"], {"A": 1}, "class")


def test_clusters_are_separated():
    centers = np.repeat(np.eye(3, 6), [5, 4, 3], axis=0)
    words = [f"{'abc'[row]}{n}" for row in range(3) for n in range(5 - row)]
    drawn = WordVectors(words, centers).plot_map(clusters=3, seed=2)
    assert drawn.groups.codes.tolist() == [0] * 5 + [1] * 4 + [2] * 3
    assert drawn.groups.labels == ["a0, a1, a2", "b0, b1, b2", "c0, c1, c2"]


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"layout": "mds"}, OptionError, "layout='mds', expected 'pca' or 'umap' or 'tsne'"),
        ({"color": "red"}, OptionError, "color='red', expected 'cluster', 'frequency' or a mapping"),
        ({"color": 3}, WrongType, "the int 3 as color"),
        ({"clusters": 25}, OptionError, "clusters=25"),
        ({"words": ["w1", "x"]}, UnknownWord, "unknown word 'x'"),
        ({"words": ["w1", "w1"]}, OptionError, "'w1' is given twice"),
        ({"words": []}, VocabularyError, "a map of no words"),
    ],
)
def test_mistakes(vectors, given, error, told):
    with pytest.raises(error, match=told.replace("(", r"\(")):
        vectors.plot_map(**given)


def test_a_vector_that_is_not_finite():
    with pytest.raises(OptionError, match="the vector of 'b' contains NaN"):
        WordVectors(["a", "b"], [[1, 0], [np.nan, 0]]).plot_map()


@pytest.mark.parametrize(("layout", "module"), [("umap", "umap"), ("tsne", "openTSNE")])
def test_layouts_of_other_packages(vectors, monkeypatch, layout, module):
    """The packages themselves compile for many seconds; benchmarks/map.py uses them."""
    asked = {}

    def estimator(**options):
        asked.update(options)
        return SimpleNamespace(fit=lambda units: units[:, :2] * 2.0, fit_transform=lambda units: units[:, :2] * 2.0)

    monkeypatch.setitem(sys.modules, module, SimpleNamespace(UMAP=estimator, TSNE=estimator))
    places = layout_of(vectors.vectors, layout, 7)
    assert places.tolist() == (vectors.vectors[:, :2] * 2).tolist()
    assert asked["random_state"] == 7
    with pytest.raises(OptionError, match="of 9 words, expected 10 or more"):
        layout_of(vectors.vectors[:9], layout, 7)
    monkeypatch.setattr("firth.vectors.layouts.find_spec", {}.get)
    with pytest.raises(MissingExtra, match=r"pip install 'firth\[map\]'"):
        vectors.plot_map(layout=layout)
