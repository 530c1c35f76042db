"""``firth phrases CORPUS... -o TEXT``"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from firth.cli.reading import reading, reading_options


@click.command
@click.argument("corpus", nargs=-1, required=True, type=click.Path())
@click.option("-o", "--output", required=True, type=click.Path(), help="Write the text with its phrases joined.")
@click.option("--list", "table", type=click.Path(), help="Write the phrases of the last pass to this table.")
@click.option(
    "--scoring", default="default", show_default=True, type=click.Choice(["default", "npmi"]), help="How pairs score."
)
@click.option("--threshold", type=float, help="Join pairs that score above it.  [default: 100, for npmi 0.5]")
@click.option("--min-count", default=5, show_default=True, help="Words and pairs that are rarer make no phrase.")
@click.option("--passes", default=1, show_default=True, type=click.IntRange(min=1), help="More join longer phrases.")
@click.option(
    "--errors", default="strict", show_default=True, type=click.Choice(["strict", "replace"]), help="Bytes not UTF-8."
)
@reading_options
def command(
    corpus: tuple[str, ...],
    output: str,
    table: str | None,
    scoring: str,
    threshold: float | None,
    min_count: int,
    passes: int,
    errors: str,
    **options: Any,
) -> None:
    """Join neighbouring words of the text files CORPUS that belong together: new york becomes new_york."""
    from firth.corpus import encode
    from firth.corpus.phrases import find_phrases, write_joined
    from firth.storage import check_writable, replacing

    text = {"errors": errors, **reading(options)}
    for path in filter(None, (output, table)):
        check_writable(path)
    with tempfile.TemporaryDirectory() as folder:
        source = [Path(name) for name in corpus]
        for number in range(1, passes + 1):
            target = Path(output) if number == passes else Path(folder) / f"{number}.txt"
            with encode(source, min_count=1, **text) as encoded:
                found = find_phrases(encoded, scoring=scoring, threshold=threshold, min_count=min_count)
                joined = write_joined(encoded, found, target)
            click.echo(f"pass {number}: {len(found.keys):,} phrases, joined {joined:,} times", err=True)
            source, text = [target], {}
    if table is not None:
        with replacing(table) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            file.writelines(
                f"{first}\t{second}\t{count}\t{score:.6g}\n" for first, second, count, score in found.listed()
            )
