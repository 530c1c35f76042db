"""The beginnings of texts, for models and parts of a benchmark that take a short one."""

from __future__ import annotations

import itertools
from pathlib import Path


def first_lines(text: Path, count: int, part: Path) -> Path:
    """Write so many lines of a text to ``part``, which is returned."""
    with text.open(encoding="utf-8") as lines, part.open("w", encoding="utf-8") as out:
        out.writelines(itertools.islice(lines, count))
    return part


def first_words(text: Path, count: float, part: Path) -> Path:
    """Write as many lines of a text as have so many words together to ``part``, which is returned."""
    left = count
    with text.open(encoding="utf-8") as lines, part.open("w", encoding="utf-8") as out:
        for line in lines:
            if left <= 0:
                break
            out.write(line)
            left -= len(line.split())
    return part
