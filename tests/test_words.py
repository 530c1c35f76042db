"""Plain words: turns of phrase that a reader stumbles over are in no page, help text, message or docstring.

The list is short and names only what is never needed; the rule behind it is in CONTRIBUTING.md.
"""

import ast
import re
from pathlib import Path

import pytest

import firth

ROOT = Path(firth.__file__).parent
PROJECT = ROOT.parents[1]
PAGES = sorted(PROJECT.glob("*.md")) + sorted(PROJECT.glob("docs/**/*.md")) + [PROJECT / "lab/README.md"]
MODULES = sorted(path for path in ROOT.rglob("*.py") if "kernels" not in path.parts)
STILTED = {  # what is written, and what is plain
    r"anew": "again",
    r"whoever|of whom": "a noun",
    r"makes? no sense": "is invalid",
    r"(is|are|was|were) told": "is reported",
    r"(goes|go|going|went) on": "continues",
    r"gone through": "iterated over",
    r"passed over": "ignored",
    r"cut short": "truncated",
    r"what (becomes|became) of": "what to do with",
    r"as (it stands|they stand)": "directly",
    r"(one|a word|a sentence) a line": "one per line",
    r"will do": "works",
    r"all else": "everything else",
    r"beyond all bounds": "diverged",
}
PHRASE = re.compile(rf"\b({'|'.join(STILTED)})\b", re.IGNORECASE)


def strings(path):
    """The strings of a module with their lines: docstrings, help texts and messages."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def found(text):
    return [match[0] for match in PHRASE.finditer(" ".join(text.split()))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_pages(path):
    assert found(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_strings(path):
    assert [(line, phrases) for line, text in strings(path) if (phrases := found(text))] == []


def test_they_would_be_found():
    assert found("It is\n    written Anew, whoever reads it.") == ["Anew", "whoever"]
    assert found("The words that are used again.") == []
