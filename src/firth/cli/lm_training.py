"""``firth lm train | train-neural``"""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Callable
from typing import Any

import click

from firth.cli.files import Input, NgramOutput, Output, VectorsInput, Verb
from firth.cli.lm_options import JSON, WORKERS, show_progress
from firth.cli.output import echo, echo_json
from firth.cli.reading import corpus_options, reading, sources
from firth.errors import OptionError

_VOCABULARY = click.option(
    "--vocabulary",
    type=Input(),
    help="File of the words that the model knows: words between whitespace, or a file written by `firth vocab -o`.",
)
_MIN_COUNT = click.option(
    "--min-count",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Replace words that occur fewer than this many times with <unk>.",
)
_MAX_WORDS = click.option(
    "--max-words",
    type=click.IntRange(min=1),
    help="Keep only this many words, the most frequent ones, and replace the others with <unk>.",
)


def _training_text(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the text that a model is trained on."""
    return _MIN_COUNT(_MAX_WORDS(corpus_options(_VOCABULARY(verb))))


@click.command(cls=Verb, short_help="Train an n-gram model.")
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o",
    "--output",
    required=True,
    type=NgramOutput(),
    help="File to write the model to; *.arpa and *.lm, also compressed (.gz, .bz2, .xz), are ARPA files.",
)
@click.option("--order", default=3, show_default=True, type=int, help="Length of the longest n-grams, in words.")
@click.option(
    "--smoothing",
    default="modified-kneser-ney",
    show_default=True,
    help="Smoothing method, which makes probabilities of the counts.",
)
@click.option(
    "--form",
    type=click.Choice(["interpolated", "backoff"]),
    show_default="the method's usual form",
    help="Interpolate with shorter n-grams, or back off to them.",
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    type=float,
    help="Parameter of the smoothing method; given once, or once for each order.",
)
@click.option(
    "--prune",
    multiple=True,
    type=int,
    help="Drop n-grams that occur this many times or fewer; given once for each order, the first 0.",
)
@click.option(
    "--prune-entropy", type=float, help="Drop n-grams without which the perplexity grows by less than this share."
)
@click.option("--closed", is_flag=True, help="Give unknown words no probability.")
@click.option(
    "--memory",
    default="2G",
    show_default=True,
    help="Memory for sorting, such as 500M or 2G; what does not fit goes to temporary files.",
)
@_training_text
@WORKERS
@JSON
def train(
    corpus: tuple[str, ...],
    output: str,
    parameters: tuple[float, ...],
    prune: tuple[int, ...],
    prune_entropy: float | None,
    memory: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Train an n-gram model on the text files CORPUS, one sentence per line."""
    text = reading(options)

    from firth.lm import NgramModel

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = NgramModel.train(
            sources(corpus),
            parameters=parameters[0] if len(parameters) == 1 else parameters or None,
            prune=prune or None,
            memory=_bytes(memory),
            progress=lambda done, total: show_progress(
                f"read {done >> 20} of {total >> 20} MiB" if total else "reading"
            ),
            **text,
            **options,
        )
    show_progress("")
    for warning in caught:
        echo(f"firth: note: {warning.message}", err=True)
    if prune_entropy is not None:
        model = model.prune_by_entropy(prune_entropy)
    try:
        model.save(output)
    except OptionError as refused:  # what was learned is not lost because the format cannot hold a word
        names = (f"{output}{number}.safetensors" for number in itertools.chain([""], itertools.count(2)))
        kept = next(name for name in names if not os.path.lexists(name))
        model.save(kept)
        raise OptionError(refused.message, hint=f"the model is in {kept}, which holds any word") from refused
    facts = {"path": output, "ngrams": model.trie.sizes(), "words": len(model.words), **model.info}
    if as_json:
        echo_json(facts)
    else:
        echo(f"{output}: {model!r}", err=True)


@click.command("train-neural", cls=Verb, short_help="Train a neural language model.")
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o", "--output", required=True, type=Output("a neural model", "native"), help="File to write the model to."
)
@click.option("--held-out", type=Input(), help="Held-out text; training stops when its perplexity no longer improves.")
@click.option(
    "--context", default=4, show_default=True, help="Number of preceding words from which the model predicts."
)
@click.option("--vector-size", default=100, show_default=True, help="Number of dimensions of the word vectors.")
@click.option("--hidden-size", default=100, show_default=True, help="Number of units in the hidden layer.")
@click.option("--direct", is_flag=True, help="Also connect the word vectors to the output layer directly.")
@click.option(
    "--objective", default="softmax", show_default=True, help="Output layer: softmax, hierarchical or sampled."
)
@click.option(
    "--optimizer",
    default="adam",
    show_default=True,
    help="Optimizer: adam, or sgd with the schedule of Bengio et al. (2003).",
)
@click.option("--learning-rate", default=1e-3, show_default=True, help="Learning rate at the start of training.")
@click.option("--epochs", default=10, show_default=True, help="Maximum number of passes over the text.")
@click.option("--batch-size", default=256, show_default=True, help="Number of predictions in a minibatch.")
@click.option("--dropout", default=0.0, show_default=True, help="Share of units that are dropped in training.")
@click.option(
    "--weight-decay", default=0.0, show_default=True, help="Weight decay, which pulls the weights towards zero."
)
@click.option(
    "--patience",
    default=2,
    show_default=True,
    help="Number of epochs without a better held-out perplexity after which training stops.",
)
@click.option(
    "--noise-words",
    default=1024,
    show_default=True,
    help="Number of noise words for each minibatch, with --objective sampled.",
)
@click.option("--vectors", type=VectorsInput(), help="File of word vectors to start from.")
@click.option("--freeze-vectors", is_flag=True, help="Leave the word vectors as they are.")
@click.option("--seed", default=1, show_default=True, help="Seed of the random number generator.")
@_training_text
@WORKERS
@JSON
def train_neural(
    corpus: tuple[str, ...],
    output: str,
    held_out: str | None,
    vectors: str | None,
    min_count: int,
    max_words: int | None,
    workers: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a neural language model (Bengio et al. 2003) on the text files CORPUS, one sentence per line."""
    text = reading(options)

    from firth.lm import NeuralModel, NeuralOptions
    from firth.vectors import WordVectors

    model = NeuralModel.train(
        sources(corpus),
        NeuralOptions(**options),
        held_out=sources((held_out,)) if held_out else None,
        vectors=WordVectors.load(vectors) if vectors else None,
        min_count=min_count,
        max_words=max_words,
        workers=workers,
        **text,
        progress=lambda epochs, loss: show_progress(f"epoch {epochs:7.3f}   loss {loss:.4f}"),
    )
    show_progress("")
    model.save(output)
    epochs = [{"loss": epoch.loss, "held_out_perplexity": epoch.held_out_perplexity} for epoch in model.history]
    if as_json:
        echo_json({"path": output, "words": len(model.words), "epochs": epochs})
        return
    for number, epoch in enumerate(model.history, 1):
        held = "" if epoch.held_out_perplexity is None else f"   held-out perplexity {epoch.held_out_perplexity:.3f}"
        echo(f"epoch {number}   loss {epoch.loss:.4f}{held}", err=True)


def _show_read(done: int, total: int | None) -> None:
    show_progress(f"read {done >> 20} of {total >> 20} MiB" if total else "reading")


def _bytes(text: str) -> int:
    """``2G``, ``500M`` or a plain number as bytes."""
    units = {"K": 10, "M": 20, "G": 30, "T": 40}
    number, shift = (text[:-1], units[text[-1].upper()]) if text[-1:].upper() in units else (text, 0)
    if not number.isdecimal():
        raise OptionError(f"memory {text!r}, expected a number of bytes such as 500M or 2G")
    return int(number) << shift
