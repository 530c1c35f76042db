"""``firth phrases`` on a text whose phrases are known."""

import pytest
from click.testing import CliRunner

from firth.cli.phrases import command
from firth.errors import StorageError


@pytest.fixture
def text(tmp_path):
    lines = [f"the new york times w{number} in the city" for number in range(50)]
    (tmp_path / "text.txt").write_text("\n".join(lines).upper())
    return tmp_path / "text.txt"


def run(*arguments):
    return CliRunner().invoke(command, list(map(str, arguments)), catch_exceptions=False)


def test_two_passes_join_longer_phrases(text, tmp_path):
    options = ("--scoring", "npmi", "--threshold", "0.85", "--min-count", "2", "--casefold")
    once = run(text, "-o", tmp_path / "once.txt", "--list", tmp_path / "list.tsv", *options)
    assert "pass 1: " in once.stderr
    assert (tmp_path / "once.txt").read_text().splitlines()[3] == "the new_york times w3 in the city"
    assert ["new", "york", "50"] in [line.split("\t")[:3] for line in (tmp_path / "list.tsv").read_text().splitlines()]
    run(text, "-o", tmp_path / "twice.txt", "--passes", "2", *options)
    assert (tmp_path / "twice.txt").read_text().splitlines()[3] == "the new_york_times w3 in the city"


def test_a_folder_that_is_not_there(text, tmp_path):
    with pytest.raises(StorageError):
        run(text, "-o", tmp_path / "nowhere" / "a.txt")
