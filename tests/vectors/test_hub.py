"""Vectors on the Hub, of which a stand-in runs on this machine."""

import gzip
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from firth.errors import FileFormatError, MissingExtra, OptionError, SourceError, StorageError
from firth.vectors import WordVectors
from firth.vectors.model_card import model_card

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own affair

WORDS = ["the", "king", "queen", "man", "woman", "a|b*"]
MATRIX = np.array([[1, 0, 3], [3, 1, 2], [3, 2, 2], [3, 1, 1], [3, 2, 1], [-1, 4, 0]], np.float32)
FACTS = {
    "configuration": {"architecture": "skipgram", "vector_size": 3, "max_words": None, "deterministic": False},
    "loss": [2.5, None],
    "preparation": {"casefold": True, "split_sentences": False, "stop_words": ["x"] * 1000},
}


@pytest.fixture
def vectors():
    return WordVectors(WORDS, MATRIX, [90, 7, 6, 9, 8, 1], FACTS)


def test_what_is_pushed_is_loaded_again(hub, vectors):
    address = vectors.push_to_hub("me/words", private=True, license="cc-by-4.0", language="en")
    assert address.startswith(f"{hub.address}/me/words/commit/")
    assert hub.private == {"me/words": True}
    assert hub.messages == ["Word vectors: 6 words, 3 dimensions"]
    assert set(hub.repositories["me/words"]) == {"vectors.safetensors", "README.md"}
    again = WordVectors.load_from_hub("me/words")
    assert again.index_to_key == WORDS
    assert again.metadata == FACTS
    np.testing.assert_array_equal(again.vectors, MATRIX)
    np.testing.assert_array_equal(again.counts, vectors.counts)


def test_what_was_downloaded_is_found_without_the_hub(hub, vectors):
    vectors.push_to_hub("me/words")
    WordVectors.load_from_hub("me/words")
    asked = len(hub.requests)
    WordVectors.load_from_hub("me/words")
    assert [line.partition(" ")[0] for line in hub.requests[asked:]] == ["HEAD"], "is there a newer one?"
    hub.shutdown()
    hub.server_close()
    assert WordVectors.load_from_hub("me/words").index_to_key == WORDS


def test_a_card_that_is_there_is_kept_unless_another_is_given(hub, vectors):
    vectors.push_to_hub("me/words")
    hub.repositories["me/words"]["README.md"] = b"by hand"
    vectors.push_to_hub("me/words")
    assert hub.repositories["me/words"]["README.md"] == b"by hand"
    vectors.push_to_hub("me/words", card="another")
    assert hub.repositories["me/words"]["README.md"] == b"another"


def test_a_branch_and_a_pull_request(hub, vectors):
    vectors.push_to_hub("me/words", revision="next", message="better")
    assert hub.branches == ["next"]
    assert hub.messages == ["better"]
    assert "POST /api/models/me/words/commit/next" in hub.requests
    assert vectors.push_to_hub("me/words", create_pr=True) == f"{hub.address}/me/words/discussions/1"
    assert "POST /api/models/me/words/commit/main?create_pr=1" in hub.requests


def test_precision(hub, vectors):
    vectors.push_to_hub("me/words", precision="int8")
    np.testing.assert_allclose(WordVectors.load_from_hub("me/words").vectors, MATRIX, atol=4 / 254)
    with pytest.raises(OptionError, match="int9"):
        vectors.push_to_hub("me/other", precision="int9")
    assert "me/other" not in hub.repositories


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["vectors.bin", "README.md", "config.json", "words.txt"], "vectors.bin"),
        (["other.bin.gz"], "other.bin.gz"),
        (["vectors.safetensors", "other.bin"], "vectors.safetensors"),
    ],
)
def test_the_file_that_nobody_named(hub, vectors, tmp_path, names, found):
    content = tmp_path / Path(found.removesuffix(".gz"))
    vectors.take([0, 1]).save(content)
    raw = gzip.compress(content.read_bytes()) if found.endswith(".gz") else content.read_bytes()
    hub.repositories["a/b"] = {name: raw if name == found else b"text" for name in names}
    assert WordVectors.load_from_hub("a/b").index_to_key == ["the", "king"]
    assert WordVectors.load_from_hub("a/b", found, limit=1).index_to_key == ["the"]


def test_the_layout_of_model2vec(hub, vectors, tmp_path):
    vectors.save(tmp_path / "folder", "model2vec")
    hub.repositories["a/b"] = {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()}
    assert WordVectors.load_from_hub("a/b").index_to_key == WORDS


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a.bin", "b.vec"], r"a/b: .*several files of vectors \(a.bin, b.vec\)"),
        (["README.md", "words.txt"], r"a/b: .*no file of vectors \(README.md, words.txt\)"),
        ([], r"a/b: .*no file of vectors \(no files\)"),
    ],
)
def test_no_file_to_choose(hub, names, told):
    hub.repositories["a/b"] = dict.fromkeys(names, b"")
    with pytest.raises(SourceError, match=told) as refused:
        WordVectors.load_from_hub("a/b")
    assert "filename=" in refused.value.hint


def test_what_the_hub_refuses(hub, vectors, monkeypatch, tmp_path):
    with pytest.raises(SourceError, match="no such repository, or it is private"):
        WordVectors.load_from_hub("a/none")
    vectors.push_to_hub("me/words")
    with pytest.raises(SourceError, match=r"me/words: cannot be read \(it has no such file"):
        WordVectors.load_from_hub("me/words", "other.bin")
    with pytest.raises(SourceError, match="no such revision"):
        WordVectors.load_from_hub("me/words", revision="v9")
    hub.repositories["me/words"]["vectors.safetensors"] = b"<html>"
    with pytest.raises(FileFormatError):
        WordVectors.load_from_hub("me/words", cache_dir=tmp_path)
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(StorageError, match="not logged in, or not allowed") as refused:
        vectors.push_to_hub("me/words")
    assert "hf auth login" in refused.value.hint
    assert vectors.push_to_hub("me/words", token="hf_right")


def test_a_hub_that_cannot_be_reached(hub, vectors, monkeypatch):
    patient = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})  # between one try and the next
    monkeypatch.setattr("huggingface_hub.utils._http.time", patient)
    hub.shutdown()
    hub.server_close()
    with pytest.raises(StorageError, match="me/words: cannot be written"):
        vectors.push_to_hub("me/words")
    with pytest.raises(SourceError, match="cannot be reached, and the file is not in the cache"):
        WordVectors.load_from_hub("me/words", "vectors.bin")
    with pytest.raises(SourceError, match="me/words: cannot be read"):
        WordVectors.load_from_hub("me/words")


@pytest.mark.parametrize("name", ["a/b/c", "", "me/wo rds", "me/..", None, 3])
@pytest.mark.usefixtures("hub")
def test_names_that_are_none(vectors, name):
    with pytest.raises(OptionError, match=r"repo_id=.*the name of a repository on the Hub"):
        vectors.push_to_hub(name)
    with pytest.raises(OptionError, match=r"repo_id=.*the name of a repository on the Hub"):
        WordVectors.load_from_hub(name)


def test_without_the_extra(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtra, match=r"firth\[hub\]"):
        vectors.push_to_hub("me/words")
    with pytest.raises(MissingExtra, match=r"firth\[hub\]"):
        model_card(vectors, "me/words")


def test_the_card_tells_what_the_vectors_know(vectors):
    card = model_card(vectors, "me/words", language=["en", "de"], license="mit", datasets="me/text")
    _, head, body = card.split("---\n", 2)
    assert yaml.safe_load(head) == {
        "language": ["en", "de"],
        "license": "mit",
        "datasets": ["me/text"],
        "library_name": "firth",
        "tags": ["word-vectors", "static-embeddings", "word2vec", "skipgram"],
    }
    assert "6 words of 3 dimensions" in body
    assert 'WordVectors.load_from_hub("me/words")' in body
    assert r"a\|b\*" in body
    nearest, similarity = vectors.most_similar("king", topn=1)[0]
    assert f"| king | {nearest} {similarity:.2f}, " in body
    assert "| `vector_size` | 3 |" in body
    assert "| loss of each epoch | 2.5000, - |" in body
    assert "| occurrences of the words | 121 |" in body
    assert "| prepared with | casefold=True, stop\\_words=1000 words |" in body
    assert "max_words" not in body


@pytest.mark.filterwarnings("ignore")
def test_the_card_of_bare_vectors_and_of_none():
    card = model_card(WordVectors(["a", "b"], [[1, 0], [0, 1]]), "me/words")
    assert "## Training" not in card
    assert "## Text" not in card
    assert re.search(r"\| a \| b 0\.00 \|", card)
    assert "0 words of 2 dimensions" in model_card(WordVectors([], np.empty((0, 2))), "me/words")
