"""Language models: speed beside KenLM and NLTK, and Bengio's table of perplexities.

    python benchmarks/lm.py speed text8lines.txt
    python benchmarks/lm.py table wiki.train.tokens wiki.valid.tokens wiki.test.tokens

Needs ``pip install kenlm nltk`` for the rivals; those that are missing are left out of the output, and said to be.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from firth import Word2Vec
from firth.lm import CbowModel, LinearMixture, NeuralModel, NeuralOptions, NgramModel
from firth.lm.sentences import encode_text
from firth.lm.smoothing import SMOOTHINGS


def timed(work: Callable[[], object]) -> tuple[object, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def show(name: str, tokens: int, seconds: float) -> None:
    print(f"{name:<58} {tokens / seconds / 1e6:8.3f} M tokens/s   {seconds:8.2f} s", flush=True)


def speed(corpus: Path, order: int, lines: int, workers: int) -> None:
    """Training on the whole corpus, scoring its first lines."""
    with corpus.open(encoding="utf-8") as file:
        text = list(itertools.islice(file, lines))
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, "part.txt")
        part.write_text("".join(text), encoding="utf-8")
        NgramModel.train(part, order, workers=workers).score_all(part)  # compile, or load from the cache

        model, seconds = timed(lambda: NgramModel.train(corpus, order, workers=workers))
        assert isinstance(model, NgramModel)
        show(f"firth, train order {order}, {workers} workers", model.info["tokens"], seconds)
        print(f"  {model}")

        sentences = [line.split() for line in text]
        tokens = sum(len(sentence) + 1 for sentence in sentences)
        ours, seconds = timed(lambda: model.score_all(part, workers=workers))
        show(f"firth, score a file, {workers} workers", tokens, seconds)
        show("firth, score a file, 1 worker", tokens, timed(lambda: model.score_all(part, workers=1))[1])
        show(f"firth, score lists of tokens, {workers} workers", tokens, timed(lambda: model.score_all(sentences))[1])
        encoded = encode_text(part, model.index)
        seconds = min(timed(lambda: model.token_log_probabilities(encoded, workers=workers))[1] for _ in range(3))
        show(f"firth, score word ids, {workers} workers", tokens, seconds)
        rival_kenlm(model, Path(folder, "model.arpa"), text, tokens, float(ours.sum()))  # type: ignore[attr-defined]
        rival_nltk(sentences, order)


def rival_kenlm(model: NgramModel, arpa: Path, text: list[str], tokens: int, expected: float) -> None:
    try:
        import kenlm
    except ImportError:
        print("kenlm is not installed")
        return
    model.write_arpa(arpa)
    other = kenlm.Model(str(arpa))
    lines = [line.strip() for line in text]
    total, seconds = min((timed(lambda: sum(map(other.score, lines))) for _ in range(3)), key=lambda pair: pair[1])
    show("kenlm package, model.score(line) for each line", tokens, seconds)
    print(f"  log10 probability of all: kenlm {total:.2f}, firth {expected / 2.302585092994046:.2f}")


def rival_nltk(sentences: list[list[str]], order: int) -> None:
    try:
        from nltk.lm import KneserNeyInterpolated
        from nltk.lm.preprocessing import pad_both_ends, padded_everygram_pipeline
    except ImportError:
        print("nltk is not installed")
        return
    few = sentences[:20]
    tokens = sum(len(sentence) + 1 for sentence in few)
    grams, vocabulary = padded_everygram_pipeline(order, few)
    rival = KneserNeyInterpolated(order)
    show("nltk.lm, train on 20 lines", tokens, timed(lambda: rival.fit(grams, vocabulary))[1])

    def score() -> float:
        padded = list(pad_both_ends(few[0][:50], n=order))
        return sum(rival.logscore(padded[i], padded[i - order + 1 : i]) for i in range(order - 1, len(padded)))

    show("nltk.lm, score 50 tokens", 51, timed(score)[1])


def table(train: Path, valid: Path, test: Path, epochs: int) -> None:
    """Perplexity of the test text under every model, unknown words among the vocabulary."""
    print(f"{'model':<58} {'valid':>9} {'test':>9}")

    def row(name: str, valid_perplexity: float, test_perplexity: float) -> None:
        print(f"{name:<58} {valid_perplexity:9.3f} {test_perplexity:9.3f}", flush=True)

    for order in (2, 3, 5):
        for smoothing, method in SMOOTHINGS.items():
            for form in method.forms:
                model = NgramModel.train(train, order, smoothing=smoothing, form=form)
                note = "" if model.is_distribution else " (not a distribution)"
                row(
                    f"{order}-gram {smoothing}, {form}{note}",
                    model.perplexity(valid).perplexity,
                    model.perplexity(test).perplexity,
                )
    if not epochs:
        return
    with train.open(encoding="utf-8") as file:
        closed = [[*line.split(), "</s>"] for line in file]
    trained = Word2Vec(architecture="cbow", objective="hierarchical", min_count=1, sample=0, epochs=10, seed=1).fit(
        closed
    )
    words, counts = trained.vocabulary.words, trained.vocabulary.counts
    cbow = CbowModel(words, counts, trained.input_vectors, trained.output_vectors, objective="hierarchical", window=5)
    row("CBOW by hierarchical softmax", cbow.perplexity(valid).perplexity, cbow.perplexity(test).perplexity)
    ngrams = NgramModel.train(train, 3)
    for direct in (False, True):
        options = NeuralOptions(
            context=5, hidden_size=150, objective="sampled", dropout=0.25, epochs=epochs, direct=direct
        )
        neural = NeuralModel.train(train, options, held_out=valid)
        name = "NPLM with direct connections" if direct else "NPLM"
        row(name, neural.perplexity(valid).perplexity, neural.perplexity(test).perplexity)
        mixture = LinearMixture([ngrams, neural]).fit(valid)
        row("  mixed with the 3-gram", mixture.perplexity(valid).perplexity, mixture.perplexity(test).perplexity)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fast = commands.add_parser("speed")
    fast.add_argument("corpus", type=Path)
    fast.add_argument("--order", type=int, default=3)
    fast.add_argument("--lines", type=int, default=2000)
    fast.add_argument("--workers", type=int, default=2)
    tables = commands.add_parser("table")
    tables.add_argument("texts", type=Path, nargs=3, metavar="TEXT")
    tables.add_argument("--epochs", type=int, default=7, help="of the neural models; 0 leaves them out")
    options = parser.parse_args()
    if options.command == "speed":
        speed(options.corpus, options.order, options.lines, options.workers)
    else:
        table(*options.texts, options.epochs)


if __name__ == "__main__":
    main()
