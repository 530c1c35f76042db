"""Training on character n-grams: firth beside fastText and gensim's FastText, on the same text and the same cores.

    python benchmarks/subwords.py CORPUS [--architecture skipgram] [--epochs 2] [--rounds 3] [--similarity FILE ...]
        [--analogies FILE]

CORPUS is plain UTF-8 text. Each trains with two numbers of epochs, in turns, and the difference of the times is that of
training alone: reading, and drawing 2,000,000 rows at random, fall out. Words a second are those of the vocabulary
before subsampling. Accuracies are of the longer training.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firth import Word2Vec, WordVectors
from firth.evaluation import AnalogySet, SimilaritySet, analogy, similarity
from firth.parallel import cores

Trained = tuple[int, Callable[[], WordVectors]]


def ours(text: Path, o: argparse.Namespace, epochs: int) -> Trained:
    model = Word2Vec(
        architecture=o.architecture, epochs=epochs, subwords=True, buckets=o.buckets, subword_gradient=o.gradient,
        sample=o.sample, seed=o.seed, learning_rate=o.learning_rate,
    ).fit(text, progress=False)  # fmt: skip
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
    return int(counts), lambda: WordVectors(words, model.wv.vectors)


TOOLS: dict[str, Callable[[Path, argparse.Namespace, int], Trained]] = {
    "firth": ours, "fasttext": fasttext, "gensim": gensim,
}  # fmt: skip


def accuracies(vectors: WordVectors, o: argparse.Namespace) -> str:
    told = [f"{100 * similarity(vectors, SimilaritySet.read(path)).as_dict()['spearman']:.1f}" for path in o.similarity]
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
    o = parser.parse_args()
    rates: dict[str, list[float]] = {tool: [] for tool in o.tools}
    if "firth" in o.tools:
        ours(o.corpus, o, 1)  # compiled before it is measured
    for _ in range(o.rounds):
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
