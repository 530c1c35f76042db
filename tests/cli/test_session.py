"""The interactive mode: what a line means, answers and mistakes line by line, completion."""

import subprocess
import sys

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
        check=True,
    )
    assert result.stdout.split("\n")[0] == "king - man + woman"
    assert result.stdout.split("\n")[1].split()[0] == "queen"
    assert result.stdout.split("\n")[2] == "apple"
    assert result.stderr.splitlines() == [
        "firth: unknown word 'kign'; hint: did you mean king?",
        "firth: 'king -' ends with a sign, expected a word after it",
    ]
