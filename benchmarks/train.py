"""How fast vectors are trained, beside gensim or fastText on the same cores, the same text and the same settings.

    python benchmarks/train.py corpus.txt --workers 2 --epochs 5 --json train.json
    python benchmarks/train.py corpus.txt --model all --json all.json

CORPUS is plain UTF-8 text. The peer is gensim, and for full softmax, which gensim lacks, fastText's ``-loss softmax``
and plain NumPy; fastText takes milliseconds a token, so all then have one epoch of the first 100,000 tokens and, once
each, as many further words as make ``--softmax-words``. Each trainer runs in a process of its own, one after the other.
With --rounds they do so several times over, for a shared machine is faster in one minute than in the next; then figures
are medians, and ratios are medians of the ratios of each round:

- training: tokens of the text x epochs / seconds, rare and subsampled tokens counted, for both alike;
- reading: firth reads, counts and encodes; gensim reads and counts, and encodes nothing; modules are loaded before;
- file to vectors: the whole process, from the start of the interpreter to its end, vectors saved;
- memory: the peak of the process, mapped files included.

Each trainer has a tiny text just before, and the corpus is read through, so that neither waits for a disk. firth's
kernels are compiled by then: "compilation" is how much longer its first tiny text took than the same again, which finds
them in a cache. Then: how much several workers gain over one; how long `firth neighbors` takes from
a cold start; and the share of the core's GEMM peak. The last, for skip-gram by negative sampling, is useful arithmetic
over what NumPy's sgemm reaches on one thread, 2,048 squared: with D dimensions, K noise words shared by a block, C
centers kept and P positive pairs (both counted by drawing windows over the text once), an epoch has 6 D (P + K C)
operations: 2 D for each score, 2 D for each of its two gradients.
"""

from __future__ import annotations

import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from contenders import CONTENDERS, Settings, few_words, sentences_for_gensim

MODELS = {
    "skipgram-negative": ("skipgram", "negative"),
    "cbow-negative": ("cbow", "negative"),
    "skipgram-hierarchical": ("skipgram", "hierarchical"),
    "cbow-hierarchical": ("cbow", "hierarchical"),
    "cbow-softmax": ("cbow", "softmax"),
    "skipgram-softmax": ("skipgram", "softmax"),
}
ALL = list(MODELS)[:5]  # fastText needs an hour for the last
SOFTMAX_TOKENS = 100_000


def measure(name: str, corpus: Path, output: Path, settings: Settings) -> dict[str, Any]:
    """One trainer, in this process."""
    trained = CONTENDERS[name](corpus, output, settings)
    return {
        "name": name,
        "workers": settings.workers,
        "tokens": trained.tokens,
        "words": len(trained.words),
        "reading_seconds": round(trained.reading, 3),
        "training_seconds": round(trained.training, 3),
        "saving_seconds": round(trained.saving, 3),
        "reading_words_per_second": round(trained.tokens / trained.reading) if trained.reading else None,
        "training_words_per_second": round(trained.tokens * settings.epochs / trained.training),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1),
        "both_matrices_mb": round(2 * trained.vectors.nbytes / 1e6, 1),
        "a_word": trained.words[len(trained.words) // 100],
    }


def operations(corpus: Path, settings: Settings) -> int:
    """Useful floating-point operations of one epoch of skip-gram by negative sampling."""
    import numpy as np

    from firth.corpus import encode
    from firth.kernels.cpu.sampling import Windows, sample_windows
    from firth.training.configuration import Configuration
    from firth.training.learners.negative_sampling_skipgram import block_plan
    from firth.training.noise import keep_thresholds

    configuration = Configuration(**settings._asdict())
    centers = pairs = 0
    state = np.array([settings.seed], np.uint64)
    with encode(corpus, min_count=settings.min_count) as encoded:
        keep = keep_thresholds(encoded.vocabulary.counts, settings.sample)
        shared = block_plan(configuration, math.inf).negatives
        step = max(1, 100_000 // max(1, encoded.tokens_kept // encoded.sentences))  # sentences at a time
        for first in range(0, encoded.sentences, step):
            bounds = encoded.bounds[first : first + step + 1]
            windows = Windows(*(np.zeros(bounds[-1] - bounds[0], np.int32) for _ in Windows._fields))
            ids = encoded.ids[bounds[0] : bounds[-1]]
            kept = sample_windows(ids, bounds - bounds[0], keep, settings.window, False, state, state, 0, windows)
            centers += kept
            pairs += int((windows.last[:kept] - windows.first[:kept]).sum())
    return 6 * settings.vector_size * (pairs + shared * centers)


class Runner:
    """Runs parts of this script in processes of their own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self.folder = folder

    def part(self, part: str, corpus: Path, **changed: Any) -> dict[str, Any]:
        """What a part prints, with the wall time of its process."""
        settings = self._settings._replace(**changed)
        options = [f"--{key.replace('_', '-')}={value}" for key, value in settings._asdict().items() if value]
        command = [sys.executable, __file__, str(corpus), "--part", part, "--output", str(self.vectors(part)), *options]
        threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP", "VECLIB_MAXIMUM")}
        caches = {"NUMBA_CACHE_DIR": str(self.folder / "kernels")}
        environment = {**os.environ, **caches, **(threads if part == "gemm" else {})}
        began = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
        seconds = time.perf_counter() - began
        result: dict[str, Any] = json.loads(done.stdout)
        return {**result, "process_seconds": round(seconds, 3)}

    def timed(self, trainer: str, corpus: Path, tiny: Path, workers: int) -> dict[str, Any]:
        """A trainer's run that counts.

        Each shall find its modules and its text in the system's cache, which may have let them go while another
        trained: so each has a tiny text first, and the corpus is read through.
        """
        self.part(trainer, tiny, workers=workers)
        with corpus.open("rb") as file:
            while file.read(1 << 24):
                pass
        return self.part(trainer, corpus, workers=workers)

    def vectors(self, part: str) -> Path:
        """Where a trainer saves."""
        return self.folder / f"{part}.safetensors"

    def cold_start(self, word: str) -> float:
        """The quickest of three times that `firth neighbors` takes."""
        command = [sys.executable, "-m", "firth", "neighbors", str(self.vectors("firth")), word]
        seconds = []
        for _ in range(3):
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            seconds.append(time.perf_counter() - began)
        return round(min(seconds), 3)


def median_run(runs: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """The medians of what several runs of one trainer measured."""
    return {
        key: value if isinstance(value, str | None) else type(value)(statistics.median(run[key] for run in runs))
        for key, value in runs[0].items()
    }


def show(rows: list[dict[str, Any]]) -> None:
    """The table of the trainers."""
    titles = "training words/s", "reading words/s", "training s", "file to vectors s", "peak MB"
    click.echo("".join([f"{'':8}{'workers':>8}", *(f"{title:>19}" for title in titles)]))
    for row in rows:
        click.echo(
            f"{row['name']:8}{row['workers']:8}{row['training_words_per_second']:19,}"
            f"{row['reading_words_per_second'] or 0:19,}{row['training_seconds']:19.2f}{row['process_seconds']:19.2f}"
            f"{row['peak_memory_mb']:19,.0f}"
        )


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", "models", multiple=True, type=click.Choice(["all", *MODELS]), default=["skipgram-negative"])
@click.option("--vector-size", default=100, show_default=True)
@click.option("--window", default=5, show_default=True)
@click.option("--negative", default=5, show_default=True)
@click.option("--sample", default=1e-3, show_default=True)
@click.option("--min-count", default=5, show_default=True)
@click.option("--learning-rate", type=float, help="Of both.  [default: each one's own]")
@click.option("--epochs", default=5, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--softmax-words", default=30_000, show_default=True, help="Vocabulary of full softmax.")
@click.option("--rounds", type=click.IntRange(min=1), default=1, show_default=True, help="Runs of each trainer.")
@click.option("--alone", is_flag=True, help="firth alone: the others take minutes.")
@click.option("--json", "report_file", type=click.Path(path_type=Path), help="Write all figures to this file.")
@click.option("--part", type=click.Choice([*CONTENDERS, "operations", "gemm"]), hidden=True)
@click.option("--output", type=click.Path(path_type=Path), hidden=True)
@click.option("--architecture", default="skipgram", hidden=True)
@click.option("--objective", default="negative", hidden=True)
@click.option("--cbow-gradient", default="corrected", hidden=True)
def main(
    corpus: Path,
    models: tuple[str, ...],
    softmax_words: int,
    rounds: int,
    alone: bool,
    report_file: Path | None,
    part: str | None,
    output: Path,
    **options: Any,
) -> None:
    """Train vectors from the text file CORPUS with firth and a peer, and print how fast each is."""
    settings = Settings(**options)
    if part in CONTENDERS:
        click.echo(json.dumps(measure(part, corpus, output, settings)))
    elif part == "operations":
        click.echo(json.dumps({"operations": operations(corpus, settings)}))
    elif part == "gemm":
        import gemm

        click.echo(json.dumps({"gemm": gemm.peak()}))
    else:
        report = {}
        with tempfile.TemporaryDirectory(prefix="firth-benchmark-") as folder:
            for model in ALL if "all" in models else models:
                architecture, objective = MODELS[model]
                text, changed = corpus, settings._replace(architecture=architecture, objective=objective)
                if objective == "softmax":
                    text = few_words(corpus, Path(folder), softmax_words, SOFTMAX_TOKENS)
                    changed = changed._replace(min_count=1, epochs=1)
                report[model] = compare(text, Runner(changed, Path(folder)), changed, rounds, alone)
                click.echo("")
        if report_file:
            report_file.write_text(json.dumps(report, indent=2) + "\n")


def compare(corpus: Path, runner: Runner, settings: Settings, rounds: int, alone: bool) -> dict[str, Any]:
    """All runs, printed as they end."""
    click.echo(
        f"{corpus}, {corpus.stat().st_size / 1e6:,.1f} MB; {platform.machine()}, {os.cpu_count()} cores, Python"
        f" {platform.python_version()}; {', '.join(f'{k} {v}' for k, v in settings._asdict().items())}\n"
    )
    tiny = runner.folder / "tiny.txt"
    tiny.write_text("the cat sat on the mat\n" * 150_000)  # enough for two workers: merging is compiled too
    first, again = (runner.part("firth", tiny)["process_seconds"] for _ in range(2))

    peers = [] if alone else ["fasttext", "numpy"] if settings.objective == "softmax" else ["gensim"]
    text = sentences_for_gensim(corpus, runner.folder) if "gensim" in peers else corpus
    if text != corpus:
        click.echo("gensim trains on a copy with a line end after every 1,000th token: of longer lines it drops the")
        click.echo(f"rest after {10_000:,} tokens. The copy is not timed.\n")
    trainers = [(peer, text, settings.workers) for peer in peers]
    trainers += [("firth", corpus, workers) for workers in sorted({settings.workers, 1}, reverse=True)]
    runs = [[runner.timed(name, source, tiny, workers) for name, source, workers in trainers] for _ in range(rounds)]
    rows = [median_run(same) for same in zip(*runs, strict=True)]
    show(rows)

    ours = {row["workers"]: row for row in rows if row["name"] == "firth"}
    facts: dict[str, Any] = {
        "compilation_seconds": round(first - again, 2),
        "neighbors_cold_start_seconds": runner.cold_start(ours[1]["a_word"]),
    }
    if (settings.architecture, settings.objective) == ("skipgram", "negative"):
        operations_of_epoch = runner.part("operations", corpus)["operations"]
        rate = operations_of_epoch * settings.epochs / ours[1]["training_seconds"]
        peak = runner.part("gemm", tiny)["gemm"]
        facts["gflops_one_worker"] = round(rate / 1e9, 1)
        facts["gemm_gflops_one_core"] = round(peak / 1e9, 1)
        facts["share_of_gemm_peak"] = round(rate / peak, 3)
    if settings.workers > 1:
        gains = [several[-1]["training_seconds"] / several[-2]["training_seconds"] for several in runs]
        facts["scaling_over_one_worker"] = round(statistics.median(gains), 2)
    for place, peer in enumerate(peers):
        for name, key in (("training", "training_seconds"), ("file_to_vectors", "process_seconds")):
            ratios = [several[place][key] / several[len(peers)][key] for several in runs]
            facts[f"{name}_times_{peer}"] = round(statistics.median(ratios), 1)
            if rounds > 1:
                facts[f"{name}_times_{peer}_by_round"] = [round(ratio, 1) for ratio in ratios]
    click.echo("")
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):40}{value!s:>10}")
    return {
        "corpus": str(corpus),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()},
        "settings": settings._asdict(),
        "rows": rows,
        "rounds": runs,
        **facts,
    }


if __name__ == "__main__":
    main()
