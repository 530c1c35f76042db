"""Approximate search: the contract of exact search, recall as measured, and files that belong to their vectors."""

import sys

import numpy as np
import pytest

from firth.errors import FileFormatError, MissingExtra, OptionError, VectorsWarning
from firth.vectors import WordVectors
from firth.vectors.index import Graph, build_index, open_index

WORDS = [f"w{i}" for i in range(2000)]
MATRIX = np.random.default_rng(6).standard_normal((2000, 10)).astype(np.float32)
EXACT = WordVectors(WORDS, MATRIX, metadata={"epochs": 5})


@pytest.fixture(scope="module")
def indexed():
    return EXACT.build_index(connectivity=32, expansion_search=400)


def _shared(found, truth):
    """The share of the true neighbours that were found: threads build the graph, so that two builds may differ."""
    pairs = [(dict(ours), dict(theirs)) for ours, theirs in zip(found, truth, strict=True)]
    return sum(len(ours.keys() & theirs.keys()) for ours, theirs in pairs) / sum(len(theirs) for _, theirs in pairs)


def test_the_same_answers_in_the_same_shape(indexed):
    same = 0
    for word in WORDS[:100]:
        ours, truth = indexed.most_similar(word, topn=7), EXACT.most_similar(word, topn=7)
        assert len(ours) == 7
        assert word not in dict(ours)
        assert all(isinstance(other, str) and isinstance(score, float) for other, score in ours)
        assert [score for _, score in ours] == sorted((score for _, score in ours), reverse=True)
        for other, score in ours:
            assert score == pytest.approx(EXACT.similarity(word, other), abs=1e-6)
        same += [other for other, _ in ours] == [other for other, _ in truth]
    assert same >= 90


def test_other_queries(indexed):
    mixed = [indexed.most_similar(pair, ["w3"]) for pair in zip(WORDS[:100:2], WORDS[1:100:2], strict=True)]
    truth = [EXACT.most_similar(pair, ["w3"]) for pair in zip(WORDS[:100:2], WORDS[1:100:2], strict=True)]
    assert _shared(mixed, truth) >= 0.98
    assert _shared(indexed.neighbors(WORDS[:100], 3), EXACT.neighbors(WORDS[:100], 3)) >= 0.98
    assert indexed.most_similar("w1", restrict_vocab=50) == EXACT.most_similar("w1", restrict_vocab=50)
    assert indexed.most_similar("w1", topn=0) == []
    assert len(indexed.most_similar("w1", topn=5000)) == 1999
    assert indexed.neighbors([]) == []


def test_an_index_by_gensims_name(indexed, monkeypatch):
    plain = EXACT.most_similar(["w1", "w2"], ["w3"], topn=4, indexer=indexed)
    assert plain == indexed.most_similar(["w1", "w2"], ["w3"], topn=4)
    for arguments in ({"restrict_vocab": 50}, {"clip_start": 3, "clip_end": 70}):
        assert EXACT.most_similar("w1", indexer=indexed, **arguments) == EXACT.most_similar("w1", **arguments)
    monkeypatch.setattr(Graph, "search", lambda *_: [[(7, 1.0)]])
    assert EXACT.most_similar("w1", indexer=indexed) == [("w7", 1.0)]  # nothing but the index searches
    for other in (WordVectors(WORDS[:5], MATRIX[:5]), object()):
        with pytest.raises(OptionError, match="expected these vectors with an index"):
            EXACT.most_similar("w1", indexer=other)


def test_recall_is_measured(indexed):
    hits = sum(
        len(dict(indexed.most_similar(word)).keys() & dict(EXACT.most_similar(word)).keys()) for word in WORDS[::20]
    )
    assert indexed.recall == pytest.approx(hits / 1000, abs=0.02)
    assert "recall@10" in repr(indexed)
    poor = build_index(EXACT, connectivity=2, expansion_add=2, expansion_search=1)
    assert poor.recall < indexed.recall


@pytest.fixture(scope="module")
def hard():
    """Random vectors of many dimensions have no neighbourhoods that a graph could follow."""
    return WordVectors(WORDS, np.random.default_rng(3).standard_normal((2000, 60)))


def test_as_many_candidates_as_the_recall_needs(hard):
    indexed = hard.build_index(connectivity=4, recall=0.9)
    assert indexed.recall >= 0.9
    assert indexed.expansion in (128, 256, 512, 1024)
    half = hard.build_index(connectivity=4, expansion_search=indexed.expansion // 2)
    assert half.expansion == indexed.expansion // 2
    assert half.recall < 0.9
    assert hard.build_index(connectivity=4, recall=0).expansion == 64


def test_a_recall_that_no_candidates_reach_is_a_warning(hard):
    with pytest.warns(VectorsWarning, match=r"finds [\d.]+% of the nearest words, fewer than 100.0%"):
        indexed = hard.build_index(connectivity=2, expansion_add=2, recall=1)
    assert indexed.expansion == 1024


def test_few_words():
    few = WordVectors(["a", "zero", "nan", "b"], [[1, 0], [0, 0], [np.nan, 1], [0, 1]]).build_index()
    assert few.most_similar("a") == [("b", 0.0)]
    assert few.recall == 1
    assert WordVectors([], np.empty((0, 3))).build_index().similar_by_vector(np.ones(3)) == []


def test_a_saved_index(indexed, tmp_path):
    indexed.save_index(tmp_path / "v.index")
    EXACT.save(tmp_path / "v.safetensors")
    again = open_index(WordVectors.load(tmp_path / "v.safetensors"), tmp_path / "v.index")
    assert (again.recall, again.expansion) == (indexed.recall, 400)
    assert again.metadata == {"epochs": 5}
    for word in WORDS[:20]:
        assert len(again.most_similar(word)) == 10
    assert again.most_similar("w5") == indexed.most_similar("w5")


def test_vectors_without_an_index(tmp_path):
    assert (EXACT.recall, EXACT.expansion) == (1, None)
    with pytest.raises(OptionError, match=r"v\.index: these vectors have no index to save"):
        EXACT.save_index(tmp_path / "v.index")
    assert not list(tmp_path.iterdir())


def test_an_index_of_other_vectors(indexed, tmp_path):
    indexed.save_index(tmp_path / "v.index")
    changed = MATRIX.copy()
    changed[0, 0] += 1
    for other in (
        WordVectors(WORDS, changed),
        WordVectors(WORDS[::-1], MATRIX),
        WordVectors(WORDS[:1999], MATRIX[:1999]),
    ):
        with pytest.raises(FileFormatError, match="the index of other vectors"):
            open_index(other, tmp_path / "v.index")


def test_every_number_counts(tmp_path):
    matrix = np.random.default_rng(7).standard_normal((9000, 2)).astype(np.float32)
    words = [f"w{i}" for i in range(9000)]
    WordVectors(words, matrix).build_index(connectivity=2, expansion_add=1, recall=0).save_index(tmp_path / "v.index")
    padded = np.ascontiguousarray(np.hstack([matrix, matrix]))[:, :2]  # the same numbers, apart in memory
    open_index(WordVectors(words, padded), tmp_path / "v.index")
    for row in (1, 4501, 8999):
        changed = matrix.copy()
        changed[row, 1] = -changed[row, 1]
        with pytest.raises(FileFormatError, match="the index of other vectors"):
            open_index(WordVectors(words, changed), tmp_path / "v.index")


def test_a_damaged_index(indexed, tmp_path):
    indexed.save_index(tmp_path / "v.index")
    raw = bytearray((tmp_path / "v.index").read_bytes())
    raw[-100] ^= 1
    (tmp_path / "v.index").write_bytes(raw)
    with pytest.raises(FileFormatError, match="the index is damaged"):
        open_index(EXACT, tmp_path / "v.index")
    (tmp_path / "v.index").write_bytes(raw[:-500])
    with pytest.raises(FileFormatError):
        open_index(EXACT, tmp_path / "v.index")
    EXACT.save(tmp_path / "v.safetensors")
    with pytest.raises(FileFormatError, match="holds 'vectors', expected 'index'"):
        open_index(EXACT, tmp_path / "v.safetensors")


def test_options_and_the_extra(monkeypatch):
    with pytest.raises(OptionError):
        EXACT.build_index(connectivity=0)
    with pytest.raises(OptionError):
        EXACT.build_index(precision="f64")
    with pytest.raises(OptionError, match="recall=95, expected a number from 0 to 1"):
        EXACT.build_index(recall=95)
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(MissingExtra, match=r"firth\[index\]"):
        EXACT.build_index()
