"""The contract of every format that can be written: what went in comes out. And the registry itself."""

import gzip
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from firth.errors import FileFormatError, FirthError, OptionError, VectorsWarning
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, SUFFIXES, write

WORDS = ["the", "naïve", "日本", "well-being", "3.14", "UPPER"]
MATRIX = np.array([[1, 0.1], [1e-30, -2], [0, 0], [3e30, 4], [-1 / 3, 5], [6, 7.25]], np.float32)
WRITABLE = [name for name, format in FORMATS.items() if format.read and format.write]


@pytest.mark.parametrize("name", WRITABLE)
def test_what_went_in_comes_out(tmp_path, name):
    path = tmp_path / ("v.tsv" if name == "projector" else "v")
    write(WordVectors(WORDS, MATRIX).embeddings, path, name)
    for vectors in (
        WordVectors.load(path, name),
        WordVectors.load(path, name, limit=4),
        WordVectors.load(path, name, wanted={"naïve", "3.14"}),
    ):
        rows = [WORDS.index(word) for word in vectors]
        np.testing.assert_array_equal(vectors.vectors, MATRIX[rows])
    assert WordVectors.load(path, name).index_to_key == WORDS
    assert WordVectors.load(path, name, limit=4).index_to_key == WORDS[:4]
    assert WordVectors.load(path, name, wanted={"naïve", "3.14"}).index_to_key == ["naïve", "3.14"]


def written(folder, name, matrix=MATRIX):
    """The path of a file in a format, and the file whose bytes hold the numbers."""
    path = folder / ("v.tsv" if name == "projector" else "v")
    write(WordVectors(WORDS, matrix).embeddings, path, name)
    return path, path / "model.safetensors" if name == "model2vec" else path


@pytest.mark.parametrize("name", WRITABLE)
def test_a_cut_file_is_refused_or_reported(tmp_path, name):
    path, file = written(tmp_path, name)
    raw = file.read_bytes()
    for keep in {*range(0, len(raw) - 1, max(1, len(raw) // 60)), len(raw) - 2}:
        file.write_bytes(raw[:keep])
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            try:
                WordVectors.load(path, name)
            except FileFormatError:
                continue
        # Only numbers in text can be cut and still be numbers; without a header, between two lines nothing shows it.
        assert name in ("word2vec-text", "fasttext-vec", "spacy", "glove", "projector")
        if not (name == "glove" and raw[keep - 1 : keep] == b"\n"):
            assert any("no line break at the end" in str(warning.message) for warning in seen)


@pytest.mark.parametrize("name", WRITABLE)
def test_damaged_bytes_never_end_in_another_error(tmp_path, name):
    path, file = written(tmp_path, name)
    raw, rng = file.read_bytes(), np.random.default_rng(8)
    for place in rng.choice(len(raw), min(len(raw), 150), replace=False).tolist():
        file.write_bytes(raw[:place] + bytes([rng.integers(256)]) + raw[place + 1 :])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VectorsWarning)
            try:
                vectors = WordVectors.load(path, name)
            except FirthError:
                continue
            assert vectors.vectors.shape == (len(vectors), vectors.vector_size)


@pytest.mark.parametrize("name", WRITABLE)
def test_numbers_that_are_none_and_vectors_of_zero(tmp_path, name):
    matrix = MATRIX.copy()
    matrix[1, 0], matrix[5, 1] = np.nan, np.inf
    path, _ = written(tmp_path, name, matrix)
    if name == "native":  # mapped, so not read before somebody asks
        vectors = WordVectors.load(path, name)
    else:
        with pytest.warns(VectorsWarning, match="2 vectors hold NaN or infinity"):
            vectors = WordVectors.load(path, name)
    np.testing.assert_array_equal(vectors.vectors, matrix)
    assert {word for word, _ in vectors.most_similar("the")} == {"日本", "well-being", "3.14"}
    assert dict(vectors.most_similar("the"))["日本"] == 0  # the zero vector


def _repeat_text(path):
    path.write_text("3 2\na 1 2\nb 3 4\na 5 6\n")


def _repeat_binary(path):
    path.write_bytes(b"3 2\n" + b"".join(w + b" " + np.array(v, "<f4").tobytes() for w, v in REPEATED))


def _repeat_npz(path):
    with path.open("wb") as file:
        np.savez(file, words=["a", "b", "a"], vectors=[[1, 2], [3, 4], [5, 6]])


def _repeat_projector(path):
    path.write_text("1\t2\n3\t4\n5\t6\n")
    path.with_name("v_metadata.tsv").write_text("a\nb\na\n")


REPEATED = [(b"a", [1, 2]), (b"b", [3, 4]), (b"a", [5, 6])]
TABLE = pa.table({"word": ["a", "b", "a"], "vector": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]})
REPEATING = {
    "word2vec-text": _repeat_text,
    "word2vec-binary": _repeat_binary,
    "npz": _repeat_npz,
    "projector": _repeat_projector,
    "parquet": lambda path: pa.parquet.write_table(TABLE, path),
    "arrow": lambda path: pa.feather.write_feather(TABLE, str(path)),
}


@pytest.mark.parametrize("name", REPEATING)
def test_of_a_repeated_word_the_first_row_is_kept(tmp_path, name):
    path = tmp_path / "v.tsv"
    REPEATING[name](path)
    with pytest.warns(VectorsWarning, match="1 rows repeat a word"):
        vectors = WordVectors.load(path, name)
    assert (vectors.index_to_key, vectors.vectors.tolist()) == (["a", "b"], [[1, 2], [3, 4]])


@pytest.mark.parametrize("name", [name for name in WRITABLE if name != "model2vec"])
def test_a_compressed_file_is_read_or_to_be_unpacked(tmp_path, name):
    path, file = written(tmp_path, name)
    packed = tmp_path / f"{path.stem}{next((s for s, n in SUFFIXES.items() if n == name), '.txt')}.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    for format in (name, None):
        if name in ("native", "npz", "parquet", "arrow", "projector"):
            with pytest.raises(FileFormatError, match=f"{name} in a compressed file; hint: unpack it"):
                WordVectors.load(packed, format)
        else:
            assert WordVectors.load(packed, format).index_to_key == WORDS


def test_a_compressed_file_is_not_written(tmp_path):
    for format in (None, "glove"):
        with pytest.raises(OptionError, match="a compressed file"):
            write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "v.txt.gz", format)


@pytest.mark.parametrize("suffix", [*(suffix for suffix, name in SUFFIXES.items() if name in WRITABLE), ""])
def test_the_suffix_says_the_format(tmp_path, suffix):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / f"v{suffix}")
    vectors = WordVectors.load(tmp_path / f"v{suffix}")
    assert vectors.index_to_key == WORDS
    np.testing.assert_array_equal(vectors.vectors, MATRIX)


@pytest.mark.parametrize("name", ["native", "parquet", "arrow", "npz", "word2vec-text"])
def test_the_first_bytes_say_it_too(tmp_path, name):
    write(WordVectors(WORDS, MATRIX).embeddings, tmp_path / "v", name)
    assert WordVectors.load(tmp_path / "v").index_to_key == WORDS


def test_each_format_names_functions_that_exist():
    for format in FORMATS.values():
        assert all(callable(format.function(name)) for name in (format.read, format.write) if name)
    assert set(SUFFIXES.values()) <= set(FORMATS)


def test_wrong_requests(tmp_path):
    vectors = WordVectors(["a"], [[1]])
    with pytest.raises(OptionError, match="format 'word3vec', expected one of native, "):
        write(vectors.embeddings, tmp_path / "v.bin", "word3vec")
    with pytest.raises(OptionError, match=r"no format has the suffix \.doc, expected one of \.safetensors"):
        write(vectors.embeddings, tmp_path / "v.doc")
    with pytest.raises(OptionError, match="gensim can only be read"):
        write(vectors.embeddings, tmp_path / "v.bin", "gensim")
    write(vectors.embeddings, tmp_path / "v.pgtext")
    with pytest.raises(OptionError, match="pgvector-text can only be written"):
        WordVectors.load(tmp_path / "v.pgtext")
    with pytest.raises(OptionError, match="limit=-1"):
        WordVectors.load(tmp_path, limit=-1)
    with pytest.raises(FileFormatError, match="no such file"):
        WordVectors.load(tmp_path / "none.txt")
