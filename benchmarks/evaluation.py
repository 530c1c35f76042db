"""How long the Google questions take, whether gensim gives the same answers, and the Chinese sets.

python benchmarks/evaluation.py vectors.safetensors questions-words.txt
python benchmarks/evaluation.py vectors.safetensors questions-words.txt --gensim 2000
python benchmarks/evaluation.py chinese.safetensors ca_translated.txt --similarity wordsim-240.txt
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from firth import WordVectors
from firth.evaluation import AnalogySet, Lexicon, SimilaritySet, analogy, similarity
from firth.evaluation.analogy import METHODS


@click.command
@click.argument("vectors", type=click.Path(path_type=Path))
@click.argument("questions", type=click.Path(path_type=Path))
@click.option("--similarity", "pairs", type=click.Path(path_type=Path), help="A similarity set too.")
@click.option("--gensim", "lines", type=int, help="Ask gensim every n-th question, so many in all; slow.")
def main(vectors: Path, questions: Path, pairs: Path | None, lines: int | None) -> None:
    """Time each method on QUESTIONS."""
    opened = WordVectors.load(vectors)
    if pairs:
        result = similarity(opened, SimilaritySet.read(pairs))
        low, high = result.interval
        click.echo(f"{result.name}: Spearman {100 * result.spearman:.1f} [{100 * low:.1f}, {100 * high:.1f}]", nl=False)
        click.echo(f", {result.used} pairs used, {result.left_out} left out")
    test = AnalogySet.read(questions)
    for method in METHODS:
        began = time.perf_counter()
        found = analogy(Lexicon(opened), test, method=method)
        taken = time.perf_counter() - began
        total = found.total
        counts = f"{total.right:,} of {total.asked:,} right, {total.unknown:,} left out"
        click.echo(f"{method:14}{100 * found.accuracy:6.1f} %  {taken:6.2f} s  {counts}, {len(opened):,} words")
    if lines:
        beside_gensim(opened, questions, lines)


def beside_gensim(vectors: WordVectors, questions: Path, lines: int) -> None:
    """Ask both the same sample of questions."""
    from gensim.models import KeyedVectors

    text = [line for line in questions.read_text(encoding="utf-8").splitlines() if line[:1] != ":"]
    other = KeyedVectors(vectors.vector_size)
    other.add_vectors(vectors.index_to_key, vectors.vectors)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join([": sample", *text[:: -(-len(text) // lines)]]))
        file.flush()
        began = time.perf_counter()
        _, sections = other.evaluate_word_analogies(file.name, restrict_vocab=len(vectors))
        taken = time.perf_counter() - began
        ours = analogy(vectors, AnalogySet.read(file.name)).total
    right, asked = len(sections[-1]["correct"]), sum(len(sections[-1][key]) for key in ("correct", "incorrect"))
    click.echo(
        f"gensim, a sample: {right:,} of {asked:,} right in {taken:.1f} s; firth {ours.right:,} of {ours.asked:,}"
    )


if __name__ == "__main__":
    main()
