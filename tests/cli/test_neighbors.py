"""``firth neighbors`` on vectors made by hand."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from firth.cli.neighbors import command
from firth.errors import OptionError
from firth.kernels.text.scheme import Scheme
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords, ngram_buckets


@pytest.fixture
def path(tmp_path):
    vectors = WordVectors(["east", "northeast", "north", "west"], [[1, 0], [1, 1], [0, 1], [-1, 0]])
    vectors.save(tmp_path / "v.safetensors")
    return str(tmp_path / "v.safetensors")


def run(*arguments):
    return CliRunner().invoke(command, list(arguments))


def test_a_table_for_each_word(path):
    result = run(path, "east", "west", "-n", "2")
    assert result.stdout == (
        "east\n  northeast   0.7071\n  north       0.0000\nwest\n  north       0.0000\n  northeast  -0.7071\n"
    )


def test_json_lines(path):
    lines = [json.loads(line) for line in run(path, "east", "west", "-n", "1", "--json").stdout.splitlines()]
    assert lines == [
        {"word": "east", "neighbors": [{"word": "northeast", "similarity": 0.707107}]},
        {"word": "west", "neighbors": [{"word": "north", "similarity": 0.0}]},
    ]


def test_unknown_words_are_reported_and_the_others_answered(path):
    result = run(path, "east", "eats", "west", "-n", "1")
    assert result.exit_code == 1
    assert result.stdout == run(path, "east", "west", "-n", "1").stdout
    assert result.stderr == "firth: error: unknown word 'eats'; hint: did you mean east?\n"
    result = run(path, "east", "eats", "west", "-n", "1", "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["word"] for line in lines] == ["east", "eats", "west"]
    assert lines[1] == {"word": "eats", "error": "unknown word 'eats'", "hint": "did you mean east?"}
    assert (result.exit_code, result.stderr) == (1, "")


def test_a_word_whose_vector_is_no_number_is_reported_and_the_others_answered(tmp_path):
    WordVectors(["a", "b", "c"], [[1, 0], [np.nan, 1], [0, 1]]).save(tmp_path / "v.safetensors")
    result = run(str(tmp_path / "v.safetensors"), "a", "b", "c")
    assert result.exit_code == 1
    assert result.stdout == "a\n  c   0.0000\nc\n  a   0.0000\n"
    assert "NaN or infinity" in result.stderr


def test_words_from_a_file_and_from_stdin(path, tmp_path):
    (tmp_path / "words.txt").write_text("east\n\nwest\n")
    asked = run(path, "east", "west", "-n", "1").stdout
    assert run(path, "-f", str(tmp_path / "words.txt"), "-n", "1").stdout == asked
    assert CliRunner().invoke(command, [path, "-f", "-", "-n", "1"], input="east\nwest\n").stdout == asked


def test_spaces_that_belong_to_a_word_are_kept(tmp_path):
    words = ["\u3000", "a\u00a0b", "\x85c"]
    WordVectors(words, [[1, 0], [1, 1], [0, 1]]).save(tmp_path / "v.safetensors")
    asked = "".join(f" {word}\t\r\n" for word in words)
    for options in (["-f", "-"], ["-i"]):
        result = CliRunner().invoke(command, [str(tmp_path / "v.safetensors"), *options, "--json"], input=asked)
        assert [json.loads(line)["word"] for line in result.stdout.split("\n")[:-1]] == words
    sum_of = CliRunner().invoke(command, [str(tmp_path / "v.safetensors"), "-i", "--json"], input="\u3000 + \x85c\n")
    assert json.loads(sum_of.stdout)["neighbors"][0]["word"] == "a\u00a0b"


def test_no_words_at_all(path):
    assert isinstance(run(path).exception, OptionError)


def test_words_are_prepared_as_the_text_was(tmp_path):
    vectors = WordVectors(["paris", "new_york"], [[1, 0], [1, 1]], metadata={"preparation": {"casefold": True}})
    vectors.save(tmp_path / "v.safetensors")
    result = run(str(tmp_path / "v.safetensors"), "Paris", "New York")
    assert result.stdout == "Paris\n  new_york   0.7071\nNew York\n  paris   0.7071\n"
    asked = CliRunner().invoke(
        command, [str(tmp_path / "v.safetensors"), "-i"], input="PARIS\nNew York\nParis - York\n"
    )
    assert "PARIS\n  new_york   0.7071\nNew York\n  paris   0.7071\n" in asked.stdout
    assert "unknown word 'york'" in asked.stderr


def test_words_with_vectors_from_ngrams_are_marked(tmp_path):
    rows = np.zeros((50, 2), np.float32)
    rows[ngram_buckets("as", Scheme(3, 3, 50))] = [1, 0]
    vectors = WordVectors(["east", "north"], [[1, 0], [0, 1]], subwords=Subwords(rows, 3, 3))
    vectors.save(tmp_path / "v.safetensors")
    path = str(tmp_path / "v.safetensors")
    result = run(path, "as", "east", "-n", "1")
    assert result.stdout == "as (unknown, from its n-grams)\n  east   1.0000\neast\n  north   0.0000\n"
    lines = [json.loads(line) for line in run(path, "as", "east", "-n", "1", "--json").stdout.splitlines()]
    assert [line.get("known") for line in lines] == [False, None]
    asked = CliRunner().invoke(command, [path, "-i", "-n", "1"], input="as\neast - as\neast - north\n").stdout
    assert [line for line in asked.splitlines() if "unknown" in line] == [
        "as (unknown, from its n-grams)", "east - as (unknown, from its n-grams)"
    ]  # fmt: skip
    result = run(path, "x")  # <x> alone
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("firth: error: unknown word 'x'")
