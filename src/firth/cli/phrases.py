"""``firth phrases CORPUS... -o PHRASES``"""

from __future__ import annotations

from typing import Any

import click

from firth.cli.files import Input, Output, Verb
from firth.cli.output import echo
from firth.cli.reading import prepared, sources, text_options
from firth.errors import OptionError


@click.command(cls=Verb)
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o",
    "--output",
    type=Output("a table of phrases", "text"),
    help="Write the phrases to this table, for --phrases of other verbs.",
)
@click.option("--text", type=Output("a text", "text"), help="Write the text with its phrases joined to this file.")
@click.option(
    "--scoring", default="default", show_default=True, type=click.Choice(["default", "npmi"]), help="How pairs score."
)
@click.option("--threshold", type=float, help="Join pairs that score above it.  [default: 100, for npmi 0.5]")
@click.option("--min-count", default=5, show_default=True, help="Words and pairs that are rarer make no phrase.")
@click.option(
    "--connectors", type=Input(["english"]), metavar="english|FILE", help="Words that stand inside of phrases only."
)
@click.option("--passes", default=1, show_default=True, type=click.IntRange(min=1), help="More join longer phrases.")
@click.option(
    "--errors", default="strict", show_default=True, type=click.Choice(["strict", "replace"]), help="Bytes not UTF-8."
)
@text_options
def command(
    corpus: tuple[str, ...],
    output: str | None,
    text: str | None,
    field: str | None,
    on_error: str,
    connectors: str | None,
    **options: Any,
) -> None:
    """Find neighbouring words of the text files CORPUS that belong together: new york becomes new_york."""
    from firth.corpus.phrases import find_phrases

    if output is None and text is None:
        raise OptionError(
            "nowhere to write, expected --output or --text", hint="firth phrases corpus.txt -o phrases.tsv"
        )
    preparation = prepared(options)
    found = find_phrases(
        sources(corpus),
        text=text,
        preparation=preparation,
        field=field,
        on_error=on_error,
        connectors=connectors or (),
        **options,
    )
    if output is not None:
        found.save(output)
    for number, phrases in enumerate(found.passes, 1):
        echo(f"pass {number}: {len(phrases):,} phrases", err=True)
