"""Words that changed, and the path of one word, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firth.cli.answers import aligned
from firth.cli.output import echo
from firth.drawing.characters import columns, padded
from firth.drift.changes import Change, Stop
from firth.escapes import escaped

_NEAREST = 6  # neighbours in a line


def echo_changes(found: Sequence[Change]) -> None:
    """Print words with their similarity, and against a null how much farther they moved than without a change."""
    if not found or found[0].interval is None:
        echo(*aligned([(change.word, change.similarity) for change in found]))
        return
    widest = min(max(4, *(columns(escaped(str(change.word))) for change in found)), 24)
    echo(f"{'word':<{widest}}  similarity  moved more by  95 % interval         p")
    for change in found:
        word = padded(escaped(str(change.word)), widest)
        echo(f"{word}  {change.similarity:10.4f}  {_excess(change)}")


def echo_path(word: Any, stops: Sequence[Stop]) -> None:
    """Print a word through the spaces: its similarity with the last one, each step, and its nearest words."""
    echo(str(word))
    widest = max(columns(escaped(stop.space)) for stop in stops)
    for stop in stops:
        count = "" if stop.occurrences is None else f", {stop.occurrences:,} times"
        echo(f"  {padded(escaped(stop.space), widest)}  {stop.similarity:7.4f} with {escaped(stops[-1].space)}{count}")
        if stop.step is not None:
            more = "" if stop.step.interval is None else f", moved more by {_excess(stop.step).strip()}"
            echo(f"  {'':{widest}}  {stop.step.similarity:7.4f} with the one before{more}")
        near = ", ".join(escaped(str(near)) for near, _ in stop.neighbors[:_NEAREST])
        if near:
            echo(f"  {'':{widest}}  near: {near}")


def change_as_dict(change: Change) -> dict[str, Any]:
    """A change for JSON; without a null only the similarity."""
    told: dict[str, Any] = {"word": change.word, "similarity": round(change.similarity, 6)}
    if change.interval is not None:
        for name in ("expected", "excess", "interval", "p", "q"):
            value = getattr(change, name)
            told[name] = [round(end, 6) for end in value] if name == "interval" else float(f"{value:.6g}")
    return told


def stop_as_dict(stop: Stop) -> dict[str, Any]:
    """A word in one space for JSON."""
    return {
        "space": stop.space,
        "count": stop.occurrences,
        "similarity": round(stop.similarity, 6),
        "step": None if stop.step is None else change_as_dict(stop.step),
        "neighbors": [{"word": word, "similarity": round(score, 6)} for word, score in stop.neighbors],
    }


def _excess(change: Change) -> str:
    if change.excess is None or change.interval is None or change.p is None:
        return ""
    low, high = change.interval
    return f"{change.excess:+13.3f}  [{low:+.3f}, {high:+.3f}]  {change.p:8.2g}"
