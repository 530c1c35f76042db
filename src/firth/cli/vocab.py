"""``firth vocab CORPUS...``"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from firth.cli.files import Input, Output, Verb, save_text
from firth.cli.output import echo, echo_json, width
from firth.cli.reading import reading, reading_options, sources
from firth.errors import OptionError

if TYPE_CHECKING:
    from firth.corpus import Vocabulary
    from firth.corpus.word_frequencies import Spectrum

_MIN_COUNTS = (1, 2, 3, 5, 10, 20, 50, 100, 1_000, 10_000)
_OF_TABLES = {"corpus", "merge", "output", "min_count", "max_words", "sample", "plot", "as_json"}


@click.command(cls=Verb)
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o",
    "--output",
    type=Output("a table of words", "text", stdout=False),
    help="Write the words that are kept, and their counts, to this file.",
)
@click.option(
    "--merge",
    is_flag=True,
    help="CORPUS is tables of words and counts, written by -o, instead of texts: add up their counts.",
)
@click.option(
    "--min-count",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="Keep words that occur at least this many times.",
)
@click.option("--max-words", type=click.IntRange(min=1), help="Keep only this many words, the most frequent ones.")
@click.option(
    "--sample",
    default=1e-3,
    show_default=True,
    help="Subsampling threshold; the share of words that it would drop in training is shown.",
)
@click.option(
    "--plot",
    type=Output("a page or a picture", "text", suffixes=(".html", ".png", ".svg", ".pdf"), stdout=False),
    help="Plot the word counts by rank to this file: a page with tables (.html), or a picture (.png, .svg, .pdf).",
)
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print the counts as a JSON object.")
def command(
    corpus: tuple[str, ...],
    output: str | None,
    merge: bool,
    min_count: int,
    max_words: int | None,
    sample: float,
    plot: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Count the words of the text files CORPUS, and show how much of the text each minimum count would keep."""
    if merge:
        vocabulary, spectrum = _merged(corpus, min_count, max_words)
        read: dict[str, Any] = {}
    else:
        from firth.corpus import encode

        text = reading(options)
        with encode(sources(corpus), min_count=min_count, max_words=max_words, **text) as encoded:
            vocabulary, spectrum = encoded.vocabulary, encoded.spectrum
            read = {"kept_tokens": encoded.tokens_kept, "sentences": encoded.sentences}
            read["long_lines_split"] = encoded.long_lines_split
            read["files"] = encoded.files.as_dict()
    if output is not None:
        vocabulary.save(output)
    described = _described(vocabulary, spectrum, read, min_count, sample)
    if plot is not None and plot.lower().endswith(".html"):
        from firth.corpus.vocabulary_page import html

        save_text(html(vocabulary, spectrum, sample, described["coverage"]), Path(plot))
    elif plot is not None:
        from firth.corpus.word_frequencies import draw

        draw(spectrum, plot)
    if as_json:
        echo_json(described)
    else:
        _show(described, spectrum)


def _merged(tables: tuple[str, ...], min_count: int, max_words: int | None) -> tuple[Vocabulary, Spectrum]:
    """The words of several tables that are kept, and the spectrum of all words."""
    from firth.corpus import Vocabulary
    from firth.corpus.word_frequencies import spectrum_of

    context = click.get_current_context()
    for name in context.params:
        if name not in _OF_TABLES and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise OptionError(
                f"--{name.replace('_', '-')} cannot be used with --merge, which reads tables instead of texts",
                hint="leave it out",
            )
    first, *others = map(Vocabulary.load, tables)
    merged = first.merge(*others)
    kept = merged.prune(min_count)
    return Vocabulary(kept.words[:max_words], kept.counts[:max_words]), spectrum_of(merged.counts)


def _described(
    vocabulary: Vocabulary, spectrum: Spectrum, read: dict[str, Any], min_count: int, sample: float
) -> dict[str, Any]:
    from firth.corpus.word_frequencies import coverage, subsampled_share, zipf_slope

    slope = zipf_slope(spectrum)
    total, most = int(spectrum.prod(axis=1).sum()), int(spectrum[-1, 0])
    covered = []
    for count in sorted({*_MIN_COUNTS, min_count}):
        if count <= most:
            words, tokens = coverage(spectrum, count)
            covered.append({"min_count": count, "words": words, "tokens": tokens, "share": tokens / total})
    return {
        "tokens": total,
        "distinct_words": int(spectrum[:, 1].sum()),
        "min_count": min_count,
        "kept_words": len(vocabulary),
        "kept_tokens": int(vocabulary.counts.sum()),
        **read,
        "zipf_slope": None if math.isnan(slope) else slope,
        "subsampled_share": subsampled_share(vocabulary.counts, sample),
        "coverage": covered,
    }


def _show(described: dict[str, Any], spectrum: Spectrum) -> None:
    from firth.corpus.word_frequencies import shown

    for name in ("tokens", "distinct_words", "kept_words", "kept_tokens", "sentences", "long_lines_split"):
        if name in described:
            echo(f"{name.replace('_', ' '):<16}  {described[name]:>15,}")
    slope = described["zipf_slope"]
    echo(f"{'zipf slope':<16}  {'none' if slope is None else f'{slope:.3f}':>15}")
    echo(f"{'subsampled':<16}  {described['subsampled_share']:>15.2%}")
    echo("", f"{'min count':>9}  {'words':>12}  {'share of text':>13}")
    for row in described["coverage"]:
        echo(f"{row['min_count']:>9,}  {row['words']:>12,}  {row['share']:>13.2%}")
    echo("", *shown(spectrum, width()))
