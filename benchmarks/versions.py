"""This version of firth beside another one: speed in turns, accuracy over seeds, and cold starts.

    git worktree add ../before v0.1.0
    python benchmarks/versions.py corpus.txt --before ../before/src --rounds 3
    python benchmarks/versions.py corpus.txt --before ../before/src --rounds 0 --starts 20
    python benchmarks/versions.py corpus.txt --before ../before/src --rounds 0 --seeds 4 \\
        --similarity ws353.txt --similarity simlex999.txt --analogies questions-words.txt

CORPUS is plain UTF-8 text. Each training is a process of its own with the other version's sources on its path, kernels
compiled before; versions take turns, ``--rounds`` times. Speeds are words of the text a second in training alone, the
medians, and the ratio is the median of the ratios of each round. Full softmax has the first ``--softmax-lines``.

With seeds, each version trains each model for five epochs, and the table has means and sample standard deviations of
Spearman's correlation times 100, and of the per cent of analogy questions answered rightly. Cold starts are the seconds
of ``firth train`` on a tiny text and of ``firth neighbors``, kernels and Python's bytecode in their caches: the minimum
and the median of ``--starts``, and how many modules each imports.
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
from accuracies import TestSet, figures, shown, test_set_options
from texts import first_lines

from firth import WordVectors

MODELS = [f"{a}-{o}" for o in ("negative", "hierarchical", "softmax") for a in ("skipgram", "cbow")]
HERE = Path(__file__).parent.parent / "src"
PART = """
import json, sys
from firth import Word2Vec
text, model, workers, epochs, seed, output, cache = sys.argv[1:]
architecture, objective = model.split("-")
facts = {"max_words": 5000} if objective == "softmax" else {}
facts |= {"architecture": architecture, "objective": objective}
made = Word2Vec(workers=int(workers), epochs=int(epochs), seed=int(seed), **facts)
seen = []
made.fit(text, cache=cache, on_progress=lambda progress: seen.append(progress) and None)
if output != "-":
    made.vectors.save(output)
print(json.dumps({"speed": seen[-1].tokens_done / seen[-1].seconds, "loss": made.loss_[-1]}))
"""
COUNT = """
import atexit, runpy, sys
atexit.register(lambda: print(f"\\n{len(sys.modules)}"))
runpy.run_module("firth", run_name="__main__", alter_sys=True)
"""


class Version:
    """One version's sources, with its own caches."""

    def __init__(self, name: str, sources: Path, folder: Path) -> None:
        self.name, self.folder = name, folder / name
        self.folder.mkdir()
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(sources.resolve()),
            "NUMBA_CACHE_DIR": str(self.folder / "kernels"),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "PYTHONDONTWRITEBYTECODE": "",  # as installed: no source is compiled again at each start
        }

    def train(self, text: Path, model: str, workers: int, epochs: int, seed: int, output: str = "-") -> dict[str, Any]:
        """Train in a process of its own."""
        cache = self.folder / f"{text.stem}-{model.split('-')[1]}.corpus"
        arguments = [str(text), model, str(workers), str(epochs), str(seed), output, str(cache)]
        told: dict[str, Any] = json.loads(self._run([sys.executable, "-c", PART, *arguments]))
        return told

    def start(self, *command: str) -> float:
        """Seconds of a command."""
        began = time.perf_counter()
        self._run([sys.executable, "-m", "firth", *command])
        return time.perf_counter() - began

    def modules(self, *command: str) -> int:
        """How many modules a command imports."""
        return int(self._run([sys.executable, "-c", COUNT, *command]))

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.splitlines()[-1] if done.stdout else ""


def speeds(versions: list[Version], text: Path, model: str, workers: int, rounds: int) -> dict[str, Any]:
    """Each version in turns."""
    found: dict[str, list[float]] = {version.name: [] for version in versions}
    for number in range(rounds + 1):
        for version in versions if number % 2 else versions[::-1]:
            speed = version.train(text, model, workers, 1, 1)["speed"]
            if number:  # the first compiles
                found[version.name].append(speed)
    ratios = [after / before for before, after in zip(found["before"], found["after"], strict=True)]
    medians = {name: round(statistics.median(values)) for name, values in found.items()}
    return {"model": model, **medians, "ratio": round(statistics.median(ratios), 3)}


def accuracies(
    version: Version, text: Path, model: str, workers: int, seeds: int, tests: list[TestSet]
) -> dict[str, list[float]]:
    """For each test set the figure of each seed."""

    def vectors(seed: int) -> WordVectors:
        output = version.folder / "vectors.safetensors"
        version.train(text, model, workers, 5, seed, str(output))
        return WordVectors.load(output)

    return figures(map(vectors, range(1, seeds + 1)), tests)


def starts(versions: list[Version], folder: Path, times: int) -> list[dict[str, Any]]:
    """Cold starts of two commands, in turns."""
    tiny, output = folder / "tiny.txt", folder / "tiny.safetensors"
    tiny.write_text("the quick brown fox jumps over the lazy dog\n" * 20, encoding="utf-8")
    commands = {
        "firth train": ("train", str(tiny), "-o", str(output), "--min-count", "1", "--epochs", "1", "--quiet"),
        "firth neighbors": ("neighbors", str(output), "fox"),
    }
    rows = []
    for name, command in commands.items():
        found: dict[str, list[float]] = {version.name: [] for version in versions}
        for number in range(times + 1):
            for version in versions if number % 2 else versions[::-1]:
                taken = version.start(*command)
                if number:  # the first compiles
                    found[version.name].append(taken)
        for version in versions:
            seconds = found[version.name]
            facts = {"minimum": round(min(seconds), 3), "median": round(statistics.median(seconds), 3)}
            rows.append({"command": name, "version": version.name, **facts, "modules": version.modules(*command)})
    return rows


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--before", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="Its src folder."
)
@click.option("--model", "models", multiple=True, type=click.Choice(MODELS), help="Only these; all if none is given.")
@click.option("--workers", default=2, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="Turns of the speeds that count; 0 leaves them out.")
@click.option("--softmax-lines", default=200, show_default=True, help="Lines of the text that full softmax trains on.")
@click.option("--starts", "times", default=0, show_default=True, help="Cold starts of each command.")
@click.option("--seeds", default=0, show_default=True, help="Seeds of the accuracies.")
@test_set_options
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def main(
    corpus: Path,
    before: Path,
    models: tuple[str, ...],
    workers: int,
    rounds: int,
    softmax_lines: int,
    times: int,
    seeds: int,
    json_file: Path | None,
    tests: list[TestSet],
) -> None:
    """Print the tables, and write them as JSON."""
    results: dict[str, Any] = {"workers": workers, "speed": [], "starts": [], "accuracy": {}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        versions = [Version("before", before, folder), Version("after", HERE, folder)]
        short = first_lines(corpus, softmax_lines, folder / "short.txt")

        def text(model: str) -> Path:
            return short if model.endswith("softmax") else corpus

        for model in (models or MODELS) if rounds else ():
            row = speeds(versions, text(model), model, workers, rounds)
            results["speed"].append(row)
            click.echo(f"{model:24}{row['before']:12,}{row['after']:12,}{row['ratio']:8.3f}")
        for row in starts(versions, folder, times) if times else ():
            results["starts"].append(row)
            seconds = f"minimum {row['minimum']:.3f} s   median {row['median']:.3f} s   {row['modules']:,} modules"
            click.echo(f"{row['command']:24}{row['version']:8}{seconds}")
        for model in (models or MODELS) if seeds else ():
            for version in versions:
                found = accuracies(version, text(model), model, workers, seeds, tests)
                results["accuracy"].setdefault(model, {})[version.name] = found
                click.echo(f"{model:24}{version.name:8}{shown(found)}")
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
