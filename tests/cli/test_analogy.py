"""``firth analogy`` on vectors made by hand."""

import json

import pytest
from click.testing import CliRunner

from firth.cli.analogy import command
from firth.vectors import WordVectors


@pytest.fixture
def path(tmp_path):
    words = ["man", "woman", "king", "queen", "apple"]
    WordVectors(words, [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 0]]).save(tmp_path / "v.safetensors")
    return str(tmp_path / "v.safetensors")


def test_man_is_to_king_as_woman_is_to(path):
    result = CliRunner().invoke(command, [path, "man", "king", "woman", "-n", "1"])
    assert result.stdout.split()[0] == "queen"


def test_json(path):
    result = CliRunner().invoke(command, [path, "man", "king", "woman", "--json"])
    answer = json.loads(result.stdout)
    assert [answer["a"], answer["b"], answer["c"]] == ["man", "king", "woman"]
    assert [entry["word"] for entry in answer["answers"]] == ["queen", "apple"]  # never the words asked with


def test_words_are_prepared_as_the_text_was(path, tmp_path):
    vectors = WordVectors.load(path)
    vectors.metadata["preparation"] = {"casefold": True}
    vectors.save(tmp_path / "folded.safetensors")
    result = CliRunner().invoke(command, [str(tmp_path / "folded.safetensors"), "Man", "KING", "woman", "-n", "1"])
    assert result.stdout.split()[0] == "queen"
