"""``firth map``: pages and pictures, lists of words and columns of tables."""

import re
import warnings

import numpy as np
import pytest

from firth import WordVectors, cli


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["<b>", "$x_1$", "king", "queen", "川", *(f"w{n}" for n in range(25))]
    matrix = np.random.default_rng(2).standard_normal((30, 6))
    WordVectors(words, matrix, range(30, 0, -1), {"preparation": {"casefold": True}}).save("v.safetensors")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(["map", "v.safetensors", *map(str, arguments)])
        return left.value.code, *capsys.readouterr()

    return call


def test_a_page_and_pictures(run, tmp_path):
    code, out, err = run("-o", "map.html", "--top", 20)
    assert (code, out) == (0, "")
    assert re.fullmatch(r"map\.html: 20 words, 0\.0 MB\n", err)
    assert "<title>Map of v.safetensors</title>" in (tmp_path / "map.html").read_text("utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine may have no Chinese font
        assert run("-o", "map.svg", "--color", "frequency")[0] == 0
        assert run("-o", "map.png", "--topn", 3)[0] == 0
    svg = (tmp_path / "map.svg").read_text("utf-8")
    for label in ("&lt;b&gt;", "$x_1$"):
        assert f">{label}</text>" in svg
    assert svg.count("</text>") > 10
    assert (tmp_path / "map.png").read_bytes()[:4] == b"\x89PNG"
    assert run("-o", "map.txt")[:2] == (2, "")


def test_words_of_a_file(run, tmp_path):
    (tmp_path / "words.txt").write_text("Queen\nking\nqueen\nemperor\n")
    code, _, err = run("-o", "map.html", "--words", "words.txt")
    assert code == 0
    assert "1 word is unknown and left out: emperor" in err
    assert "map.html: 2 words" in err
    (tmp_path / "words.txt").write_text("emperor\n")
    assert "no word is known" in run("-o", "map.html", "--words", "words.txt")[2]


def test_a_column_of_a_table(run, tmp_path):
    (tmp_path / "t.csv").write_text('word,kind\nking,"noun, male"\nqueen,noun\n')
    assert run("-o", "map.html", "--color", "t.csv:kind")[0] == 0
    assert '"labels": ["noun, male", "noun"]' in (tmp_path / "map.html").read_text("utf-8")
    before = (tmp_path / "map.html").read_bytes()
    assert "no column 'age', only word, kind" in run("-o", "map.html", "--color", "t.csv:age")[2]
    assert "expected cluster, frequency or FILE:COLUMN" in run("-o", "map.html", "--color", "kind")[2]
    (tmp_path / "t.csv").write_text("word,kind\nking\n")
    assert "t.csv, line 2: 1 fields, expected 2" in run("-o", "map.html", "--color", "t.csv:kind")[2]
    assert (tmp_path / "map.html").read_bytes() == before
