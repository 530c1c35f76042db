"""``firth lm train | train-neural | perplexity | score | predict | generate | mix | convert``"""

from __future__ import annotations

import itertools
import os
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from firth.cli import Group
from firth.cli.files import Input, ModelInput, NgramOutput, Output, VectorsInput, Verb
from firth.cli.output import echo, echo_json
from firth.cli.reading import corpus_options, reading, reading_for_model, sources, text_options
from firth.errors import OptionError
from firth.escapes import escaped

if TYPE_CHECKING:
    from firth.corpus import EncodedCorpus
    from firth.lm import LanguageModel, Perplexity

_WORKERS = click.option(
    "--workers", type=click.IntRange(min=1), show_default="one for each available core", help="Number of threads."
)
_TOKENS = 1 << 16  # scored at a time, where each is printed
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
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


class _Verbs(Group):
    command_class = Verb


@click.group(cls=_Verbs)
def command() -> None:
    """Train, evaluate, use and convert language models: n-gram and neural."""


@command.command(short_help="Train an n-gram model.")
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
@_WORKERS
@_JSON
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
            progress=lambda done, total: _progress(f"read {done >> 20} of {total >> 20} MiB" if total else "reading"),
            **text,
            **options,
        )
    _progress("")
    for warning in caught:
        echo(f"firth: note: {warning.message}", err=True)
    if prune_entropy is not None:
        model = model.prune_by_entropy(prune_entropy)
    try:
        model.save(output)
    except OptionError as refused:  # what was learned is not lost for a word that the format does not take
        names = (f"{output}{number}.safetensors" for number in itertools.chain([""], itertools.count(2)))
        kept = next(name for name in names if not os.path.lexists(name))
        model.save(kept)
        raise OptionError(refused.message, hint=f"the model is in {kept}, which takes any") from refused
    facts = {"path": output, "ngrams": model.trie.sizes(), "words": len(model.words), **model.info}
    if as_json:
        echo_json(facts)
    else:
        echo(f"{output}: {model!r}", err=True)


@command.command("train-neural", short_help="Train a neural language model.")
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
@_WORKERS
@_JSON
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
        progress=lambda epochs, loss: _progress(f"epoch {epochs:7.3f}   loss {loss:.4f}"),
    )
    _progress("")
    model.save(output)
    epochs = [{"loss": epoch.loss, "held_out_perplexity": epoch.held_out_perplexity} for epoch in model.history]
    if as_json:
        echo_json({"path": output, "words": len(model.words), "epochs": epochs})
        return
    for number, epoch in enumerate(model.history, 1):
        held = "" if epoch.held_out_perplexity is None else f"   held-out perplexity {epoch.held_out_perplexity:.3f}"
        echo(f"epoch {number}   loss {epoch.loss:.4f}{held}", err=True)


@command.command(short_help="Combine models into a mixture.")
@click.argument("models", nargs=-1, required=True, type=ModelInput())
@click.option(
    "-o",
    "--output",
    required=True,
    type=Output("a mixture", "text", suffixes=[".json"], stdout=False),
    help="File to write the mixture to: a .json file that names the models.",
)
@click.option("--held-out", type=Input(), help="Held-out text; the weights are those that make it most probable.")
@click.option(
    "--weight",
    "weights",
    multiple=True,
    type=float,
    help="Weight of a model, given once for each model, instead of --held-out.",
)
@click.option(
    "--kind",
    default="linear",
    show_default=True,
    type=click.Choice(["linear", "log-linear"]),
    help="Average the probabilities (linear), or their logarithms (log-linear).",
)
@text_options
@_WORKERS
@_JSON
@click.pass_context
def mix(
    context: click.Context,
    /,
    models: tuple[str, ...],
    output: str,
    held_out: str | None,
    weights: tuple[float, ...],
    kind: str,
    workers: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Combine MODELS, which must have the same vocabulary, into a mixture, and print their weights.

    The held-out text is prepared as the training texts of the models were, unless other options are given.
    """
    text = reading_for_model(context, options)

    from firth.lm.mixture import MIXTURES
    from firth.lm.model_files import load_model, save_mixture

    if (held_out is None) == (not weights):
        raise OptionError("expected either a held-out text or weights", hint="--held-out valid.txt")
    mixture = MIXTURES[kind]([load_model(model) for model in models], weights or None)
    if held_out is not None:
        progress = _scored if sys.stderr.isatty() else None
        mixture.fit(sources((held_out,)), workers=workers, progress=progress, **text)
        _progress("")
    save_mixture(output, mixture, list(models))
    shown = dict(zip(models, mixture.weights.tolist(), strict=True))
    if as_json:
        echo_json({"path": output, "kind": kind, "weights": shown})
        return
    for model, weight in shown.items():
        echo(f"{weight:.6f}  {model}")


@command.command(short_help="Print the perplexity of a text.")
@click.argument("model", type=ModelInput())
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option("--no-end", is_flag=True, help="Do not predict </s> at the end of each line.")
@text_options
@_WORKERS
@_JSON
@click.pass_context
def perplexity(
    context: click.Context,
    /,
    model: str,
    corpus: tuple[str, ...],
    no_end: bool,
    workers: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the perplexity of the text files CORPUS under MODEL.

    The text is prepared as the training text of the model was, unless other options are given.
    """
    text = reading_for_model(context, options)

    from firth.lm.model_files import load_model

    loaded = load_model(model)
    progress = _scored if sys.stderr.isatty() else None
    result = loaded.perplexity(sources(corpus), end=not no_end, workers=workers, progress=progress, **text)
    _progress("")
    facts = {**_facts(result), "is_distribution": loaded.is_distribution}
    if as_json:
        echo_json(facts)
        return
    echo(f"perplexity           {result.perplexity:.3f}")
    echo(f"without unknown      {result.known_perplexity:.3f}")
    echo(f"tokens               {result.tokens:,}")
    echo(f"</s> among them      {f'{result.sentences:,}' if result.with_end else 'not counted'}")
    echo(f"unknown among them   {result.unknown:,}")
    if not loaded.is_distribution:
        echo("firth: note: scores of this model do not sum to 1: this is no true perplexity", err=True)


def _facts(result: Perplexity) -> dict[str, Any]:
    return {
        "perplexity": result.perplexity,
        "perplexity_without_unknown": result.known_perplexity,
        "tokens": result.tokens,
        "sentences": result.sentences,
        "end_counted": result.with_end,
        "unknown": result.unknown,
        "log_probability": result.log_probability,
    }


@command.command(short_help="Print the log probability of each line of a text.")
@click.argument("model", type=ModelInput())
@click.argument("corpus", nargs=-1, type=Input())
@click.option("--tokens", is_flag=True, help="Print each token with its log probability and the length of its n-gram.")
@text_options
@_WORKERS
@_JSON
@click.pass_context
def score(
    context: click.Context,
    /,
    model: str,
    corpus: tuple[str, ...],
    tokens: bool,
    workers: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the natural log probability of each line of CORPUS, or of stdin, including its end </s>.

    With --tokens, print each token in columns separated by tabs, or with --json an object for each line. Their log
    probabilities are to base 10, as in ARPA files and KenLM. N-gram models also give the length of the longest n-gram.

    The text is prepared as the training text of the model was, unless other options are given.
    """
    text = reading_for_model(context, options)

    from firth.lm.model_files import load_model

    loaded, files = load_model(model), sources(corpus or ("-",))
    if tokens:
        with loaded.encoder.open(files, workers=workers, **text) as read:
            _print_tokens(loaded, read, workers, as_json)
        return
    scores = loaded.score_all(files, workers=workers, progress=_scored if sys.stderr.isatty() else None, **text)
    _progress("")
    for value in scores.tolist():
        if as_json:
            echo_json({"log_probability": value})
        else:
            echo(f"{value:.6f}")


def _print_tokens(model: LanguageModel, corpus: EncodedCorpus, workers: int | None, as_json: bool) -> None:
    """The tokens of a text as it spells them, each with its scores."""
    if not as_json:
        click.echo("sentence\ttoken\tlog10_probability\tngram_length\tis_unknown")
    words, sentence = corpus.vocabulary.words, 0
    for part, _ in model.encoder.encode(corpus).parts(_TOKENS):
        ids, bounds = corpus.read(sentence, sentence + len(part))
        scores = model.full_scores_all(part, workers=workers).sentences()
        for (first, last), scored in zip(itertools.pairwise(bounds.tolist()), scores, strict=True):
            sentence += 1
            rows = zip([*(words[word] for word in ids[first:last]), "</s>"], scored, strict=True)
            if as_json:
                facts = [{"token": token, **score._asdict()} for token, score in rows]
                echo_json({"sentence": sentence, "tokens": facts})
                continue
            columns = (
                (
                    str(sentence),
                    escaped(token),
                    f"{value:.6f}",
                    "-" if length is None else str(length),
                    str(unknown).lower(),
                )
                for token, (value, length, unknown) in rows
            )
            click.echo("\n".join(map("\t".join, columns)))


@command.command(short_help="Print the most probable next words.")
@click.argument("model", type=ModelInput())
@click.argument("history", nargs=-1)
@click.option(
    "-n", "--topn", default=10, show_default=True, type=click.IntRange(min=1), help="Number of words to print."
)
@_JSON
def predict(model: str, history: tuple[str, ...], topn: int, as_json: bool) -> None:
    """Print the most probable words after HISTORY, the first words of a sentence."""
    from firth.lm.model_files import load_model

    best = load_model(model).predict(" ".join(history), topn)
    if as_json:
        echo_json([{"word": word, "probability": value} for word, value in best])
        return
    for word, value in best:
        echo(f"{value:.6f}  {word}")


@command.command(short_help="Generate random sentences.")
@click.argument("model", type=ModelInput())
@click.argument("history", nargs=-1)
@click.option(
    "-n",
    "--sentences",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of sentences to generate.",
)
@click.option(
    "--seed", type=int, help="Seed of the random number generator; without it, each run gives other sentences."
)
@click.option(
    "--temperature",
    default=1.0,
    show_default=True,
    help="Randomness: below 1 likely words are preferred, above 1 unlikely ones; 0 always takes the best.",
)
@click.option("--top-k", type=int, help="Draw only from this many of the most probable words.")
@click.option("--max-words", default=100, show_default=True, help="Maximum number of words in a sentence.")
@_JSON
def generate(
    model: str,
    history: tuple[str, ...],
    sentences: int,
    seed: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Generate random sentences that begin with HISTORY."""
    from firth.lm.model_files import load_model

    loaded = load_model(model)
    for number in range(sentences):
        drawn = loaded.generate(list(history), seed=None if seed is None else seed + number, **options)
        text = " ".join([*history, *drawn])
        if as_json:
            echo_json({"text": text})
        else:
            echo(text)


@command.command(short_help="Convert an n-gram model to another format.")
@click.argument("model", type=ModelInput())
@click.argument("output", type=NgramOutput())
@_JSON
def convert(model: str, output: str, as_json: bool) -> None:
    """Convert an n-gram MODEL from ARPA (*.arpa, *.lm, also compressed) to firth's own format, or back."""
    from firth.lm import NgramModel
    from firth.lm.model_files import load_model

    loaded = load_model(model)
    if not isinstance(loaded, NgramModel):
        raise OptionError(f"{model} is no n-gram model, expected one", hint="only n-gram models have two file formats")
    _progress(f"writing {output}")
    loaded.save(output)
    _progress("")
    if as_json:
        echo_json({"path": output, "ngrams": loaded.trie.sizes(), "words": len(loaded.words)})


def _progress(line: str) -> None:
    """Show where things stand, each time over the last, at the end nothing; and nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r{line:<60}\r", nl=False, err=True)


def _scored(done: int, total: int | None) -> None:
    _progress(f"scored {done:,} of {total:,} tokens")


def _bytes(text: str) -> int:
    """``2G``, ``500M`` or a plain number as bytes."""
    units = {"K": 10, "M": 20, "G": 30, "T": 40}
    number, shift = (text[:-1], units[text[-1].upper()]) if text[-1:].upper() in units else (text, 0)
    if not number.isdecimal():
        raise OptionError(f"memory {text!r}, expected a number of bytes such as 500M or 2G")
    return int(number) << shift
