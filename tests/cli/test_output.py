"""JSON on stdout is JSON, whatever the numbers and the encoding."""

import io
import json
import re
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
