"""``firth align``: the word that moved comes first, and the rotated vectors are written."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from firth.cli.align import command
from firth.errors import OptionError, StorageError
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


TEXT = ["the king and the queen\n" * 60, "a song of a list\n" * 60]


@pytest.fixture
def periods(tmp_path):
    """Vectors of two texts that have some words in common, and the texts."""
    from firth import Word2Vec

    found = []
    for name, text in zip(("1850", "1950"), TEXT, strict=True):
        (tmp_path / f"{name}.txt").write_text(text + "the king of a song and a list\n" * 60)
        model = Word2Vec(vector_size=4, epochs=1, min_count=1, workers=1, window=2, sample=0)
        model.fit(tmp_path / f"{name}.txt", progress=False).vectors.save(tmp_path / f"{name}.safetensors")
        found.append((str(tmp_path / f"{name}.safetensors"), str(tmp_path / f"{name}.txt")))
    return found


def test_a_null_is_trained_kept_and_used_again(periods, tmp_path):
    (old, old_text), (new, new_text) = periods
    null = str(tmp_path / "null")
    made = ["--text", old_text, "--text", new_text, "--shuffles", "2", "--save-null", null]
    first = CliRunner().invoke(command, [old, new, *made, "--json"], catch_exceptions=False).stdout
    again = CliRunner().invoke(command, [old, new, "--null", null, "--json"], catch_exceptions=False).stdout
    assert first == again
    told = json.loads(first.splitlines()[0])
    assert set(told) == {"word", "similarity", "expected", "excess", "interval", "p", "q"}
    assert told["excess"] == pytest.approx(1 - told["similarity"] - told["expected"], abs=2e-6)
    one = CliRunner().invoke(command, [old, new, "--null", f"{null}/2"], catch_exceptions=False).stdout
    assert one.splitlines()[0].split() == ["word", "similarity", "moved", "more", "by", "95", "%", "interval", "p"]


def test_a_path_through_three_spaces(periods):
    (old, _), (new, _) = periods
    lines = CliRunner().invoke(command, [old, new, old, "--word", "king"], catch_exceptions=False).stdout.splitlines()
    assert lines[0] == "king"
    assert sum("near: " in line for line in lines) == 3
    assert sum("1.0000 with " in line for line in lines) == 2  # the first space is the last one
    path = json.loads(CliRunner().invoke(command, [old, new, "--word", "king", "--json"]).stdout)["path"]
    assert [stop["space"] for stop in path] == ["1850", "1950"]
    assert path[1]["step"]["word"] == "king"


def test_mistakes(periods, tmp_path):
    (old, text), (new, _) = periods
    for given, said in [
        ([old], "one set of vectors"),
        ([old, new, "--text", text], "1 times --text for 2 sets of vectors"),
        ([old, new, "--save-null", str(tmp_path / "n")], "--save-null without --text"),
        ([old, old, "--null", str(tmp_path)], "equal names"),
    ]:
        with pytest.raises(OptionError, match=said):
            CliRunner().invoke(command, given, catch_exceptions=False)
