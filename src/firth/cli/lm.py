"""``firth lm``: the group of its commands, and ``mix | predict | generate | convert``."""

from __future__ import annotations

import sys
from typing import Any

import click

from firth.cli import Group
from firth.cli.files import Input, ModelInput, NgramOutput, Output, Verb
from firth.cli.lm_options import JSON, WORKERS, show_progress, show_scored
from firth.cli.lm_scoring import perplexity, score
from firth.cli.lm_training import train, train_neural
from firth.cli.output import echo, echo_json
from firth.cli.reading import reading_for_model, sources, text_options
from firth.errors import OptionError


class _Verbs(Group):
    command_class = Verb


@click.group(cls=_Verbs)
def command() -> None:
    """Train, evaluate, use and convert language models: n-gram and neural."""


for _verb in (train, train_neural, perplexity, score):
    command.add_command(_verb)


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
@WORKERS
@JSON
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
        progress = show_scored if sys.stderr.isatty() else None
        mixture.fit(sources((held_out,)), workers=workers, progress=progress, **text)
        show_progress("")
    save_mixture(output, mixture, list(models))
    shown = dict(zip(models, mixture.weights.tolist(), strict=True))
    if as_json:
        echo_json({"path": output, "kind": kind, "weights": shown})
        return
    for model, weight in shown.items():
        echo(f"{weight:.6f}  {model}")


@command.command(short_help="Print the most probable next words.")
@click.argument("model", type=ModelInput())
@click.argument("history", nargs=-1)
@click.option(
    "-n", "--topn", default=10, show_default=True, type=click.IntRange(min=1), help="Number of words to print."
)
@JSON
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
@JSON
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
@JSON
def convert(model: str, output: str, as_json: bool) -> None:
    """Convert an n-gram MODEL from ARPA (*.arpa, *.lm, also compressed) to firth's own format, or back."""
    from firth.lm import NgramModel
    from firth.lm.model_files import load_model

    loaded = load_model(model)
    if not isinstance(loaded, NgramModel):
        raise OptionError(f"{model} is not an n-gram model", hint="only n-gram models have two file formats")
    show_progress(f"writing {output}")
    loaded.save(output)
    show_progress("")
    if as_json:
        echo_json({"path": output, "ngrams": loaded.trie.sizes(), "words": len(loaded.words)})
