"""Purity by hand and against scikit-learn, files of categories."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.cluster import contingency_matrix

from firth.errors import FileFormatError, VocabularyError
from firth.evaluation import CategorySet, categorisation
from firth.evaluation.categorisation import purity
from firth.vectors import WordVectors

WORDS = [f"{kind}{i}" for kind in ("animal", "fruit", "tool") for i in range(8)]
MATRIX = np.repeat(np.eye(3), 8, axis=0) + 0.15 * np.random.default_rng(0).standard_normal((24, 3))
VECTORS = WordVectors(WORDS, MATRIX)
GOLD = [word.rstrip("0123456789") for word in WORDS]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_purity_is_that_of_scikit_learns_table(pairs):
    gold, labels = np.array(pairs).T
    assert purity(gold, labels) == pytest.approx(contingency_matrix(labels, gold).max(axis=1).sum() / len(pairs))


def test_clusters_are_found_and_unknown_words_named():
    result = categorisation(VECTORS, CategorySet("s", [*WORDS, "unicorn"], [*GOLD, "animal"]))
    assert (result.purity, result.clusters, result.used, result.left_out) == (1, 3, 24, 1)
    assert result.unknown == ["unicorn"]
    assert result.as_dict()["purity"] == 1


def test_a_word_in_the_wrong_place_costs_its_share():
    wrong = ["fruit", *GOLD[1:]]
    assert categorisation(VECTORS, CategorySet("s", WORDS, wrong)).purity == pytest.approx(23 / 24)


def test_chance_is_far_below():
    shuffled = np.random.default_rng(1).permutation(GOLD).tolist()
    assert categorisation(VECTORS, CategorySet("s", WORDS, shuffled)).purity < 0.7


@pytest.mark.parametrize("mark", ["\t", ",", " "])
def test_files(tmp_path, mark):
    path = tmp_path / "battig.txt"
    path.write_text(f"# words\ncat{mark}animal\npear{mark}fruit\n")
    assert CategorySet.read(path) == CategorySet("battig", ["cat", "pear"], ["animal", "fruit"])
    path.write_text(f"cat{mark}animal\npear\n")
    with pytest.raises(FileFormatError, match=r"battig\.txt, line 2: .*a word and its category"):
        CategorySet.read(path)
    path.write_text("")
    with pytest.raises(VocabularyError, match="no words"):
        CategorySet.read(path)


def test_nothing_known_is_an_error():
    with pytest.raises(VocabularyError, match="none of its 1 words"):
        categorisation(VECTORS, CategorySet("s", ["unicorn"], ["animal"]))
