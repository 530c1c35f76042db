"""``firth explain SENTENCES... [-o PAGE.html]``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from firth.cli.files import Input, Output, Verb, save_text
from firth.cli.output import echo
from firth.cli.training_options import is_given
from firth.errors import OptionError

if TYPE_CHECKING:
    from firth.explain.lesson import Language
    from firth.training.options import Architecture, Objective


@click.command(cls=Verb)
@click.argument("sentences", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=Output("a page", "text", suffixes=[".html"]),
    help="Write an interactive page to this file, in place of the text.",
)
@click.option(
    "--architecture",
    default="skipgram",
    show_default=True,
    type=click.Choice(["skipgram", "cbow"]),
    help="Model that is shown: skipgram or cbow. A page shows it first.",
)
@click.option(
    "--objective",
    default="negative",
    show_default=True,
    type=click.Choice(["negative", "hierarchical", "softmax"]),
    help="Objective that is shown: negative sampling, hierarchical softmax or full softmax. A page shows it first.",
)
@click.option(
    "--window", default=2, show_default=True, help="Maximum distance between a word and its context words, up to 10."
)
@click.option(
    "--negative",
    type=int,
    show_default="all",
    help="Number of noise words drawn for each pair. By default, all pairs that the text does not show are used.",
)
@click.option("--vector-size", default=4, show_default=True, help="Number of dimensions of the vectors, from 2 to 10.")
@click.option("--learning-rate", default=0.2, show_default=True, help="Learning rate of each step.")
@click.option("--seed", default=1, show_default=True, help="Seed of the vectors and noise words (without -o).")
@click.option(
    "--example", default=1, show_default=True, help="Number of the example that is explained, from 1 (without -o)."
)
@click.option(
    "--tokenizer",
    default="whitespace",
    type=Input(["whitespace", "words", "characters", "chinese"]),
    show_default=True,
    metavar="NAME|FILE",
    help="How to split sentences into words: whitespace, words, characters, chinese, or a Hugging Face tokenizer.json.",
)
@click.option(
    "--language",
    default="en",
    show_default=True,
    type=click.Choice(["en", "zh"]),
    help="Language of the page: English or Chinese (with -o).",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    sentences: tuple[str, ...],
    output: str | None,
    architecture: Architecture,
    objective: Objective,
    window: int,
    negative: int | None,
    vector_size: int,
    learning_rate: float,
    seed: int,
    example: int,
    tokenizer: str,
    language: Language,
) -> None:
    """Explain one step of training word vectors on SENTENCES, with every formula and its numbers.

    With -o, write an interactive page that trains on them, one step at a time, and shows the vectors as they move. It
    opens in a browser without a network. Each line of an argument is a sentence.
    """
    _check_options(context, output)
    from firth.text.preparation import Preparation

    for sentence in sentences:
        if _is_file(sentence):
            raise OptionError(f"{sentence} is a file, expected a sentence", hint=f'firth explain "$(cat {sentence})"')
    preparation: Preparation = Preparation(tokenizer)
    lines = [preparation.words(line) for sentence in sentences for line in sentence.splitlines()]
    if len(sentences) > 1 and all(len(words) < 2 for words in lines):
        raise OptionError("each argument is a sentence, but none has two words", hint="put each sentence in quotes")
    options: Any = {
        "architecture": architecture,
        "objective": objective,
        "window": window,
        "negative": negative,
        "vector_size": vector_size,
        "learning_rate": learning_rate,
    }
    if output is None:
        from firth.explain.derivation import derivation
        from firth.explain.trace import explain

        echo(*derivation(explain(lines, seed=seed, example=example, **options)))
        return
    from firth.explain.lesson import lesson

    save_text(lesson(lines, language=language, **options), Path(output))
    echo(f"firth: wrote {output}; open it in a browser", err=True)


def _is_file(sentence: str) -> bool:
    try:
        return Path(sentence).is_file()
    except OSError:  # it is longer than a name can be
        return False


def _check_options(context: click.Context, output: str | None) -> None:
    """Refuse options that would have no effect.

    Raises:
        OptionError: one was typed.
    """
    without = "a page, which has all examples and other start vectors to choose from"
    for name in ("seed", "example") if output is not None else ():
        if is_given(context, name):
            raise OptionError(f"--{name} for {without}", hint="leave out -o")
    if output is None and context.params["objective"] != "negative" and is_given(context, "negative"):
        raise OptionError(
            f"--negative for {context.params['objective']}, which draws no noise words", hint="--objective negative"
        )
    if output is None and is_given(context, "language"):
        raise OptionError("--language for the text, which is English", hint="-o page.html")
