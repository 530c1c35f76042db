"""How fast files of vectors are read, beside gensim, on one text and one binary file of a gigabyte.

    python benchmarks/formats.py make --folder /tmp/vectors
    python benchmarks/formats.py time --folder /tmp/vectors           # both files, both tools in turn

Each reading has a process of its own, begins with the file in the page cache, and comes after the tool has been
imported and has read ten words of the same file, so that nothing is imported or compiled within it. It ends when the
last word of the file has given its vector. The median of the rounds counts for both tools, three rounds of text and
nine of binary, which is sooner read. The whole matrix is then summed, which must give the same with both.

gensim builds a dictionary of all words as it reads; firth builds it when that pays, after 64 look-ups, or for
``key_to_index``. The column "with dictionary" waits for it, and "whole process" for the imports, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import click
import numpy as np

from firth.vectors import WordVectors
from firth.vectors.formats import write

DIMS = 300
FORMATS = {"text": ("vectors.txt", "word2vec-text", 13.2), "binary": ("vectors.bin", "word2vec-binary", 4.03)}
ROUNDS = {"text": 3, "binary": 9}
TOOLS = ("firth", "gensim")


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
        write(WordVectors([f"word{row}" for row in range(count)], matrix).embeddings, folder / name, format)
        click.echo(f"{folder / name}: {count:,} words, {(folder / name).stat().st_size:,} bytes")


@main.command("time")
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(FORMATS)), default=list(FORMATS))
def measure(folder: Path, kinds: tuple[str, ...]) -> None:
    """Time both tools in turn, on both files, or on one kind."""
    click.echo(f"{'':14} {'read':>8} {'MB/s':>8} {'with dictionary':>17} {'whole process':>15}   reading of each round")
    for kind in kinds:
        path = folder / FORMATS[kind][0]
        with path.open("rb") as file:
            while file.read(1 << 24):  # into the page cache
                pass
        runs: dict[str, list[dict[str, float]]] = {tool: [] for tool in TOOLS}
        for _ in range(ROUNDS[kind]):
            for tool in TOOLS:
                runs[tool].append(in_process(tool, kind, path))
        sums = {run["sum"] for tool in TOOLS for run in runs[tool]}
        if len(sums) > 1:
            raise click.ClickException(f"{path}: the tools read different numbers: sums {sums}")
        middle = {tool: {key: median(run[key] for run in runs[tool]) for key in runs[tool][0]} for tool in TOOLS}
        for tool in TOOLS:
            times = middle[tool]
            rate = path.stat().st_size / times["read"] / 1e6
            each = ", ".join(f"{run['read']:.3f}" for run in runs[tool])
            click.echo(
                f"{kind:<7}{tool:<7} {times['read']:6.3f} s {rate:8.0f} {times['dictionary']:15.3f} s "
                f"{times['process']:13.3f} s   {each}"
            )
        ratios = {key: middle["gensim"][key] / middle["firth"][key] for key in ("read", "dictionary", "process")}
        click.echo(
            f"{kind:<7}{'times':<7} {ratios['read']:8.1f} {'':8} {ratios['dictionary']:17.1f} {ratios['process']:15.1f}"
        )


def in_process(tool: str, kind: str, path: Path) -> dict[str, float]:
    """The times of one reading in a new process."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "once", tool, kind, str(path)]
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    times: dict[str, float] = json.loads(result.stdout)
    # What is checked behind the reading is no part of it.
    return {**times, "process": time.perf_counter() - start - times["checking"]}


@main.command
@click.argument("tool", type=click.Choice(TOOLS))
@click.argument("kind", type=click.Choice(list(FORMATS)))
@click.argument("path", type=click.Path(path_type=Path))
def once(tool: str, kind: str, path: Path) -> None:
    """Read once with one tool, and print the times as JSON."""
    if tool == "firth":
        load = WordVectors.load
    else:
        from gensim.models import KeyedVectors

        def load(path, limit=None):  # type: ignore[no-untyped-def]
            return KeyedVectors.load_word2vec_format(path, binary=kind == "binary", limit=limit)

    load(path, limit=10)
    with path.open("rb") as file:
        header = file.readline()
    last = f"word{int(header.split()[0]) - 1}"
    start = time.perf_counter()
    vectors = load(path)
    vectors[last]
    taken = time.perf_counter() - start
    known = vectors.key_to_index[last]
    dictionary = time.perf_counter() - start
    assert known == len(vectors) - 1
    total = float(vectors.vectors.sum(dtype=np.float64))
    checking = time.perf_counter() - start - dictionary
    click.echo(json.dumps({"read": taken, "dictionary": dictionary, "checking": checking, "sum": total}))


if __name__ == "__main__":
    main()
