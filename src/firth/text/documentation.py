"""English prose that every installation of firth holds: the documentation of Python's standard library and of NumPy.

It is what docstrings, comments and the topics of ``help()`` say. Code, tables and licenses are left out.
"""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from firth.errors import SourceError

_LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idle_test", "encodings", "__pycache__", "pydoc_data"}
_PROSE = re.compile(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'|((?:^[ \t]*#[^\n]*\n)+)', re.DOTALL | re.MULTILINE)
_HASHES = re.compile(r"^[ \t]*#+", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n\s*\n")
_CODE = re.compile(r"^\s*(?:>>>|\.\. )|copyright|licen[cs]e", re.MULTILINE | re.IGNORECASE)
# A word stands alone between spaces or marks of a sentence: parts of names, paths, calls and options are none.
_WORD = re.compile(r"(?<![^\s('\"])([A-Za-z][a-z]+|[A-Z]{2,}|[aAI])(?:'s)?(?=[\s.,;:!?)'\"]*(?:\s|$))")
_SHARE = 0.6  # of a paragraph of prose are words, and not names, numbers and signs


def source_files() -> list[Path]:
    """The ``.py`` files of the standard library and of NumPy, without tests and tables, in a fixed order.

    Raises:
        SourceError: this Python came without sources.
    """
    root = Path(sysconfig.get_path("stdlib"))
    if not (found := _files(root)):
        raise SourceError(
            f"{root} holds no .py files, expected the sources of Python's standard library",
            hint="firth train CORPUS -o OUTPUT learns from a text of yours",
        )
    numpy = find_spec("numpy")
    others = numpy.submodule_search_locations if numpy is not None else None
    return [*found, *(path for folder in others or () for path in _files(Path(folder)))]


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if not _LEFT_OUT.intersection(path.relative_to(root).parts))


def help_topics() -> list[str]:
    """The texts of ``help("topics")``; none where Python came without them."""
    try:
        from pydoc_data.topics import topics
    except ImportError:
        return []
    return list(topics.values())


def sentences(files: Iterable[Path], texts: Iterable[str] = ()) -> Iterator[list[str]]:
    """The words of each paragraph of prose in files of Python code and in texts, in lower case; none twice."""
    seen: set[str] = set()
    for text in _prose(files, texts):
        for paragraph in _PARAGRAPH.split(text):
            if paragraph in seen or _CODE.search(paragraph):
                continue
            words = _WORD.findall(paragraph)
            if len(words) > max(2, _SHARE * len(paragraph.split())):
                seen.add(paragraph)
                yield [word.lower() for word in words]


def _prose(files: Iterable[Path], texts: Iterable[str]) -> Iterator[str]:
    for path in files:
        for first, second, comment in _PROSE.findall(path.read_text(encoding="utf-8", errors="replace")):
            yield first or second or _HASHES.sub("", comment)
    yield from texts
