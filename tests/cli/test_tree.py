"""``firth tree``: figures by hand, from a table and from vectors."""

import json

import pytest
from click.testing import CliRunner

from firth import OptionError, UnknownWord, WordVectors
from firth.cli.tree import command


@pytest.fixture
def table(tmp_path):
    (tmp_path / "words.tsv").write_text("b\t2\na\t4\nc\t1\nd\t1\n")
    return str(tmp_path / "words.tsv")


def run(*arguments):
    return CliRunner().invoke(command, arguments, catch_exceptions=False).stdout


def test_the_table_of_codes(table):
    lines = run(table, "a", "d").splitlines()
    assert lines[4].split() == ["expected", "length", "1.7500", "bits"]
    assert [line.split()[:4] for line in lines[-2:]] == [["a", "4", "1", "1.00"], ["d", "1", "3", "3.00"]]
    with pytest.raises(UnknownWord):
        run(table, "e")


def test_the_top_of_the_tree(table):
    assert "50.00%  a" in run(table, "-n", "2")
    assert " and 2 more" in run(table, "-n", "2")


def test_vectors_and_json(tmp_path, table):
    WordVectors(["d", "a", "b", "c"], [[1.0]] * 4, [1, 4, 2, 1]).save(tmp_path / "v.safetensors")
    told = json.loads(run(str(tmp_path / "v.safetensors"), "a", "--json"))
    assert (told["expected_length"], told["entropy"], told["longest"]) == (1.75, 1.75, 3)
    assert told["codes"][0]["length"] == 1
    assert told["depths"] == json.loads(run(table, "--json"))["depths"]
    WordVectors(["a"], [[1.0]]).save(tmp_path / "bare.safetensors")
    with pytest.raises(OptionError, match="vectors without counts"):
        run(str(tmp_path / "bare.safetensors"))


def test_pictures(table, tmp_path):
    run(table, "a", "-o", str(tmp_path / "a.html"))
    assert "<h2>Codes</h2>" in (tmp_path / "a.html").read_text()
    run(table, "-o", str(tmp_path / "a.svg"))
    assert (tmp_path / "a.svg").read_text().startswith("<svg xmlns")
