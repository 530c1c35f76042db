"""How fast vectors are opened and searched, beside what the machine can do at most.

    python benchmarks/queries.py                # 400,000 words of 300 dimensions, 1,000 queries
    python benchmarks/queries.py --index        # approximate search too: time to build, recall, queries a second
    python benchmarks/queries.py --vectors FILE # of these vectors in place of random ones

What is timed is what a user calls: ``neighbors`` of many words, ``most_similar`` of one, ``WordVectors.load``. Beside
it stand bounds from the same minute: the sgemm rate of NumPy (4,096 squared, between the batches), the rate at which
all cores read the matrix for NumPy's dot product, and nothing for opening. The rows' lengths are measured once for all
queries, with a time of its own. Five runs each: the best, and for the share of sgemm the median round.
"""

from __future__ import annotations

import os
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import click
import numpy as np

from firth.vectors import WordVectors


@click.command
@click.option("--words", default=400_000, show_default=True)
@click.option("--dims", default=300, show_default=True)
@click.option("--queries", default=1000, show_default=True)
@click.option("--topn", default=10, show_default=True)
@click.option("--gigabytes", default=1.0, show_default=True, help="Size of the file that is opened.")
@click.option("--index", is_flag=True, help="Build an index and time it; takes minutes.")
@click.option("--vectors", "path", type=click.Path(), help="Search among these in place of random ones.")
def main(words: int, dims: int, queries: int, topn: int, gigabytes: float, index: bool, path: str | None) -> None:
    """Time opening, exact search, and with --index approximate search."""
    rng = np.random.default_rng(1)
    opening(rng, int(gigabytes * 1e9 / (4 * dims)), dims)
    if path is None:
        matrix = rng.standard_normal((words, dims), dtype=np.float32)
        vectors = WordVectors([f"word{row}" for row in range(words)], matrix)
    else:
        vectors = WordVectors.load(path)
    asked = [vectors.index_to_key[row] for row in rng.integers(0, len(vectors), queries)]
    click.echo(f"{len(vectors):,} words of {vectors.vector_size} dimensions, {vectors.vectors.nbytes / 1e6:.0f} MB")
    click.echo(f"  lengths, once   {seconds(lambda: vectors.norms) * 1e3:8.1f} ms")
    batch(rng, vectors, asked, topn)
    single(vectors, asked[0], topn)
    if index:
        approximate(vectors, asked, topn)


def batch(rng: np.random.Generator, vectors: WordVectors, asked: list[str], topn: int) -> None:
    """Time many queries at once beside the machine's matrix product."""
    square = rng.standard_normal((4096, 4096), dtype=np.float32)
    flops = 2 * len(asked) * vectors.vectors.size
    rounds = [(seconds(lambda: square @ square), seconds(lambda: vectors.neighbors(asked, topn))) for _ in range(6)]
    shares = [flops / (2 * 4096**3) * product / taken for product, taken in rounds[1:]]
    product, taken = (min(times) for times in zip(*rounds[1:], strict=True))
    click.echo(f"  sgemm           {2 * 4096**3 / product / 1e9:8.1f} GFLOP/s")
    click.echo(f"  {len(asked):,} queries   {taken * 1e3:8.1f} ms, {flops / taken / 1e9:.1f} GFLOP/s")
    click.echo(f"    of sgemm      {median(shares):8.0%} in the median round, {min(shares):.0%} to {max(shares):.0%}")
    tracemalloc.start()
    vectors.neighbors(asked, topn)
    click.echo(f"    extra memory  {tracemalloc.get_traced_memory()[1] / 1e6:8.1f} MB")
    tracemalloc.stop()


def single(vectors: WordVectors, word: str, topn: int) -> None:
    """Time one query beside reading the matrix once."""
    flat, cores = vectors.vectors.ravel(), len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(cores) as pool:
        parts = np.array_split(flat, cores * 64)  # each shorter than what NumPy's BLAS divides among threads

        def read() -> None:
            list(pool.map(lambda part: part.dot(part), parts))

        memory = flat.nbytes / min(best(read), best(lambda: flat.dot(flat)))
    taken = best(lambda: vectors.most_similar(word, topn=topn))
    rate = flat.nbytes / taken
    click.echo(f"  memory          {memory / 1e9:8.1f} GB/s (dot product over the matrix)")
    click.echo(f"  one query       {taken * 1e3:8.1f} ms, {rate / 1e9:.1f} GB/s, {rate / memory:.0%} of memory")


def opening(rng: np.random.Generator, words: int, dims: int) -> None:
    """Time opening a native file, in the page cache and not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.safetensors"
        matrix = rng.standard_normal((words, dims), dtype=np.float32)
        WordVectors([f"word{row}" for row in range(words)], matrix).save(path)
        last = f"word{words - 1}"
        cold = []
        for work in (lambda: WordVectors.load(path), lambda: WordVectors.load(path)[last]):
            evict(path)
            cold.append(seconds(work))
        warm = [best(lambda: WordVectors.load(path)), best(lambda: WordVectors.load(path)[last])]
        click.echo(f"open {path.stat().st_size / 1e9:.2f} GB")
        for name, (opened, looked) in (("in the cache", warm), ("from the disk", cold)):
            click.echo(f"  {name:<15} {opened * 1e3:8.1f} ms, with the last word's vector {looked * 1e3:.1f} ms")


def evict(path: Path) -> None:
    """Take a file out of the page cache."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def approximate(vectors: WordVectors, asked: list[str], topn: int) -> None:
    """Time building an index and searching through it."""
    start = time.perf_counter()
    indexed = vectors.build_index()
    click.echo(f"  build an index  {time.perf_counter() - start:8.1f} s   {indexed!r}")
    taken = best(lambda: indexed.neighbors(asked, topn))
    click.echo(f"  {len(asked):,} queries   {taken * 1e3:8.1f} ms, {len(asked) / taken:,.0f} a second")
    click.echo(f"  one query       {best(lambda: indexed.most_similar(asked[0], topn=topn)) * 1e3:8.2f} ms")


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
