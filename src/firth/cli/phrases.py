"""``firth phrases CORPUS... -o PHRASES``"""

from __future__ import annotations

from typing import Any

import click

from firth.cli.files import Input, Output, Verb
from firth.cli.output import echo
from firth.cli.reading import prepared, sources, tell, text_options
from firth.errors import OptionError


@click.command(cls=Verb)
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o",
    "--output",
    type=Output("a table of phrases", "text"),
    help="Write the phrases to this file, for the --phrases option of other commands.",
)
@click.option("--text", type=Output("a text", "text"), help="Write the text with its phrases joined to this file.")
@click.option(
    "--scoring",
    default="default",
    show_default=True,
    type=click.Choice(["default", "npmi"]),
    help="How to score pairs of words: as word2phrase does, or by normalized pointwise mutual information.",
)
@click.option(
    "--threshold",
    type=float,
    show_default="100, or 0.5 for npmi",
    help="Join pairs whose score is above this threshold.",
)
@click.option(
    "--min-count", default=5, show_default=True, help="Ignore words and pairs that occur fewer than this many times."
)
@click.option(
    "--connectors",
    type=Input(["english"]),
    metavar="english|FILE",
    help="Words that may stand inside phrases, but not at their ends.",
)
@click.option(
    "--passes",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of passes over the text; each one can make phrases longer.",
)
@text_options
def command(
    corpus: tuple[str, ...],
    output: str | None,
    text: str | None,
    connectors: str | None,
    **options: Any,
) -> None:
    """Find phrases in the text files CORPUS: words that occur together more often than by chance, such as new york."""
    from firth.corpus.phrases_found import find_phrases

    if output is None and text is None:
        raise OptionError(
            "no output was given, expected --output or --text", hint="firth phrases corpus.txt -o phrases.tsv"
        )
    preparation = prepared(options)
    found = find_phrases(
        sources(corpus),
        text=text,
        preparation=preparation,
        connectors=connectors or (),
        on_files=tell,
        **options,
    )
    if output is not None:
        found.save(output)
    for number, phrases in enumerate(found.passes, 1):
        echo(f"pass {number}: {len(phrases):,} phrases", err=True)
