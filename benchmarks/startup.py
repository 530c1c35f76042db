"""What the first run after an installation compiles, and how long it takes.

    python benchmarks/startup.py corpus.txt --json startup.json

For each model, a process with an empty cache trains on 12,000 words of its own with one worker: the table has the
seconds of processor time of the training, nearly all of which is compilation, and of each function that Python calls,
with what that compiles in turn. Then ``firth train CORPUS`` and ``firth demo`` run with an empty cache, and again with
that cache: the seconds that pass, the least and the median of ``--rounds``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

MODELS = [f"{a}-{o}" for o in ("negative", "hierarchical", "softmax") for a in ("skipgram", "cbow")]
FIRST_FIT = """
import json, sys, time
from numba.core import event
from firth import Word2Vec

class Functions(event.Listener):
    def __init__(self):
        self.begun, self.seconds = [], {}

    def on_start(self, found):
        self.begun.append(time.process_time())

    def on_end(self, found):
        taken = time.process_time() - self.begun.pop()
        if not self.begun:
            name = found.data["dispatcher"].py_func.__name__
            self.seconds[name] = self.seconds.get(name, 0) + round(taken, 2)

functions = Functions()
event.register("numba:compile", functions)
architecture, objective = sys.argv[1].split("-")
began = time.process_time()
model = Word2Vec(architecture=architecture, objective=objective, workers=1, min_count=1, epochs=1)
model.fit([["a", "b", "c", "d"] * 10] * 300)
print(json.dumps({"seconds": round(time.process_time() - began, 2), "functions": functions.seconds}))
"""


def process(cache: str, *arguments: str) -> tuple[float, str]:
    """The seconds that a process of Python takes, and what it prints."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], env=environment, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def first_fit(model: str) -> dict[str, Any]:
    """What a model compiles in its first training."""
    with tempfile.TemporaryDirectory() as cache:
        return {"model": model, **json.loads(process(cache, "-c", FIRST_FIT, model)[1])}


def starts(command: list[str], rounds: int) -> list[dict[str, Any]]:
    """A command with an empty cache, and again with that cache."""
    seconds: dict[str, list[float]] = {"empty": [], "full": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for taken in seconds.values():
                taken.append(process(cache, "-m", "firth", *command)[0])
    return [
        {"command": f"firth {command[0]}", "cache": cache, "least": min(taken), "median": statistics.median(taken)}
        for cache, taken in seconds.items()
    ]


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", default=3, show_default=True, help="Runs of each command.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def main(corpus: Path, rounds: int, json_file: Path | None) -> None:
    """Print the tables, and write them as JSON."""
    results: dict[str, Any] = {"models": [], "commands": []}
    for model in MODELS:
        row = first_fit(model)
        results["models"].append(row)
        longest = sorted(row["functions"].items(), key=lambda pair: -pair[1])[:5]
        shown = ", ".join(f"{name} {seconds:.1f}" for name, seconds in longest)
        click.echo(f"{model:24}{row['seconds']:6.1f} s   {shown}")
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "vectors.safetensors")
        for command in (["train", str(corpus), "-o", output, "-q"], ["demo"]):
            for row in starts(command, rounds):
                results["commands"].append(row)
                click.echo(
                    f"{row['command']:16}{row['cache']:8}least {row['least']:5.1f} s   median {row['median']:5.1f} s"
                )
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
