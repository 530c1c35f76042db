"""A corpus on disk: loaded as it was written, or refused."""

import numpy as np
import pytest

from firth.corpus import EncodedCorpus, encode
from firth.errors import FileFormatError
from firth.storage import map_tensors, write_tensors


@pytest.fixture
def path(tmp_path):
    encode([["a", "b", "a"], ["b", "c"], ["a"]], min_count=2, cache=tmp_path / "c.corpus").close()
    return tmp_path / "c.corpus"


def test_load(path):
    with EncodedCorpus.load(path) as corpus:
        assert corpus.vocabulary.words == ["a", "b"]
        assert corpus.vocabulary.counts.tolist() == [3, 2]
        assert corpus.ids.tolist() == [0, 1, 0, 1, 0]
        assert corpus.bounds.tolist() == [0, 3, 4, 5]
        assert (corpus.ids.dtype, corpus.bounds.dtype) == (np.int32, np.int64)
        assert (corpus.tokens_read, corpus.tokens_kept, corpus.sentences) == (6, 5, 3)
        assert (corpus.distinct_words, corpus.long_lines_split) == (3, 0)
        assert corpus.spectrum.tolist() == [[1, 1], [2, 1], [3, 1]]
        assert [corpus.coverage(count) for count in (1, 2, 3, 4)] == [(3, 6), (2, 5), (1, 3), (0, 0)]
        assert repr(corpus) == "EncodedCorpus(5 tokens, 3 sentences, 2 words)"
    assert path.exists()
    assert corpus.tokens_kept == 0


def test_a_missing_file(tmp_path):
    with pytest.raises(FileFormatError, match=r"nowhere\.corpus: no such file"):
        EncodedCorpus.load(tmp_path / "nowhere.corpus")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ids", [0, 1, 0, 2, 0]),
        ("ids", [0, -1, 0, 1, 0]),
        ("bounds", [0, 4, 3, 5]),
        ("bounds", [0, 3, 4]),
        ("bounds", [1, 3, 4, 5]),
        ("bounds", []),
        ("word_bounds", [0, 1]),
        ("word_bounds", [0, 3, 2]),
        ("counts", [3]),
        ("counts", [[3, 2]]),
        ("counts", [2, 3]),
        ("words", [0xFF, 0x62]),
        ("spectrum", [3, 2, 1]),
        ("spectrum", [[1, 1, 1]]),
    ],
)
def test_a_damaged_corpus(path, name, value):
    tensors, facts = map_tensors(path, "corpus")
    damaged = {key: array.copy() for key, array in tensors.items()}
    damaged[name] = np.array(value, damaged[name].dtype)
    write_tensors(path, "corpus", damaged, facts)
    with pytest.raises(FileFormatError, match="the corpus is damaged; hint: remove the file and encode the text again"):
        EncodedCorpus.load(path)


@pytest.mark.parametrize("missing", ["ids", "bounds", "counts", "words", "word_bounds", "spectrum"])
def test_a_corpus_without_a_tensor(path, missing):
    tensors, facts = map_tensors(path, "corpus")
    write_tensors(path, "corpus", {key: array.copy() for key, array in tensors.items() if key != missing}, facts)
    with pytest.raises(FileFormatError, match="the corpus is damaged"):
        EncodedCorpus.load(path)


def test_a_corpus_of_another_type(path):
    tensors, facts = map_tensors(path, "corpus")
    copies = {key: array.copy() for key, array in tensors.items()} | {"ids": tensors["ids"].astype(np.int64)}
    write_tensors(path, "corpus", copies, facts)
    with pytest.raises(FileFormatError, match="the corpus is damaged"):
        EncodedCorpus.load(path)


def test_a_corpus_without_facts(path):
    tensors, facts = map_tensors(path, "corpus")
    facts.pop("tokens_read")
    write_tensors(path, "corpus", {key: array.copy() for key, array in tensors.items()}, facts)
    with pytest.raises(FileFormatError, match="the corpus is damaged"):
        EncodedCorpus.load(path)


def test_a_file_of_another_kind(tmp_path):
    write_tensors(tmp_path / "v.safetensors", "vectors", {"a": np.zeros(1, np.float32)}, {})
    with pytest.raises(FileFormatError, match="holds 'vectors', expected 'corpus'"):
        EncodedCorpus.load(tmp_path / "v.safetensors")
