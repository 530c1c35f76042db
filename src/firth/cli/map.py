"""``firth map VECTORS``"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from firth.cli.files import Input, Output, StrPath, VectorsInput, Verb
from firth.cli.output import echo
from firth.errors import OptionError

if TYPE_CHECKING:
    from firth.vectors import WordVectors

_COLORS = ("cluster", "frequency")


class _ColorInput(Input):
    """A name of :data:`_COLORS`, or a column of a table, as FILE:COLUMN."""

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:
        if value not in _COLORS:
            yield from super().files(str(value).rpartition(":")[0] or value, options)


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.option(
    "-o",
    "--output",
    required=True,
    type=Output("a map", "text", suffixes=(".html", ".png", ".svg", ".pdf"), stdout=False),
    help="File to write the map to: a page (.html), or a picture (.png, .svg, .pdf).",
)
@click.option(
    "--top",
    default=5000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of words, the most frequent ones.",
)
@click.option(
    "--words", type=Input(), help="Show the words in this file instead, one per line, the most important first."
)
@click.option(
    "--layout",
    default="pca",
    show_default=True,
    type=click.Choice(["pca", "umap", "tsne"]),
    help="Method that places the words.",
)
@click.option(
    "--color",
    default="cluster",
    show_default=True,
    type=_ColorInput(),
    metavar="cluster|frequency|FILE:COLUMN",
    help="What the colors show: clusters, frequencies, or a column of a .csv or .tsv file whose first column is words.",
)
@click.option(
    "--clusters", default=12, show_default=True, type=click.IntRange(1, 24), help="Number of clusters, at most 24."
)
@click.option(
    "-n",
    "--topn",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of nearest words that the page has for each word.",
)
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Seed of the random number generator."
)
def command(
    vectors: str,
    output: str,
    top: int,
    words: str | None,
    layout: str,
    color: str,
    clusters: int,
    topn: int,
    seed: int,
) -> None:
    """Draw a map of the words of VECTORS, as an interactive page or as a picture.

    The page opens in a browser without a network. It can be moved, zoomed and searched, and shows the nearest words of
    a word that is clicked, with their similarities among all vectors.
    """
    from firth.vectors import WordVectors
    from firth.vectors.layouts import check_layout

    check_layout(layout)
    colors = _colors(color)
    opened = WordVectors.load(vectors)
    drawn = opened.plot_map(
        None if words is None else _listed(words, opened),
        top=top,
        layout=layout,
        color=colors,
        clusters=clusters,
        topn=topn,
        seed=seed,
        title=f"Map of {Path(vectors).name}",
    )
    drawn.save(output)
    size = Path(output).stat().st_size / 1e6
    echo(f"{output}: {len(drawn.places):,} words, {size:.1f} MB", err=True)


def _colors(color: str) -> Any:
    """The name of a way to color a map, or the values of a column."""
    if color in _COLORS:
        return color
    path, colon, column = color.rpartition(":")
    if not colon or not path or not column:
        raise OptionError(
            f"--color {color}, expected {', '.join(_COLORS)} or FILE:COLUMN", hint="--color words.csv:category"
        )
    from firth.text.word_columns import read_column

    return read_column(path, column)


def _listed(path: str, vectors: WordVectors) -> list[str]:
    """The words of a file, prepared as the text was, each once; unknown ones are left out with a note."""
    from firth.text.lines import read_lines
    from firth.text.queries import word_of_query

    meant = [word_of_query(line.text, vectors.metadata.get("preparation"), vectors) for line in read_lines(path)]
    known = [word for word in dict.fromkeys(meant) if word in vectors]
    unknown = [word for word in dict.fromkeys(meant) if word not in vectors]
    if unknown:
        shown = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        words = (
            "1 word is unknown and left out"
            if len(unknown) == 1
            else f"{len(unknown):,} words are unknown and left out"
        )
        echo(f"firth: note: {words}: {shown}", err=True)
    if not known:
        raise OptionError(f"{path}: no word is known, expected words of the vectors, one per line")
    return known
