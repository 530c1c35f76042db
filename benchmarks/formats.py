"""How fast files of vectors are read, beside gensim, on one file of a gigabyte.

    python benchmarks/formats.py make --folder /tmp/vectors           # about 1 GB of text, as much of binary
    python benchmarks/formats.py time text --folder /tmp/vectors      # firth and gensim, or --tool for one of them
    python benchmarks/formats.py time binary --folder /tmp/vectors

Each tool reads the whole file, already in the page cache, into float32 vectors that answer by word. firth runs three
times after one short run that compiles, and the best counts; gensim runs once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np

from firth.vectors import WordVectors
from firth.vectors.formats import read, write

DIMS = 300
FORMATS = {"text": ("vectors.txt", "word2vec-text", 13.2), "binary": ("vectors.bin", "word2vec-binary", 4.03)}


@click.group
def main() -> None:
    """Make the files, then time reading them."""


@main.command
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--gigabytes", default=1.0, show_default=True)
def make(folder: Path, gigabytes: float) -> None:
    """Write a text and a binary file of vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    for name, format, width in FORMATS.values():
        count = int(gigabytes * 1e9 / (DIMS * width))
        matrix = rng.standard_normal((count, DIMS), dtype=np.float32) * np.float32(0.1)
        write(WordVectors([f"word{row}" for row in range(count)], matrix), folder / name, format)
        click.echo(f"{folder / name}: {count:,} words, {(folder / name).stat().st_size:,} bytes")


@main.command("time")
@click.argument("kind", type=click.Choice(list(FORMATS)))
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--tool", type=click.Choice(["firth", "gensim", "both"]), default="both", show_default=True)
def measure(kind: str, folder: Path, tool: str) -> None:
    """Time reading one of the files."""
    path, binary = folder / FORMATS[kind][0], kind == "binary"
    with path.open("rb") as file:
        while file.read(1 << 24):  # into the page cache
            pass
    if tool in ("firth", "both"):
        read(path, limit=10)
        report("firth", path, min(seconds(lambda: read(path)) for _ in range(3)))
    if tool in ("gensim", "both"):
        from gensim.models import KeyedVectors

        report("gensim", path, seconds(lambda: KeyedVectors.load_word2vec_format(path, binary=binary)))


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report(tool: str, path: Path, taken: float) -> None:
    """Print a time and its rate."""
    click.echo(f"{tool:<8} {path.name:<12} {taken:8.3f} s  {path.stat().st_size / taken / 1e6:8.0f} MB/s")


if __name__ == "__main__":
    main()
