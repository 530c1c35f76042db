"""``firth recommend VECTORS ITEM...``"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import click

from firth.cli import complain
from firth.cli.answers import aligned
from firth.cli.files import Input, VectorsInput, Verb
from firth.cli.output import echo, echo_json
from firth.errors import OptionError
from firth.text.queries import word_of_query
from firth.vectors import WordVectors
from firth.vectors.nearest import Neighbors

_BATCH = 1024  # sessions at a time when they come from a file


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.argument("items", nargs=-1)
@click.option(
    "-f",
    "--file",
    "source",
    type=click.File("r", encoding="utf-8"),
    help="Read sessions from this file, one per line, their items separated by spaces; - reads stdin.",
)
@click.option(
    "-n",
    "--topn",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of items to recommend for each session.",
)
@click.option(
    "--history", type=click.IntRange(min=1), help="Use only this many items of a session, the last ones that are known."
)
@click.option("--exclude", type=Input(), help="Never recommend the items listed in this file, one per line.")
@click.option("--repeat", is_flag=True, help="Recommend items of the session itself, too.")
@click.option("--index", type=Input(), help="Search approximately with this index, written by `firth index`.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each session.")
def command(
    vectors: str,
    items: tuple[str, ...],
    source: Iterable[str] | None,
    topn: int,
    history: int | None,
    exclude: str | None,
    repeat: bool,
    index: str | None,
    as_json: bool,
) -> None:
    """Recommend items of VECTORS for a session: those nearest to its ITEMS, with their cosine similarity.

    Items that VECTORS does not contain are left out. A session without any known item is reported, and the exit code is
    then 1.
    """
    if not items and source is None:
        raise OptionError("no session was given, expected ITEMS or --file", hint="firth recommend --help")
    opened = WordVectors.load(vectors)
    if index is not None:
        from firth.vectors.index import open_index

        opened = open_index(opened, index)
    excluded: list[str] = []
    if exclude is not None:
        from firth.text.preparation import words_of_file

        excluded = _prepared(opened, words_of_file(exclude))
    failed = False
    for batch in _batches(items, source):
        sessions = [_prepared(opened, session) for session in batch]
        answers = opened.recommend(sessions, topn, excluded, repeat=repeat, history=history)
        for session, prepared, answer in zip(batch, sessions, answers, strict=True):
            is_known = any(item in opened for item in prepared)
            failed |= not is_known
            _show(session, answer, is_known, as_json)
    if failed:
        click.get_current_context().exit(1)


def _prepared(vectors: WordVectors, session: Iterable[str]) -> list[str]:
    preparation = vectors.metadata.get("preparation")
    return [word_of_query(item, preparation, vectors) for item in session]


def _batches(items: tuple[str, ...], source: Iterable[str] | None) -> Iterator[list[list[str]]]:
    if items:
        yield [list(items)]
    sessions = (fields for line in source or () if (fields := line.split()))
    while batch := list(islice(sessions, _BATCH)):
        yield batch


def _show(session: list[str], answer: Neighbors, is_known: bool, as_json: bool) -> None:
    problem = f"none of the items {' '.join(session)[:60]} is known"
    if as_json:
        found = [{"item": item, "similarity": round(score, 6)} for item, score in answer]
        echo_json({"session": session, **({"items": found} if is_known else {"error": problem})})
    elif is_known:
        echo(" ".join(session), *aligned(answer, indent=2))
    else:
        complain(problem, "the items must be those that the vectors were trained on")
