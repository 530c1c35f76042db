"""Vectors of unknown words from n-grams: by hand, and through everything that makes new vectors of old ones."""

import numpy as np
import pytest

from firth.errors import VectorsWarning
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, write
from firth.vectors.subwords import Subwords, ngram_buckets
from firth.vectors.transforms import align, average, center, merge, normalize, pca, remove_top_components, subset

WORDS = ["king", "queen", "man", "woman"]
RNG = np.random.default_rng(5)
MATRIX = RNG.standard_normal((4, 3)).astype(np.float32)
NGRAMS = RNG.standard_normal((50, 3)).astype(np.float32)


@pytest.fixture
def vectors():
    return WordVectors(WORDS, MATRIX, [9, 8, 7, 6], {"epochs": 5}, subwords=Subwords(NGRAMS, 3, 4))


def test_an_unknown_word_is_the_mean_of_its_ngrams(vectors):
    buckets = ngram_buckets("ab", 3, 4, 50)  # <ab, ab>, <ab>
    np.testing.assert_allclose(vectors["ab"], NGRAMS[buckets].mean(axis=0), rtol=1e-6)
    assert len(buckets) == 3
    assert not vectors[""].any()
    assert "ab" not in vectors
    np.testing.assert_array_equal(vectors["king"], MATRIX[0])


@pytest.mark.parametrize(
    "change",
    [
        center,
        lambda vectors: pca(vectors, 3),
        lambda vectors: align(vectors, WordVectors(WORDS, MATRIX[::-1])),
    ],
    ids=["center", "pca", "align"],
)
def test_what_moves_or_turns_the_space_moves_unknown_words_too(vectors, change):
    changed = change(vectors)
    assert changed.counts.tolist() == [9, 8, 7, 6]
    for unknown in ("kingdom", "women"):
        for word in WORDS:
            before, after = vectors[unknown] - vectors[word], changed[unknown] - changed[word]
            assert np.linalg.norm(after) == pytest.approx(np.linalg.norm(before), rel=1e-5)
    assert not np.allclose(changed["kingdom"], vectors["kingdom"])


def test_the_top_component_goes_from_unknown_words_too(vectors):
    changed = remove_top_components(vectors, 1)
    assert np.linalg.matrix_rank(changed.vectors, tol=1e-4) == 2
    assert np.linalg.matrix_rank(np.vstack([changed.vectors, changed["kingdom"]]), tol=1e-4) == 2


@pytest.mark.parametrize("name", ["native", "subset"])
def test_a_part_keeps_the_ngrams(vectors, tmp_path, name):
    if name == "native":
        write(vectors.embeddings, tmp_path / "v.safetensors")
        part = WordVectors.load(tmp_path / "v.safetensors", limit=3, wanted={"man", "queen"})
    else:
        part = subset(vectors, ["queen", "man"])
    assert part.index_to_key == ["queen", "man"]
    assert part.counts.tolist() == [8, 7]
    assert part.metadata == {"epochs": 5}
    np.testing.assert_array_equal(part["kingdom"], vectors["kingdom"])
    np.testing.assert_allclose(part["woman"], NGRAMS[ngram_buckets("woman", 3, 4, 50)].mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        normalize,
        lambda vectors: merge(vectors, WordVectors(["x"], [[1, 2, 3]])),
        lambda vectors: average(WordVectors(WORDS, MATRIX), vectors),
        lambda vectors: vectors.build_index(),
    ],
    ids=["normalize", "merge", "average", "build_index"],
)
def test_where_ngrams_are_lost_a_warning_says_so(vectors, change):
    with pytest.warns(VectorsWarning, match="n-grams are dropped"):
        changed = change(vectors)
    assert changed.subwords is None
    assert "king" in changed


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.write and name != "native"])
def test_so_does_a_format_that_does_not_hold_them(vectors, tmp_path, name):
    with pytest.warns(VectorsWarning, match="n-grams are dropped"):
        write(vectors.embeddings, tmp_path / "v", name)
