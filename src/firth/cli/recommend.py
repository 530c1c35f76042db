"""``firth recommend VECTORS ITEM...``"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from firth.cli import complain
from firth.cli.answers import aligned
from firth.cli.files import Input, VectorsInput, Verb
from firth.cli.output import echo, echo_json
from firth.cli.reading import session_options, sources, tell
from firth.errors import OptionError
from firth.text.queries import word_of_query
from firth.vectors import WordVectors
from firth.vectors.nearest import Neighbors

if TYPE_CHECKING:
    from firth.arguments import Word
    from firth.corpus.sessions import Session

_BATCH = 1024  # sessions at a time when they come from a file
_PREPARED = 1 << 18  # items that are kept as they are prepared: most occur in many sessions


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.argument("items", nargs=-1)
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    type=Input(),
    help="Read sessions from this file: a text with one session per line, its items separated by spaces, or a table "
    "(with --field, or with --group and --item); - reads stdin. May be given several times.",
)
@session_options
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
    files: tuple[str, ...],
    topn: int,
    history: int | None,
    exclude: str | None,
    repeat: bool,
    index: str | None,
    as_json: bool,
    **reading: Any,
) -> None:
    """Recommend items of VECTORS for a session: those nearest to its ITEMS, with their cosine similarity.

    Sessions are read from the same texts and tables as by `firth train`. Items that VECTORS does not contain are left
    out. A session without any known item is reported, and the exit code is then 1.
    """
    if not items and not files:
        raise OptionError("no session was given, expected ITEMS or --file", hint="firth recommend --help")
    columns = [f"--{name}" for name in ("field", "group", "item", "order") if reading[name] is not None]
    if columns and not files:
        raise OptionError(f"{columns[0]} without a table", hint="--file TABLE")
    opened = WordVectors.load(vectors)
    if index is not None:
        from firth.vectors.index import open_index

        opened = open_index(opened, index)
    prepare = _preparation(opened)
    excluded: list[Word] = []
    if exclude is not None:
        from firth.text.preparation import words_of_file

        excluded = [*map(prepare, words_of_file(exclude))]
    failed = False
    sessions = _sessions(items, files, reading)
    while batch := list(islice(sessions, _BATCH)):
        prepared = [[*map(prepare, session.items)] for session in batch]
        answers = opened.recommend(prepared, topn, excluded, repeat=repeat, history=history)
        for session, words, answer in zip(batch, prepared, answers, strict=True):
            is_known = any(word in opened for word in words)
            failed |= not is_known
            (_show_json if as_json else _show)(session, answer, is_known)
    if failed:
        click.get_current_context().exit(1)


def _preparation(vectors: WordVectors) -> Callable[[Word], Word]:
    """The function that finds the word of the vectors that an item stands for."""
    preparation = vectors.metadata.get("preparation")

    @functools.lru_cache(_PREPARED)
    def prepare(item: Word) -> Word:
        return word_of_query(str(item), preparation, vectors)

    return prepare


def _sessions(items: tuple[str, ...], files: tuple[str, ...], reading: dict[str, Any]) -> Iterator[Session]:
    from firth.corpus.sessions import Session, sessions

    if items:
        yield Session([*items])
    if files:
        yield from sessions(sources(files), on_files=tell, **reading)


def _show(session: Session, answer: Neighbors, is_known: bool) -> None:
    items = " ".join(map(str, session.items))
    if is_known:
        echo(items if session.group is None else f"{session.group}: {items}", *aligned(answer, indent=2))
    else:
        of_group = "" if session.group is None else f"{session.group}: "
        complain(of_group + _problem(session), "the items must be those that the vectors were trained on")


def _show_json(session: Session, answer: Neighbors, is_known: bool) -> None:
    found = [{"item": item, "similarity": round(score, 6)} for item, score in answer]
    echo_json(
        {
            **({} if session.group is None else {"group": _plain(session.group)}),
            "session": session.items,
            **({"items": found} if is_known else {"error": _problem(session)}),
        }
    )


def _problem(session: Session) -> str:
    if not session.items:
        return "the session has no items"
    return f"none of the items {' '.join(map(str, session.items))[:60]} is known"


def _plain(group: object) -> object:
    """A group as JSON holds it: a number, a truth value, or a text."""
    return group if isinstance(group, int | float | str) else str(group)
