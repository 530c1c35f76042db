"""Where things are: compiled code on the ground floor, no circle of imports, and one room for each name."""

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
TWINS = {  # the names that stand in two rooms
    # a verb of the command line, and what it calls
    "analogy": {"cli", "evaluation"},
    "explain": {"", "cli"},
    "index": {"cli", "vectors"},
    "lm": {"", "cli"},
    "phrases": {"cli", "gensim.models", "text"},
    # gensim's module of that name, and what it is over
    "word2vec": {"", "cli", "gensim.models"},
    "tune": {"cli", "tuning"},
    # compiled code, and what it serves
    "ngram": {"kernels", "lm"},
    "subwords": {"kernels.text", "objectives", "vectors"},
    "text": {"", "kernels"},
    "tree": {"cli", "kernels.cpu"},
    "walks": {"graphs", "kernels.cpu"},
    # compiled code, and the mathematics that it is tested against
    "softmax": {"kernels.cpu", "objectives"},
}


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


def test_a_name_stands_in_one_room():
    rooms = {}
    for module in FILES:
        room, _, name = module.rpartition(".")
        rooms.setdefault(name, set()).add(room.removeprefix("firth").removeprefix("."))
    assert {name: where for name, where in rooms.items() if len(where) > 1} == TWINS


def test_only_one_module_counts_cores():
    """What else asked the machine would ignore that a container or ``taskset`` leaves a process fewer cores."""
    counts = {"cpu_count", "process_cpu_count", "sched_getaffinity"}
    for module, path in FILES.items():
        found = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert module == "firth.parallel" or not found & counts, module
        assert not {name.rpartition(".")[2] for name in NAMES[module]} & counts, module


def slow_to_compile(code):
    """The lines of compiled functions that assign one slice to another."""
    found = []
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef) and any("njit" in ast.unparse(d) for d in function.decorator_list):
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and all(map(is_slice, (node.targets[0], node.value))):
                    found.append(ast.unparse(node))
    return found


def is_slice(node):
    return isinstance(node, ast.Subscript) and any(isinstance(part, ast.Slice) for part in ast.walk(node.slice))


@pytest.mark.parametrize("module", [module for module in FILES if module.startswith("firth.kernels.")])
def test_compiled_code_copies_in_a_way_that_is_quick_to_compile(module):
    """Numba compiles the message for slices of different lengths at each such line, for up to two seconds."""
    assert not slow_to_compile(FILES[module].read_text()), "copies.copy(source, start, stop, target, place)"


def test_what_is_slow_to_compile_is_found():
    slow, quick, python = "x[1:3] = y[:2]", "x[1:3] = 0", "x[:] = y[:]"
    assert slow_to_compile(f"@njit(cache=True)\ndef f(x, y):\n {slow}\n {quick}\ndef g(x, y):\n {python}") == [slow]
