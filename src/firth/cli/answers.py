"""Words and their similarities, as answers to a question about words."""

from __future__ import annotations

import sys

from firth.cli import complain
from firth.cli.output import echo, echo_json, width
from firth.drawing.characters import columns, fitted, padded
from firth.errors import FirthError
from firth.escapes import escaped
from firth.vectors.nearest import Neighbors


def show_error(asked: str, error: FirthError, as_json: bool) -> None:
    """Print that a word has no answer: a line on stderr, or of JSON."""
    if as_json:
        echo_json({"word": asked, "error": error.message, "hint": error.hint})
    else:
        complain(error.message, error.hint)


def show(asked: str, nearest: Neighbors, as_json: bool, *, unknown: bool = False) -> None:
    """Print what is nearest to a word, as a table or a line of JSON.

    Args:
        asked: the word, or the expression.
        nearest: the answer.
        as_json: whether it is a line of JSON.
        unknown: whether a word is not in the vocabulary, so that its vector is made of its n-grams; the answer says so.
    """
    if as_json:
        found = [{"word": word, "similarity": round(score, 6)} for word, score in nearest]
        echo_json({"word": asked, **({"known": False} if unknown else {}), "neighbors": found})
    else:
        echo(f"{asked} (unknown, from its n-grams)" if unknown else asked, *aligned(nearest, indent=2))


def aligned(nearest: Neighbors, indent: int = 0) -> list[str]:
    """Words and their similarities as lines of two columns; a word that is too long for its column has its own line."""
    shown = [(escaped(str(word)), f"  {score:7.4f}") for word, score in nearest]
    room = (width() or sys.maxsize) - indent
    widest = min(max((columns(word) for word, _ in shown), default=0), room - 9)
    lines = []
    for word, score in shown:
        *first, last = fitted(word, widest)
        lines += [*first, padded(last, widest) + score]
    return [" " * indent + line for line in lines]
