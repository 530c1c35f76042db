"""The documentation of Python and NumPy as text: which files, and which words of them."""

import json
import sys
import sysconfig

import numpy as np
import pytest

from firth.errors import SourceError
from firth.text.documentation import help_topics, sentences, source_files


def test_the_files_of_the_library_and_of_numpy_without_tests():
    files = source_files()
    root = sysconfig.get_path("stdlib")
    names = {path.relative_to(root).as_posix() for path in files if "numpy" not in path.parts}
    assert {"threading.py", "json/decoder.py"} <= names
    left_out = {"site-packages", "dist-packages", "test", "tests", "idle_test", "encodings"}
    assert not [name for name in names if left_out.intersection(name.split("/"))]
    assert {json.decoder.__file__, np.__file__} <= set(map(str, files))
    assert not [path for path in files if path.parent.name == "tests"]


CODE = '''
"""Read a file's first_line, see os.path or read(); then close it.

Copyright (c) of somebody who wrote this.

>>> print(open)

x = f(a, b) + c[1] * 2; y = 3
"""
# Threads wait here, as two locks
# are held ('quoted words' too).
name = "No prose at all"

def f():
    \'\'\'An HTTP server in a thread-pool.\'\'\'

def g():
    \'\'\'An HTTP server in a thread-pool.\'\'\'
'''


def test_words_are_those_of_prose(tmp_path):
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "b.py").write_bytes(b"# tea\xff or a cup of tea\n")  # not UTF-8: the word is none
    assert list(sentences([tmp_path / "a.py", tmp_path / "b.py"], ["A topic of help.\n\nTwo words"])) == [
        ["read", "a", "file", "see", "or", "then", "close", "it"],
        ["threads", "wait", "here", "as", "two", "locks", "are", "held", "quoted", "words", "too"],
        ["an", "http", "server", "in", "a"],  # what stands twice is read once
        ["or", "a", "cup", "of", "tea"],
        ["a", "topic", "of", "help"],
    ]


def test_topics_of_help(monkeypatch):
    assert any("tested for truth value" in text for text in help_topics())
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    assert help_topics() == []


def test_a_python_without_sources(tmp_path, monkeypatch):
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))
    with pytest.raises(SourceError, match=r"holds no \.py files.*; hint: firth train"):
        source_files()
