"""How fast a text becomes word ids, beside gensim's ``build_vocab``: a table, and JSON with ``--json``.

    python benchmarks/ingest.py corpus.txt --workers 1 --workers 2
    python benchmarks/ingest.py corpus.txt --megabytes 400 --repeat 1

The second reads a temporary file in which the text stands again and again, until it is so long. "firth words" is the
tokenizer of Unicode words with case folded, which gensim does not have; the other rows part words at whitespace.

Each row is measured in a process of its own. firth reads, counts and writes the encoded corpus to a temporary file;
gensim (if it is installed) reads and counts, and encodes nothing. Seconds are wall time of the whole call, the median
of ``--repeat`` calls after one on a tiny text, which compiles or loads the kernels and is shown as "first call".
Memory is the growth of the process's peak over what it had after that first call. "own" counts what the process alone
holds; "resident" counts mapped files too, which the system takes back when it needs room; "peak" is the whole process,
Python, NumPy and compiled kernels included, from its start.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click


def firth(path: str, workers: int) -> tuple[int, int]:
    """Tokens read and words kept."""
    from firth.corpus import encode

    with encode(path, workers=workers) as corpus:
        return corpus.tokens_read, len(corpus.vocabulary)


def firth_words(path: str, workers: int) -> tuple[int, int]:
    """The same with Unicode words, their case folded."""
    from firth.corpus import encode
    from firth.text.preparation import Preparation

    with encode(path, preparation=Preparation("words", casefold=True), workers=workers) as corpus:
        return corpus.tokens_read, len(corpus.vocabulary)


def gensim(path: str, workers: int) -> tuple[int, int]:
    """Tokens read and words kept; gensim counts in one thread."""
    from gensim.models import Word2Vec

    model = Word2Vec(min_count=5, workers=workers)
    model.build_vocab(corpus_file=path)
    return model.corpus_total_words, len(model.wv)


CONTENDERS: dict[str, Callable[[str, int], tuple[int, int]]] = {
    "firth": firth,
    "firth words": firth_words,
    "gensim": gensim,
}


def measure(name: str, path: str, workers: int, repeat: int) -> dict[str, Any]:
    """One row, in this process."""
    run = CONTENDERS[name]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as tiny:
        tiny.write("the cat sat on the mat\n" * 5)
        tiny.flush()
        begin = time.perf_counter()
        run(tiny.name, workers)
        first = time.perf_counter() - begin
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    with own_memory() as peak:
        for _ in range(repeat):
            begin = time.perf_counter()
            tokens, words = run(path, workers)
            seconds.append(time.perf_counter() - begin)
    middle = statistics.median(seconds)
    return {
        "name": name,
        "workers": workers,
        "tokens": tokens,
        "words": words,
        "seconds": [round(second, 4) for second in seconds],
        "million_words_per_second": round(tokens / middle / 1e6, 2),
        "first_call_seconds": round(first, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1),
        "own_memory_mb": round(peak() / 1e6, 1),
        "resident_memory_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 1e6, 1),
    }


@contextmanager
def own_memory() -> Iterator[Callable[[], float]]:
    """Watches the anonymous memory of this process a hundred times a second (Linux; elsewhere 0)."""
    status = Path("/proc/self/status")

    def anonymous() -> int:
        lines = status.read_text().splitlines() if status.exists() else []
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))

    start, most, stop = anonymous(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.01):
            most[0] = max(most[0], anonymous() - start)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        stop.set()
        thread.join()


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
@click.option("--workers", multiple=True, type=int, default=(1, 2), show_default=True)
@click.option("--repeat", default=3, show_default=True)
@click.option("--megabytes", type=int, help="Repeat the text until it is so long.")
@click.option("--json", "output", type=click.Path(), help="Write the rows to this file.")
@click.option("--only", type=click.Choice(list(CONTENDERS)), help="One row, as JSON.")
def main(
    corpus: str,
    workers: tuple[int, ...],
    repeat: int,
    megabytes: int | None,
    output: str | None,
    only: str | None,
) -> None:
    """Measure how fast the text file CORPUS is read, counted and encoded."""
    if only:
        click.echo(json.dumps(measure(only, corpus, workers[0], repeat)))
    elif megabytes:
        with tempfile.TemporaryDirectory() as folder:
            longer = Path(folder) / "corpus.txt"
            text = Path(corpus).read_bytes()
            with longer.open("wb") as file:
                while file.tell() < megabytes * 1_000_000:
                    file.write(text[: megabytes * 1_000_000 - file.tell()])
            compare(str(longer), workers, repeat, output)
    else:
        compare(corpus, workers, repeat, output)


def compare(corpus: str, workers: tuple[int, ...], repeat: int, output: str | None) -> None:
    """Measure each row in its own process."""
    size = Path(corpus).stat().st_size
    click.echo(f"{corpus}, {size / 1e6:,.1f} MB; {platform.machine()}, Python {platform.python_version()}\n")
    click.echo(f"{'':11} workers  seconds  M words/s    MB/s  first call   own MB  resident MB  peak MB")
    rows = []
    for name, count in [*((name, count) for name in ("firth", "firth words") for count in workers), ("gensim", 1)]:
        command = [sys.executable, __file__, corpus, "--only", name, "--workers", str(count), "--repeat", str(repeat)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            click.echo(f"{name:11} not measured", err=True)
            continue
        row = json.loads(done.stdout)
        rows.append(row)
        middle = statistics.median(row["seconds"])
        click.echo(
            f"{name:11} {count:7} {middle:8.3f} {row['million_words_per_second']:10.1f} {size / middle / 1e6:7.0f}"
            f" {row['first_call_seconds']:10.2f}s {row['own_memory_mb']:8.1f} {row['resident_memory_mb']:12.1f}"
            f" {row['peak_memory_mb']:8.1f}"
        )
    if output:
        report = {"corpus": corpus, "bytes": size, "machine": platform.machine(), "rows": rows}
        Path(output).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
