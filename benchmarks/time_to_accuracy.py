"""Seconds from a text file to vectors that are as good as a peer's after its five epochs.

    python benchmarks/time_to_accuracy.py corpus.txt --similarity ws353.txt --similarity simlex999.txt \\
        --analogies questions-words.txt --model skipgram-negative --seeds 8 --json curve.json --picture curve.svg

CORPUS is plain UTF-8 text. The peer is gensim with its own rate and ``--peer-epochs``; it trains on a copy with a line
end after every 1,000th token where lines are longer than it reads. firth trains with each number of ``--epochs`` and
each of ``--rate``, a factor of the model's default learning rate. Trainers take turns: for each seed the peer, then
firth with every setting, each in a process of its own, kernels compiled before. Seconds are those of the whole process,
from the start of the interpreter to the saved vectors, and the table has their medians; accuracies are means and sample
standard deviations over the seeds, Spearman's correlation times 100 and per cent of analogy questions.

A setting is as good as the peer if on each test set its mean is not below the peer's by more than one standard error of
the difference (with one seed: not below it at all). "times" is the median of the ratios of seconds of each seed. The
figure of a model is that of the quickest setting that is as good. The picture has a panel for each test set: the
accuracy of the best rate for each number of epochs against seconds, and the peer.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import NamedTuple

import click
from accuracies import TestSet, figure, test_set_options
from contenders import Settings, sentences_for_gensim
from train import MODELS, Runner

from firth import WordVectors
from firth.training.configuration import Configuration

SIX = [name for name in MODELS if not name.endswith("softmax")]


class Runs(NamedTuple):
    """What one setting gave, a number for each seed."""

    trainer: str
    epochs: int
    rate: float
    seconds: list[float]
    figures: dict[str, list[float]]

    def add(self, seconds: float, found: dict[str, float]) -> None:
        """One more seed."""
        self.seconds.append(seconds)
        for name, value in found.items():
            self.figures.setdefault(name, []).append(value)

    def mean(self, test: str) -> float:
        return statistics.mean(self.figures[test])

    def variance(self, test: str) -> float:
        """Of the mean."""
        values = self.figures[test]
        return statistics.variance(values) / len(values) if len(values) > 1 else 0.0

    def margin(self, peer: Runs) -> float:
        """The least that it is above the peer's mean less a standard error of the difference, over all test sets."""
        return min(
            self.mean(test) - peer.mean(test) + (self.variance(test) + peer.variance(test)) ** 0.5
            for test in self.figures
        )

    def times(self, peer: Runs) -> float:
        """The median of the ratios of each seed."""
        return statistics.median(theirs / ours for theirs, ours in zip(peer.seconds, self.seconds, strict=True))

    def shown(self, peer: Runs) -> str:
        """A line of the table."""
        accuracies = "".join(
            f"{f'{self.mean(test):.1f} +- {self.variance(test) ** 0.5 * len(values) ** 0.5:.1f}':>15}"
            for test, values in self.figures.items()
        )
        good = "" if self is peer else f"{'yes' if self.margin(peer) >= 0 else 'no':>9}{self.times(peer):8.1f}"
        return (
            f"{self.trainer:8}{self.epochs:7}{self.rate:9.4f}{statistics.median(self.seconds):9.1f}{accuracies}{good}"
        )


def vectors(trainer: str, path: Path) -> WordVectors:
    """What a trainer saved."""
    if trainer == "firth":
        return WordVectors.load(path)
    from gensim.models import KeyedVectors

    loaded = KeyedVectors.load(str(path))
    return WordVectors(loaded.index_to_key, loaded.vectors)


def curve(
    corpus: Path, text: Path, runner: Runner, settings: Settings, peer_epochs: int,
    epochs: tuple[int, ...], factors: tuple[float, ...], seeds: int, tests: list[TestSet],
) -> list[Runs]:  # fmt: skip
    """The peer's runs, then those of each setting."""
    default = Configuration(
        architecture=settings.architecture,  # type: ignore[arg-type]
        objective=settings.objective,  # type: ignore[arg-type]
    ).first_learning_rate
    runs = [Runs("gensim", peer_epochs, 0.025, [], {})]
    runs += [Runs("firth", count, factor * default, [], {}) for count in epochs for factor in factors]
    tiny = runner.folder / "tiny.txt"
    tiny.write_text("the cat sat on the mat\n" * 150_000)
    runner.part("firth", tiny)  # compiles
    for seed in range(1, seeds + 1):
        for run in runs:
            source = corpus if run.trainer == "firth" else text
            done = runner.part(run.trainer, source, epochs=run.epochs, learning_rate=run.rate, seed=seed)
            made = vectors(run.trainer, runner.vectors(run.trainer))
            run.add(done["process_seconds"], {test.name: figure(made, test) for test in tests})
            click.echo(f"seed {seed}: {run.trainer}, {run.epochs} epochs at {run.rate:.4f}", err=True)
    return runs


def quickest(runs: list[Runs]) -> Runs | None:
    """The setting of firth that is as good as the peer in the least time."""
    peer, *settings = runs
    good = [run for run in settings if run.margin(peer) >= 0]
    return min(good, key=lambda run: statistics.median(run.seconds), default=None)


def draw(path: Path, models: dict[str, list[Runs]]) -> None:
    """A row of panels for each model."""
    from matplotlib.figure import Figure

    tests = list(next(iter(models.values()))[0].figures)
    picture = Figure(figsize=(4 * len(tests), 3.2 * len(models)), layout="constrained")
    grid = picture.subplots(len(models), len(tests), squeeze=False)
    for row, (model, (peer, *settings)) in zip(grid, models.items(), strict=True):
        best = {}
        for run in sorted(settings, key=lambda run: run.margin(peer)):
            best[run.epochs] = run
        for axes, test in zip(row, tests, strict=True):
            line = sorted((statistics.median(run.seconds), run.mean(test), count) for count, run in best.items())
            axes.semilogx([x for x, _, _ in line], [y for _, y, _ in line], marker="o", label="firth")
            for x, y, count in line:
                axes.annotate(f"{count}", (x, y), textcoords="offset points", xytext=(4, 4))
            axes.semilogx([statistics.median(peer.seconds)], [peer.mean(test)], marker="s", label="gensim")
            axes.axhline(peer.mean(test), linewidth=0.8, linestyle="--")
            axes.set_title(f"{model}: {test}")
            axes.set_xlabel("seconds from the text to the vectors; beside the dots: epochs")
            axes.legend()
    picture.savefig(path)


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@test_set_options
@click.option("--model", "models", multiple=True, type=click.Choice(SIX), help="Only these; all if none is given.")
@click.option("--epochs", multiple=True, type=int, default=(2, 3, 4, 5), show_default=True)
@click.option("--rate", "factors", multiple=True, type=float, default=(1.0, 1.5, 2.0), show_default=True)
@click.option("--peer-epochs", default=5, show_default=True)
@click.option("--seeds", default=8, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="A .svg, .png or .pdf file.")
def main(
    corpus: Path,
    tests: list[TestSet],
    models: tuple[str, ...],
    epochs: tuple[int, ...],
    factors: tuple[float, ...],
    peer_epochs: int,
    seeds: int,
    workers: int,
    json_file: Path | None,
    picture: Path | None,
) -> None:
    """Print a table and each model's figure; write both as JSON, and the curves as a picture."""
    if not tests:
        raise click.UsageError("no test set; expected --similarity or --analogies")
    found, results = {}, {}
    with tempfile.TemporaryDirectory(prefix="firth-benchmark-") as name:
        text = sentences_for_gensim(corpus, Path(name))
        for model in models or SIX:
            architecture, objective = MODELS[model]
            settings = Settings(architecture=architecture, objective=objective, workers=workers)
            runner = Runner(settings, Path(name))
            runs = curve(corpus, text, runner, settings, peer_epochs, epochs, factors, seeds, tests)
            titles = "".join(f"{test:>15.14}" for test in runs[0].figures)
            click.echo(f"\n{model}\n{'':8}{'epochs':>7}{'rate':>9}{'seconds':>9}{titles}{'as good':>9}{'times':>8}")
            for run in runs:
                click.echo(run.shown(runs[0]))
            best = quickest(runs)
            times = None if best is None else round(best.times(runs[0]), 1)
            click.echo(
                "none of these is as good as gensim"
                if best is None
                else f"as good as gensim in {statistics.median(best.seconds):.1f} s: {times} times as fast"
            )
            found[model] = runs
            results[model] = {"times": times, "runs": [run._asdict() for run in runs]}
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if picture is not None:
        draw(picture, found)


if __name__ == "__main__":
    main()
