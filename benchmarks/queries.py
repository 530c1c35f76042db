"""How fast vectors are opened and searched, beside what the machine can do at most.

    python benchmarks/queries.py                # 400,000 words of 300 dimensions, 1,000 queries
    python benchmarks/queries.py --index        # approximate search too: time to build, recall, queries a second

Bounds: a batch of queries against the machine's own sgemm rate (NumPy, 4,096 squared); one query against the rate at
which NumPy sums the matrix; opening against nothing, in milliseconds. Best of five runs.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
import numpy as np

from firth.vectors import WordVectors
from firth.vectors.search import row_norms, top_rows, unit_rows


@click.command
@click.option("--words", default=400_000, show_default=True)
@click.option("--dims", default=300, show_default=True)
@click.option("--queries", default=1000, show_default=True)
@click.option("--topn", default=10, show_default=True)
@click.option("--index", is_flag=True, help="Build an index and time it; takes minutes.")
def main(words: int, dims: int, queries: int, topn: int, index: bool) -> None:
    """Time opening, exact search, and with --index approximate search."""
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((words, dims), dtype=np.float32)
    vectors = WordVectors([f"word{row}" for row in range(words)], matrix)
    opening(vectors)
    norms = row_norms(matrix)
    asked = unit_rows(matrix[rng.integers(0, words, queries)])

    square = rng.standard_normal((4096, 4096), dtype=np.float32)
    rounds = [
        (seconds(lambda: square @ square), seconds(lambda: top_rows(matrix, norms, asked, topn))) for _ in range(6)
    ]
    work = queries * words * dims / 4096**3  # in products of the square
    shares = [work * product / taken for product, taken in rounds[1:]]
    product, taken = (min(times) for times in zip(*rounds[1:], strict=True))
    click.echo(f"sgemm            {2 * 4096**3 / product / 1e9:8.1f} GFLOP/s")
    click.echo(f"{queries:,} queries    {taken * 1e3:8.1f} ms  {2 * queries * words * dims / taken / 1e9:.1f} GFLOP/s")
    click.echo(f"  of sgemm       {median(shares):8.0%} in the median round, {min(shares):.0%} to {max(shares):.0%}")
    tracemalloc.start()
    top_rows(matrix, norms, asked, topn)
    click.echo(
        f"  extra memory   {tracemalloc.get_traced_memory()[1] / 1e6:8.1f} MB; the matrix {matrix.nbytes / 1e6:.0f} MB"
    )
    tracemalloc.stop()

    memory = matrix.nbytes / best(matrix.sum)
    taken = best(lambda: top_rows(matrix, norms, asked[:1], topn))
    rate = matrix.nbytes / taken
    click.echo(f"memory           {memory / 1e9:8.1f} GB/s (sum of the matrix)")
    click.echo(f"one query        {taken * 1e3:8.1f} ms  {rate / 1e9:.1f} GB/s, {rate / memory:.0%} of memory")
    if index:
        approximate(vectors, asked, topn)


def opening(vectors: WordVectors) -> None:
    """Time opening the vectors' own file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.safetensors"
        vectors.save(path)
        taken, size = best(lambda: WordVectors.load(path)), path.stat().st_size
        first = best(lambda: WordVectors.load(path)["word77"])
    click.echo(f"open {size / 1e9:4.2f} GB     {taken * 1e3:8.1f} ms; with the first look-up {first * 1e3:.1f} ms")


def approximate(vectors: WordVectors, asked: np.ndarray, topn: int) -> None:
    """Time building an index and searching through it."""
    start = time.perf_counter()
    indexed = vectors.build_index()
    click.echo(f"build an index   {time.perf_counter() - start:8.1f} s   {indexed!r}")
    taken = best(lambda: indexed.search(asked, topn))
    click.echo(f"{len(asked):,} queries    {taken * 1e3:8.1f} ms  {len(asked) / taken:,.0f} a second")


def best(work: Callable[[], object]) -> float:
    """The shortest of five runs, in seconds."""
    return min(seconds(work) for _ in range(5))


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
