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


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a process alone")
@pytest.mark.parametrize(
    "moment", ["click", "firth.cli.neighbors", "numpy", "safetensors", "firth.vectors.formats.native"]
)
def test_an_interrupt_while_modules_are_imported_is_one_line(moment, tmp_path):
    WordVectors(["king", "queen"], [[1.0], [1.0]]).save(tmp_path / "v.safetensors")
    code = f"""
import os, signal, sys
from firth.__main__ import main

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == {moment!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
main()
"""
    arguments = [sys.executable, "-c", code, "neighbors", str(tmp_path / "v.safetensors"), "king"]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr.strip()) == (130, "", "firth: interrupted")


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a process alone")
def test_an_interrupt_in_a_destructor_is_not_lost():
    code = """
import os, signal, time
from firth import cli
from firth.__main__ import main

class Closing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)  # the exception is raised in here, where Python can only print it

def slow(*_, **__):
    Closing()
    time.sleep(60)

cli.command.main = slow
main()
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=50)
    assert (result.returncode, result.stderr.strip()) == (130, "firth: interrupted")


WORDS = ["a", "na\u00efve", "kr\u00f3l", "\u4e16\u754c"]


@pytest.fixture
def many_letters(tmp_path):
    WordVectors(WORDS, [[1, 0], [1, 0.1], [1, 0.2], [1, 0.3]]).save(tmp_path / "v.safetensors")
    return str(tmp_path / "v.safetensors")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8", "utf-16-le", "gb18030"])
def test_words_are_printed_in_any_encoding(encoding, many_letters):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    arguments = [sys.executable, "-m", "firth", "info", many_letters]
    result = subprocess.run(arguments, capture_output=True, env=environment, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    for word in WORDS:
        assert word.encode(encoding, "backslashreplace") in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix")
def test_streams_that_are_closed(many_letters):
    def shell(*arguments):
        command = " ".join([sys.executable, "-m", "firth", "neighbors", many_letters, *arguments])
        return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    result = shell("a", ">&-")
    assert (result.returncode, result.stderr) == (1, "firth: error: stdout: Bad file descriptor\n")
    result = shell("zebra", "2>&-")
    assert (result.returncode, result.stdout) == (1, "")  # what belongs to stderr does not go to stdout
    result = shell("-f", "-", "<&-")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    if os.path.exists("/dev/full"):  # noqa: PTH110
        result = shell("a", ">", "/dev/full")
        assert (result.returncode, result.stderr.count("\n")) == (1, 1)
        assert "No space left" in result.stderr


def test_input_that_is_not_utf8_is_one_line(many_letters):
    arguments = [sys.executable, "-m", "firth", "neighbors", many_letters, "-f", "-"]
    result = subprocess.run(arguments, input=b"a\n\xff\n", capture_output=True, check=False)
    assert (result.returncode, result.stderr.count(b"\n")) == (1, 1)
    assert b"the input is not UTF-8, but holds the byte 0xff" in result.stderr


@pytest.mark.parametrize(
    ("said", "verb", "shown"),
    [
        ("learning_rate=0.1 or negative=20", "train", "--learning-rate 0.1 or --negative 20"),
        ("field='text'", "train", "--field text"),
        ("update_vocabulary=True", "train", "--update-vocabulary"),
        ("casefold=False", "train", "no --casefold"),
        ("min_count=2 drops rare words", "vocab", "--min-count 2 drops rare words"),
        ("min_count=2", "info", "min_count=2"),  # it has no such option
        ("WordVectors.load(path, format='glove')", "info", "firth convert --from glove"),
        ("vectors.save(path, format='glove') takes any name", "train", "firth convert --to glove takes any name"),
        ("Vocabulary.load(path) reads it", "info", "firth train --vocabulary reads it"),
        ("search={'window': None}", "tune", "--search window"),
        ("search={'epochs': (low, high)}", "tune", "--search epochs=LOW:HIGH"),
    ],
)
def test_hints_of_the_library_are_shown_as_flags(said, verb, shown):
    assert cli.as_flags(said, cli.command.get_command(None, verb)) == shown


def test_a_message_is_shown_as_flags_only_where_it_begins_with_an_option():
    train = cli.command.get_command(None, "train")
    assert cli.as_flags("epochs=0, expected 1 or more", train, first=True) == "--epochs 0, expected 1 or more"
    assert cli.as_flags("no file 'epochs=0'", train, first=True) == "no file 'epochs=0'"
    assert cli.as_flags("minn=6 and maxn=3, expected it", train, first=True) == "--minn 6 and --maxn 3, expected it"
    assert cli.as_flags("epochs=0, not 'seed=1'", train, first=True) == "--epochs 0, not 'seed=1'"
