"""docs/architecture.md: every path exists, no module is missing, and the picture has the order of the import rules."""

import re
import tomllib

import pytest

PAGE = "docs/architecture.md"
PATH = re.compile(r"[\w/]+(?:\.py|/)(?![\w.])")


@pytest.fixture(scope="module")
def root(page):
    return page(PAGE).path.parents[1]


def paths(text):
    """The files and folders that a text names in backticks; folders end with a slash."""
    return {name for code in re.findall(r"`([^`\n]+)`", text) for name in PATH.findall(code)}


def drawn(page):
    """The names in the picture of layers, line by line, from the top."""
    (picture,) = page(PAGE).blocks("text")
    lines = [re.findall(r"(?<!\S)[\w]+(?:\.py|/)(?!\S)", line) for line in picture.splitlines()]
    return [line for line in lines if line]


def test_a_path_is_found():
    assert paths("`cli/`, `vectors/words.py` and `fit(x)`; see a/b.py") == {"cli/", "vectors/words.py"}


def test_every_path_exists(page, root):
    named = paths(page(PAGE).text) | {name for line in drawn(page) for name in line}
    assert len(named) > 50
    for name in named:
        path = root / "src" / "firth" / name
        elsewhere = root / name
        exists = path.is_dir() or elsewhere.is_dir() if name.endswith("/") else path.is_file()
        assert exists, name


def test_no_room_is_missing(page, root):
    there = {
        path.name + ("/" if path.is_dir() else "")
        for path in (root / "src" / "firth").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert {name for line in drawn(page) for name in line} == there - {"__init__.py", "__main__.py"}


def test_the_picture_is_that_of_the_import_rules(page, root):
    rules = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in rules if contract["type"] == "layers")
    expected = [sorted(name.removeprefix("firth.") for name in layer.split(" | ")) for layer in layers]
    assert [sorted(re.sub(r"/$|\.py$", "", name) for name in line) for line in drawn(page)] == expected
