"""README.md: its commands are those that the checks run, its blocks run."""

import re
import runpy
import shlex

import pytest

from firth import cli

PAGES = [
    "README.md",
    *(
        f"docs/{name}.md"
        for name in ("index", "cli", "corpora", "training", "models", "language-models", "explain", "zh", "from-gensim")
    ),
]


def test_the_checks_run_the_second_command_as_the_readme_prints_it(page):
    first, second = (block.strip() for block in page("README.md").blocks("sh")[:2])
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install . && ")
    assert second.endswith("pytest")
    assert f'\ncheck "{second}"\n' in page(".ci/run").text


def test_the_readme_is_short(page):
    assert page("README.md").text.count("\n") <= 120


@pytest.mark.parametrize("name", PAGES)
def test_python_blocks_run(page, folder, name):
    names = {}
    for block in page(name).blocks("python"):
        exec(compile(block, name, "exec"), names)


@pytest.mark.parametrize("name", PAGES)
def test_shell_blocks_run(page, folder, monkeypatch, name):
    monkeypatch.setattr("sys.stdin", None)
    for line in "".join(page(name).blocks("sh")).splitlines():
        command, *arguments = shlex.split(line.partition(" > ")[0], comments=True)
        if command == "firth":
            with pytest.raises(SystemExit) as left:
                cli.main(arguments)
            assert left.value.code == 0, line
        elif command == "python":
            for argument in arguments[1:]:
                (folder / argument).touch()
            path = page(arguments[0]).path
            monkeypatch.syspath_prepend(path.parent)
            script = runpy.run_path(str(path))
            script["main"].make_context(arguments[0], arguments[1:])  # understood; running it would take long


@pytest.mark.parametrize("name", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_pages(page, name):
    for target in re.findall(r"\]\(([\w./-]+)\)", page(name).text):
        assert (page(name).path.parent / target).exists(), target
