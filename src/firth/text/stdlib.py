"""The source files of Python's standard library as text, which is available on every machine with Python."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from firth.errors import SourceError

_LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idle_test", "encodings", "__pycache__"}
# A word is a run of small letters, with its capital, or a run of capitals: get_event_loop and ThreadPool are several.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PARAGRAPH = re.compile(r"\n\s*\n")


def source_files() -> list[Path]:
    """The ``.py`` files of the standard library without tests and tables, in a fixed order.

    Raises:
        SourceError: this Python was installed without source files.
    """
    root = Path(sysconfig.get_path("stdlib"))
    files = (path for path in root.rglob("*.py") if not _LEFT_OUT.intersection(path.relative_to(root).parts))
    if found := sorted(files):
        return found
    raise SourceError(
        f"{root} holds no .py files, expected the sources of Python's standard library",
        hint="firth train CORPUS -o OUTPUT learns from a text of yours",
    )


def paragraphs(files: Iterable[Path]) -> Iterator[list[str]]:
    """The words of docstrings, comments and identifiers, in lower case; blank lines separate sentences."""
    for path in files:
        for paragraph in _PARAGRAPH.split(path.read_text(encoding="utf-8", errors="replace")):
            words = [word.lower() for word in _WORD.findall(paragraph)]
            if words:
                yield words
