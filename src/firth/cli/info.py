"""``firth info VECTORS``"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from firth.cli.files import VectorsInput, Verb
from firth.cli.output import echo, echo_json
from firth.storage import verify
from firth.vectors import WordVectors


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.option(
    "-n",
    "--topn",
    default=10,
    show_default=True,
    type=click.IntRange(min=0),
    help="Number of most frequent words to show.",
)
@click.option(
    "--verify",
    "verified",
    is_flag=True,
    help="Read the whole file and compare its checksums; this works for every file that firth wrote.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(vectors: str, topn: int, verified: bool, as_json: bool) -> None:
    """Show what the file VECTORS contains: number of words and dimensions, size, training options, frequent words.

    With --verify it may also be a model, a language model, an encoded corpus or a checkpoint.
    """
    if verified:
        whole = verify(vectors)
        if as_json:
            echo_json({"path": vectors, "whole": whole or None})
        else:
            echo(f"{vectors}: {'whole' if whole else 'no checksums (an earlier version wrote the file)'}")
        return
    opened = WordVectors.load(vectors)
    described: dict[str, Any] = {
        "path": vectors,
        "words": len(opened),
        "vector_size": opened.vector_size,
        "bytes": _size(Path(vectors)),
        "metadata": opened.metadata,
        "frequent": _frequent(opened, topn),
    }
    if as_json:
        echo_json(described)
        return
    rows = [
        ("file", vectors),
        ("words", f"{described['words']:,}"),
        ("dimensions", f"{described['vector_size']:,}"),
        ("size", f"{described['bytes']:,} bytes"),
        *((name, _shown(value)) for name, value in opened.metadata.items()),
    ]
    width = max(len(name) for name, _ in rows)
    echo(*(f"{name:<{width}}  {value}" for name, value in rows))
    if described["frequent"]:
        echo("", "most frequent words" if opened.counts is not None else "first words")
        for entry in described["frequent"]:
            count = f"  {entry['count']:,}" if "count" in entry else ""
            echo(f"  {entry['word']}{count}")


def _size(path: Path) -> int:
    return sum(_size(inside) for inside in path.iterdir()) if path.is_dir() else path.stat().st_size


def _frequent(vectors: WordVectors, topn: int) -> list[dict[str, Any]]:
    """The most frequent words with their counts, or the first words where the file has no counts."""
    if vectors.counts is None:
        return [{"word": vectors.index_to_key[row]} for row in range(min(topn, len(vectors)))]
    rows = np.argsort(-vectors.counts, kind="stable")[:topn]
    return [{"word": vectors.index_to_key[row], "count": int(vectors.counts[row])} for row in rows]


def _shown(value: Any) -> str:
    if isinstance(value, dict):  # what the preparation holds of files is long
        value = {name: part for name, part in value.items() if not name.endswith("_held")}
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
