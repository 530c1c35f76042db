"""``firth evaluate`` on vectors made by hand: tables, Markdown, JSON, several models, mistakes."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from firth import cli
from firth.cli.evaluate import command
from firth.errors import StorageError
from firth.vectors import WordVectors

WORDS = ["man", "woman", "king", "queen", "apple", "pear"]
MATRIX = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0.2, 1], [0, 0.3, 0, 1]])


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WordVectors(WORDS, MATRIX).save("a.safetensors")
    WordVectors(WORDS, np.random.default_rng(0).standard_normal((6, 4))).save("b.safetensors")
    (tmp_path / "pairs.txt").write_text(
        "apple pear 9\nking queen 8\nman woman 7\nman apple 0\nking pear 1\nman moon 1\n"
    )
    (tmp_path / "questions.txt").write_text(
        ": family\nman woman king queen\nMan king woman Queen\nman woman sun moon\n"
    )
    return tmp_path


def run(*arguments):
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


TESTS = ["--similarity", "pairs.txt", "--analogies", "questions.txt"]


@pytest.mark.usefixtures("files")
def test_the_table():
    lines = run("a.safetensors", *TESTS).splitlines()
    assert lines[0].split() == ["pairs", "a"]
    assert lines[3].split() == ["pairs", "used", "5"]
    assert any(line.startswith("3cosadd") and "100.0 [100.0, 100.0]" in line for line in lines)
    assert "pairs: 1 unknown word: moon" in lines
    assert "questions: 2 of 2 right; 1 with unknown words left out" in lines
    assert lines[-1].startswith("all words take part; letters are case-folded")


@pytest.mark.usefixtures("files")
def test_several_models_as_json():
    found = json.loads(run("a.safetensors", "b.safetensors", *TESTS, "--json", "--restrict", "6"))
    assert found["models"] == ["a", "b"]
    similarity, analogy = found["tests"]
    first, second = similarity["results"]
    assert first["spearman"] > 0.8
    difference, pearson = similarity["differences"]
    assert (difference["measure"], difference["model"], pearson["measure"]) == ("Spearman", "b", "Pearson")
    assert difference["difference"] == pytest.approx(second["spearman"] - first["spearman"])
    assert difference["items"] == 5
    assert analogy["results"][0]["accuracy"] == 1
    assert analogy["results"][0]["restrict"] == 6
    assert "first 6 words" in found["policy"]


@pytest.mark.usefixtures("files")
def test_markdown():
    lines = run("a.safetensors", "b.safetensors", *TESTS, "--markdown").splitlines()
    assert lines[:2] == ["| test | measure | a | b |", "| --- | --- | ---: | ---: |"]
    assert len({line.count("|") for line in lines if line.startswith("|")}) == 1
    assert any("against the first" in line and "2 shared" in line for line in lines)


@pytest.mark.usefixtures("files")
def test_methods_and_policies():
    text = run(
        "a.safetensors", *TESTS, "--method", "3cosadd", "--method", "3cosmul", "--unknown", "wrong", "--case", "exact"
    )
    assert "3cosmul" in text
    assert "questions: 1 of 3 right; 2 with unknown words counted as wrong" in text
    assert "compared as written" in text


@pytest.mark.usefixtures("files")
def test_models_of_one_name_keep_their_paths(files):
    (files / "other").mkdir()
    WordVectors(WORDS, MATRIX).save(files / "other" / "a.safetensors")
    found = json.loads(run("a.safetensors", "other/a.safetensors", *TESTS, "--json"))
    assert found["models"] == ["a.safetensors", "other/a.safetensors"]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "no test given"),
        (["--similarity", "none.txt"], 1, "none.txt: no such file"),
        (["--similarity", "questions.txt"], 1, "questions.txt, line 1"),
        (["--analogies", "pairs.txt"], 1, "pairs.txt, line 1"),
        ([*TESTS, "--json", "--markdown"], 2, "both --markdown and --json"),
        ([*TESTS, "--restrict", "1"], 1, "0 of 6 pairs known"),
    ],
)
def test_mistakes_are_one_line(capsys, arguments, code, message):
    with pytest.raises(SystemExit) as left:
        cli.main(["evaluate", "a.safetensors", *arguments])
    out, err = capsys.readouterr()
    assert left.value.code == code
    assert message in err
    assert (out, err.count("\n")) == ("", 1)


@pytest.mark.usefixtures("files")
def test_groups_and_health(files):
    (files / "categories.txt").write_text("man person\nwoman person\nqueen person\napple fruit\npear fruit\n")
    (files / "group.txt").write_text("man\nking\nwoman\n\napple\n")
    found = json.loads(
        run("a.safetensors", "--categories", "categories.txt", "--outliers", "group.txt", "--health", "--json")
    )
    categories, group, health = (test["results"][0] for test in found["tests"])
    assert categories["purity"] == 1
    assert group["accuracy"] == 1
    assert (health["rows"], health["zero"]) == (6, 0)
    assert "no row is zero" in run("a.safetensors", "--health")


@pytest.mark.usefixtures("files")
def test_a_page(files):
    text = run("a.safetensors", "b.safetensors", *TESTS, "--html", "page.html")
    page = (files / "page.html").read_text(encoding="utf-8")
    assert text == run("a.safetensors", "b.safetensors", *TESTS)
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<svg") == 4  # a chart of each test, and two clouds
    assert "<li>a: 1 of 6 pairs left out</li>" in page
    with pytest.raises(StorageError):
        run("a.safetensors", *TESTS, "--html", "none/page.html")
