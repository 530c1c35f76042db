"""docs/drift.md: its Python runs from top to bottom, and its commands succeed."""

import shlex
from pathlib import Path

import numpy as np
import pytest

from firth import cli

PAGE = "docs/drift.md"


@pytest.fixture
def periods(folder):
    lines = Path("corpus.txt").read_text().splitlines()
    for year in (1850, 1900, 1950):
        lines = np.random.default_rng(year).permutation(lines)
        Path(f"{year}.txt").write_text("\n".join(lines[:150]))
    return folder


@pytest.mark.usefixtures("periods")
def test_python(page):
    names = {}
    for block in page(PAGE).blocks("python"):
        exec(compile(block, PAGE, "exec"), names)
    assert len(names["changes"]) == 11


@pytest.mark.usefixtures("periods")
def test_commands(page, capsys):
    for line in "".join(page(PAGE).blocks("sh")).splitlines():
        small = " --vector-size 16 --epochs 1" if line.startswith("firth train") else ""
        with pytest.raises(SystemExit) as left:
            cli.main(shlex.split(line + small)[1:])
        assert left.value.code == 0, (line, capsys.readouterr().err)
