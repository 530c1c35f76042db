"""``firth recommend``: sessions typed, from a file, from stdin; as a table and as JSON."""

import io
import json

import numpy as np
import pytest

from firth import WordVectors, cli


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Runs ``firth recommend`` on five items; gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    matrix = np.array([[2, 0], [0.1, 0], [0, 3], [1, 1], [-1, 0]])
    WordVectors([10, 20, 30, 40, 50], matrix).save("v.safetensors")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(["recommend", "v.safetensors", *arguments])
        output = capsys.readouterr()
        return left.value.code, output.out, output.err

    return call


def test_a_session_that_is_typed(run):
    assert run("10", "99", "-n", "2") == (0, "10 99\n  20   1.0000\n  40   0.7071\n", "")
    assert run("10", "-n", "1", "--repeat")[1] == "10\n  10   1.0000\n"
    assert run("30", "10", "-n", "1", "--history", "1")[1] == "30 10\n  20   1.0000\n"


def test_sessions_of_a_file(run, tmp_path, monkeypatch):
    (tmp_path / "s.txt").write_text("10 30\n\n50\n")
    (tmp_path / "seen.txt").write_text("20\n40\n")
    code, out, err = run("-f", "s.txt", "-n", "1", "--exclude", "seen.txt", "--json")
    assert (code, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"session": ["10", "30"], "items": [{"item": 50, "similarity": -0.707107}]},
        {"session": ["50"], "items": [{"item": 30, "similarity": 0.0}]},
    ]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"10\n")))
    assert run("-f", "-", "-n", "1")[1] == "10\n  20   1.0000\n"


def test_a_session_without_a_known_item(run, tmp_path):
    (tmp_path / "s.txt").write_text("98 99\n10\n")
    code, out, err = run("-f", "s.txt", "-n", "1")
    assert (code, out) == (1, "10\n  20   1.0000\n")
    hint = "the items must be those that the vectors were trained on"
    assert err == f"firth: error: none of the items 98 99 is known; hint: {hint}\n"
    code, out, err = run("98", "--json")
    assert (code, json.loads(out), err) == (1, {"session": ["98"], "error": "none of the items 98 is known"}, "")


def test_no_session(run):
    assert run() == (
        2, "", "firth: error: no session was given, expected ITEMS or --file; hint: firth recommend --help\n"
    )  # fmt: skip
