"""What a checkpoint costs: the time to write and to read one, its size, and the share of a training at an interval.

    python benchmarks/checkpoint.py --json checkpoint.json
    python benchmarks/checkpoint.py --training corpus.txt --json checkpoint.json

For each size of model, random matrices are written as a checkpoint (aside, forced to the disk, renamed) and read again
(every byte compared with its checksum), the best of three; all workers wait meanwhile. The share is the time to write
one over the default interval of ten minutes. Memory is what the process takes beyond the two matrices while it writes.

With a text, the same training is timed without checkpoints and with them, in turns, the best of each: at the default
interval, which a short training meets once, at its end; and at a much shorter one, so that there are many. The seconds
that all workers waited for them are measured too, for on a shared machine trainings differ by more than these.
"""

from __future__ import annotations

import json
import math
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from firth import Word2Vec, encode
from firth.corpus import Vocabulary
from firth.training.checkpoint import Checkpoint, Checkpoints, Interval
from firth.training.configuration import Configuration
from firth.training.state import TrainingState
from firth.training.weights import Weights, padded_columns

INTERVAL = 600.0


def measure(folder: Path, words: int, dims: int) -> dict[str, Any]:
    """The figures of one size."""
    random = np.random.default_rng(1)
    matrices = [random.random((words, padded_columns(dims)), np.float32) for _ in range(2)]
    state = TrainingState(losses=np.zeros(1000), examples=np.zeros(1000))
    checkpoint = Checkpoint(
        Vocabulary([f"word{row}" for row in range(words)], np.arange(words, 0, -1)),
        Weights(matrices[0], matrices[1], dims),
        state,
        {
            "configuration": Configuration(vector_size=dims).as_dict(),
            "preparation": None,
            "loss": [],
            "validation_loss": [],
            "digests": None,
        },
    )
    path = folder / "checkpoint.safetensors"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    writing = []
    for _ in range(3):
        began = time.perf_counter()
        checkpoint.write(path)
        writing.append(time.perf_counter() - began)
    beyond = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    reading = []
    for _ in range(3):
        began = time.perf_counter()
        Checkpoint.read(path)
        reading.append(time.perf_counter() - began)
    return {
        "words": words,
        "dims": dims,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "writing_seconds": round(min(writing), 3),
        "reading_seconds": round(min(reading), 3),
        "memory_beyond_mb": round(beyond * 1024 / 1e6, 1),
        "share_of_ten_minutes": min(writing) / INTERVAL,
    }


class Counted(Checkpoints):
    """Checkpoints that know how many were written, and how long all workers waited for them."""

    written, seconds = 0, 0.0

    def write(self, checkpoint: Checkpoint) -> None:
        """Write one."""
        began = time.perf_counter()
        super().write(checkpoint)
        self.seconds += time.perf_counter() - began
        self.written += 1


def compare(folder: Path, text: Path, interval: str, rounds: int, workers: int | None) -> list[dict[str, Any]]:
    """The same training without checkpoints, with those of the default interval, and with those of another."""
    best: dict[str | None, float] = {}
    written: dict[str | None, tuple[int, float]] = {}
    with encode(text) as corpus:
        Word2Vec(epochs=1, workers=workers).fit(corpus)  # kernels are compiled, the text is in memory
        for _ in range(rounds):
            for every in (None, "10m", interval):
                kept = None if every is None else Counted(folder / "kept", Interval.of(every))
                began = time.perf_counter()
                Word2Vec(workers=workers).fit(corpus, checkpoint=kept)
                seconds = time.perf_counter() - began
                if seconds < best.get(every, math.inf):
                    best[every], written[every] = seconds, (0, 0.0) if kept is None else (kept.written, kept.seconds)
    alone = best[None]
    return [
        {
            "interval": every,
            "checkpoints": written[every][0],
            "training_seconds": round(best[every], 2),
            "longer_by": best[every] / alone - 1,
            "writing_seconds": round(written[every][1], 3),
            "writing_each_of_ten_minutes": written[every][1] / max(1, written[every][0]) / INTERVAL,
        }
        for every in (None, "10m", interval)
    ]


@click.command
@click.option("--size", "sizes", multiple=True, type=(int, int), default=[(70_000, 100), (1_000_000, 300)])
@click.option(
    "--training", "text", type=click.Path(exists=True, path_type=Path), help="Also time a training on a text."
)
@click.option("--every", default="1s", show_default=True, help="The short interval.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--workers", type=int)
@click.option("--json", "report_file", type=click.Path(path_type=Path), help="Write all figures to this file.")
def main(
    sizes: list[tuple[int, int]], text: Path | None, every: str, rounds: int, workers: int | None,
    report_file: Path | None,
) -> None:  # fmt: skip
    """Write and read checkpoints of models of so many words and dimensions."""
    report = []
    click.echo(f"{'words':>10}{'dims':>6}{'MB':>9}{'writing s':>11}{'reading s':>11}{'memory MB':>11}{'of 10 min':>11}")
    with tempfile.TemporaryDirectory(prefix="firth-benchmark-", dir=Path.cwd()) as folder:
        for words, dims in sizes:
            row = measure(Path(folder), words, dims)
            report.append(row)
            click.echo(
                f"{words:10,}{dims:6}{row['megabytes']:9,.0f}{row['writing_seconds']:11.2f}{row['reading_seconds']:11.2f}"
                f"{row['memory_beyond_mb']:11,.0f}{row['share_of_ten_minutes']:11.2%}"
            )
        if text is not None:
            names = f"{'training s':>12}{'longer':>8}{'writing s':>11}{'each of 10 min':>16}"
            click.echo(f"\n{'interval':>10}{'checkpoints':>13}{names}")
            for row in compare(Path(folder), text, every, rounds, workers):
                report.append(row)
                click.echo(
                    f"{row['interval'] or 'none':>10}{row['checkpoints']:13}{row['training_seconds']:12.2f}"
                    f"{row['longer_by']:8.1%}{row['writing_seconds']:11.2f}{row['writing_each_of_ten_minutes']:16.3%}"
                )
    if report_file:
        report_file.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
