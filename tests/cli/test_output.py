"""JSON on stdout is JSON, whatever the numbers and the encoding."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import firth.cli
from firth.cli.output import echo_json


def printed(monkeypatch, value, encoding):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, errors="backslashreplace"))
    echo_json(value)
    sys.stdout.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_what_json_cannot_hold_is_null(monkeypatch, encoding):
    value = {"loss": [1.5, float("nan"), None], "score": (float("-inf"), 2), "word": "Gauß 猫 \U0001f408"}

    def refuse(constant):
        raise AssertionError(constant)

    read = json.loads(printed(monkeypatch, value, encoding), parse_constant=refuse)
    assert read == {"loss": [1.5, None, None], "score": [None, 2], "word": "Gauß 猫 \U0001f408"}


def test_words_stand_as_they_are_where_they_can(monkeypatch):
    assert printed(monkeypatch, "猫", "utf-8") == '"猫"\n'
    assert printed(monkeypatch, "猫", "ascii") == '"\\u732b"\n'


def test_every_verb_prints_json_here():
    folder = Path(firth.cli.__file__).parent
    for path in folder.glob("*.py"):
        if path.name != "output.py":
            assert not re.search(r"echo\(json\.dumps|print\(json\.dumps|json\.dump\(", path.read_text()), path


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_a_note_is_not_printed_behind_a_progress_bar(tmp_path):
    """In a real terminal: the bar is on stderr, too, and knows only of what is printed there through Python."""
    import pty

    (tmp_path / "a.txt").write_bytes("die Königin\n".encode("cp1252") * 50)
    ours, theirs = pty.openpty()
    command = ["-m", "firth", "vocab", "a.txt", "--encoding", "cp1252", "--json"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run(
        [sys.executable, *command], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=theirs, check=True
    )
    os.close(theirs)
    seen = ""
    with contextlib.suppress(OSError):  # all is read
        while part := os.read(ours, 65536):
            seen += part.decode()
    os.close(ours)
    assert "reading" in seen
    assert "\x1b[2Kfirth: note: encodings: cp1252" in seen  # the bar is cleared first
