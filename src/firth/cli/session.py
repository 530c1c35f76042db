"""The interactive mode of ``firth neighbors``: each line is a question of words and signs, and the answer follows."""

from __future__ import annotations

import bisect
import contextlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from firth.cli.answers import show, show_error
from firth.cli.output import echo
from firth.errors import FirthError, OptionError
from firth.escapes import CONTROLS
from firth.text.queries import word_of_query
from firth.vectors import WordVectors

_SHOWN = 100  # maximum number of completions


def converse(vectors: WordVectors, topn: int, terminal: bool, as_json: bool) -> bool:
    """Answer one line after another until the end of the input; an error is printed, and the next line is read.

    Returns whether all lines were answered; in a terminal, where mistakes are part of it, always True.

    In a terminal there is a prompt, the arrow keys recall earlier lines, and Tab completes a word.
    """
    if terminal:
        _complete_with(vectors)
        echo("Enter words, or an expression such as king - man + woman; Ctrl-D exits.", err=True)
    all_answered = True
    while True:
        try:
            line = input("> " if terminal else "").strip(" \t\r\n")
        except EOFError:
            if terminal:
                echo("", err=True)  # so that the next output begins on its own line
            return all_answered
        if not line:
            continue
        try:
            positive, negative = parse(line, vectors, vectors.metadata.get("preparation"))
            unknown = any(word not in vectors for word in (*positive, *negative))
            show(line, vectors.most_similar(positive, negative, topn=topn), as_json, unknown=unknown)
        except FirthError as error:
            show_error(line, error, as_json)
            all_answered = all_answered and terminal


def parse(line: str, vectors: WordVectors, preparation: dict[str, Any] | None = None) -> tuple[list[str], list[str]]:
    """The words to add and to subtract in ``king - man + woman``; a sign between spaces belongs to the next word.

    A line that is itself a word, such as ``new york`` or ``-``, is that word. Words are prepared as the text was
    (:func:`firth.text.queries.word_of_query`).

    Raises:
        OptionError: a sign without a word.
    """
    whole = word_of_query(line, preparation, vectors)
    if whole in vectors:
        return [whole], []
    added: tuple[list[str], list[str]] = ([], [])
    negative, waiting = False, False
    for part in re.split("[ \t]+", line):
        if part in ("+", "-"):
            negative, waiting = part == "-", True
        else:
            added[negative].append(word_of_query(part, preparation, vectors))
            negative, waiting = False, False
    if waiting:
        raise OptionError(f"{line!r} ends with a sign, expected a word after it")
    return added


def completions(words: Sequence[str]) -> Callable[[str], list[str]]:
    """A function that returns the words with a given beginning, in alphabetical order.

    Words with control characters (:mod:`firth.escapes`) are left out.
    """
    ordered = sorted(word for word in words if not CONTROLS.search(word))

    def complete(beginning: str) -> list[str]:
        first = bisect.bisect_left(ordered, beginning)
        found = ordered[first : first + _SHOWN]
        return [word for word in found if word.startswith(beginning)]

    return complete


def _complete_with(vectors: WordVectors) -> None:
    with contextlib.suppress(ImportError):  # Windows has no readline: no history and no completion there
        import readline

        complete = completions(vectors.embeddings.words.spellings())
        readline.set_completer(lambda text, state: [*complete(text), None][state] if text else None)
        readline.set_completer_delims(" ")
        readline.parse_and_bind("tab: complete")
