"""How every model learns as the text grows: losses, lengths of vectors, and accuracy, at the default rates.

    python benchmarks/growth.py corpus.txt --workers 1 --similarity ws353.txt --similarity simlex999.txt \\
        --analogies questions-words.txt

CORPUS is plain UTF-8 text, a sentence a line. Each model is trained on the first ``--parts`` words of it, for five
epochs; full softmax for one, with the 10,000 most frequent words. The table has the loss of the first and of the last
epoch, the largest number in both matrices, and the accuracies: Spearman's correlation times 100, and per cent of the
questions answered rightly, among the words that the smallest part knows. A model that diverges says so.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
from accuracies import TestSet, figure, test_set_options
from texts import first_words

from firth import EncodedCorpus, Word2Vec, encode
from firth.errors import DivergenceError
from firth.vectors.transforms import subset

MODELS: dict[str, dict[str, Any]] = {
    "skip-gram, negative sampling": {},
    "CBOW, negative sampling": {"architecture": "cbow"},
    "CBOW, negative sampling, word2vec's gradient": {"architecture": "cbow", "cbow_gradient": "word2vec"},
    "skip-gram, hierarchical softmax": {"objective": "hierarchical"},
    "CBOW, hierarchical softmax": {"architecture": "cbow", "objective": "hierarchical"},
    "CBOW, hierarchical softmax, word2vec's gradient": {
        "architecture": "cbow",
        "objective": "hierarchical",
        "cbow_gradient": "word2vec",
    },
    "skip-gram, full softmax": {"objective": "softmax"},
    "CBOW, full softmax": {"architecture": "cbow", "objective": "softmax"},
}
SOFTMAX_WORDS = 10_000


def trained(name: str, corpus: EncodedCorpus, workers: int, tests: list[TestSet], known: set[str]) -> dict[str, Any]:
    """A model's row of the table."""
    softmax = MODELS[name].get("objective") == "softmax"
    options = {**MODELS[name], "workers": workers, "epochs": 1 if softmax else 5}
    model = Word2Vec(**options)
    try:
        model.fit(corpus)
    except DivergenceError as error:
        return {"model": name, "diverged": error.message}
    largest = max(float(np.abs(matrix).max()) for matrix in (model.input_vectors, model.output_vectors))
    vectors = model.vectors
    few = subset(vectors, [word for word in model.vocabulary.words if word in known])
    accuracy = [round(figure(few, test), 1) for test in tests]
    return {"model": name, "losses": model.loss_, "largest": largest, "accuracy": accuracy}


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--parts", default="1e6,3.4e6,1e9", show_default=True, help="Words of each part, separated by commas.")
@click.option("--model", "models", multiple=True, type=click.Choice(list(MODELS)), help="Only these.")
@click.option("--workers", default=1, show_default=True)
@test_set_options
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def main(
    corpus: Path,
    parts: str,
    models: tuple[str, ...],
    workers: int,
    json_file: Path | None,
    tests: list[TestSet],
) -> None:
    """Print a row for each model and part, and write them as JSON."""
    rows: list[dict[str, Any]] = []
    known: dict[bool, set[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(float(part) for part in parts.split(",")):
            part = first_words(corpus, size, Path(folder) / "part.txt")
            for softmax in (False, True):
                names = [name for name in models or MODELS if (MODELS[name].get("objective") == "softmax") == softmax]
                if not names:
                    continue
                with encode(part, max_words=SOFTMAX_WORDS if softmax else None) as text:
                    smallest = known.setdefault(softmax, set(text.vocabulary.words))
                    for name in names:
                        row = {"words": text.tokens_read, **trained(name, text, workers, tests, smallest)}
                        rows.append(row)
                        click.echo(shown(row))
    if json_file is not None:
        json_file.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def shown(row: dict[str, Any]) -> str:
    """A row for a person."""
    begin = f"{row['words'] / 1e6:6.1f} M words  {row['model']:48}"
    if "diverged" in row:
        return begin + row["diverged"]
    losses = [loss for loss in row["losses"] if loss is not None]
    ends = f"{losses[0]:.2f}" if len(losses) == 1 else f"{losses[0]:.2f} to {losses[-1]:.2f}"
    return f"{begin}{ends:>14}  largest {row['largest']:.1f}  " + " / ".join(map(str, row["accuracy"]))


if __name__ == "__main__":
    main()
