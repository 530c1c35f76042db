"""docs/evaluation.md: its Python runs from top to bottom, its commands succeed, its options and figures are real."""

import itertools
import re
import shlex

import numpy as np
import pytest

from firth import cli
from firth.evaluation import AnalogySet, OutlierSet, SimilaritySet
from firth.training.configuration import Configuration
from firth.training.presets import PRESETS
from firth.tuning import default_space
from firth.tuning.space import shown
from firth.vectors import WordVectors

PAGE = "docs/evaluation.md"
WORDS = ["the", "king", "queen", "man", "woman", "of", "and", "in", "a", "song", "list"]  # of corpus.txt


@pytest.fixture
def files(folder):
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((len(WORDS), 6))
    WordVectors(WORDS, matrix).save("vectors.safetensors")
    WordVectors(WORDS, matrix + 0.3 * rng.standard_normal(matrix.shape)).save("other.safetensors")
    pairs = [f"{a}\t{b}\t{n % 7}" for n, (a, b) in enumerate(itertools.pairwise(WORDS))]
    (folder / "ws353.txt").write_text("\n".join(pairs))
    (folder / "questions-words.txt").write_text(": family\nman woman king queen\nman king woman queen\n")
    (folder / "word_relationship.questions").write_text("man woman king\n")
    (folder / "word_relationship.answers").write_text("NN_NN queen\n")
    (folder / "BATS_3.0").mkdir()
    (folder / "BATS_3.0" / "E10 [male - female].txt").write_text("man\twoman\nking\tqueen/lady\nsong\tlist\n")
    (folder / "battig.txt").write_text("man person\nwoman person\nsong thing\nlist thing\n")
    (folder / "8-8-8").mkdir()
    (folder / "8-8-8" / "people.txt").write_text("man\nwoman\nking\n\nsong\nlist\n")
    (folder / "sessions.txt").write_text("king queen man\nsong list of\nthe of and in\n" * 20)
    (folder / "edges.txt").write_text("a b\nb c 2\nc a\n")
    return folder


@pytest.mark.usefixtures("files")
def test_python(page):
    names = {}
    for block in page(PAGE).blocks("python"):
        exec(compile(block, PAGE, "exec"), names)
    assert names["found"].best.value is not None


def test_commands(page, files, capsys):
    lines = "".join(page(PAGE).blocks("sh")).splitlines()
    assert len(lines) >= 10
    for line in lines:
        name, *arguments = shlex.split(line.partition(" > ")[0])
        assert name == "firth"
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        assert left.value.code == 0, (line, capsys.readouterr().err)
    assert (files / "report.html").stat().st_size > 5000
    assert (files / "trials.journal").exists()


def test_the_forms_of_files_are_those_that_are_read(page, tmp_path):
    forms = page(PAGE).blocks("text")
    (tmp_path / "s.txt").write_text(forms[0])
    assert SimilaritySet.read(tmp_path / "s.txt").pairs[0] == ("tiger", "cat")
    (tmp_path / "a.txt").write_text(forms[1])
    assert [section.kind for section in AnalogySet.read(tmp_path / "a.txt").sections] == ["semantic", "syntactic"]
    (tmp_path / "o.txt").write_text(forms[2])
    assert [len(part) for part in OutlierSet.read(tmp_path / "o.txt").groups[0]] == [3, 2]


def test_the_usual_ranges_are_those_that_are_searched(page):
    rows = page(PAGE).rows("Tuning")
    for options in ({}, {"architecture": "cbow"}):
        for name, dimension in default_space(Configuration(**options)).items():
            assert f"`{shown(dimension)}`" in rows[name,], name


def test_presets_are_told_in_full(page):
    rows = page(PAGE).rows("Presets")
    for name, preset in PRESETS.items():
        told = dict(re.findall(r"`(\w+)=(\S+?)`", rows[name,]))
        assert told == {option: repr(value).replace("'", '"') for option, value in preset.items()}
