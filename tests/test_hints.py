"""The library speaks Python: no message or hint of it names a flag of the command line, which may not be in use."""

import ast
import re
from pathlib import Path

import pytest

import firth

ROOT = Path(firth.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if ROOT / "cli" not in path.parents)
FLAG = re.compile(r"(?<![\w-])--[a-z]")
COMMAND_LINES = re.compile(r"\b(compile-lm|ngram|finalfusion convert|firth convert|iconv) [^;:,]*")


def said(tree):
    """The strings in what is raised, warned of, and given as a hint or a default one."""
    for node in ast.walk(tree):
        name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Raise | ast.keyword | ast.arguments) or name in {"warn", "Content", "error"}:
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_flag_is_named(path):
    found = said(ast.parse(path.read_text(encoding="utf-8")))
    assert [(line, text) for line, text in found if FLAG.search(COMMAND_LINES.sub("", text))] == []


def test_flags_would_be_found():
    tree = ast.parse("raise OptionError('bad', hint=f'--field {name}')")
    assert any(FLAG.search(text) for _, text in said(tree))
