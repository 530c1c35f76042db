"""The options of every verb that reads text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from firth.cli.files import Input

if TYPE_CHECKING:
    from pathlib import Path

    from firth.text.preparation import Preparation
    from firth.text.remote import Remote

_OPTIONS = (
    click.option("--field", "--column", "field", metavar="NAME", help="The field of records that is the text."),
    click.option(
        "--on-error",
        default="raise",
        show_default=True,
        type=click.Choice(["raise", "skip"]),
        help="Bad records end the reading, or are left out and counted.",
    ),
    click.option(
        "--tokenizer",
        default="whitespace",
        type=Input(["whitespace", "words", "characters", "chinese"]),
        show_default=True,
        metavar="NAME|FILE",
        help="whitespace, words, characters, chinese, or a tokenizer.json.",
    ),
    click.option("--casefold", is_flag=True, help="Fold case: King and KING are king."),
    click.option("--normalize", type=click.Choice(["NFC", "NFKC"]), help="Bring tokens to this form of Unicode."),
    click.option("--digits-to-zero", is_flag=True, help="Each digit becomes 0."),
    click.option("--min-length", default=1, show_default=True, help="Drop tokens of fewer characters."),
    click.option("--max-length", type=int, help="Drop tokens of more characters."),
    click.option(
        "--stop-words",
        type=Input(["english", "chinese"]),
        metavar="NAME|FILE",
        help="Drop these: english, chinese, or a file, one a line.",
    ),
    click.option("--split-sentences", is_flag=True, help="A sentence ends behind . ! ? too."),
    click.option("--phrases", type=Input(), help="Join the phrases that `firth phrases` wrote to this table."),
)
_CHOICE = (
    click.option("--keep-words", type=Input(), help="Keep the words of this file, however rare."),
    click.option("--drop-words", type=Input(), help="Drop the words of this file, however frequent."),
    click.option("--vocabulary", type=Input(), help="Exactly the words of this table, with its counts."),
)
_NAMES = ("tokenizer", "casefold", "normalize", "digits_to_zero", "min_length", "max_length", "stop_words",
          "split_sentences", "phrases")  # fmt: skip

Verb = Callable[..., Any]


def text_options(verb: Verb) -> Verb:
    """Add the options that say how text is read and prepared to a verb."""
    for option in reversed(_OPTIONS):
        verb = option(verb)
    return verb


def reading_options(verb: Verb) -> Verb:
    """Add these, and those that say which words are kept; the verb passes what it receives to :func:`reading`."""
    for option in reversed(_CHOICE):
        verb = option(verb)
    return text_options(verb)


def sources(corpus: tuple[str, ...]) -> list[Path | Remote]:
    """What the words of the command line name: files, never texts."""
    from firth.text.paths import located

    return [located(name) for name in corpus]


def prepared(options: dict[str, Any]) -> Preparation:
    """Take the options of the preparation out of ``options``."""
    from firth.text.preparation import Preparation

    preparation: Preparation = Preparation(**{name: options.pop(name) for name in _NAMES})
    _ = preparation.cut  # a tokenizer that is not there is found missing before anything is read
    return preparation


def reading(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of :func:`reading_options` out of ``options``, as :func:`firth.corpus.encode` wants them."""
    words = {name: options.pop(name) or () for name in ("keep_words", "drop_words")}
    rest = {name: options.pop(name) for name in ("field", "on_error", "vocabulary")}
    return {"preparation": prepared(options), **words, **rest}
