"""The known words whose spelling is closest to that of an unknown one."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from firth.vectors.words import Words

_ROWS = 1_000_000  # only the first words are compared: a vocabulary is usually sorted by frequency
_BLOCK = 1 << 15

Bytes = npt.NDArray[np.uint8]


def closest(word: str, words: Words, n: int = 3) -> list[Any]:
    """Up to ``n`` of ``words`` within a few edits of ``word``, the closest first.

    Edits are counted on UTF-8 bytes after ASCII letters are lowered (insert, delete, replace, or swap two neighbours:
    the optimal string alignment distance): about one in three bytes, and three at most. So a word that differs only in
    case is closest of all. Words of equal distance are ordered by the first letter, which is seldom mistyped, then by
    the row. The table of the classic dynamic programme is filled for tens of thousands of words at once, so that
    100,000 words take a few hundredths of a second.
    """
    target = _lower(np.frombuffer(word.encode("utf-8", "surrogatepass"), np.uint8))
    if not len(target):
        return []
    text, bounds = words.pack()
    bounds = bounds[: _ROWS + 1]
    limit = min(3, max(1, (len(target) + 1) // 3))
    lengths = np.diff(bounds)
    near = np.flatnonzero((np.abs(lengths - len(target)) <= limit) & (lengths > 0))
    found: list[tuple[int, int, int]] = []
    for start in range(0, len(near), _BLOCK):
        rows = near[start : start + _BLOCK]
        width = int(lengths[rows].max())
        places = np.minimum(bounds[rows] + np.arange(width)[:, None], max(len(text) - 1, 0))
        letters = _lower(text[places])  # (letters, rows)
        distances = _distances(target, letters, lengths[rows])
        for i in np.flatnonzero(distances <= limit):
            found.append((int(distances[i]), int(letters[0, i] != target[0]), int(rows[i])))
    return [words[row] for *_, row in sorted(found)[:n]]


def _lower(text: Bytes) -> Bytes:
    return text + ((text >= 65) & (text <= 90)).astype(np.uint8) * np.uint8(32)


def _distances(target: Bytes, letters: Bytes, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    """Edit distance of ``target`` (n,) from each column of ``letters`` (width, rows), cut at its length."""
    width, rows = letters.shape
    result = np.zeros(rows, np.int16)
    older = previous = np.repeat(np.arange(len(target) + 1, dtype=np.int16)[:, None], rows, axis=1)
    for j in range(width):
        current = np.empty_like(previous)
        current[0] = j + 1
        for i, letter in enumerate(target):
            different = letters[j] != letter
            cell = np.minimum(previous[i] + different, np.minimum(previous[i + 1], current[i]) + 1)
            if i and j:
                swapped = (letters[j - 1] == letter) & (letters[j] == target[i - 1])
                cell = np.where(swapped, np.minimum(cell, older[i - 1] + 1), cell)
            current[i + 1] = cell
        ends = lengths == j + 1
        result[ends] = current[-1, ends]
        older, previous = previous, current
    return result
