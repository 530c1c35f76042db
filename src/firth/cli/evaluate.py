"""``firth evaluate VECTORS...``"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from firth.cli.files import Input, Output, VectorsInput, Verb
from firth.cli.output import echo, echo_json
from firth.errors import OptionError

if TYPE_CHECKING:
    from firth.evaluation.figures import Result

    Test = Callable[..., Result]

_METHODS = ["3cosadd", "3cosmul", "pairdirection", "lrcos"]
_FILES = Input()
_PAGE = Output("a page", "text", stdout=False)


@click.command(cls=Verb)
@click.argument("vectors", nargs=-1, required=True, type=VectorsInput())
@click.option("--similarity", multiple=True, type=_FILES, help="Pairs of words with human scores; may be repeated.")
@click.option("--analogies", multiple=True, type=_FILES, help="Google or MSR questions, or a BATS folder; repeatable.")
@click.option(
    "--method", "methods", multiple=True, default=["3cosadd"], type=click.Choice(_METHODS), help="For analogies."
)
@click.option("--categories", multiple=True, type=_FILES, help="Words and their categories; may be repeated.")
@click.option("--outliers", multiple=True, type=_FILES, help="Groups and outliers, as in 8-8-8; may be repeated.")
@click.option("--sessions", multiple=True, type=_FILES, help="Sessions of items, one a line; may be repeated.")
@click.option("-k", "k", default=10, show_default=True, type=click.IntRange(min=1), help="Items that count as found.")
@click.option("--health", is_flag=True, help="Norms, directions and hubs, without a test set.")
@click.option(
    "--unknown",
    default="skip",
    show_default=True,
    type=click.Choice(["skip", "wrong"]),
    help="Analogies with unknown words.",
)
@click.option("--restrict", type=click.IntRange(min=1), help="Only so many first words take part.")
@click.option("--case", default="fold", show_default=True, type=click.Choice(["fold", "exact"]), help="Of letters.")
@click.option("--resamples", default=1000, show_default=True, type=click.IntRange(min=1), help="Of the bootstrap.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of everything random.")
@click.option("--html", "page", type=_PAGE, help="Write a page with charts to this file too.")
@click.option("--markdown", is_flag=True, help="A Markdown table.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
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
    """Test the vectors VECTORS; several files stand side by side, each compared with the first."""
    from firth.evaluation import Lexicon
    from firth.evaluation.page import html
    from firth.evaluation.tables import Evaluation, Outcome
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
    evaluation = Evaluation(_names(vectors), outcomes, _policy(case, restrict, resamples))
    if page is not None:
        with replacing(page) as temporary:
            temporary.write_text(html(evaluation), encoding="utf-8")
    if as_json:
        echo_json(evaluation.as_dict())
    else:
        echo(*(evaluation.markdown() if markdown else evaluation.text()).split("\n"))


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


def _names(vectors: tuple[str, ...]) -> list[str]:
    """Files by their names without suffix, or as given where these are not all different."""
    stems = [Path(path).stem for path in vectors]
    return stems if len(set(stems)) == len(stems) else list(vectors)


def _policy(case: str, restrict: int | None, resamples: int) -> str:
    letters = "letters are case-folded (Unicode)" if case == "fold" else "letters are compared as written"
    words = "all words" if restrict is None else f"the first {restrict:,} words"
    return f"{words} take part; {letters}; 95 % intervals and p from {resamples:,} bootstrap resamples"
