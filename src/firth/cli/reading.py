"""The options of every verb that reads text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from firth.cli.files import Input, Output
from firth.cli.output import echo

if TYPE_CHECKING:
    from pathlib import Path

    from firth.text.files_read import FilesRead
    from firth.text.preparation import Preparation
    from firth.text.remote import Remote

_FILES = (
    click.option(
        "--pattern",
        multiple=True,
        metavar="PATTERN",
        help="Of the files in folders and archives, read only those whose names match PATTERN, such as '*.txt'. May be "
        "given several times.",
    ),
    click.option(
        "--encoding",
        default="utf-8",
        show_default=True,
        metavar="NAME|auto",
        help="Encoding of the files, such as cp1252 or gb18030, or auto to find the encoding of each file.",
    ),
    click.option(
        "--errors",
        default="strict",
        show_default=True,
        type=click.Choice(["strict", "replace"]),
        help="What to do with bytes that are not valid in the encoding: stop with an error (strict), or replace them "
        "with U+FFFD.",
    ),
    click.option(
        "--field",
        "--column",
        "field",
        metavar="NAME",
        help="Field or column that holds the text, or lists of words or items, in JSON Lines, CSV, TSV, Parquet or "
        "Arrow files.",
    ),
    click.option(
        "--on-error",
        default="raise",
        show_default=True,
        type=click.Choice(["raise", "skip"]),
        help="What to do with a record that cannot be read: stop with an error (raise), or leave it out (skip).",
    ),
)
_PREPARATION = (
    click.option(
        "--tokenizer",
        default="whitespace",
        type=Input(["whitespace", "words", "characters", "chinese"]),
        show_default=True,
        metavar="NAME|FILE",
        help="How to split lines into words: whitespace, words, characters, chinese, or a Hugging Face tokenizer.json.",
    ),
    click.option("--casefold", is_flag=True, help="Ignore case: King and KING become king."),
    click.option(
        "--normalize", type=click.Choice(["NFC", "NFKC"]), help="Convert words to this Unicode normalization form."
    ),
    click.option(
        "--chinese",
        type=click.Choice(["simplified", "traditional"]),
        help="Convert Chinese characters to this script, before the text is split into words.",
    ),
    click.option(
        "--user-dictionary",
        type=Input(),
        help="Words that --tokenizer chinese keeps whole: a file with one word per line, and its frequency if known.",
    ),
    click.option("--digits-to-zero", is_flag=True, help="Replace each digit with 0: 1984 becomes 0000."),
    click.option("--min-length", default=1, show_default=True, help="Drop words with fewer characters than this."),
    click.option("--max-length", type=int, help="Drop words with more characters than this."),
    click.option(
        "--stop-words",
        type=Input(["english", "chinese"]),
        metavar="NAME|FILE",
        help="Drop these words: english, chinese, or a file with one word per line.",
    ),
    click.option("--split-sentences", is_flag=True, help="Split lines into sentences after . ! and ?, too."),
    click.option(
        "--phrases",
        type=Input(),
        help="Join the phrases in this file, written by `firth phrases`: new york becomes new_york.",
    ),
)
_CHOICE = (
    click.option(
        "--keep-words", type=Input(), help="Keep the words listed in this file, one per line, however rare they are."
    ),
    click.option(
        "--drop-words",
        type=Input(),
        help="Drop the words listed in this file, one per line, however frequent they are.",
    ),
)
_EVENTS = (
    click.option(
        "--group",
        metavar="NAME",
        help="Column of an event table that says which sequence a row belongs to, such as the user.",
    ),
    click.option("--item", metavar="NAME", help="Column of an event table that holds the items (with --group)."),
    click.option(
        "--order",
        metavar="NAME",
        help="Column of an event table to sort the items of each sequence by, such as the time.",
    ),
)
_WEIGHT = click.option(
    "--weight",
    metavar="NAME",
    help="Column of a number for each sequence: one of weight 3 counts as if it stood there three times.",
)
_VOCABULARY = click.option(
    "--vocabulary", type=Input(), help="Use exactly the words and counts in this file, written by `firth vocab -o`."
)
_CACHE = click.option(
    "--cache",
    type=Output("an encoded corpus", "native", kept=True),
    help="Save the encoded text to this file, and read it from there in later runs.",
)
_FILE_NAMES = ("field", "on_error", "encoding", "errors", "pattern")
_NAMES = ("tokenizer", "casefold", "normalize", "digits_to_zero", "min_length", "max_length", "stop_words",
          "split_sentences", "chinese", "user_dictionary", "phrases")  # fmt: skip

Verb = Callable[..., Any]


def text_options(verb: Verb) -> Verb:
    """Add the options that say how text is read and prepared; the verb passes what it receives to :func:`prepared`."""
    for option in reversed((*_FILES, *_PREPARATION)):
        verb = option(verb)
    return verb


def session_options(verb: Verb) -> Verb:
    """Add the options that say how sessions are read, which are those of :func:`firth.corpus.sessions.sessions`."""
    for option in reversed((*_FILES, *_EVENTS)):
        verb = option(verb)
    return verb


def corpus_options(verb: Verb) -> Verb:
    """Add the options of :func:`text_options`, those that choose words, and the cache; for a verb with a vocabulary."""
    for option in reversed(_CHOICE):
        verb = option(verb)
    return _CACHE(text_options(verb))


def reading_options(verb: Verb) -> Verb:
    """Add these, the vocabulary and the columns of tables; the verb passes what it receives to :func:`reading`."""
    for option in (_WEIGHT, *reversed(_EVENTS)):
        verb = option(verb)
    return corpus_options(_VOCABULARY(verb))


def sources(corpus: tuple[str, ...]) -> list[Path | Remote]:
    """The files that arguments of the command line name."""
    from firth.text.paths import located

    return [located(name) for name in corpus]


def prepared(options: dict[str, Any]) -> Preparation:
    """Take the options of the preparation out of ``options``."""
    from firth.text.preparation import Preparation

    preparation: Preparation = Preparation(**{name: options.pop(name) for name in _NAMES})
    _ = preparation.cut  # a missing tokenizer is an error before anything is read
    return preparation


def reading(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of :func:`reading_options` out of ``options``, as :func:`firth.corpus.encode` wants them."""
    words = {name: options.pop(name) or () for name in ("keep_words", "drop_words")}
    rest = {name: options.pop(name) for name in (*_FILE_NAMES, "cache", "vocabulary")}
    rest |= {name: options.pop(name) for name in ("group", "item", "order", "weight") if name in options}
    return {"preparation": prepared(options), "on_files": tell, **words, **rest}


def reading_for_model(context: click.Context, options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of :func:`text_options` out of ``options``, for text that a saved model reads.

    If no option of the preparation was typed, there is none, since the model has its own.
    """
    preparation = prepared(options)
    rest = {name: options.pop(name) for name in _FILE_NAMES}
    return {"preparation": preparation if is_prepared(context) else None, "on_files": tell, **rest}


def tell(files: FilesRead) -> None:
    """Print which encodings the files are in, unless it is UTF-8."""
    if files.encodings:
        echo(f"firth: note: encodings: {files.encodings}", err=True)


def is_prepared(context: click.Context) -> bool:
    """Whether an option of the preparation was typed."""
    return any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in _NAMES)
