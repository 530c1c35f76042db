"""``firth neighbors VECTORS WORD...``"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click
import numpy as np

from firth.cli.answers import show, show_error
from firth.cli.files import Input, VectorsInput, Verb
from firth.errors import FirthError, OptionError
from firth.text.queries import word_of_query
from firth.vectors import WordVectors
from firth.vectors.nearest import Neighbors

_BATCH = 256  # words asked about at once when they come from a file


@click.command(cls=Verb)
@click.argument("vectors", type=VectorsInput())
@click.argument("words", nargs=-1)
@click.option(
    "-f",
    "--file",
    "source",
    type=click.File("r", encoding="utf-8"),
    help="Read the words from this file, one per line; - reads stdin.",
)
@click.option(
    "-i", "--interactive", is_flag=True, help="Ask repeatedly for words or expressions such as king - man + woman."
)
@click.option(
    "-n",
    "--topn",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of nearest words to print for each word.",
)
@click.option("--index", type=Input(), help="Search approximately with this index, written by `firth index`.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each word.")
def command(
    vectors: str,
    words: tuple[str, ...],
    source: Iterable[str] | None,
    interactive: bool,
    topn: int,
    index: str | None,
    as_json: bool,
) -> None:
    """Print the words of VECTORS that are nearest to each of WORDS, with their cosine similarity.

    Words that VECTORS does not contain are reported, and the exit code is then 1. If VECTORS has n-grams of characters,
    such words are answered from their n-grams, and marked as unknown.

    Words are prepared as the training text was: Paris becomes paris if its case was ignored.
    """
    if not words and source is None and not interactive:
        raise OptionError(
            "no words to ask about, expected WORD, --file or --interactive", hint="firth neighbors --help"
        )
    opened = WordVectors.load(vectors)
    if index is not None:
        from firth.vectors.index import open_index

        opened = open_index(opened, index)
    failed = False
    for batch in _batches(words, source):
        for word, (meant, answer) in zip(batch, _answers(opened, batch, topn), strict=True):
            if isinstance(answer, FirthError):
                failed = True
                show_error(word, answer, as_json)
            else:
                show(word, answer, as_json, unknown=meant not in opened)
    if interactive:
        from firth.cli.session import converse

        failed |= not converse(opened, topn, sys.stdin.isatty() and sys.stdout.isatty(), as_json)
    if failed:
        click.get_current_context().exit(1)


def _batches(words: tuple[str, ...], source: Iterable[str] | None) -> Iterator[list[str]]:
    if words:
        yield list(words)
    batch: list[str] = []
    for line in source or ():
        if word := line.strip(" \t\r\n"):  # other whitespace may belong to the word
            batch.append(word)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _answers(vectors: WordVectors, asked: list[str], topn: int) -> list[tuple[str, Neighbors | FirthError]]:
    """The words nearest to each word, found with one matrix product, or the error for a word without an answer.

    Each comes with the word that was meant.
    """
    answers: list[tuple[str, Neighbors | FirthError]] = []
    known = []
    for word in asked:
        meant = word_of_query(word, vectors.metadata.get("preparation"), vectors)
        try:
            vector = vectors.get_vector(meant)
            if not np.isfinite(vector).all():
                vectors.neighbors([meant], topn)  # says what is wrong
            if not vector.any() and meant not in vectors:
                raise vectors.embeddings.unknown(meant)  # none of its n-grams has a vector
        except FirthError as error:
            answers.append((meant, error))
        else:
            known.append(meant)
            answers.append((meant, []))
    found = iter(vectors.neighbors(known, topn))
    return [(meant, answer if isinstance(answer, FirthError) else next(found)) for meant, answer in answers]
