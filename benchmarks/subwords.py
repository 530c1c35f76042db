"""Training on character n-grams: firth beside fastText and gensim's FastText, on the same text and the same cores.

    python benchmarks/subwords.py CORPUS [--architecture skipgram] [--epochs 2] [--rounds 3] [--similarity FILE ...]
        [--analogies FILE] [--rare] [--memory]

CORPUS is plain UTF-8 text. Each trains with two numbers of epochs, in turns, and the difference of the times is that of
training alone: reading, and drawing 2,000,000 rows at random, fall out. Words a second are those of the vocabulary
before subsampling. Accuracies are of the longer training. Each round has another seed;
fastText takes none from Python, and its threads make its rounds differ.

--rare removes every tenth word of the similarity sets from the text, and reports the pairs with a removed word beside
all others. --memory trains firth alone, for one epoch, and compares its peak with the two matrices.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from firth import Word2Vec, WordVectors
from firth.evaluation import AnalogySet, SimilaritySet, analogy, similarity
from firth.parallel import cores
from firth.vectors.subwords import Subwords

Trained = tuple[int, Callable[[], WordVectors]]


def ours(text: Path, o: argparse.Namespace, epochs: int) -> Trained:
    model = Word2Vec(
        architecture=o.architecture, epochs=epochs, subwords=True, buckets=o.buckets, subword_gradient=o.gradient,
        sample=o.sample, seed=o.seed, learning_rate=o.learning_rate,
    ).fit(text, progress=False)  # fmt: skip
    o.matrices = sum(rows.nbytes for rows in model._weights[:2]) if model._weights is not None else 0
    return int(model.vocabulary.counts.sum()), lambda: model.vectors


def fasttext(text: Path, o: argparse.Namespace, epochs: int) -> Trained:
    from fasttext import train_unsupervised

    model = train_unsupervised(
        str(text), model=o.architecture, dim=100, epoch=epochs, bucket=o.buckets, t=o.sample, thread=cores(), verbose=0
    )

    def vectors() -> WordVectors:
        with tempfile.TemporaryDirectory() as folder:
            model.save_model(f"{folder}/model.bin")
            return WordVectors.load(f"{folder}/model.bin")

    return int(model.get_words(include_freq=True)[1].sum()), vectors


def gensim(text: Path, o: argparse.Namespace, epochs: int) -> Trained:
    from gensim.models import FastText

    model = FastText(
        corpus_file=str(text), sg=int(o.architecture == "skipgram"), vector_size=100, epochs=epochs, bucket=o.buckets,
        sample=o.sample, workers=cores(), seed=o.seed, min_count=5,
    )  # fmt: skip
    words = model.wv.index_to_key
    counts = sum(model.wv.get_vecattr(word, "count") for word in words)
    ngrams = Subwords(model.wv.vectors_ngrams, model.wv.min_n, model.wv.max_n)
    return int(counts), lambda: WordVectors(words, model.wv.vectors, subwords=ngrams)


TOOLS: dict[str, Callable[[Path, argparse.Namespace, int], Trained]] = {
    "firth": ours, "fasttext": fasttext, "gensim": gensim,
}  # fmt: skip


def removed_words(o: argparse.Namespace) -> set[str]:
    """Every tenth word of the similarity sets, in the order of the alphabet; none without --rare."""
    words = {word for path in o.similarity for pair in SimilaritySet.read(path).pairs for word in pair}
    return set(sorted(words)[::10]) if o.rare else set()


def without(text: Path, removed: set[str], copy: Path) -> None:
    """Write a copy of a text that lacks some words."""
    with text.open(encoding="utf-8") as lines, copy.open("w", encoding="utf-8") as file:
        file.writelines(" ".join(word for word in line.split() if word not in removed) + "\n" for line in lines)


def correlation(vectors: WordVectors, test: SimilaritySet) -> str:
    """Spearman's, in percent."""
    return f"{100 * similarity(vectors, test).spearman:.1f}"


def accuracies(vectors: WordVectors, o: argparse.Namespace) -> str:
    removed, told = removed_words(o), []
    for path in o.similarity:
        test = SimilaritySet.read(path)
        told.append(correlation(vectors, test))
        rare = np.array([not removed.isdisjoint(pair) for pair in test.pairs])
        if rare.any():
            pairs = [pair for pair, is_rare in zip(test.pairs, rare, strict=True) if is_rare]
            words = sorted({word for pair in pairs for word in pair if word in vectors or word in removed})
            composed = WordVectors(words, np.array([vectors[word] for word in words]))
            told.append(f"rare {correlation(composed, SimilaritySet('rare', pairs, test.scores[rare]))}")
    if o.analogies:
        kinds = analogy(vectors, AnalogySet.read(o.analogies)).kinds
        told += [f"{kind.name} {100 * (kind.accuracy or 0):.1f}" for kind in kinds]
    return ", ".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add: Any = parser.add_argument
    add("corpus", type=Path)
    add("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    add("--architecture", choices=["skipgram", "cbow"], default="skipgram")
    add("--gradient", choices=["corrected", "fasttext"], default="corrected")
    add("--learning-rate", type=float)
    add("--sample", type=float, default=1e-3)
    add("--buckets", type=int, default=2_000_000)
    add("--epochs", type=int, default=2, help="more than the other number, which is 1")
    add("--rounds", type=int, default=1)
    add("--seed", type=int, default=1)
    add("--similarity", nargs="*", default=[])
    add("--analogies")
    add("--rare", action="store_true", help="remove every tenth word of the similarity sets from the text")
    add("--memory", action="store_true", help="report the memory that firth takes, and do nothing else")
    o = parser.parse_args()
    if o.memory:
        report_memory(o)
        return
    with tempfile.TemporaryDirectory() as folder:
        if o.rare:
            without(o.corpus, removed_words(o), Path(folder) / "text.txt")
            o.corpus = Path(folder) / "text.txt"
        compare(o)


def report_memory(o: argparse.Namespace) -> None:
    """Print the peak of this process above what it had, and the two matrices. Code is compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder) / "short.txt"
        with o.corpus.open(encoding="utf-8") as lines:
            short.write_text("".join(itertools.islice(lines, 100)), encoding="utf-8")
        ours(short, argparse.Namespace(**{**vars(o), "buckets": 1000}), 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours(o.corpus, o, 1)
    peak = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    print(f"{peak / 2**20:,.0f} MiB, {peak / o.matrices:.2f} times the two matrices ({o.matrices / 2**20:,.0f} MiB)")


def compare(o: argparse.Namespace) -> None:
    """Train all tools in turns."""
    rates: dict[str, list[float]] = {tool: [] for tool in o.tools}
    if "firth" in o.tools:
        ours(o.corpus, o, 1)  # compiled before it is measured
    for seed in range(o.seed, o.seed + o.rounds):
        o.seed = seed
        for tool in o.tools:
            seconds = []
            for epochs in (1, o.epochs):
                began = time.perf_counter()
                words, vectors = TOOLS[tool](o.corpus, o, epochs)
                seconds.append(time.perf_counter() - began)
            rate = (o.epochs - 1) * words / max(1e-9, seconds[1] - seconds[0])
            rates[tool].append(rate)
            print(f"{tool:9} {rate:12,.0f} words/s  {accuracies(vectors(), o)}", flush=True)
    for tool, told in rates.items():
        print(f"{tool:9} {statistics.median(told):12,.0f} words/s, the median of {len(told)}")


if __name__ == "__main__":
    main()
