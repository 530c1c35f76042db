"""``firth phrases`` on a text whose phrases are known, and phrases in the other verbs."""

import json

import pytest
from click.testing import CliRunner

from firth.cli import neighbors, phrases, train, vocab
from firth.errors import OptionError, StorageError
from firth.text.phrases import Phrases
from firth.vectors import WordVectors


@pytest.fixture
def text(tmp_path):
    lines = [f"the new york times w{number} in the city of london" for number in range(50)]
    (tmp_path / "text.txt").write_text("\n".join(lines).upper())
    return tmp_path / "text.txt"


def run(verb, *arguments):
    return CliRunner().invoke(verb.command, list(map(str, arguments)), catch_exceptions=False)


OPTIONS = ("--scoring", "npmi", "--threshold", "0.85", "--min-count", "2", "--casefold", "--connectors", "english")


def test_two_passes_join_longer_phrases(text, tmp_path):
    once = run(phrases, text, "-o", tmp_path / "p.tsv", "--text", tmp_path / "once.txt", *OPTIONS)
    assert once.stderr == "pass 1: 3 phrases\n"
    assert (tmp_path / "once.txt").read_text().splitlines()[3] == "the new_york times w3 in the city_of_london"
    assert Phrases.load(tmp_path / "p.tsv").passes[0][0].count == 50
    twice = run(phrases, text, "-o", tmp_path / "p.tsv", "--text", tmp_path / "twice.txt", "--passes", "2", *OPTIONS)
    assert twice.stderr == "pass 1: 3 phrases\npass 2: 1 phrases\n"
    assert (tmp_path / "twice.txt").read_text().splitlines()[3] == "the new_york_times w3 in the city_of_london"


def test_phrases_of_stdin(text):
    result = CliRunner().invoke(phrases.command, ["-", "--text", str(text), *OPTIONS], input=text.read_text())
    assert result.exit_code == 0
    assert text.read_text().startswith("the new_york times w0")


def test_phrases_are_joined_by_the_verbs_that_read(text, tmp_path):
    table = tmp_path / "p.tsv"
    run(phrases, text, "-o", table, "--passes", "2", *OPTIONS)
    run(vocab, text, "--phrases", table, "--casefold", "-o", tmp_path / "words.tsv")
    assert "new_york_times\t50\n" in (tmp_path / "words.tsv").read_text()
    vectors = tmp_path / "v.safetensors"
    run(train, text, "--phrases", table, "--casefold", "-o", vectors, "--vector-size", "2", "--epochs", "1", "-q")
    assert WordVectors.load(vectors).metadata["preparation"]["phrases"] == str(table)
    table.unlink()  # a query needs it no more
    answer = run(neighbors, vectors, "New York Times", "--json", "-n", "1")
    assert json.loads(answer.stdout)["word"] == "New York Times"


def test_nowhere_to_write(text, tmp_path):
    with pytest.raises(StorageError):
        run(phrases, text, "--text", tmp_path / "nowhere" / "a.txt")
    with pytest.raises(StorageError):
        run(phrases, text, "-o", tmp_path / "nowhere" / "a.txt")
    with pytest.raises(OptionError, match="no output was given"):
        run(phrases, text)


def test_no_connector_words_unless_they_are_asked_for(text, tmp_path):
    result = run(phrases, text, "-o", tmp_path / "p.tsv", "--scoring", "npmi", "--threshold", "0.85")
    assert result.stderr == "pass 1: 4 phrases\n"  # THE is there twice as often as its neighbours
    found = {phrase.joined for phrase in Phrases.load(tmp_path / "p.tsv").passes[0]}
    assert found == {"NEW_YORK", "YORK_TIMES", "CITY_OF", "OF_LONDON"}
