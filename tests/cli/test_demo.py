"""``firth demo`` on made-up documentation of a few files."""

import re

import pytest
from click.testing import CliRunner

from firth.cli import demo
from firth.cli.demo import command
from firth.drawing.characters import columns
from firth.errors import StorageError
from firth.text import documentation
from firth.training import compiling
from firth.vectors import WordVectors

WORDS = "is are was were list thread two three"


@pytest.fixture(autouse=True)
def library(tmp_path, monkeypatch):
    """Files whose words are those of one analogy, of three neighbours and of the map."""
    files = [tmp_path / f"{number}.py" for number in range(60)]
    for number, path in enumerate(files):
        path.write_text(f"# {WORDS} {'a' * (number + 2)}.\n")  # else the paragraphs were the same
    monkeypatch.setattr(documentation, "source_files", lambda: files)
    monkeypatch.setattr(documentation, "help_topics", lambda: ["The topics of help, is are was were."])
    monkeypatch.setattr(compiling, "cores", lambda: 1)


def run(*arguments):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def after(lines, heading):
    """The lines from a heading to the next empty line."""
    first = lines.index(heading) + 1
    return lines[first : lines.index("", first)]


def test_what_it_shows():
    lines = run().stdout.splitlines()
    assert lines[0] == "Training on the documentation in 60 files of Python and NumPy on this machine."
    assert lines[1] == "484 tokens of 8 words"  # 8 words 60 times, and 4 of them once more
    assert re.fullmatch(r"The loss of the first and of the last epoch: \d\.\d{3} and \d\.\d{3}\.", lines[2])
    shown = [line.split() for line in after(lines, "nearest words")]
    assert [words[0] for words in shown] == ["list", "thread", "two"]  # only words that are there
    assert {word.strip(",") for word in shown[0][1:]} == set(WORDS.split()) - {"list"}
    (analogy,) = after(lines, "analogies")
    assert re.match(r"  is is to are as was is to +\w+, \w+, \w+$", analogy)
    placed = " ".join(lines[lines.index("a map of some words") + 1 :]).split()
    assert {"list", "thread", "two", "three"} <= set(placed)
    stages = after(lines, "seconds, including the compilation in a first run")
    assert [re.sub(r" +[\d.]+$", "", line).strip() for line in stages] == [
        "importing",
        "reading and counting",
        "training",
        "answering",
    ]
    assert lines[lines.index("what to try next") + 1] == "  firth demo -o demo.safetensors"


def test_it_fits_60_columns(monkeypatch):
    monkeypatch.setattr(demo, "width", lambda: 60)
    monkeypatch.setattr("firth.cli.output.width", lambda **_: 60)
    assert max(map(columns, run().stdout.splitlines())) <= 60


def test_the_vectors_are_kept(tmp_path):
    lines = run("-o", str(tmp_path / "v.safetensors")).stdout.splitlines()
    assert f"  firth neighbors {tmp_path}/v.safetensors --interactive" in lines
    assert len(WordVectors.load(tmp_path / "v.safetensors")) == 8


def test_an_output_that_cannot_be_is_told_before_training(tmp_path):
    with pytest.raises(StorageError, match="cannot write"):
        run("-o", str(tmp_path / "nowhere" / "v.safetensors"))
