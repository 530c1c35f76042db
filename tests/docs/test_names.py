"""Every public name and every hyper-parameter is documented, in its docstring and on a page."""

import inspect
from importlib import import_module

import pytest

import firth
from firth.training.options import OPTIONS

MODULES = ["firth", "firth.corpus", "firth.evaluation", "firth.lm", "firth.serving", "firth.tuning", "firth.vectors"]
MODULES += ["firth.vectors.transforms", "firth.gensim"]
NAMES = [(module, name) for module in MODULES for name in import_module(module).__all__]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_public_name_has_a_docstring(module, name):
    assert inspect.getdoc(getattr(import_module(module), name))


@pytest.mark.parametrize("name", firth.__all__)
def test_the_index_lists_a_public_name(page, name):
    assert (name,) in page("docs/index.md").rows("Names")


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_page_speaks_of_a_public_name(page, module, name):
    pages = sorted(page("docs").path.glob("*.md"))
    assert any(name in path.read_text(encoding="utf-8") for path in pages), f"{module}.{name}"


def test_training_has_the_table_of_options(page):
    rows = [line for line in page("docs/training.md").section("Options").splitlines() if line.startswith("| `")]
    assert rows == [row(option) for option in OPTIONS.values()]


def row(option):
    """What the table of docs/training.md says of an option."""
    unset = f" `None`: {option.unset}." if option.unset else ""
    return f"| `{option.name}` | `{option.default}` | {option.reference}{unset} |"
