"""Vector files: the same words and numbers come back, mapped; damaged and foreign files are refused."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from firth.errors import FileFormatError, OptionError, StorageError
from firth.storage import write_tensors
from firth.stored_words import pack_words
from firth.vectors import WordVectors

WORDS = ["east", "naïve", "new york", ""]
MATRIX = np.arange(12, dtype=np.float32).reshape(4, 3)
METADATA = {"architecture": "cbow", "epochs": 5, "losses": [1.5, 1.25]}


@pytest.fixture
def path(tmp_path):
    WordVectors(WORDS, MATRIX, [9, 5, 5, 1], METADATA).save(tmp_path / "v.safetensors")
    return tmp_path / "v.safetensors"


def test_what_was_saved_comes_back(path):
    vectors = WordVectors.load(path)
    assert vectors.index_to_key == WORDS
    np.testing.assert_array_equal(vectors.vectors, MATRIX)
    np.testing.assert_array_equal(vectors.counts, [9, 5, 5, 1])
    assert vectors.metadata == METADATA
    assert repr(vectors) == "<WordVectors: 4 words, 3 dimensions>"


def test_safetensors_itself_reads_the_file(path):
    tensors = load_file(path)
    np.testing.assert_array_equal(tensors["vectors"], MATRIX)
    assert tensors["words"].tobytes().decode() == "".join(WORDS)


def test_loaded_vectors_are_mapped_from_the_file(path):
    matrix = WordVectors.load(path).vectors
    while isinstance(matrix.base, np.ndarray):
        matrix = matrix.base
    assert isinstance(matrix, np.memmap)


def test_opening_decodes_no_word(path):
    vectors = WordVectors.load(path)
    assert "naïve" in vectors
    assert vectors.embeddings.words._list is None


def test_a_file_can_be_saved_over_itself(path):
    WordVectors.load(path).save(path)
    np.testing.assert_array_equal(WordVectors.load(path)["east"], MATRIX[0])


def test_without_counts(tmp_path):
    WordVectors(["a"], [[1.0]]).save(tmp_path / "v.safetensors")
    vectors = WordVectors.load(tmp_path / "v.safetensors")
    assert vectors.counts is None
    assert vectors.metadata == {}


def test_no_words_at_all(tmp_path):
    WordVectors([], np.empty((0, 3))).save(tmp_path / "v.safetensors")
    vectors = WordVectors.load(tmp_path / "v.safetensors")
    assert (len(vectors), vectors.vector_size) == (0, 3)
    assert vectors.similar_by_vector(np.ones(3)) == []


def test_a_model_gives_its_input_vectors_without_the_padding(tmp_path):
    padded = np.zeros((4, 16), np.float32)
    padded[:, :3] = MATRIX
    tensors = {"input_vectors": padded, "output_vectors": padded + 1, "counts": np.arange(4), **pack_words(WORDS)}
    write_tensors(tmp_path / "m.safetensors", "model", tensors, {"vector_size": 3})
    vectors = WordVectors.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(vectors.vectors, MATRIX)
    assert vectors.most_similar("naïve", topn=1)[0][0] == "new york"


def test_the_output_vectors_of_a_model(tmp_path):
    tensors = {"input_vectors": MATRIX, "output_vectors": MATRIX + 1, "counts": np.arange(4), **pack_words(WORDS)}
    write_tensors(tmp_path / "m.safetensors", "model", tensors, {"vector_size": 2})
    np.testing.assert_array_equal(WordVectors.load_output(tmp_path / "m.safetensors").vectors, MATRIX[:, :2] + 1)
    metadata = {"vector_size": 2, "configuration": {"objective": "hierarchical"}}
    write_tensors(tmp_path / "h.safetensors", "model", tensors, metadata)
    with pytest.raises(FileFormatError, match="inner nodes"):
        WordVectors.load_output(tmp_path / "h.safetensors")
    WordVectors(WORDS, MATRIX).save(tmp_path / "v.safetensors")
    with pytest.raises(FileFormatError, match="no output_vectors"):
        WordVectors.load_output(tmp_path / "v.safetensors")


def test_the_metadata_does_not_cut_the_matrix(tmp_path):
    WordVectors(WORDS, MATRIX, metadata={"vector_size": 2}).save(tmp_path / "v.safetensors")
    assert WordVectors.load(tmp_path / "v.safetensors").vector_size == 3


@pytest.mark.parametrize("keep", [0, 7, 8, 100, -1])
def test_a_truncated_file(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileFormatError):
        WordVectors.load(path)


def test_a_foreign_file(tmp_path):
    (tmp_path / "notes.safetensors").write_text("the cat sat\n")
    with pytest.raises(FileFormatError, match="not a safetensors file"):
        WordVectors.load(tmp_path / "notes.safetensors")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileFormatError, match="no such file, expected a vectors file"):
        WordVectors.load(tmp_path / "none.safetensors")


def test_a_file_of_another_kind(tmp_path):
    write_tensors(tmp_path / "f.safetensors", "vocabulary", {"counts": np.arange(3)}, {})
    with pytest.raises(FileFormatError, match="holds 'vocabulary', expected 'vectors'"):
        WordVectors.load(tmp_path / "f.safetensors")


def test_a_newer_file(path):
    raw = path.read_bytes().replace(rb"\"version\": 1", rb"\"version\": 9")
    path.write_bytes(raw)
    with pytest.raises(FileFormatError, match="version 9"):
        WordVectors.load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"vectors": MATRIX[:3]},
        {"vectors": MATRIX.astype(np.int32)},
        {"vectors": MATRIX.ravel()},
        {"counts": np.arange(3)},
        {"word_bounds": np.array([0, 1, 2, 3, 99])},
    ],
    ids=lambda change: next(iter(change)),
)
def test_tensors_that_do_not_fit(tmp_path, change):
    tensors = {"vectors": MATRIX, "counts": np.arange(4), **pack_words(WORDS), **change}
    write_tensors(tmp_path / "v.safetensors", "vectors", tensors, {})
    with pytest.raises(FileFormatError, match=r"v\.safetensors"):
        WordVectors.load(tmp_path / "v.safetensors")


def test_a_model_of_an_impossible_size(tmp_path):
    for size in (99, "3", None):
        tensors = {"input_vectors": MATRIX, **pack_words(WORDS)}
        write_tensors(tmp_path / "m.safetensors", "model", tensors, {"vector_size": size})
        with pytest.raises(FileFormatError, match="vector_size"):
            WordVectors.load(tmp_path / "m.safetensors")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StorageError):
        WordVectors(["a"], [[1.0]]).save(tmp_path / "none" / "v.safetensors")


def test_the_suffix_names_the_format(tmp_path):
    vectors = WordVectors(["a", "b"], [[1, 2], [3, 4]], [2, 1], {"seed": 1})
    vectors.save(tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_text() == "2 2\na 1 2\nb 3 4\n"
    vectors.save(tmp_path / "v.txt", "glove")
    assert (tmp_path / "v.txt").read_text() == "a 1 2\nb 3 4\n"
    for name in ("v.safetensors", "v.kv", "v", "v.model"):  # as gensim, any other name will do for the own format
        vectors.save(tmp_path / name)
        assert WordVectors.load(tmp_path / name).metadata == {"seed": 1}
        vectors.save(tmp_path / name, precision="float16")
        assert load_file(tmp_path / name)["vectors"].dtype == np.float16
    with pytest.raises(OptionError, match=r"v\.txt\.gz: a compressed file, expected one that is not"):
        vectors.save(tmp_path / "v.txt.gz")
    with pytest.raises(OptionError, match=r"precision='int8' cannot be used for .*v\.bin, which is written as word2"):
        vectors.save(tmp_path / "v.bin", precision="int8")
    assert not (tmp_path / "v.bin").exists()


def test_vectors_written_over_the_file_that_they_are_mapped_from(tmp_path):
    vectors = WordVectors(["a", "b"], [[1, 2], [3, 4]])
    for suffix in (".safetensors", ".txt", ".bin", ".glove", ".npz", ".parquet", ".arrow", ".tsv"):
        vectors.save(tmp_path / f"v{suffix}")
        for _ in range(2):
            mapped = WordVectors.load(tmp_path / f"v{suffix}")
            mapped.save(tmp_path / f"v{suffix}")
            assert mapped.vectors.tolist() == [[1, 2], [3, 4]]
