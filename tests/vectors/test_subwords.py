"""Vectors of unknown words from n-grams: by hand, and through everything that makes new vectors of old ones."""

import numpy as np
import pytest

from firth.errors import OptionError, VectorsWarning, WrongType
from firth.kernels.text.scheme import Scheme
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, write
from firth.vectors.pruned_subwords import pruning_error
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
    buckets = ngram_buckets("ab", Scheme(3, 4, 50))  # <ab, ab>, <ab>
    np.testing.assert_allclose(vectors["ab"], NGRAMS[buckets].mean(axis=0), rtol=1e-6)
    assert len(buckets) == 3
    assert not vectors[""].any()
    assert "ab" not in vectors
    np.testing.assert_array_equal(vectors["king"], MATRIX[0])


def test_in_is_exact(vectors):
    assert vectors.is_known("king")
    assert not vectors.is_known("kingdom")
    with pytest.raises(WrongType, match="in place of a word"):
        vectors.is_known(3)
    assert vectors.most_similar("kingdom", topn=1)[0][0] in WORDS


def test_shares_of_parts_by_hand():
    ngrams = np.zeros((1000, 2), np.float32)
    three = {
        ngram: ngram_buckets("ab", Scheme(3, 4, 1000))[place] for place, ngram in enumerate(["<ab", "<ab>", "ab>"])
    }
    assert len(set(three.values())) == 3
    ngrams[three["<ab"]], ngrams[three["ab>"]] = [3, 1], [0, 2]
    # known: (own + (3, 1) + (0, 2)) / 4 = (1, 0), so own = (1, -3); of the sum (4, 0) the n-grams have 3/4 and none
    vectors = WordVectors(["ab"], [[1, 0]], subwords=Subwords(ngrams, 3, 4))
    parts = vectors.explain_subwords("ab")
    assert [(part.text, part.is_word) for part in parts[:2]] == [("<ab", False), ("ab", True)]
    assert [part.share for part in parts] == pytest.approx([0.75, 0.25, 0, 0])
    # unknown: the sum of all parts is (3, 3)
    unknown = WordVectors(["b"], [[1, 0]], subwords=Subwords(ngrams, 3, 4)).explain_subwords("ab")
    assert [(part.text, part.is_word) for part in unknown] == [("<ab", False), ("ab>", False), ("<ab>", False)]
    assert [part.share for part in unknown] == pytest.approx([12 / 18, 6 / 18, 0])
    assert vectors.explain_subwords("") == []


def test_shares_sum_to_one(vectors):
    for word in (*WORDS, "kingdom", "naïve"):
        assert sum(part.share for part in vectors.explain_subwords(word)) == pytest.approx(1, abs=1e-5)
    with pytest.raises(OptionError, match="no n-grams; hint: train with subwords=True"):
        WordVectors(WORDS, MATRIX).explain_subwords("king")


def test_vectors_of_floret_have_no_row_of_a_word_among_their_parts():
    subwords = Subwords(NGRAMS, 3, 4, 2)
    buckets = ngram_buckets("king", Scheme(3, 4, 50, 2))
    vectors = WordVectors(["king"], [NGRAMS[buckets].mean(axis=0)], subwords=subwords)
    parts = vectors.explain_subwords("king")
    assert not any(part.is_word for part in parts)
    assert sorted(part.text for part in parts) == sorted(["<king>", "<ki", "<kin", "kin", "king", "ing", "ing>", "ng>"])
    assert sum(part.share for part in parts) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(subwords.vector("king"), vectors["king"], rtol=1e-5)


def test_pruned_to_what_words_use(vectors, tmp_path):
    pruned = vectors.prune_ngrams()
    used = sorted({bucket for word in WORDS for bucket in ngram_buckets(word, Scheme(3, 4, 50))})
    assert pruned.subwords.kept.tolist() == used
    assert len(used) < 50
    pruned.save(tmp_path / "v.safetensors")
    for some in (pruned, WordVectors.load(tmp_path / "v.safetensors")):
        for word in WORDS:
            np.testing.assert_array_equal(some[word], vectors[word])
        np.testing.assert_allclose(some.subwords.vector("king"), vectors.subwords.vector("king"), rtol=1e-6)
    buckets = ngram_buckets("zkings", Scheme(3, 4, 50))
    expected = NGRAMS[[bucket for bucket in buckets if bucket in used]].mean(axis=0)
    np.testing.assert_allclose(pruned["zkings"], expected, rtol=1e-5)
    assert pruning_error(vectors.embeddings, pruned.embeddings) == pytest.approx((1, 1))


def test_pruned_to_a_number(vectors):
    rows = np.zeros((999, 2), np.float32)
    king, queen = (ngram_buckets(word, Scheme(4, 4, 999)) for word in ("king", "queen"))  # <kin king ing>, <que ...
    assert not set(king) & set(queen)
    rows[king[0]], rows[king[1]], rows[queen[0]] = [1, 0], [0, 5], [3, 0]
    made = WordVectors(["king", "queen"], np.eye(2), subwords=Subwords(rows, 4, 4))
    pruned = made.prune_ngrams(2)
    assert pruned.subwords.kept.tolist() == sorted([king[1], queen[0]])
    mean, lowest = pruning_error(made.embeddings, pruned.embeddings)
    assert lowest == pytest.approx(5 / np.sqrt(26))  # of king; of queen nothing that counts is left out
    assert mean == pytest.approx((lowest + 1) / 2)
    assert len(pruned.prune_ngrams(1).subwords.kept) == 1
    with pytest.raises(OptionError, match="most=0, expected 1 or more"):
        made.prune_ngrams(0)
    with pytest.raises(OptionError, match="no n-grams to prune"):
        WordVectors(["a"], [[1]]).prune_ngrams()


def test_ngrams_of_half_the_size(vectors, tmp_path):
    for precision in ("float16", "int8"):
        vectors.save(tmp_path / "v.safetensors", precision=precision)
        small = WordVectors.load(tmp_path / "v.safetensors")
        assert small.subwords.ngrams.dtype == np.float16
        np.testing.assert_allclose(small["kingdom"], vectors["kingdom"], atol=2e-3)
        assert small["kingdom"].dtype == np.float32
        small.save(tmp_path / "again.safetensors", precision=precision)
        np.testing.assert_array_equal(WordVectors.load(tmp_path / "again.safetensors")["kingdom"], small["kingdom"])


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
    np.testing.assert_allclose(part["woman"], NGRAMS[ngram_buckets("woman", Scheme(3, 4, 50))].mean(axis=0), rtol=1e-6)


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


@pytest.mark.parametrize(
    "name", [name for name, format in FORMATS.items() if format.write and "n-grams" not in format.holds]
)
def test_so_does_a_format_that_does_not_hold_them(vectors, tmp_path, name):
    with pytest.warns(VectorsWarning, match="n-grams are dropped"):
        write(vectors.embeddings, tmp_path / "v", name)
