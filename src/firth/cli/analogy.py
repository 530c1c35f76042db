"""``firth analogy VECTORS A B C``"""

from __future__ import annotations

import click

from firth.cli.answers import aligned
from firth.cli.files import VectorsInput, Verb
from firth.cli.output import echo, echo_json
from firth.text.queries import word_of_query
from firth.vectors import WordVectors


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.argument("a")
@click.argument("b")
@click.argument("c")
@click.option(
    "-n", "--topn", default=10, show_default=True, type=click.IntRange(min=1), help="Number of answers to print."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answers as a JSON object.")
def command(vectors: str, a: str, b: str, c: str, topn: int, as_json: bool) -> None:
    """Solve the analogy: A is to B as C is to what?

    The answers are the words of VECTORS nearest to B - A + C.
    """
    opened = WordVectors.load(vectors)
    preparation = opened.metadata.get("preparation")
    first, second, third = (word_of_query(word, preparation, opened) for word in (a, b, c))
    nearest = opened.analogy(first, second, third, topn)
    if as_json:
        found = [{"word": word, "similarity": round(score, 6)} for word, score in nearest]
        echo_json({"a": a, "b": b, "c": c, "answers": found})
    else:
        echo(*aligned(nearest))
