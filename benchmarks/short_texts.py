"""What a short text teaches, by default learning rates and multiples of them, beside gensim.

    python benchmarks/short_texts.py
    python benchmarks/short_texts.py --factor 1 --factor 2 --factor 4 --seeds 8 --json short.json

The text is the 300 documents of the Lee background corpus (60,000 tokens), which gensim's package has among its test
data. The figure is how many words are nearer to "attacks" than "bombings" is, the fewer the better: the mean over the
seeds. Each of the four models by negative sampling and hierarchical softmax is trained with drawn and with full windows
by one worker, and gensim with the same options and its default rate. A factor multiplies the default rate for long
texts; "default" is the rate that firth takes for this text.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from firth import Word2Vec
from firth.training.configuration import Configuration

MODELS: list[tuple[Any, Any]] = [(a, o) for o in ("negative", "hierarchical") for a in ("skipgram", "cbow")]


def rank(words: Sequence[str], vectors: npt.NDArray[np.float32]) -> int:
    """How many words are nearer to "attacks" than "bombings"."""
    first, second = words.index("attacks"), words.index("bombings")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit[first]
    cosines[first] = -1.0
    return int((cosines > cosines[second]).sum())


def gensim_rank(text: list[list[str]], architecture: str, objective: str, shrink: bool, epochs: int, seed: int) -> int:
    from gensim.models import Word2Vec as Peer

    hierarchical = objective == "hierarchical"
    model = Peer(
        text,
        sg=int(architecture == "skipgram"),
        hs=int(hierarchical),
        negative=0 if hierarchical else 5,
        shrink_windows=shrink,
        epochs=epochs,
        workers=1,
        seed=seed,
    )
    return rank(model.wv.index_to_key, model.wv.vectors)


@click.command
@click.option("--factor", "factors", multiple=True, type=float, help="Of the default rate for long texts.")
@click.option("--epochs", default=10, show_default=True)
@click.option("--seeds", default=8, show_default=True)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def main(factors: tuple[float, ...], epochs: int, seeds: int, json_file: Path | None) -> None:
    """Print a table, and write it as JSON."""
    from gensim.test.utils import datapath

    lines = Path(datapath("lee_background.cor")).read_text(encoding="utf-8").splitlines()
    text = [line.split() for line in lines]
    rows = []
    click.echo(f"{'':38}{'gensim':>9}{'default':>9}" + "".join(f"{f'x {factor:g}':>9}" for factor in factors))
    for architecture, objective in MODELS:
        rate = Configuration(architecture=architecture, objective=objective).first_learning_rate
        for shrink in (True, False):
            options = {"architecture": architecture, "objective": objective, "shrink_windows": shrink, "epochs": epochs}

            def firth_rank(seed: int, rate: float | None, options: dict[str, Any] = options) -> int:
                model = Word2Vec(workers=1, seed=seed, learning_rate=rate, **options).fit(text, progress=False)
                return rank(model.vocabulary.words, model.input_vectors)

            every = range(1, seeds + 1)
            found: dict[str, list[int]] = {
                "gensim": [gensim_rank(text, architecture, objective, shrink, epochs, seed) for seed in every]
            }
            found["default"] = [firth_rank(seed, None) for seed in every]
            found |= {f"x {factor:g}": [firth_rank(seed, factor * rate) for seed in every] for factor in factors}
            name = f"{architecture}-{objective}, {'drawn' if shrink else 'full'} windows"
            means = [f"{statistics.mean(ranks):.1f}" for ranks in found.values()]
            click.echo(f"{name:38.38}" + "".join(f"{mean:>9}" for mean in means))
            rows.append({**options, "ranks": found})
    if json_file is not None:
        json_file.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
