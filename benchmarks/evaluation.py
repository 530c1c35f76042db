"""How long the Google questions take, and whether gensim gives the same answers.

    python benchmarks/evaluation.py questions-words.txt
    python benchmarks/evaluation.py questions-words.txt --vectors vectors.safetensors --gensim 800

Without --vectors there are random ones, of 70,000 words that hold all words of the questions, so that every question is
asked: what an answer costs does not depend on whether it is right.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click
import numpy as np

from firth import WordVectors
from firth.evaluation import AnalogySet, Lexicon, analogy
from firth.evaluation.analogy import METHODS


@click.command
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vectors", "file", type=click.Path(path_type=Path), help="Of a file, not random.")
@click.option("--words", default=70_000, show_default=True, help="Random vectors.")
@click.option("--gensim", "lines", type=int, help="Ask gensim every n-th question, so many in all; slow.")
def main(questions: Path, file: Path | None, words: int, lines: int | None) -> None:
    """Time each method on QUESTIONS, reading them included."""
    AnalogySet.read(questions)  # so that the disk has no part in the times
    vectors = WordVectors.load(file) if file else random_vectors(questions, words)
    for method in METHODS:
        began = time.perf_counter()
        found = analogy(Lexicon(vectors), AnalogySet.read(questions), method=method)
        taken = time.perf_counter() - began
        total = found.total
        counts = f"{total.right:,} of {total.asked:,} right, {total.unknown:,} left out"
        click.echo(f"{method:14}{taken:6.2f} s  {counts}; {len(vectors):,} words")
    if lines:
        beside_gensim(vectors, questions, lines)


def random_vectors(questions: Path, words: int) -> WordVectors:
    """Vectors of 100 dimensions, the words of the questions among them."""
    sections = AnalogySet.read(questions).sections
    asked = {word.casefold() for s in sections for pair in s.pairs for word in (pair.word, *pair.targets)}
    names = [*sorted(asked), *(f"filler{number}" for number in range(words - len(asked)))]
    return WordVectors(names, np.random.default_rng(1).standard_normal((len(names), 100), np.float32))


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
        test = AnalogySet.read(file.name)
    ours = analogy(vectors, test)
    (section,) = test.sections
    theirs = {tuple(question) for question in sections[-1]["correct"]}  # in capitals
    asked = len(sections[-1]["correct"]) + len(sections[-1]["incorrect"])
    right = {
        (q.a.upper(), q.b.upper(), q.c.upper(), q.answers[0].upper())
        for q, outcome in zip(section.questions, ours.outcomes, strict=True)
        if outcome == 1
    }
    click.echo(f"gensim, a sample: {len(theirs):,} of {asked:,} right in {taken:.1f} s")
    click.echo(f"firth: {len(right):,} of {ours.total.asked:,} right; right in one alone: {len(right ^ theirs):,}")


if __name__ == "__main__":
    main()
