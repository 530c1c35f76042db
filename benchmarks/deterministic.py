"""What ``deterministic=True`` costs: speed beside several workers that share the weights, and accuracy.

    python benchmarks/deterministic.py corpus.txt --rounds 3
    python benchmarks/deterministic.py corpus.txt --model skipgram-negative --seeds 8 \\
        --similarity ws353.txt --similarity simlex999.txt --analogies questions-words.txt

CORPUS is plain UTF-8 text. Each model is trained for one epoch by one worker, by several without ``deterministic``
(Hogwild), by several with it, and by one with it, in turns, ``--rounds`` times; the text is encoded before, and kernels
are compiled. Figures are medians, in words of the text a second; the ratio is the median of the ratios of deterministic
and Hogwild in each round. That one and several give the same bits is checked on the way. Full softmax has the first
``--softmax-lines`` lines of the text.

With test sets, each way is trained with the seeds 1, 2, ... for ``--epochs``, and the table has means and sample
standard deviations: Spearman's correlation times 100, and per cent of analogy questions answered rightly.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from accuracies import TestSet, figures, shown, test_set_options
from texts import first_lines

from firth import EncodedCorpus, Word2Vec, encode

MODELS = [f"{a}-{o}" for o in ("negative", "hierarchical", "softmax") for a in ("skipgram", "cbow")]
WAYS = {"one worker": (1, False), "hogwild": (None, False), "deterministic": (None, True), "by one": (1, True)}


def trained(
    corpus: EncodedCorpus, model: str, way: str, workers: int, epochs: int, seed: int
) -> tuple[float, Word2Vec]:
    """Words a second, and the model."""
    architecture, objective = model.split("-")
    threads, deterministic = WAYS[way]
    made: Any = Word2Vec(
        architecture=architecture,  # type: ignore[arg-type]
        objective=objective,  # type: ignore[arg-type]
        deterministic=deterministic,
        workers=threads or workers,
        epochs=epochs,
        seed=seed,
    )
    began = time.perf_counter()
    made.fit(corpus)
    return epochs * corpus.tokens_kept / (time.perf_counter() - began), made


def digest(model: Word2Vec) -> str:
    return hashlib.sha256(model.input_vectors.tobytes() + model.output_vectors.tobytes()).hexdigest()


def speeds(corpus: EncodedCorpus, model: str, workers: int, rounds: int) -> dict[str, Any]:
    """Each way in turns; whether the deterministic one has the bits of one worker."""
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(rounds + 1):
        digests = {}
        for way in WAYS:
            speed, made = trained(corpus, model, way, workers, 1, 1)
            digests[way] = digest(made)
            if number:  # the first compiles
                found[way].append(speed)
        assert digests["deterministic"] == digests["by one"], "the bits differ"
    ratios = [a / b for a, b in zip(found["deterministic"], found["hogwild"], strict=True)]
    medians = {way: round(statistics.median(values)) for way, values in found.items()}
    return {"model": model, **medians, "ratio": round(statistics.median(ratios), 3)}


def accuracy(
    corpus: EncodedCorpus, model: str, workers: int, epochs: int, seeds: int, tests: list[TestSet]
) -> dict[str, dict[str, list[float]]]:
    """For each way and test set the figure of each seed."""
    return {
        way: figures(
            (trained(corpus, model, way, workers, epochs, seed)[1].vectors for seed in range(1, seeds + 1)), tests
        )
        for way in ("hogwild", "by one")  # which has the bits of several
    }


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", "models", multiple=True, type=click.Choice(MODELS), help="Only these; all if none is given.")
@click.option("--workers", default=2, show_default=True, help="Threads of both ways.")
@click.option("--rounds", default=3, show_default=True, help="Turns that count.")
@click.option("--softmax-words", default=5000, show_default=True, help="Words of the vocabulary of full softmax.")
@click.option("--softmax-lines", default=200, show_default=True, help="Lines of the text that full softmax trains on.")
@test_set_options
@click.option("--seeds", default=8, show_default=True, help="Seeds of the accuracies.")
@click.option("--epochs", default=5, show_default=True, help="Epochs of the accuracies.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def main(
    corpus: Path,
    models: tuple[str, ...],
    workers: int,
    rounds: int,
    softmax_words: int,
    softmax_lines: int,
    seeds: int,
    epochs: int,
    json_file: Path | None,
    tests: list[TestSet],
) -> None:
    """Print a table, and write it as JSON."""
    results: dict[str, Any] = {"workers": workers, "speed": [], "accuracy": {}}
    with tempfile.TemporaryDirectory() as folder, encode(corpus) as text:
        short = first_lines(corpus, softmax_lines, Path(folder) / "short.txt")
        with encode(short, min_count=1, max_words=softmax_words) as few:
            head = "".join(f"{way:>{width}}" for way, width in zip([*WAYS, "ratio"], (12, 12, 15, 12, 8), strict=True))
            click.echo(f"{'':24}{head}   ({workers} workers)")
            for model in models or MODELS:
                row = speeds(few if model.endswith("softmax") else text, model, workers, rounds)
                results["speed"].append(row)
                speed = "".join(f"{row[way]:{width},}" for way, width in zip(WAYS, (12, 12, 15, 12), strict=True))
                click.echo(f"{model:24}{speed}{row['ratio']:8.2f}")
        for model in (models or MODELS) if tests else ():
            found = results["accuracy"][model] = accuracy(text, model, workers, epochs, seeds, tests)
            for way, values in found.items():
                click.echo(f"{model:24}{way:15}{shown(values)}")
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
