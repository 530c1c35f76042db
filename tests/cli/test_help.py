"""``firth help``, ``firth completion`` and ``firth man``: what they show and install, held against the commands."""

import re
import shutil
import subprocess
import sys
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

import firth
from firth import OptionError, cli
from firth.cli.completion import SHELLS


def run(*arguments):
    result = CliRunner().invoke(cli.command, arguments, prog_name="firth", catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("verb", [[], ["train"], ["lm"], ["lm", "score"]])
def test_help_is_that_of_the_option(verb):
    assert run("help", *verb) == run(*verb, "--help")


def test_help_of_a_command_that_is_not_there():
    for arguments, expected in ((["trian"], "firth train"), (["lm", "scor"], "firth lm score")):
        with pytest.raises(OptionError) as caught:
            run("help", *arguments)
        assert caught.value.hint == expected
    result = CliRunner().invoke(cli.command, ["help", "train", "x"], prog_name="firth")
    assert (result.exit_code, "firth train has no commands of its own" in result.output) == (2, True)


def test_the_short_flag_of_the_version():
    assert run("-V") == run("--version") == f"firth, version {firth.__version__}\n"


def completed(line, shell="bash"):
    """What a shell would offer for the last word of a line."""
    words = line.split(" ")
    runner = CliRunner(
        env={"_FIRTH_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": f"{len(words) - 1}"}
    )
    printed = runner.invoke(cli.command, [], prog_name="firth").output
    return [one.partition(",")[2] for one in printed.splitlines() if "," in one]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("firth t", ["train", "tree", "tune"]),
        ("firth lm pe", ["perplexity"]),
        ("firth train --objective h", ["hierarchical"]),
        ("firth train --resume nowhere --objec", ["--objective"]),
        ("firth completion f", ["fish"]),
        ("firth help lm sc", ["score"]),
        ("firth help train x", []),
        ("firth help nope x", []),
    ],
)
def test_completions(line, expected):
    assert completed(line) == expected


def test_completing_a_verb_imports_none(monkeypatch):
    monkeypatch.setattr(cli, "import_module", None)  # would raise, were it called
    assert completed("firth ") == list(cli.VERBS)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_goes_where_the_shell_looks(shell, tmp_path, monkeypatch):
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "BASH_COMPLETION_USER_DIR", "ZDOTDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    printed = run("completion", shell)
    place = {
        "bash": ".local/share/bash-completion/completions/firth",
        "zsh": ".zfunc/_firth",
        "fish": ".config/fish/completions/firth.fish",
    }[shell]
    assert printed.startswith(f"saved {tmp_path / place}\n")
    script = (tmp_path / place).read_text()
    assert f"_FIRTH_COMPLETE={shell}_complete" in script
    run("completion", shell, "-o", str(tmp_path / "other"))
    assert (tmp_path / "other").read_text() == script


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes(tmp_path):
    (tmp_path / "firth").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m firth "$@"\n')
    (tmp_path / "firth").chmod(0o755)
    run("completion", "bash", "-o", str(tmp_path / "script"))
    line = "COMP_WORDS=(firth neigh); COMP_CWORD=1; _firth_completion firth; echo ${COMPREPLY[@]}"
    command = ["bash", "--norc", "-c", f'PATH="{tmp_path}:$PATH"; source "{tmp_path}/script"; {line}']
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "neighbors\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("man") / "firth.1"
    run("man", "-o", str(path))
    return path.read_text()


def plain(page):
    """The text of a manual page as a reader sees it, between single spaces."""
    shown = page.replace("\\-", "-").replace("\\(aq", "'").replace("\\(ga", "`").replace("\\(ti", "~")
    return " ".join(re.sub(r"^\.\w+ ?", "", shown, flags=re.MULTILINE).replace("\\e", "\\").split())


def test_the_manual_page_has_every_command_and_option(page):
    text = plain(page)
    for verb in cli.VERBS:
        group = import_module(f"firth.cli.{verb}").command
        for name, command in getattr(group, "commands", {verb: group}).items():
            assert f"firth {name}" in text or f"firth {verb} {name}" in text
            for option in command.params:
                if isinstance(option, click.Option):
                    assert ", ".join(option.opts) in text, (name, option)
                    assert " ".join(option.help.split()) in text, (name, option)
    assert "EXIT STATUS" in text
    assert "130, 143, 129" in text


def test_the_manual_page_is_installed_where_man_looks(page, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert run("man") == f"saved {tmp_path}/share/man/man1/firth.1\nman firth\n"
    assert (tmp_path / "share/man/man1/firth.1").read_text() == page


def test_a_script_and_the_page_can_be_printed(page, capfd):
    run("man", "-o", "-")
    assert capfd.readouterr().out == page
    run("completion", "zsh", "-o", "-")
    assert capfd.readouterr().out.startswith("#compdef firth\n")


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff")
def test_groff_has_no_complaints(page):
    command = ["groff", "-man", "-Tutf8", "-ww"]
    result = subprocess.run(command, input=page, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    assert "neighbors" in result.stdout
