"""``firth evaluate VECTORS...``"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import click

from firth.cli.files import Input, Output, VectorsInput, Verb, short_names
from firth.cli.output import echo, echo_json, width
from firth.errors import OptionError

if TYPE_CHECKING:
    from firth.evaluation.results import Result

    Test = Callable[..., Result]

_METHODS = ["3cosadd", "3cosmul", "pairdirection", "lrcos"]
_FILES = Input()
_PAGE = Output("a page", "text", stdout=False)


@click.command(cls=Verb)
@click.argument("vectors", nargs=-1, required=True, type=VectorsInput())
@click.option(
    "--similarity", multiple=True, type=_FILES, help="File of word pairs with human similarity scores; may be repeated."
)
@click.option(
    "--analogies",
    multiple=True,
    type=_FILES,
    help="File of analogy questions (Google, MSR) or BATS folder; may be repeated.",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    default=["3cosadd"],
    show_default=True,
    type=click.Choice(_METHODS),
    help="How to solve analogies; may be repeated.",
)
@click.option("--categories", multiple=True, type=_FILES, help="File of words and their categories; may be repeated.")
@click.option(
    "--outliers",
    multiple=True,
    type=_FILES,
    help="Folder of word groups with outliers, in the form of 8-8-8; may be repeated.",
)
@click.option(
    "--sessions",
    multiple=True,
    type=_FILES,
    help="File of sessions, one per line, whose last item is to be predicted; may be repeated.",
)
@click.option(
    "-k",
    "k",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of best items among which the right one counts as found.",
)
@click.option(
    "--health", is_flag=True, help="Examine the norms, directions and hubs of the vectors; this needs no test set."
)
@click.option(
    "--unknown",
    default="skip",
    show_default=True,
    type=click.Choice(["skip", "wrong"]),
    help="Leave out analogies with unknown words, or count them as wrong.",
)
@click.option("--restrict", type=click.IntRange(min=1), help="Use only this many words, the first ones in the file.")
@click.option(
    "--case",
    default="fold",
    show_default=True,
    type=click.Choice(["fold", "exact"]),
    help="Compare words without regard to case (fold), or exactly as they are written (exact).",
)
@click.option(
    "--resamples", default=1000, show_default=True, type=click.IntRange(min=1), help="Number of bootstrap resamples."
)
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Seed of the random number generator."
)
@click.option("--html", "page", type=_PAGE, help="Also write a page with charts to this file.")
@click.option("--markdown", is_flag=True, help="Print a Markdown table.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as a JSON object.")
def command(
    vectors: tuple[str, ...],
    similarity: tuple[str, ...],
    analogies: tuple[str, ...],
    methods: tuple[str, ...],
    categories: tuple[str, ...],
    outliers: tuple[str, ...],
    sessions: tuple[str, ...],
    k: int,
    health: bool,
    unknown: str,
    restrict: int | None,
    case: str,
    resamples: int,
    seed: int,
    page: str | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Evaluate the vectors in VECTORS; if there are several files, compare each with the first."""
    from firth.evaluation import Lexicon
    from firth.evaluation.evaluation_page import html
    from firth.evaluation.outcomes import Evaluation, Outcome
    from firth.targets import replacing
    from firth.vectors import WordVectors

    if markdown and as_json:
        raise OptionError("both --markdown and --json, expected one of them")
    tests = [
        *_similarities(similarity, resamples, seed),
        *_analogies(analogies, methods, unknown, resamples, seed),
        *_groups(categories, outliers, resamples, seed),
        *_sequences(sessions, k, resamples, seed),
        *_health(health, seed),
    ]
    if not tests:
        raise OptionError("no test given, expected one such as --similarity or --health", hint="firth evaluate --help")
    lexicons = [Lexicon(WordVectors.load(path), case, restrict) for path in vectors]
    outcomes = [Outcome.of([test(lexicon) for lexicon in lexicons], resamples=resamples, seed=seed) for test in tests]
    evaluation = Evaluation(short_names(vectors), outcomes, _policy(case, restrict, resamples))
    if page is not None:
        with replacing(page) as temporary:
            temporary.write_text(html(evaluation), encoding="utf-8")
    if as_json:
        echo_json(evaluation.as_dict())
    else:
        echo(*(evaluation.markdown() if markdown else evaluation.text(width())).split("\n"), whole=markdown)


def _similarities(paths: tuple[str, ...], resamples: int, seed: int) -> Iterator[Test]:
    from firth.evaluation import SimilaritySet, similarity

    for path in paths:
        yield partial(similarity, test=SimilaritySet.read(path), resamples=resamples, seed=seed)


def _analogies(
    paths: tuple[str, ...], methods: tuple[str, ...], unknown: str, resamples: int, seed: int
) -> Iterator[Test]:
    from firth.evaluation import AnalogySet, analogy

    for path in paths:
        test = AnalogySet.read(path)
        for method in dict.fromkeys(methods):
            yield partial(analogy, test=test, method=method, unknown=unknown, resamples=resamples, seed=seed)


def _groups(categories: tuple[str, ...], outliers: tuple[str, ...], resamples: int, seed: int) -> Iterator[Test]:
    from firth.evaluation import CategorySet, OutlierSet, categorisation
    from firth.evaluation import outliers as detection

    for path in categories:
        yield partial(categorisation, test=CategorySet.read(path), seed=seed)
    for path in outliers:
        yield partial(detection, test=OutlierSet.read(path), resamples=resamples, seed=seed)


def _sequences(paths: tuple[str, ...], k: int, resamples: int, seed: int) -> Iterator[Test]:
    from firth.evaluation import SessionSet, sequences

    for path in paths:
        yield partial(sequences, test=SessionSet.read(path), k=k, resamples=resamples, seed=seed)


def _health(wanted: bool, seed: int) -> Iterator[Test]:
    from firth.evaluation import health

    if wanted:
        yield partial(health, seed=seed)


def _policy(case: str, restrict: int | None, resamples: int) -> str:
    letters = "letters are case-folded (Unicode)" if case == "fold" else "letters are compared as written"
    words = "all words" if restrict is None else f"the first {restrict:,} words"
    return f"{words} take part; {letters}; 95 % intervals and p from {resamples:,} bootstrap resamples"
