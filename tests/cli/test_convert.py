"""``firth convert``: from format to format, part of a file, precision with its error."""

import numpy as np
import pytest
from click.testing import CliRunner

from firth import Word2Vec, cli
from firth.cli.convert import TRANSFORMS, command
from firth.errors import FileFormatError, OptionError, SourceError
from firth.vectors import WordVectors, transforms
from firth.vectors.subwords import Subwords


@pytest.fixture
def source(tmp_path):
    vectors = WordVectors(["a", "b", "c"], [[1, 2], [3, 4], [5, 6]], [9, 8, 7], {"epochs": 5})
    vectors.save(tmp_path / "v.safetensors")
    return tmp_path / "v.safetensors"


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=True)


def test_there_and_back(source, tmp_path):
    result = run(source, tmp_path / "v.bin")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{tmp_path / 'v.bin'}: 3 words, 2 dimensions, without counts and metadata\n"
    assert run(tmp_path / "v.bin", tmp_path / "w.safetensors").exit_code == 0
    vectors = WordVectors.load(tmp_path / "w.safetensors")
    assert vectors.index_to_key == ["a", "b", "c"]
    np.testing.assert_array_equal(vectors.vectors, [[1, 2], [3, 4], [5, 6]])


def test_formats_by_name(source, tmp_path):
    run(source, tmp_path / "v.data", "--to", "glove")
    assert (tmp_path / "v.data").read_text() == "a 1 2\nb 3 4\nc 5 6\n"
    run(tmp_path / "v.data", tmp_path / "v.txt", "--from", "glove")
    assert (tmp_path / "v.txt").read_text() == "3 2\na 1 2\nb 3 4\nc 5 6\n"


def test_counts_and_metadata_stay(source, tmp_path):
    assert "without" not in run(source, tmp_path / "w.safetensors", "--limit", 2).stderr
    assert run(source, tmp_path / "w.npz").stderr.endswith("dimensions, without metadata\n")
    vectors = WordVectors.load(tmp_path / "w.safetensors")
    assert (vectors.index_to_key, vectors.counts.tolist(), vectors.metadata) == (["a", "b"], [9, 8], {"epochs": 5})


def test_only_some_words(source, tmp_path):
    (tmp_path / "words.txt").write_text("c\r\na \n\n", encoding="utf-8-sig")
    run(source, tmp_path / "w.txt", "--words", tmp_path / "words.txt")
    assert (tmp_path / "w.txt").read_text() == "2 2\na 1 2\nc 5 6\n"
    assert isinstance(run(source, tmp_path / "w.txt", "--words", tmp_path / "none").exception, SourceError)


def test_pruning_states_its_error(source, tmp_path):
    rows = np.random.default_rng(1).normal(size=(90, 2)).astype(np.float32)
    made = WordVectors(["king", "queen"], np.eye(2), subwords=Subwords(rows, 3, 4))
    made.save(tmp_path / "n.safetensors")
    result = run(tmp_path / "n.safetensors", tmp_path / "p.safetensors", "--prune-ngrams", 3)
    assert result.stderr.startswith("3 n-grams kept: unknown words have a mean cosine of 0.")
    assert WordVectors.load(tmp_path / "p.safetensors").subwords.ngrams.shape == (3, 2)
    failed = run(source, tmp_path / "p.safetensors", "--prune-ngrams", 3)
    assert isinstance(failed.exception, OptionError)


def test_precision_states_its_error(source, tmp_path):
    result = run(source, tmp_path / "w.safetensors", "--precision", "int8")
    assert "int8: largest error 0.0" in result.stderr
    assert "lowest cosine with the original 0.9999" in result.stderr
    np.testing.assert_allclose(WordVectors.load(tmp_path / "w.safetensors")["c"], [5, 6], atol=6 / 254)
    assert isinstance(run(source, tmp_path / "w.bin", "--precision", "int8").exception, OptionError)


def test_nothing_is_left_of_a_conversion_that_fails(source, tmp_path):
    assert isinstance(run(source, tmp_path / "w.doc").exception, OptionError)
    assert isinstance(run(source, tmp_path / "w.txt.gz", "--to", "glove").exception, OptionError)
    assert isinstance(run(tmp_path / "none.bin", tmp_path / "w.txt").exception, FileFormatError)
    assert [path.name for path in tmp_path.iterdir()] == ["v.safetensors"]


@pytest.mark.filterwarnings("default")
def test_what_is_odd_is_a_line_on_stderr(tmp_path, capsys):
    (tmp_path / "v.txt").write_text("a 1\nb 2\na 3\n")
    with pytest.raises(SystemExit) as left:
        cli.main(["convert", str(tmp_path / "v.txt"), str(tmp_path / "v.safetensors"), "--from", "glove"])
    assert left.value.code == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"firth: warning: {tmp_path / 'v.txt'}: 1 rows repeat a word; the first row of each is kept"


def test_transforms_in_their_order(source, tmp_path):
    vectors = WordVectors.load(source)
    for names in (["normalize", "center"], ["center", "normalize"]):
        options = [option for name in names for option in ("--transform", name)]
        assert run(source, tmp_path / "t.safetensors", *options).exit_code == 0
        expected = vectors
        for name in names:
            expected = getattr(transforms, name)(expected)
        np.testing.assert_array_equal(WordVectors.load(tmp_path / "t.safetensors").vectors, expected.vectors)
    assert run(source, tmp_path / "t.safetensors", "--transform", "center", "--dimensions", 1).exit_code == 0
    found = WordVectors.load(tmp_path / "t.safetensors").vectors
    np.testing.assert_allclose(found, transforms.pca(vectors, 1).vectors, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in TRANSFORMS if name != "add-output"])
def test_each_transform(source, tmp_path, name):
    assert run(source, tmp_path / "t.safetensors", "--transform", name).exit_code == 0
    expected = getattr(transforms, TRANSFORMS[name])(WordVectors.load(source))
    np.testing.assert_array_equal(WordVectors.load(tmp_path / "t.safetensors").vectors, expected.vectors)


def test_output_vectors_are_added_where_they_are_known(source, tmp_path):
    result = run(source, tmp_path / "t.safetensors", "--transform", "add-output")
    assert isinstance(result.exception, OptionError)
    assert "the file of a saved model" in result.exception.hint
    assert not (tmp_path / "t.safetensors").exists()
    model = Word2Vec(vector_size=3, min_count=1, sample=0, epochs=1, workers=1).fit([["a", "b"]] * 9)
    model.save(tmp_path / "m.safetensors")
    assert run(tmp_path / "m.safetensors", tmp_path / "t.safetensors", "--transform", "add-output").exit_code == 0
    expected = model.input_vectors + model.output_vectors
    np.testing.assert_array_equal(WordVectors.load(tmp_path / "t.safetensors").vectors, expected)
