"""gensim, fastText, plain NumPy and firth under the same settings, for the other scripts here: text in, vectors out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

LONGEST_OF_GENSIM = 10_000
CUT = 1_000


class Settings(NamedTuple):
    """What both are told; without a learning rate each takes its own for the model."""

    architecture: str = "skipgram"
    objective: str = "negative"
    vector_size: int = 100
    window: int = 5
    negative: int = 5
    sample: float = 1e-3
    min_count: int = 5
    max_words: int | None = None
    learning_rate: float | None = None
    cbow_gradient: str = "corrected"  # of firth
    epochs: int = 5
    workers: int = 2
    seed: int = 1


class Trained(NamedTuple):
    """What came of it; seconds are wall time."""

    words: list[str]
    vectors: npt.NDArray[np.float32]
    tokens: int
    reading: float
    training: float
    saving: float


def gensim(corpus: Path, output: Path, settings: Settings) -> Trained:
    """gensim's fastest way: corpus_file, whose text is read by its workers without the interpreter's lock."""
    from gensim.models import Word2Vec

    s, rate = settings, settings.learning_rate or 0.025
    hierarchical = s.objective == "hierarchical"
    began = time.perf_counter()
    model = Word2Vec(
        sg=int(s.architecture == "skipgram"),
        hs=int(hierarchical),
        vector_size=s.vector_size,
        window=s.window,
        negative=0 if hierarchical else s.negative,
        sample=s.sample,
        min_count=s.min_count,
        max_final_vocab=s.max_words,
        alpha=rate,
        min_alpha=1e-4 * rate,
        workers=s.workers,
        seed=s.seed,
    )
    model.build_vocab(corpus_file=str(corpus))
    read = time.perf_counter()
    tokens = model.corpus_total_words
    model.train(corpus_file=str(corpus), total_examples=model.corpus_count, total_words=tokens, epochs=s.epochs)
    trained = time.perf_counter()
    model.wv.save(str(output))
    saved = time.perf_counter()
    return Trained(model.wv.index_to_key, model.wv.vectors, tokens, read - began, trained - read, saved - trained)


def fasttext(corpus: Path, output: Path, settings: Settings) -> Trained:
    """fastText without character n-grams. It reads the text itself, so all its time counts as training.

    It cannot be told the largest number of words.
    """
    from fasttext import train_unsupervised

    s = settings
    began = time.perf_counter()
    model = train_unsupervised(
        str(corpus),
        model={"skipgram": "skipgram", "cbow": "cbow"}[s.architecture],
        loss={"negative": "ns", "hierarchical": "hs", "softmax": "softmax"}[s.objective],
        dim=s.vector_size,
        ws=s.window,
        neg=s.negative,
        t=s.sample,
        minCount=s.min_count,
        lr=s.learning_rate or 0.05,
        epoch=s.epochs,
        thread=s.workers,
        minn=0,
        maxn=0,
        bucket=0,
        verbose=0,
    )
    trained = time.perf_counter()
    model.save_model(str(output))
    saved = time.perf_counter()
    words, counts = model.get_words(include_freq=True)
    kept = [(word, count) for word, count in zip(words, counts, strict=True) if word != "</s>"]
    matrix = model.get_input_matrix()  # get_word_vector scales its answers to unit length
    vectors = np.array([matrix[model.get_subwords(word)[1]].mean(axis=0) for word, _ in kept])
    tokens = int(sum(count for _, count in kept))
    return Trained([word for word, _ in kept], vectors, tokens, 0.0, trained - began, saved - trained)


def plain_numpy(corpus: Path, output: Path, settings: Settings) -> Trained:
    """Full softmax as one would write it down in NumPy: minibatches of 64 tokens, BLAS products, plain SGD.

    Windows, subsampling and the falling rate are word2vec's; CBOW has its corrected gradient.
    """
    s, random = settings, np.random.default_rng(settings.seed)
    cbow = s.architecture == "cbow"
    first_rate = s.learning_rate or (0.1 if cbow else 0.025)
    began = time.perf_counter()
    lines = [line.split() for line in corpus.read_text(encoding="utf-8").splitlines()]
    counts = Counter(word for line in lines for word in line)
    words = [word for word, count in counts.most_common(s.max_words) if count >= s.min_count]
    number = {word: row for row, word in enumerate(words)}
    text = [np.array([number[word] for word in line if word in number]) for line in lines]
    frequent = np.array([counts[word] for word in words], np.float64)
    share = frequent / frequent.sum()
    keep = np.minimum(1.0, (np.sqrt(share / s.sample) + 1) * s.sample / share)
    inputs = ((random.random((len(words), s.vector_size)) - 0.5) / s.vector_size).astype(np.float32)
    outputs = np.zeros((len(words), s.vector_size), np.float32)
    read = time.perf_counter()
    total = s.epochs * sum(map(len, text))
    done = 0
    for sentence in text * s.epochs:
        kept = sentence[random.random(len(sentence)) < keep[sentence]]
        for start in range(0, len(kept), 64):
            rate = np.float32(first_rate * max(1e-4, 1 - (done + start) / total))
            contexts = []
            for place in range(start, min(len(kept), start + 64)):
                width = random.integers(1, s.window + 1)
                contexts.append(
                    np.concatenate([kept[max(0, place - width) : place], kept[place + 1 : place + 1 + width]])
                )
            centers, sizes = kept[start : start + 64], np.array([len(context) for context in contexts])
            rows, flat = np.repeat(np.arange(len(centers)), sizes), np.concatenate(contexts)
            hidden = inputs[centers]
            if cbow:
                hidden = np.zeros_like(hidden)
                np.add.at(hidden, rows, inputs[flat])
                hidden /= np.maximum(1, sizes)[:, None]
            errors = hidden @ outputs.T
            errors -= errors.max(axis=1, keepdims=True)
            np.exp(errors, out=errors)
            errors *= ((sizes > 0) if cbow else sizes)[:, None] / errors.sum(axis=1, keepdims=True)
            targets = (np.arange(len(centers))[sizes > 0], centers[sizes > 0]) if cbow else (rows, flat)
            np.subtract.at(errors, targets, 1)
            change = rate * (errors @ outputs)
            outputs -= rate * (errors.T @ hidden)
            if cbow:
                np.subtract.at(inputs, flat, (change / np.maximum(1, sizes)[:, None])[rows])
            else:
                np.subtract.at(inputs, centers, change)
        done += len(sentence)
    trained = time.perf_counter()
    np.savez(output, inputs)
    saved = time.perf_counter()
    tokens = sum(map(len, lines))
    return Trained(words, inputs, tokens, read - began, trained - read, saved - trained)


def firth(corpus: Path, output: Path, settings: Settings) -> Trained:
    """firth as it comes."""
    # gensim's import loads its modules, and SciPy; Numba loads SciPy, where there is one, with its first function.
    import scipy.linalg  # noqa: F401

    import firth.corpus.first_pass  # noqa: F401
    from firth import Word2Vec

    tokens, read = 0, 0.0

    def report(facts: object) -> None:
        nonlocal tokens, read
        tokens, read = facts.tokens_read, time.perf_counter()  # type: ignore[attr-defined]

    began = time.perf_counter()
    model = Word2Vec(**settings._asdict()).fit(corpus, on_report=report)
    trained = time.perf_counter()
    model.vectors.save(output)
    saved = time.perf_counter()
    return Trained(model.vocabulary.words, model.input_vectors, tokens, read - began, trained - read, saved - trained)


def sentences_for_gensim(corpus: Path, folder: Path) -> Path:
    """The corpus, or where a line has more than 10,000 tokens, a copy whose lines end after every 1,000th.

    gensim's corpus_file drops what a line holds beyond its 10,000th token, without a word: of one endless line it would
    train on the beginning only. firth cuts such lines itself.
    """
    copy, is_long = folder / "lines.txt", False
    with corpus.open("rb") as text, copy.open("wb") as lines:
        count = 0  # tokens of the corpus's line so far
        for piece in _pieces(text):
            for number, line in enumerate(piece.split(b"\n")):
                if number:
                    lines.write(b"\n")
                    count = 0
                words = line.split()
                while words:
                    room = CUT - count % CUT
                    lines.write((b"\n" if count and room == CUT else b" ") + b" ".join(words[:room]))
                    count += len(words[:room])
                    words = words[room:]
                is_long = is_long or count > LONGEST_OF_GENSIM
    return copy if is_long else corpus


def few_words(corpus: Path, folder: Path, words: int, tokens: int) -> Path:
    """A text of so many different words: the corpus's first tokens, then each further word once, where it first occurs.

    What full softmax costs is in the number of words, and a trainer that needs milliseconds a token must not get many.
    """
    copy, seen, line = folder / "few_words.txt", set(), []
    with corpus.open("rb") as text, copy.open("wb") as lines:
        taken = 0
        for piece in _pieces(text):
            for word in piece.split():
                if taken < tokens or word not in seen:
                    line.append(word)
                    seen.add(word)
                    taken += 1
                if len(line) == CUT or len(seen) == words:
                    lines.write(b" ".join(line) + b"\n")
                    line = []
                if len(seen) == words:
                    return copy
    raise ValueError(f"{corpus} has {len(seen):,} different words, expected {words:,} or more")


def _pieces(text: BinaryIO) -> Iterator[bytes]:
    """A file in parts of about a megabyte that end where a word ends."""
    while part := text.read(1 << 20):
        while part[-1:] not in (b" ", b"\n") and (more := text.read(1)):
            part += more
        yield part


CONTENDERS: dict[str, Callable[[Path, Path, Settings], Trained]] = {
    "gensim": gensim,
    "fasttext": fasttext,
    "numpy": plain_numpy,
    "firth": firth,
}
