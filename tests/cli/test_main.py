"""The command as a program: exit codes, one line for each mistake, nothing imported before its time."""

import os
import subprocess
import sys

import pytest

import firth
from firth import cli
from firth.errors import FirthError, OptionError
from firth.vectors import WordVectors


@pytest.fixture
def run(capsys):
    """Runs ``firth`` in this process; gives the exit code, stdout and stderr."""

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(list(arguments))
        output = capsys.readouterr()
        return left.value.code, output.out, output.err

    return call


def process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "firth", *arguments], capture_output=True, text=True, check=False, **options
    )


def test_help_lists_each_verb_without_importing_it(run, monkeypatch):
    monkeypatch.setattr(cli, "import_module", None)  # would raise, were it called
    code, out, _ = run("--help")
    assert code == 0
    shown = " ".join(out.split())
    assert all(f"{verb} {line}" in shown for verb, line in cli.VERBS.items())


def test_version():
    result = process("--version")
    assert (result.returncode, result.stdout) == (0, f"firth, version {firth.__version__}\n")


def test_no_verb_shows_the_help_on_stderr(run):
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "Commands:" in err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nieghbors"], "no command 'nieghbors' in firth; hint: firth neighbors"),
        (["lm", "perplexty"], "no command 'perplexty' in firth lm; hint: firth lm perplexity"),
        (["xyzzy"], "No such command 'xyzzy'; hint: firth --help"),
        (["neighbors"], "Missing argument 'VECTORS'; hint: firth neighbors --help"),
        (["neighbors", "v", "w", "-n", "0"], "0 is not in the range x>=1; hint: firth neighbors --help"),
        (["analogy", "v", "a", "b", "c", "--wrong"], "No such option"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(run, arguments, expected):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("firth: error: ")
    assert expected in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (FirthError("it broke", hint="mend it"), 1, "firth: error: it broke; hint: mend it\n"),
        (FirthError("two\nlines"), 1, "firth: error: two lines\n"),
        (OptionError("window is 0"), 2, "firth: error: window is 0\n"),
        (PermissionError(13, "Permission denied", "x.txt"), 1, "firth: error: x.txt: Permission denied\n"),
        (KeyboardInterrupt(), 130, "firth: interrupted\n"),
    ],
)
def test_an_error_is_one_line(run, monkeypatch, tmp_path, error, code, line):
    def fail(*_):
        raise error

    monkeypatch.setattr(WordVectors, "load", fail)
    result = run("info", str(tmp_path / "v"))
    assert (result[0], result[2].strip("\n")) == (code, line.strip("\n"))


def test_a_mistake_of_ours_is_not_hidden(monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(WordVectors, "load", fail)
    with pytest.raises(ZeroDivisionError):
        cli.main(["info", "v"])


def test_an_unknown_word_in_a_real_process(tmp_path):
    WordVectors(["king"], [[1.0]]).save(tmp_path / "v.safetensors")
    result = process("neighbors", str(tmp_path / "v.safetensors"), "kign")
    assert result.returncode == 1
    assert result.stderr == "firth: error: unknown word 'kign'; hint: did you mean king?\n"
    assert result.stdout == ""


def test_a_reader_that_left_is_no_error(tmp_path):
    WordVectors([f"w{i}" for i in range(9)], [[1.0]] * 9).save(tmp_path / "v.safetensors")
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "firth", "info", str(tmp_path / "v.safetensors")]
    result = subprocess.run(arguments, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (result.returncode, result.stderr) == (1, "")


def test_a_reader_that_left_before_the_last_flush_is_no_error():
    code = "import sys; from firth import cli\n"
    code += "cli.command.main = lambda *_, **__: print('x')\n"  # stays in the buffer of stdout until the end
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-c", code + "cli.main([])"]
    result = subprocess.run(arguments, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (result.returncode, result.stderr) == (1, "")


def test_a_full_memory_is_one_line(run, monkeypatch):
    def load(*_, **__):
        return bytearray(1 << 62)

    monkeypatch.setattr(WordVectors, "load", load)
    code, out, err = run("neighbors", "v", "w")
    assert (code, out) == (1, "")
    assert err.startswith("firth: error: not enough memory")
    assert err.count("\n") == 1
