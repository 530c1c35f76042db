"""What each transform of vectors does to similarities and analogies: means over several models.

    firth train corpus.txt -o vectors.safetensors --model skipgram-1.safetensors --seed 1   # and with other seeds
    python benchmarks/transforms.py skipgram-*.safetensors --similarity ws353.txt --similarity simlex999.txt \\
        --analogies questions-words.txt

The models are saved by ``--model``, for ``add_output`` needs their output vectors. A figure is Spearman's correlation
times 100, or the percentage of analogies solved by 3CosAdd; after +- stands the standard deviation over the models.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import click

from firth.evaluation import AnalogySet, SimilaritySet, analogy, similarity
from firth.vectors import WordVectors
from firth.vectors.transforms import (
    center,
    conceptor_negation,
    normalize,
    pca,
    reduce_dimensions,
    remove_top_components,
    similarity_order,
    whiten,
)

TRANSFORMS: dict[str, Callable[[WordVectors], WordVectors]] = {
    "as they are": lambda vectors: vectors,
    "add_output()": WordVectors.add_output,
    "center": center,
    "center, by frequency": lambda vectors: center(vectors, by_frequency=True),
    "remove_top_components": remove_top_components,
    "... 3": lambda vectors: remove_top_components(vectors, 3),
    "conceptor_negation": conceptor_negation,
    "... of unit vectors": lambda vectors: conceptor_negation(normalize(vectors)),
    "whiten": whiten,
    "whiten, by frequency": lambda vectors: whiten(vectors, by_frequency=True),
    "similarity_order, 0.5": lambda vectors: similarity_order(vectors, 0.5),
    "similarity_order, 1.5": lambda vectors: similarity_order(vectors, 1.5),
    "pca, half": lambda vectors: pca(vectors, vectors.vector_size // 2),
    "reduce_dimensions, half": lambda vectors: reduce_dimensions(vectors, vectors.vector_size // 2),
    "add_output(), center": lambda vectors: center(vectors.add_output()),
}


@click.command()
@click.argument("models", nargs=-1, required=True)
@click.option("--similarity", "similarity_files", multiple=True)
@click.option("--analogies", "analogy_files", multiple=True)
@click.option(
    "--only", multiple=True, type=click.Choice(list(TRANSFORMS)), help="Only these transforms.  [default: all]"
)
def main(
    models: tuple[str, ...], similarity_files: tuple[str, ...], analogy_files: tuple[str, ...], only: tuple[str, ...]
) -> None:
    """Transform the vectors of MODELS, and test them."""
    similarities = [SimilaritySet.read(path) for path in similarity_files]
    analogies = [AnalogySet.read(path) for path in analogy_files]
    click.echo(f"{'':26}" + "".join(f"{test.name[:20]:>22}" for test in (*similarities, *analogies)))
    loaded = [WordVectors.load(path) for path in models]
    for name, transform in TRANSFORMS.items():
        if only and name not in only:
            continue
        changed = [transform(vectors) for vectors in loaded]
        figures = [[100 * similarity(vectors, test).spearman for vectors in changed] for test in similarities]
        figures += [[100 * analogy(vectors, test).accuracy for vectors in changed] for test in analogies]
        click.echo(f"{name:26}" + "".join(f"{_mean(each):>22}" for each in figures))


def _mean(figures: list[float]) -> str:
    spread = f" +- {statistics.stdev(figures):.1f}" if len(figures) > 1 else ""
    return f"{statistics.mean(figures):.1f}{spread}"


if __name__ == "__main__":
    main()
