"""Language models: speed beside KenLM and NLTK, and Bengio's table of perplexities.

    python benchmarks/lm.py speed text8lines.txt
    python benchmarks/lm.py table wiki.train.tokens wiki.valid.tokens wiki.test.tokens

Needs ``pip install kenlm nltk`` for the rivals; those that are missing are left out of the output, and said to be.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from firth import Word2Vec
from firth.lm import CbowModel, LanguageModel, LinearMixture, NeuralModel, NeuralOptions, NgramModel
from firth.lm.smoothing import SMOOTHINGS


def timed(work: Callable[[], object]) -> tuple[object, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def show(name: str, tokens: int, seconds: float) -> None:
    print(f"{name:<58} {tokens / seconds / 1e6:8.3f} M tokens/s   {seconds:8.2f} s", flush=True)


def best_of(times: int, work: Callable[[], object]) -> tuple[object, float]:
    return min((timed(work) for _ in range(times)), key=lambda pair: pair[1])


def speed(corpus: Path, order: int, workers: int) -> None:
    """Training on a corpus, then scoring each of its lines."""
    lines = corpus.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, "part.txt")
        part.write_text("\n".join(lines[:200]), encoding="utf-8")
        small = NgramModel.train(part, order, workers=workers)  # compile, or load from the cache
        for score in (small.score_all, small.score_lines):
            score(part if score == small.score_all else lines[:200])  # type: ignore[operator]

        model, seconds = timed(lambda: NgramModel.train(corpus, order, workers=workers))
        assert isinstance(model, NgramModel)
        tokens = model.info["tokens"]
        show(f"firth, train order {order}, {workers} workers", tokens, seconds)
        print(f"  {model}")
        _, seconds = timed(lambda: model.score_lines(lines, workers=workers))
        show(f"firth, score lines for the first time, {workers} workers", tokens, seconds)
        ours, ours_seconds = best_of(3, lambda: model.score_lines(lines, workers=workers))
        show(f"firth, score lines, {workers} workers", tokens, ours_seconds)
        show("firth, score lines, 1 worker", tokens, best_of(3, lambda: model.score_lines(lines, workers=1))[1])
        _, seconds = best_of(3, lambda: model.score_all(corpus, workers=workers))
        show(f"firth, score a file, {workers} workers", tokens, seconds)
        encoded = model.encoder.encode(corpus)
        _, seconds = best_of(3, lambda: model.token_log_probabilities(encoded, workers=workers))
        show(f"firth, score word ids, {workers} workers", tokens, seconds)
        few = [line.split() for line in lines[:2000]]
        _, seconds = best_of(3, lambda: model.score_all(few, workers=workers))
        show(f"firth, score 2,000 lists of tokens, {workers} workers", sum(map(len, few)) + len(few), seconds)

        theirs = rival_kenlm(model, Path(folder, "model.arpa"), lines)
        if theirs:
            total, seconds = theirs
            show("kenlm package, model.score(line) for each line", tokens, seconds)
            print(f"  log10 probability of all: kenlm {total:.2f}, firth {ours.sum() / math.log(10):.2f}")  # type: ignore[attr-defined]
            print(f"  firth, score lines: {seconds / ours_seconds:.2f} times as fast")
        rival_nltk(few, order)


def rival_kenlm(model: NgramModel, arpa: Path, lines: list[str]) -> tuple[float, float] | None:
    """log10 probability of all lines, and seconds."""
    try:
        import kenlm
    except ImportError:
        print("kenlm is not installed")
        return None
    model.write_arpa(arpa)
    other = kenlm.Model(str(arpa))
    total, seconds = best_of(3, lambda: sum(map(other.score, lines)))
    return float(total), seconds  # type: ignore[arg-type]


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


def table(texts: list[Path], epochs: int, softmax_epochs: int) -> None:
    """Perplexity under every model; ``<unk>`` in the texts counts as the ordinary word UNK."""
    started = time.perf_counter()
    print(f"{'model':<58} {'valid':>9} {'test':>9} {'minutes':>8}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        train, valid, test = (Path(folder, path.name) for path in texts)
        for source, copy in zip(texts, (train, valid, test), strict=True):
            copy.write_text(source.read_text(encoding="utf-8").replace("<unk>", "UNK"), encoding="utf-8")

        def row(name: str, make: Callable[[], LanguageModel]) -> LanguageModel:
            model, seconds = timed(make)
            assert isinstance(model, LanguageModel)
            note = "" if model.is_distribution else " (not a distribution)"
            perplexities = [model.perplexity(text).perplexity for text in (valid, test)]
            print(f"{name + note:<58} {perplexities[0]:9.3f} {perplexities[1]:9.3f} {seconds / 60:8.2f}", flush=True)
            return model

        for order in (2, 3, 5):
            for smoothing, method in SMOOTHINGS.items():
                for form in method.forms:
                    row(
                        f"{order}-gram {smoothing}, {form}",
                        lambda: NgramModel.train(train, order, smoothing=smoothing, form=form),  # noqa: B023
                    )
        ngrams = NgramModel.train(train, 3)
        row("CBOW, hierarchical softmax, 10 epochs", lambda: cbow(train, "hierarchical", 10))
        for name, objective, direct, passes in (
            ("NPLM, sampled", "sampled", False, epochs),
            ("NPLM, hierarchical softmax", "hierarchical", False, epochs),
            ("NPLM, sampled, direct connections", "sampled", True, epochs),
            ("NPLM, full softmax", "softmax", False, softmax_epochs),
        ):
            options = NeuralOptions(
                context=5, hidden_size=150, dropout=0.25, batch_size=512, learning_rate=1.5e-3,
                objective=objective, direct=direct, epochs=passes,
            )  # fmt: skip
            neural = row(f"{name}, {passes} epochs", lambda: NeuralModel.train(train, options, held_out=valid))  # noqa: B023
            row("  mixed with the modified Kneser-Ney 3-gram", lambda: LinearMixture([ngrams, neural]).fit(valid))  # noqa: B023
        row(f"CBOW, full softmax, {softmax_epochs} epochs", lambda: cbow(train, "softmax", softmax_epochs))
    print(f"{(time.perf_counter() - started) / 60:.1f} minutes in all")


def cbow(train: Path, objective: str, epochs: int) -> CbowModel:
    """A CBOW model of sentences that end in ``</s>``, as a language model."""
    with train.open(encoding="utf-8") as file:
        closed = [[*line.split(), "</s>"] for line in file]
    trained = Word2Vec(architecture="cbow", objective=objective, min_count=1, sample=0, epochs=epochs, seed=1)
    trained.fit(closed)
    vocabulary = trained.vocabulary
    return CbowModel(
        vocabulary.words, vocabulary.counts, trained.input_vectors, trained.output_vectors,
        objective=objective, window=5,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fast = commands.add_parser("speed")
    fast.add_argument("corpus", type=Path)
    fast.add_argument("--order", type=int, default=3)
    fast.add_argument("--workers", type=int, default=2)
    tables = commands.add_parser("table")
    tables.add_argument("texts", type=Path, nargs=3, metavar="TEXT")
    tables.add_argument("--epochs", type=int, default=4, help="of the neural models but the next")
    tables.add_argument("--softmax-epochs", type=int, default=1, help="of those that score every word at every place")
    options = parser.parse_args()
    if options.command == "speed":
        speed(options.corpus, options.order, options.workers)
    else:
        table(options.texts, options.epochs, options.softmax_epochs)


if __name__ == "__main__":
    main()
