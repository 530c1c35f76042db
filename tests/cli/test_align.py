"""``firth align``: the word that moved comes first, and the rotated vectors are written."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from firth.cli.align import command
from firth.errors import StorageError
from firth.vectors import WordVectors

MATRIX = np.random.default_rng(2).standard_normal((30, 4))
WORDS = [f"w{i}" for i in range(30)]


@pytest.fixture
def paths(tmp_path):
    turned = MATRIX[:, [1, 0, 3, 2]].copy()  # a swap of axes is a rotation or a reflection
    turned[4] = -turned[4]
    WordVectors(WORDS, turned).save(tmp_path / "a.safetensors")
    WordVectors(WORDS, MATRIX).save(tmp_path / "b.safetensors")
    return [str(tmp_path / "a.safetensors"), str(tmp_path / "b.safetensors")]


def test_the_table(paths):
    lines = CliRunner().invoke(command, [*paths, "-n", "3"]).stdout.splitlines()
    assert len(lines) == 3
    word, similarity = lines[0].split()
    assert word == "w4"
    assert float(similarity) < -0.9


def test_json(paths):
    lines = CliRunner().invoke(command, [*paths, "--json"]).stdout.splitlines()
    assert json.loads(lines[0])["word"] == "w4"
    assert len(lines) == 20


def test_the_rotated_vectors_are_written(paths, tmp_path):
    output = str(tmp_path / "out.safetensors")
    CliRunner().invoke(command, [*paths, "-o", output, "--anchors", "4"])  # w0 to w3 have not moved
    rotated = WordVectors.load(output)
    unmoved = [row for row in range(30) if row != 4]
    np.testing.assert_allclose(rotated.vectors[unmoved], MATRIX[unmoved], atol=1e-4)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_read(tmp_path):
    result = CliRunner().invoke(command, ["missing.txt", "missing.txt", "-o", str(tmp_path / "nowhere" / "out.txt")])
    assert isinstance(result.exception, StorageError)
