"""Language models: speed beside KenLM and NLTK, and Bengio's table of perplexities.

    python benchmarks/lm.py speed text8lines.txt
    python benchmarks/lm.py table wiki.train.tokens wiki.valid.tokens wiki.test.tokens

Needs ``pip install kenlm nltk`` for the rivals; those that are missing are left out of the output, and said to be.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from firth import Word2Vec
from firth.lm import CbowModel, LanguageModel, LinearMixture, NeuralModel, NeuralOptions, NgramModel, Sentences
from firth.lm.language_model import Floats, State
from firth.lm.ngram.smoothing import SMOOTHINGS
from firth.targets import replacing

KENLM = "kenlm package, model.score(line) for each line"


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> tuple[object, float]:
    start = clock()
    result = work()
    return result, clock() - start


def show(name: str, tokens: int, seconds: float) -> None:
    print(f"{name:<58} {tokens / seconds / 1e6:8.3f} M tokens/s   {seconds:8.2f} s", flush=True)


def best_of(times: int, work: Callable[[], object]) -> tuple[object, float]:
    return min((timed(work) for _ in range(times)), key=lambda pair: pair[1])


def speed(corpus: Path, order: int, workers: int) -> None:
    """Training on a corpus, then scoring each of its lines; and lines that were not trained on."""
    lines = corpus.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, "part.txt")
        part.write_text("\n".join(lines[:200]), encoding="utf-8")
        small = NgramModel.train(part, order, workers=workers)  # compile, or load from the cache
        for score in (small.score_all, small.score_lines):
            score(part if score == small.score_all else lines[:200])  # type: ignore[operator]

        model = train(corpus, order, workers)
        print(f"each of the {len(lines):,} lines")
        scoring(model, lines, workers)
        _, seconds = best_of(3, lambda: model.score_all(corpus, workers=workers))
        show(f"firth, score the file, {workers} workers", model.info["tokens"], seconds)
        encoded = model.encoder.encode(corpus)
        _, seconds = best_of(3, lambda: model.token_log_probabilities(encoded, workers=workers))
        show(f"firth, score word ids, {workers} workers", model.info["tokens"], seconds)
        few = [line.split() for line in lines[:2000]]
        _, seconds = best_of(3, lambda: model.score_all(few, workers=workers))
        show(f"firth, score 2,000 lists of tokens, {workers} workers", sum(map(len, few)) + len(few), seconds)

        seen = len(lines) * 9 // 10
        part.write_text("\n".join(lines[:seen]) + "\n", encoding="utf-8")
        model = train(part, order, workers)
        print(f"each of the {len(lines) - seen:,} lines behind them")
        scoring(model, lines[seen:], workers)
        rival_nltk(few, order)


def train(corpus: Path, order: int, workers: int) -> NgramModel:
    model, seconds = timed(lambda: NgramModel.train(corpus, order, workers=workers))
    assert isinstance(model, NgramModel)
    print(model)
    show(f"firth, train order {order}, {workers} workers", model.info["tokens"], seconds)
    return model


def scoring(model: NgramModel, lines: list[str], workers: int) -> None:
    """Our time for strings beside that of the kenlm package: they take turns, and the best of five counts for each."""
    tokens = sum(map(len, map(str.split, lines))) + len(lines)
    _, seconds = timed(lambda: model.score_lines(lines, workers=workers))
    show(f"firth, score lines for the first time, {workers} workers", tokens, seconds)
    ours, ours_alone = f"firth, score lines, {workers} workers", "firth, score lines, 1 worker"
    ways: dict[str, Callable[[], float]] = {
        ours: lambda: model.score_lines(lines, workers=workers).sum() / math.log(10),
        ours_alone: lambda: model.score_lines(lines, workers=1).sum() / math.log(10),
    }
    kenlm_score = rival_kenlm(model)
    if kenlm_score:
        ways[KENLM] = lambda: sum(map(kenlm_score, lines))
    best = dict.fromkeys(ways, (math.nan, math.inf))
    for _ in range(5):
        for name, score in ways.items():
            best[name] = min(best[name], timed(score), key=lambda pair: pair[1])  # type: ignore[assignment, arg-type]
    for name, (_, seconds) in best.items():
        show(name, tokens, seconds)
    if kenlm_score:
        print(f"  log10 probability of all: kenlm {best[KENLM][0]:.2f}, firth {best[ours][0]:.2f}")
        for name in (ours, ours_alone):
            print(f"  {name}: {best[KENLM][1] / best[name][1]:.2f} times as fast as kenlm")


def rival_kenlm(model: NgramModel) -> Callable[[str], float] | None:
    """What scores a line by the kenlm package."""
    try:
        import kenlm
    except ImportError:
        print("kenlm is not installed")
        return None
    with tempfile.TemporaryDirectory() as folder:
        arpa = Path(folder, "model.arpa")
        model.write_arpa(arpa)
        return kenlm.Model(str(arpa)).score  # type: ignore[no-any-return]


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


def table(texts: list[Path], epochs: int, softmax_epochs: int, only: str, results: Path | None) -> None:
    """Perplexity under every model; ``<unk>`` in the texts counts as the ordinary word UNK."""
    found = json.loads(results.read_text(encoding="utf-8")) if results and results.exists() else {}
    print(f"{'model':<58} {'valid':>9} {'test':>9} {'CPU min':>8}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        train, valid, test = (Path(folder, path.name) for path in texts)
        for source, copy in zip(texts, (train, valid, test), strict=True):
            copy.write_text(source.read_text(encoding="utf-8").replace("<unk>", "UNK"), encoding="utf-8")
        ngrams = NgramModel.train(train, 3)
        for name, make in rows(train, epochs, softmax_epochs).items():
            if not re.search(only, name):
                continue
            if name not in found:
                found |= measured(name, make, [valid, test], ngrams)
                if results:
                    with replacing(results) as path:
                        path.write_text(json.dumps(found, indent=1), encoding="utf-8")
            for shown in (name, name + MIXED):
                if shown in found:
                    print("{:<58} {:9.3f} {:9.3f} {:8.2f}".format(shown, *found[shown]), flush=True)


MIXED = ", mixed with the 3-gram"  # modified Kneser-Ney, interpolated


def rows(train: Path, epochs: int, softmax_epochs: int) -> dict[str, Callable[[], LanguageModel]]:
    """How to train each model of the table."""

    def passes_of(count: int) -> str:
        return f"{count} epoch{'s' * (count != 1)}"

    models: dict[str, Callable[[], LanguageModel]] = {}
    for order in (2, 3, 5):
        for smoothing, method in SMOOTHINGS.items():
            for form in method.forms:
                note = " (not a distribution)" if smoothing == "stupid-backoff" else ""
                models[f"{order}-gram {smoothing}, {form}{note}"] = partial(
                    NgramModel.train, train, order, smoothing=smoothing, form=form
                )
    for objective, passes in (("hierarchical", 10), ("softmax", softmax_epochs)):
        models[f"CBOW, {objective}, {passes_of(passes)}"] = partial(cbow, train, objective, passes)
    for objective, direct, passes in (
        ("sampled", False, epochs),
        ("hierarchical", False, epochs),
        ("sampled", True, epochs),
        ("softmax", False, softmax_epochs),
    ):
        options = NeuralOptions(
            context=5, hidden_size=150, dropout=0.25, batch_size=512, learning_rate=1.5e-3,
            objective=objective, direct=direct, epochs=passes,
        )  # fmt: skip
        name = f"NPLM, {objective}, {'direct connections, ' * direct}{passes_of(passes)}"
        models[name] = partial(NeuralModel.train, train, options)
    return models


def measured(
    name: str, make: Callable[[], LanguageModel], texts: list[Path], ngrams: NgramModel
) -> dict[str, tuple[float, float, float]]:
    """Perplexity on the two texts, and minutes of all cores to train; for a neural model, also of its mixture."""
    trained, seconds = timed(make, time.process_time)
    assert isinstance(trained, LanguageModel)
    held_out = [trained.encoder.encode(text) for text in texts]
    model = Remembered(trained, held_out)
    lines = {name: (*perplexities(model, held_out), seconds / 60)}
    if isinstance(trained, NeuralModel):
        models = [Remembered(ngrams, held_out), model]
        mixture, seconds = timed(lambda: LinearMixture(models).fit(held_out[0]), time.process_time)
        assert isinstance(mixture, LinearMixture)
        lines[name + MIXED] = (*perplexities(mixture, held_out), seconds / 60)
    return lines


def perplexities(model: LanguageModel, texts: list[Sentences]) -> tuple[float, float]:
    valid, test = (model.perplexity(text).perplexity for text in texts)
    return valid, test


class Remembered(LanguageModel):
    """A model that scored some texts once, and no more: its mixtures ask for the same again."""

    def __init__(self, model: LanguageModel, texts: list[Sentences]) -> None:
        self.model = model
        self.words = model.words
        self.values = {id(text): model.token_log_probabilities(text) for text in texts}

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        del workers
        return self.values[id(sentences)]

    def start(self) -> State:
        return self.model.start()

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        return self.model.step_id(state, word_id)

    def log_probabilities(self, state: State) -> Floats:
        return self.model.log_probabilities(state)


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
    tables.add_argument("--only", default="", metavar="REGEX", help="rows whose name it is found in, say NPLM")
    tables.add_argument("--results", type=Path, metavar="JSON", help="keep what is done there, and go on from it")
    options = parser.parse_args()
    if options.command == "speed":
        speed(options.corpus, options.order, options.workers)
    else:
        table(options.texts, options.epochs, options.softmax_epochs, options.only, options.results)


if __name__ == "__main__":
    main()
