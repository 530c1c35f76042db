"""The layout of model2vec: loaded by model2vec, and read from what model2vec saved."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from firth.errors import FileFormatError, StorageError
from firth.vectors import WordVectors
from firth.vectors.formats import model2vec, write

WORDS = ["king", "queen", "naïve", "well-being"]
MATRIX = np.array([[1, 2], [3, 4], [5, 6], [7, 8]], np.float32)


@pytest.fixture
def static():
    from model2vec import StaticModel

    return StaticModel


def test_model2vec_loads_ours(tmp_path, static):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")
    model = static.from_pretrained(tmp_path / "folder")
    np.testing.assert_array_equal(model.encode(WORDS), MATRIX)
    np.testing.assert_array_equal(model.encode("king well-being"), [4, 5])
    np.testing.assert_array_equal(model.encode("king unseen queen"), [2, 3])  # unknown words count for nothing


def test_sentence_transformers_loads_ours_and_we_what_it_saves(tmp_path):
    transformer = pytest.importorskip("sentence_transformers").SentenceTransformer
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")
    model = transformer(str(tmp_path / "folder"), device="cpu")
    np.testing.assert_array_equal(model.encode(WORDS), MATRIX)
    np.testing.assert_array_equal(model.encode("king well-being"), [4, 5])
    np.testing.assert_allclose(model.encode("king unseen queen"), [4 / 3, 2], rtol=1e-6)  # an unknown word is zero here
    model.save(str(tmp_path / "saved"))
    vectors = WordVectors.load(tmp_path / "saved")
    assert vectors.index_to_key == WORDS
    np.testing.assert_array_equal(vectors.vectors, MATRIX)


def test_we_read_ours(tmp_path):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")
    vectors = WordVectors.load(tmp_path / "folder")
    assert vectors.index_to_key == WORDS
    np.testing.assert_array_equal(vectors.vectors, MATRIX)
    assert WordVectors.load(tmp_path / "folder", limit=2).index_to_key == WORDS[:2]


def test_we_read_model2vecs(tmp_path, static):
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "king": 1, "queen": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    static(np.array([[9, 9], [1, 2], [3, 4]], np.float16), tokenizer).save_pretrained(tmp_path / "folder")
    vectors = WordVectors.load(tmp_path / "folder")
    assert vectors.index_to_key == ["[UNK]", "king", "queen"]
    assert vectors.vectors.tolist() == [[9, 9], [1, 2], [3, 4]]


def test_weights_and_a_mapping(tmp_path, static):
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "king": 1, "queen": 2}, unk_token="[UNK]"))
    rows, weights, mapping = (
        np.array([[1, 1], [2, 4]], np.float32),
        np.array([1, 0.5, 3], np.float32),
        np.array([0, 1, 1]),
    )
    static(rows, tokenizer, weights=weights, token_mapping=mapping).save_pretrained(tmp_path / "folder")
    assert WordVectors.load(tmp_path / "folder").vectors.tolist() == [[1, 1], [1, 2], [6, 12]]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_damaged_folders(tmp_path, name):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")
    raw = (tmp_path / "folder" / name).read_bytes()
    (tmp_path / "folder" / name).write_bytes(raw[:-10])
    with pytest.raises(FileFormatError):
        WordVectors.load(tmp_path / "folder")
    (tmp_path / "folder" / name).unlink()
    with pytest.raises(FileFormatError, match="no such file"):
        WordVectors.load(tmp_path / "folder")


def test_rows_that_do_not_fit_the_vocabulary(tmp_path):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")
    tokenizer = json.loads((tmp_path / "folder" / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"].pop("king")
    (tmp_path / "folder" / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(FileFormatError, match="4 tokens for 5 embeddings"):
        WordVectors.load(tmp_path / "folder")
    for other in ([], {"model": []}, {"model": {"vocab": [1, 2]}}, {"model": {"vocab": {"a": "x", "b": 1}}}):
        (tmp_path / "folder" / "tokenizer.json").write_text(json.dumps(other))
        with pytest.raises(FileFormatError, match="no vocabulary"):
            WordVectors.load(tmp_path / "folder")


@pytest.mark.parametrize("tensors", [{"mapping": np.full(5, 9)}, {"weights": np.ones(3, np.float32)}])
def test_a_mapping_or_weights_that_do_not_fit(tmp_path, tensors):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")
    save_file({"embeddings": np.ones((5, 2), np.float32), **tensors}, tmp_path / "folder" / "model.safetensors")
    with pytest.raises(FileFormatError, match="do not fit the embeddings"):
        WordVectors.load(tmp_path / "folder")


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "folder").write_text("here")
    with pytest.raises(StorageError):
        model2vec.write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "folder")


def test_a_folder_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    old = WordVectors(["a"], [[1.0]])
    old.save(tmp_path / "old", "model2vec")
    monkeypatch.setattr(model2vec, "FILES", (*model2vec.FILES[:3], "nowhere/config.json"))
    for name in ("old", "new"):
        with pytest.raises(StorageError, match="nowhere"):
            WordVectors(["b"], [[2.0]]).save(tmp_path / name, "model2vec")
    assert list(tmp_path.iterdir()) == [tmp_path / "old"]
    assert WordVectors.load(tmp_path / "old").index_to_key == ["a"]
    assert len(list((tmp_path / "old").iterdir())) == 4
