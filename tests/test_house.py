"""Where things are: compiled code in rooms of its own on the ground floor, and no two modules that need each other."""

import ast
import graphlib
from pathlib import Path

import pytest

import firth

ROOT = Path(firth.__file__).parent
FILES = {
    ".".join(("firth", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
COMPILERS = {"numba", "llvmlite"}


def imported(node):
    """The names that code imports anywhere, in functions too, but for what only a type checker reads."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        return {f"{node.module}.{alias.name}" for alias in node.names}
    only_typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return set().union(*map(imported, node.orelse if only_typing else ast.iter_child_nodes(node)))


def module_of(name):
    """The module of firth that a name is, or lies in; None for any other."""
    while name and name not in FILES:
        name = name.rpartition(".")[0]
    return name or None


NAMES = {module: imported(ast.parse(path.read_text(encoding="utf-8"))) for module, path in FILES.items()}
NEEDS = {module: {module_of(name) for name in names} - {None, module} for module, names in NAMES.items()}


def test_what_counts_as_an_import():
    code = """
import numpy, firth.storage
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from firth.lm import NgramModel
else:
    from firth.text import lines
def late():
    from firth.errors import OptionError
"""
    assert imported(ast.parse(code)) == {
        "numpy", "firth.storage", "typing.TYPE_CHECKING", "firth.text.lines", "firth.errors.OptionError"
    }  # fmt: skip
    assert module_of("firth.errors.OptionError") == "firth.errors"
    assert module_of("firth.text.lines") == "firth.text.lines"
    assert module_of("numpy.typing") is None


@pytest.mark.parametrize("module", FILES)
def test_compiled_code_lives_in_kernels_alone(module):
    compilers = {name for name in NAMES[module] if name.partition(".")[0] in COMPILERS}
    if not module.startswith("firth.kernels."):
        assert not compilers
        assert not {name for name in NAMES[module] if name.startswith("firth.kernels.compiled")}
    else:
        assert "numba.njit" not in compilers or module == "firth.kernels.compiled", (
            "its cache would not know the digest"
        )
        assert all(needed.startswith("firth.kernels.") for needed in NEEDS[module]), "kernels stand on nothing of firth"


def test_no_module_needs_one_that_needs_it():
    try:
        graphlib.TopologicalSorter(NEEDS).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))
