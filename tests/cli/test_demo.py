"""``firth demo`` on a made-up library of a few files."""

import re

import pytest
from click.testing import CliRunner

from firth.cli.demo import command
from firth.errors import StorageError
from firth.text import stdlib
from firth.vectors import WordVectors


@pytest.fixture(autouse=True)
def library(tmp_path, monkeypatch):
    """Two files whose words are those of one analogy and one neighbour."""
    (tmp_path / "a.py").write_text("def min_max(list): return first, last\n\n" * 60)
    (tmp_path / "b.py").write_text("read(list)\n\n" * 30)
    monkeypatch.setattr(stdlib, "source_files", lambda: [tmp_path / "a.py", tmp_path / "b.py"])


def run(*arguments):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_what_it_shows():
    lines = run().stdout.splitlines()
    assert lines[0] == "Learning from the 2 source files of Python's standard library on this machine."
    assert lines[1] == "480 tokens of 8 words"  # 7 words 60 times, 2 words 30 times, list in both
    assert re.fullmatch(r"The loss of the first and of the last epoch: \d\.\d{3} and \d\.\d{3}\.", lines[2])
    shown = [line.split() for line in lines[lines.index("nearest words") + 1 : lines.index("analogies") - 1]]
    assert [words[0] for words in shown] == ["list", "read"]  # only words that are there
    others = {word.strip(",") for word in shown[0][1:]}
    assert others == {"def", "min", "max", "return", "first", "last", "read"}
    (analogy,) = lines[lines.index("analogies") + 1 : lines.index("analogies") + 2]
    assert re.match(r"  min is to max as first is to +\w+, \w+, \w+$", analogy)
    stages = lines[lines.index("seconds, the compilation of a first run included") + 1 :]
    assert [re.sub(r" +[\d.]+$", "", line).strip() for line in stages] == [
        "importing",
        "reading and counting",
        "training",
        "answering",
    ]


def test_the_vectors_are_kept(tmp_path):
    output = run("-o", str(tmp_path / "v.safetensors")).stdout
    assert output.endswith(
        f"saved {tmp_path}/v.safetensors; try: firth neighbors {tmp_path}/v.safetensors list thread read\n"
    )
    assert len(WordVectors.load(tmp_path / "v.safetensors")) == 8


def test_an_output_that_cannot_be_is_told_before_training(tmp_path):
    with pytest.raises(StorageError, match="cannot write"):
        run("-o", str(tmp_path / "nowhere" / "v.safetensors"))
