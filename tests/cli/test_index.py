"""``firth index``, and ``firth neighbors --index`` with what it wrote."""

import numpy as np
import pytest
from click.testing import CliRunner

from firth.cli import index, neighbors
from firth.errors import FileFormatError
from firth.vectors import WordVectors


@pytest.fixture
def path(tmp_path):
    matrix = np.random.default_rng(1).standard_normal((200, 5))
    WordVectors([f"w{i}" for i in range(200)], matrix).save(tmp_path / "v.safetensors")
    return str(tmp_path / "v.safetensors")


def test_an_index_is_built_and_used(path):
    result = CliRunner().invoke(index.command, [path])
    assert result.stdout.startswith(f"{path}.index: 200 words, recall@10 ")
    assert float(result.stdout.split()[4]) > 0.95
    assert result.stdout.endswith(" with 64 candidates\n")
    exact = CliRunner().invoke(neighbors.command, [path, "w3", "-n", "1"])
    found = CliRunner().invoke(neighbors.command, [path, "w3", "-n", "1", "--index", f"{path}.index"])
    assert found.stdout == exact.stdout != ""


def test_more_candidates(path):
    assert " with 99 candidates" in CliRunner().invoke(index.command, [path, "--expansion", "99"]).stdout
    result = CliRunner().invoke(index.command, [path, "--recall", "1.5"])
    assert result.exit_code == 2


def test_the_index_of_other_vectors(path, tmp_path):
    CliRunner().invoke(index.command, [path, "-o", str(tmp_path / "i")])
    WordVectors(["w3"], [[1.0]]).save(path)
    result = CliRunner().invoke(neighbors.command, [path, "w3", "--index", str(tmp_path / "i")])
    assert isinstance(result.exception, FileFormatError)
