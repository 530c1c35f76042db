"""TensorBoard projector files, by hand and damaged."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.scripts.word2vec2tensor import word2vec2tensor

from firth.errors import FileFormatError, OptionError, VectorsWarning
from firth.vectors import WordVectors
from firth.vectors.formats import projector, write


def test_files_by_hand(tmp_path):
    projector.write(WordVectors(["a", "new york"], [[1, 2.5], [-3, 4]]).embeddings, tmp_path / "v.tsv")
    assert (tmp_path / "v.tsv").read_text() == "1\t2.5\n-3\t4\n"
    assert (tmp_path / "v_metadata.tsv").read_text() == "a\nnew york\n"
    vectors = projector.read(tmp_path / "v.tsv")
    assert vectors.index_to_key == ["a", "new york"]
    assert vectors.vectors.tolist() == [[1, 2.5], [-3, 4]]


def test_counts_make_a_second_column_and_a_header(tmp_path):
    projector.write(WordVectors(["a", "b"], [[1], [2]], [7, 8]).embeddings, tmp_path / "v.tsv")
    assert (tmp_path / "v_metadata.tsv").read_text() == "word\tcount\na\t7\nb\t8\n"
    assert projector.read(tmp_path / "v.tsv", limit=1).index_to_key == ["a"]
    assert projector.read(tmp_path / "v.tsv", limit=0).vectors.shape == (0, 1)


@pytest.mark.parametrize(("numbers", "words"), [("g_tensor.tsv", "g_metadata.tsv"), ("x.tsv", "metadata.tsv")])
def test_the_names_of_other_tools(tmp_path, numbers, words):
    (tmp_path / numbers).write_text("1\t2\n3\t4\n")
    (tmp_path / words).write_text("a\n#\n")
    assert projector.read(tmp_path / numbers).index_to_key == ["a", "#"]


def test_a_file_of_gensim(tmp_path):
    known = KeyedVectors(2)
    known.add_vectors(["a", "naïve"], np.array([[1, 2.5], [-3, 4]], np.float32))
    known.save_word2vec_format(tmp_path / "v.txt")
    word2vec2tensor(str(tmp_path / "v.txt"), str(tmp_path / "g"))
    vectors = projector.read(tmp_path / "g_tensor.tsv")
    assert vectors.index_to_key == ["a", "naïve"]
    assert vectors.vectors.tolist() == [[1, 2.5], [-3, 4]]


def test_damaged_files(tmp_path):
    (tmp_path / "v.tsv").write_text("1\t2\n3\t4\n")
    with pytest.raises(FileFormatError, match=r"its file of words is missing, expected v_metadata\.tsv"):
        projector.read(tmp_path / "v.tsv")
    (tmp_path / "v_metadata.tsv").write_text("a\n")
    with pytest.raises(FileFormatError, match="2 vectors, but 1 words"):
        projector.read(tmp_path / "v.tsv")
    (tmp_path / "v_metadata.tsv").write_text("a\nb\n")
    for damaged in ("1\t2\n3\n", "1\t2\nx\t4\n"):
        (tmp_path / "v.tsv").write_text(damaged)
        with pytest.raises(FileFormatError, match="not numbers"):
            projector.read(tmp_path / "v.tsv")


def test_words_that_are_not_utf8_are_reported(tmp_path):
    (tmp_path / "v.tsv").write_text("1\n2\n")
    (tmp_path / "v_metadata.tsv").write_bytes(b"\xef\xbb\xbfa\ncaf\xe9\n")
    with pytest.warns(VectorsWarning, match=r"v_metadata\.tsv: 1 words are not UTF-8"):
        assert projector.read(tmp_path / "v.tsv").index_to_key == ["a", "caf\ufffd"]


@pytest.mark.parametrize(("column", "counts"), [(["7", "8"], [7, 8]), (["7", "x"], None), (["7", ""], None)])
def test_counts_are_read_where_all_are_numbers(tmp_path, column, counts):
    (tmp_path / "v.tsv").write_text("1\t2.5\n-3\t4\n")
    (tmp_path / "v_metadata.tsv").write_text(f"word\tkind\tcount\na\tx\t{column[0]}\nb\ty\t{column[1]}\n")
    found = projector.read(tmp_path / "v.tsv").counts
    assert (None if found is None else found.tolist()) == counts
    found = projector.read(tmp_path / "v.tsv", limit=1).counts
    assert (None if found is None else found.tolist()) == (counts and counts[:1])


def test_a_word_with_a_tab(tmp_path):
    with pytest.raises(OptionError, match="tab"):
        write(WordVectors(["a\tb"], [[1]]).embeddings, tmp_path / "v.tsv")
    assert list(tmp_path.iterdir()) == []
