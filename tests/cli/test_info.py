"""``firth info`` on a small file."""

import json

import pytest
from click.testing import CliRunner

from firth.cli.info import command
from firth.vectors import WordVectors


@pytest.fixture
def path(tmp_path):
    metadata = {"architecture": "cbow", "loss": [2.5, 1.5]}
    vectors = WordVectors(["rare", "the", "of"], [[1, 0], [1, 1], [0, 1]], [1, 2000, 1500], metadata)
    vectors.save(tmp_path / "v.safetensors")
    return tmp_path / "v.safetensors"


def test_lines(path):
    lines = CliRunner().invoke(command, [str(path), "-n", "2"]).stdout.splitlines()
    assert lines == [
        f"file          {path}",
        "words         3",
        "dimensions    2",
        f"size          {path.stat().st_size:,} bytes",
        "architecture  cbow",
        "loss          [2.5, 1.5]",
        "",
        "most frequent words",
        "  the  2,000",
        "  of  1,500",
    ]


def test_json(path):
    described = json.loads(CliRunner().invoke(command, [str(path), "-n", "1", "--json"]).stdout)
    assert described == {
        "path": str(path),
        "words": 3,
        "vector_size": 2,
        "bytes": path.stat().st_size,
        "metadata": {"architecture": "cbow", "loss": [2.5, 1.5]},
        "frequent": [{"word": "the", "count": 2000}],
    }


def test_without_counts_the_first_words_are_shown(tmp_path):
    WordVectors(["b", "a"], [[1], [1]]).save(tmp_path / "v.safetensors")
    lines = CliRunner().invoke(command, [str(tmp_path / "v.safetensors")]).stdout.splitlines()
    assert lines[-3:] == ["first words", "  b", "  a"]
