"""The interactive mode: what a line means, answers and mistakes line by line, completion."""

import os
import select
import subprocess
import sys
import time

import pytest

from firth.cli.session import completions, parse
from firth.errors import OptionError
from firth.vectors import WordVectors

WORDS = ["man", "woman", "king", "queen", "apple", "new york", "well-being", "-"]
VECTORS = WordVectors(
    WORDS, [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 0], [0, -1, 0], [0, 0, -1], [0, -1, -1]]
)


@pytest.mark.parametrize(
    ("line", "positive", "negative"),
    [
        ("king", ["king"], []),
        ("king queen", ["king", "queen"], []),
        ("king - man + woman", ["king", "woman"], ["man"]),
        ("- man king", ["king"], ["man"]),
        ("well-being", ["well-being"], []),
        ("new york", ["new york"], []),
        ("-", ["-"], []),
    ],
)
def test_what_a_line_means(line, positive, negative):
    assert parse(line, VECTORS) == (positive, negative)


def test_a_sign_without_a_word():
    with pytest.raises(OptionError, match="ends with a sign"):
        parse("king -", VECTORS)


def test_completion():
    complete = completions(WORDS)
    assert complete("k") == ["king"]
    assert complete("") == sorted(WORDS)
    assert complete("zebra") == []


def test_a_conversation(tmp_path):
    VECTORS.save(tmp_path / "v.safetensors")
    result = subprocess.run(
        [sys.executable, "-m", "firth", "neighbors", str(tmp_path / "v.safetensors"), "-i", "-n", "1"],
        input="king - man + woman\n\nkign\nking -\napple\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1  # two lines had no answer
    assert result.stdout.split("\n")[0] == "king - man + woman"
    assert result.stdout.split("\n")[1].split()[0] == "queen"
    assert result.stdout.split("\n")[2] == "apple"
    assert result.stderr.splitlines() == [
        "firth: error: unknown word 'kign'; hint: did you mean king?",
        "firth: error: 'king -' ends with a sign, expected a word after it",
    ]


class Terminal:
    """A command in a terminal of its own: keys go in, and what the screen would show comes out."""

    def __init__(self, *command):
        self.keys, terminal = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firth", *command],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", "INPUTRC": os.devnull},
        )
        os.close(terminal)

    def shown(self, expected):
        """What is shown up to and with ``expected``."""
        seen, end = b"", time.monotonic() + 120
        while expected.encode() not in seen:
            ready, _, _ = select.select([self.keys], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{expected!r} is not in {seen!r}"
            seen += os.read(self.keys, 1)
        return seen.decode()

    def press(self, keys):
        os.write(self.keys, keys.encode())


@pytest.fixture
def terminal(tmp_path):
    pytest.importorskip("pty", reason="no pseudo-terminals here")
    pytest.importorskip("readline")
    VECTORS.save(tmp_path / "v.safetensors")
    opened = Terminal("neighbors", str(tmp_path / "v.safetensors"), "-i", "-n", "1")
    yield opened
    opened.process.kill()
    opened.process.wait()
    os.close(opened.keys)


def test_a_conversation_in_a_terminal(terminal):
    assert "Ctrl-D exits" in terminal.shown("> ")
    terminal.press("king - man + wom\t\r")  # Tab completes
    assert "king - man + woman" in terminal.shown("queen ")
    terminal.shown("> ")
    terminal.press("kign\r")
    terminal.shown("did you mean king?")
    terminal.shown("> ")
    terminal.press("\x1b[A\x1b[A\r")  # the line before the last
    assert "king - man + woman" in terminal.shown("queen ")
    terminal.shown("> ")
    terminal.press("\x04")  # Ctrl-D
    assert terminal.process.wait(timeout=60) == 0
