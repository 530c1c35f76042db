"""Words that changed as one HTML page, and their map as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from firth.arguments import Word
from firth.drawing.arrow_map import Path, arrow_map
from firth.drawing.page import page
from firth.drawing.plots import Mark, dots
from firth.escapes import escaped_html

if TYPE_CHECKING:
    from firth.drift.changes import Change, Stop, WordChanges
    from firth.vectors.embeddings import Vector

_WIDE = '<figure class="wide" tabindex="0">'  # scrolled where the window is narrow, by keys too
_NEAR = 8  # neighbours of a word in each space, on its own map


def html(changes: WordChanges, found: Sequence[Change]) -> str:
    """The page: how far words moved, a map of all, and for each word its own map and its neighbours in each space.

    Args:
        changes: the comparison.
        found: the words to show.
    """
    spaces = f"{changes.names[0]} to {changes.names[-1]}"
    null = (
        f"The null is {changes.shuffles} times the same texts with shuffled dates. A dot shows how much farther a word "
        "moved than it would without a change, and the line its 95 % confidence interval."
        if changes.excess is not None
        else "There is no null of shuffled texts, so rare words may stand here only because they are rare."
    )
    parts = [
        f"<p>{len(changes):,} words are in all {len(changes.spaces)} spaces. {null}</p>",
        f"<h2>How far</h2>\n{_WIDE}{_amounts(found, spaces)}</figure>",
        f"<h2>Where to</h2>\n{_WIDE}{word_map(changes, [change.word for change in found])}"
        "<figcaption>An arrow leads from a word's vector in the first space to that in the last. Small names are its "
        "nearest words in these two. The plane shows two principal components, so distances are not exact."
        "</figcaption></figure>",
        "<h2>Word by word</h2>",
        *(_section(changes, change.word, number == 0) for number, change in enumerate(found)),
    ]
    return page(f"Words that changed, {spaces}", parts)


def word_map(changes: WordChanges, words: Sequence[Word]) -> str:
    """The arrows of words through the plane of the first two principal components, as SVG.

    The vectors of their nearest words are those of the last space that holds them, as in the figures of Hamilton et al.
    (2016). One word has the names of the spaces at its stops, and more neighbours.
    """
    alone = len(words) == 1
    stops = [changes.path(word, _NEAR if alone else 1) for word in words]
    rows = [
        np.stack([changes.space(stop.space).get_vector(word, norm=True) for stop in path])
        for word, path in zip(words, stops, strict=True)
    ]
    rows = rows if alone else [places[[0, -1]] for places in rows]
    seen = [near for path in stops for stop in (path if alone else (path[0], path[-1])) for near, _ in stop.neighbors]
    around = [word for word in dict.fromkeys(seen) if word not in words]
    still = [_last_vector(changes, word) for word in around]
    every = np.concatenate([*rows, *(vector[None] for vector in still)]).astype(np.float64)
    centered = every - every.mean(axis=0)
    _, _, axes = np.linalg.svd(centered, full_matrices=False)
    plane = centered @ axes[:2].T
    if plane.shape[1] < 2:  # two points, or one dimension
        plane = np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))
    ends = np.cumsum([len(places) for places in rows])
    paths = [
        Path(str(word), places, [stop.space for stop in path] if alone else [])
        for word, path, places in zip(words, stops, np.split(plane[: ends[-1]], ends[:-1]), strict=True)
    ]
    fixed = [(str(word), place) for word, place in zip(around, plane[ends[-1] :], strict=True)]
    return arrow_map(paths, fixed, f"Where {', '.join(map(str, words))} moved")


def _last_vector(changes: WordChanges, word: Word) -> Vector:
    space = next(space for space in reversed(changes.spaces) if word in space)
    return space.get_vector(word, norm=True)


def _amounts(found: Sequence[Change], spaces: str) -> str:
    rows = [(str(change.word), [_mark(change)]) for change in found]
    return dots(rows, f"How far words moved, {spaces}")


def _mark(change: Change) -> Mark:
    if change.excess is None or change.interval is None:
        return Mark(1 - change.similarity, None, f"{1 - change.similarity:.3f}")
    low, high = change.interval
    return Mark(change.excess, change.interval, f"{change.excess:.2f} [{low:.2f}, {high:.2f}]")


def _section(changes: WordChanges, word: Word, is_open: bool) -> str:
    stops = changes.path(word, _NEAR)
    name = escaped_html(str(word))
    return (
        f"<details{' open' if is_open else ''}><summary>{name}</summary>\n"
        f"{_WIDE}{word_map(changes, [word])}</figure>\n{_table(stops)}</details>"
    )


def _table(stops: Sequence[Stop]) -> str:
    names = ("space", "occurrences", "similarity with the last", "nearest words")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = []
    for stop in stops:
        count = "" if stop.occurrences is None else f"{stop.occurrences:,}"
        near = ", ".join(f"<bdi>{escaped_html(str(word))}</bdi> {score:.2f}" for word, score in stop.neighbors)
        cells = f"<td>{escaped_html(stop.space)}</td><td>{count}</td><td>{stop.similarity:.3f}</td>"
        rows.append(f'<tr>{cells}<td class="text" style="min-width: 15rem">{near}</td></tr>')
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>{''.join(rows)}</tbody>\n</table>"
