"""How good trained vectors are, beside gensim's under the same settings: means over several seeds.

    python benchmarks/accuracy.py corpus.txt --similarity ws353.txt --similarity simlex999.txt \\
        --analogies questions-words.txt --seeds 3

A similarity file has two words and a human score a line, separated by whitespace; the figure is Spearman's correlation
of the scores with the cosines, times 100, over the pairs whose words are both known (ties have mean ranks). An
analogy file has four words a line, and ``:`` before each category; the figure is the percentage of questions for which
the word nearest to b - a + c (3CosAdd: unit vectors, the three words of the question left out, the whole vocabulary
searched) is the fourth, over the questions whose words are all known. Everything is lower-cased. Spreads are sample
standard deviations over the seeds 1, 2, ...
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from contenders import CONTENDERS, Settings, sentences_for_gensim
from scipy.stats import spearmanr

from firth.training.options import OPTIONS

Vectors = npt.NDArray[np.float32]


def similarity(rows: dict[str, int], units: Vectors, path: Path) -> tuple[float, int]:
    """Spearman's correlation times 100, and how many pairs are known."""
    human, ours = [], []
    for line in path.read_text(encoding="utf-8").lower().splitlines():
        fields = line.split()
        if len(fields) >= 3 and fields[0] in rows and fields[1] in rows:
            human.append(float(fields[2]))
            ours.append(float(units[rows[fields[0]]] @ units[rows[fields[1]]]))
    return 100 * float(spearmanr(human, ours).statistic), len(human)


def analogies(rows: dict[str, int], units: Vectors, path: Path) -> tuple[float, int]:
    """Per cent of the questions answered rightly, and how many are known."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").lower().splitlines() if line[:1] != ":")
    questions = np.array([[rows[word] for word in words] for words in lines if all(word in rows for word in words)])
    right = 0
    for a, b, c, d in (questions[start : start + 500].T for start in range(0, len(questions), 500)):
        scores = (units[b] - units[a] + units[c]) @ units.T
        for given in (a, b, c):
            scores[np.arange(len(given)), given] = -np.inf
        right += int((scores.argmax(axis=1) == d).sum())
    return 100 * right / max(1, len(questions)), len(questions)


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--similarity", "similarity_files", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--analogies", "analogy_files", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--architecture", default="skipgram", show_default=True, type=click.Choice(["skipgram", "cbow"]))
@click.option("--objective", default="negative", show_default=True, type=click.Choice(OPTIONS["objective"].choices))
@click.option("--min-count", default=5, show_default=True)
@click.option("--max-words", type=int, help="Only the most frequent.  [default: all]")
@click.option("--cbow-gradient", default="corrected", show_default=True, help="Of firth.")
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(min=1))
@click.option("--epochs", default=5, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--only", type=click.Choice(list(CONTENDERS)), help="One trainer; else gensim and firth.")
@click.option("--json", "report_file", type=click.Path(path_type=Path), help="Write all figures to this file.")
def main(
    corpus: Path,
    similarity_files: tuple[Path, ...],
    analogy_files: tuple[Path, ...],
    seeds: int,
    only: str | None,
    report_file: Path | None,
    **options: Any,
) -> None:
    """Train on the text file CORPUS with gensim and with firth, and compare the vectors with human judgements."""
    tests = [(path, similarity) for path in similarity_files] + [(path, analogies) for path in analogy_files]
    click.echo(f"{'':8}{'seed':>6}{'training s':>12}" + "".join(f"{path.name[:24]:>26}" for path, _ in tests))
    report: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix="firth-benchmark-") as folder:
        for name in [only] if only else ["gensim", "firth"]:
            text = sentences_for_gensim(corpus, Path(folder)) if name == "gensim" else corpus
            figures: dict[str, list[float]] = {str(path): [] for path, _ in tests}
            known: dict[str, int] = {}
            seconds: list[float] = []
            for seed in range(1, seeds + 1):
                settings = Settings(seed=seed, **options)
                trained = CONTENDERS[name](text, Path(folder) / "vectors.safetensors", settings)
                rows = {word: row for row, word in enumerate(trained.words)}
                units = trained.vectors / np.linalg.norm(trained.vectors, axis=1, keepdims=True)
                for path, score in tests:
                    figure, known[str(path)] = score(rows, units, path)
                    figures[str(path)].append(round(figure, 2))
                seconds.append(trained.training)
                click.echo(
                    f"{name:8}{seed:6}{trained.training:12.1f}"
                    + "".join(f"{figures[str(path)][-1]:26.2f}" for path, _ in tests)
                )
            report[name] = {"training_seconds": [round(s, 2) for s in seconds]} | {
                test: {"mean": statistics.mean(f), "spread": _spread(f), "known": known[test], "seeds": f}
                for test, f in figures.items()
            }
            means = (f"{statistics.mean(f):.2f} +- {_spread(f):.2f}" for f in figures.values())
            click.echo(
                f"{name:8}{'mean':>6}{statistics.mean(seconds):12.1f}" + "".join(f"{mean:>26}" for mean in means)
            )
    if report_file:
        report_file.write_text(json.dumps(report, indent=2) + "\n")


def _spread(figures: list[float]) -> float:
    return statistics.stdev(figures) if len(figures) > 1 else 0.0


if __name__ == "__main__":
    main()
