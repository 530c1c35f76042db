"""The pages of the documentation, and their code blocks."""

import gzip
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Page(NamedTuple):
    """A page of Markdown."""

    path: Path

    @property
    def text(self):
        return self.path.read_text(encoding="utf-8")

    def blocks(self, language):
        """The code blocks of a language, in order."""
        return [code for name, code in _BLOCK.findall(self.text) if name == language]

    def section(self, heading):
        """What stands under a heading, up to the next one."""
        found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert found, f"{self.path.name} has no heading '{heading}'"
        return found[1]

    def rows(self, heading, column=1):
        """The table under a heading: what its first cells name in backticks -> its cells of a column."""
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in self.section(heading).splitlines() if line[:1] == "|"]
        return {tuple(re.findall(r"`([^`]+)`", row[0])): row[column].strip() for row in rows[2:]}


@pytest.fixture(scope="session")
def page():
    """A page of the project by its path from the root."""
    return lambda name: Page(ROOT / name)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current folder with the corpus.txt, more.txt.gz and ws353.txt of the examples."""
    rng = np.random.default_rng(0)
    words = ["the", "king", "queen", "man", "woman", "of", "and", "in", "a", "song", "list"]
    lines = (" ".join(rng.choice(words, 12)) for _ in range(200))
    (tmp_path / "corpus.txt").write_text("\n".join(lines))
    (tmp_path / "ws353.txt").write_text("king queen 8.6\nman woman 8.3\nsong list 2.0\nking list 1.0\n")
    with gzip.open(tmp_path / "more.txt.gz", "wt") as file:
        file.write("a king and a queen\n" * 100)
    monkeypatch.chdir(tmp_path)
    return tmp_path
