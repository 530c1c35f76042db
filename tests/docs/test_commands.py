"""docs/cli.md against the commands themselves: each verb, each argument, each option and its default, and no more."""

import re
from importlib import import_module

import click
import pytest

from firth.cli import VERBS, main
from firth.training.options import OPTIONS


def commands(name, command):
    """A command, or those of a group, under their full names."""
    if not isinstance(command, click.Group):
        return {name: command}
    inner = (commands(f"{name} {verb}", one) for verb, one in command.commands.items())
    return {key: value for group in inner for key, value in group.items()}


COMMANDS = {
    key: value
    for verb in VERBS
    for key, value in commands(f"firth {verb}", import_module(f"firth.cli.{verb}").command).items()
}


def shown_default(option):
    """How the page writes an option's default; None where words say it."""
    if option.required:
        return "required"
    if option.secondary_opts:
        return f"`{option.opts[0] if option.default else option.secondary_opts[0]}`"
    default = option.get_default(click.Context(click.Command("")))
    has_one = isinstance(default, str | int | float) and not option.is_flag  # without one click gives a sentinel
    return f"`{default}`" if has_one else None


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_and_its_default(page, name):
    rows = page("docs/cli.md").rows(name)
    options = {(*p.opts, *p.secondary_opts): p for p in COMMANDS[name].params if isinstance(p, click.Option)}
    assert set(rows) == set(options), f"options under '{name}' in docs/cli.md"
    for spelling, option in options.items():
        expected = shown_default(option)
        if expected is None:
            assert not rows[spelling].startswith("`"), f"{name} {spelling} has no such default"
        else:
            assert rows[spelling] == expected, f"default of {name} {spelling}"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_argument(page, name):
    usage = page("docs/cli.md").section(name).partition("```\n")[2].splitlines()[0]
    context = click.Context(COMMANDS[name])
    arguments = [p.make_metavar(context) for p in COMMANDS[name].params if isinstance(p, click.Argument)]
    assert usage == " ".join([name, *arguments, "[OPTIONS]"])


def test_no_section_is_of_a_command_that_is_gone(page):
    headings = [line.lstrip("# ") for line in page("docs/cli.md").text.splitlines() if line.startswith("##")]
    groups = {" ".join(name.split()[:2]) for name in COMMANDS}
    assert set(headings) <= set(COMMANDS) | groups


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_says_the_same_in_its_help(page, name):
    told = page("docs/cli.md").rows(name, column=2)
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            spelling = (*option.opts, *option.secondary_opts)
            assert option.help.endswith("."), f"{name} {spelling}"
            assert told[spelling].replace("`", "").startswith(option.help.replace("`", "")), f"{name} {spelling}"


@pytest.mark.parametrize("name", ["firth train", "firth tune"])
def test_the_options_of_training_are_told_in_full(page, name):
    told = page("docs/cli.md").rows(name, column=2)
    for option in COMMANDS[name].params:
        if option.name in OPTIONS:
            assert told[(*option.opts, *option.secondary_opts)] == OPTIONS[option.name].reference


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("firth train", "firth tune")])
def test_other_options_are_not_told_as_those_of_training(page, name):
    told = page("docs/cli.md").rows(name, column=2)
    for option in COMMANDS[name].params:
        if option.name in OPTIONS and option.help != OPTIONS[option.name].reference:
            assert told[(*option.opts, *option.secondary_opts)] != OPTIONS[option.name].reference, option.name


def test_each_script_that_a_page_names_is_there(page):
    root = page("docs").path.parent
    pages = [root / "README.md", root / "CONTRIBUTING.md", *root.glob("docs/**/*.md"), root / "lab/README.md"]
    named = {
        name
        for path in pages
        for name in re.findall(r"\b(?:benchmarks|lab|tests)/[\w/]+\.py\b", path.read_text("utf-8"))
    }
    assert named
    assert {name for name in named if not (root / name).is_file()} == set()


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if not isinstance(command, click.Group)])
def test_the_hint_of_a_wrong_option_names_the_command(name, capsys):
    """A value that is missing, and an option that does not exist: each error ends with the help of this command."""
    command, verb = COMMANDS[name], name.split()[1:]
    valued = next((p for p in command.params if isinstance(p, click.Option) and not p.is_flag and p.nargs == 1), None)
    for mistake in [["--no-such-option"], *([[valued.opts[0]]] if valued else [])]:
        with pytest.raises(SystemExit) as left:
            main([*verb, *mistake])
        assert left.value.code == 2
        assert f"hint: {name} --help" in capsys.readouterr().err
