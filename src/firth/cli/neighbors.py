"""``firth neighbors VECTORS WORD...``"""

from __future__ import annotations

import json

import click

from firth.vectors import WordVectors


@click.command
@click.argument("vectors", type=click.Path())
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "--topn", default=10, show_default=True, type=click.IntRange(min=1), help="Words for each.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and word.")
def command(vectors: str, words: tuple[str, ...], topn: int, as_json: bool) -> None:
    """Print the words of VECTORS that are nearest to each WORD, with their cosine similarity."""
    answers = WordVectors.load(vectors).neighbors(words, topn)
    for word, nearest in zip(words, answers, strict=True):
        if as_json:
            found = [{"word": other, "similarity": round(score, 6)} for other, score in nearest]
            click.echo(json.dumps({"word": word, "neighbors": found}, ensure_ascii=False))
        else:
            click.echo(word)
            for line in aligned(nearest):
                click.echo(f"  {line}")


def aligned(nearest: list[tuple[str, float]]) -> list[str]:
    """Words and their similarities as lines of two columns."""
    width = max((len(word) for word, _ in nearest), default=0)
    return [f"{word:<{width}}  {score:7.4f}" for word, score in nearest]
