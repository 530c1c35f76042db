"""``firth vocab CORPUS...``"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from firth.cli.reading import reading, reading_options

if TYPE_CHECKING:
    from firth.corpus import EncodedCorpus

_MIN_COUNTS = (1, 2, 3, 5, 10, 20, 50, 100, 1_000, 10_000)


@click.command
@click.argument("corpus", nargs=-1, required=True, type=click.Path())
@click.option("-o", "--output", type=click.Path(), help="Write the kept words and their counts to this table.")
@click.option("--min-count", default=5, show_default=True, type=click.IntRange(min=1), help="Keep words seen so often.")
@click.option("--max-words", type=click.IntRange(min=1), help="Of these, keep so many, the most frequent.")
@click.option("--sample", default=1e-3, show_default=True, help="Threshold of subsampling, for what it would remove.")
@click.option("--cache", type=click.Path(), help="Keep the encoded corpus in this file, for training.")
@click.option(
    "--errors", default="strict", show_default=True, type=click.Choice(["strict", "replace"]), help="Bytes not UTF-8."
)
@reading_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    corpus: tuple[str, ...],
    output: str | None,
    min_count: int,
    max_words: int | None,
    sample: float,
    cache: str | None,
    errors: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Count the words of the text files CORPUS, and show how much of the text several minimum counts would keep."""
    from firth.corpus import encode
    from firth.corpus.spectrum import picture

    text = reading(options)
    paths = [Path(name) for name in corpus]
    with encode(paths, min_count=min_count, max_words=max_words, cache=cache, errors=errors, **text) as encoded:
        if output is not None:
            encoded.vocabulary.save(output)
        described = _described(encoded, min_count, sample)
        lines = picture(encoded.spectrum)
    if as_json:
        click.echo(json.dumps(described))
        return
    rows = [
        ("tokens", described["tokens"]),
        ("distinct words", described["distinct_words"]),
        ("kept words", described["kept_words"]),
        ("kept tokens", described["kept_tokens"]),
        ("sentences", described["sentences"]),
        ("long lines split", described["long_lines_split"]),
    ]
    for name, value in rows:
        click.echo(f"{name:<16}  {value:>15,}")
    slope = described["zipf_slope"]
    click.echo(f"{'zipf slope':<16}  {'none' if slope is None else f'{slope:.3f}':>15}")
    click.echo(f"{'subsampled':<16}  {described['subsampled_share']:>15.2%}")
    click.echo(f"\n{'min count':>9}  {'words':>12}  {'share of text':>13}")
    for row in described["coverage"]:
        click.echo(f"{row['min_count']:>9,}  {row['words']:>12,}  {row['share']:>13.2%}")
    click.echo("\n" + "\n".join(lines))


def _described(corpus: EncodedCorpus, min_count: int, sample: float) -> dict[str, Any]:
    from firth.corpus.spectrum import subsampled_share, zipf_slope

    slope = zipf_slope(corpus.spectrum)
    most = int(corpus.vocabulary.counts[0])
    coverage = []
    for count in sorted({*_MIN_COUNTS, min_count}):
        if count <= most:
            words, tokens = corpus.coverage(count)
            share = tokens / corpus.tokens_read
            coverage.append({"min_count": count, "words": words, "tokens": tokens, "share": share})
    return {
        "tokens": corpus.tokens_read,
        "distinct_words": corpus.distinct_words,
        "min_count": min_count,
        "kept_words": len(corpus.vocabulary),
        "kept_tokens": corpus.tokens_kept,
        "sentences": corpus.sentences,
        "long_lines_split": corpus.long_lines_split,
        "zipf_slope": None if math.isnan(slope) else slope,
        "subsampled_share": subsampled_share(corpus.vocabulary.counts, sample),
        "coverage": coverage,
    }
