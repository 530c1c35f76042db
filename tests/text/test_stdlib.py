"""The standard library as text: which files, and which words of them."""

import json
import sysconfig

import pytest

from firth.errors import SourceError
from firth.text.stdlib import paragraphs, source_files


def test_the_files_of_the_library_without_tests_and_packages():
    files = source_files()
    names = {path.relative_to(sysconfig.get_path("stdlib")).as_posix() for path in files}
    assert {"threading.py", "json/decoder.py"} <= names
    left_out = {"site-packages", "dist-packages", "test", "tests", "idle_test", "encodings"}
    assert not [name for name in names if left_out.intersection(name.split("/"))]
    assert files == sorted(files)
    assert json.decoder.__file__ in map(str, files)


def test_identifiers_are_taken_apart_and_blank_lines_part_sentences(tmp_path):
    (tmp_path / "a.py").write_text(
        "class ThreadPool:\n    '''Runs HTTPServer 3 times.'''\n\n  \n\nget_event_loop()\n\n1\n"
    )
    (tmp_path / "b.py").write_bytes(b"# caf\xff and tea\n")  # not UTF-8: the byte parts words
    assert list(paragraphs([tmp_path / "a.py", tmp_path / "b.py"])) == [
        ["class", "thread", "pool", "runs", "http", "server", "times"],
        ["get", "event", "loop"],
        ["caf", "and", "tea"],
    ]


def test_a_python_without_sources(tmp_path, monkeypatch):
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))
    with pytest.raises(SourceError, match=r"holds no \.py files.*; hint: firth train"):
        source_files()
