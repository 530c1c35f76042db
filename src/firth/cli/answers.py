"""Words and their similarities, as answers to a question about words."""

from __future__ import annotations

from firth.cli import complain
from firth.cli.output import echo, echo_json
from firth.errors import FirthError
from firth.escapes import escaped
from firth.vectors.nearest import Neighbors


def show_error(asked: str, error: FirthError, as_json: bool) -> None:
    """Print that a word has no answer: a line on stderr, or of JSON."""
    if as_json:
        echo_json({"word": asked, "error": error.message, "hint": error.hint})
    else:
        complain(error.message, error.hint)


def show(asked: str, nearest: Neighbors, as_json: bool) -> None:
    """Print what is nearest to a word, as a table or a line of JSON."""
    if as_json:
        found = [{"word": word, "similarity": round(score, 6)} for word, score in nearest]
        echo_json({"word": asked, "neighbors": found})
    else:
        echo(asked, *(f"  {line}" for line in aligned(nearest)))


def aligned(nearest: Neighbors) -> list[str]:
    """Words and their similarities as lines of two columns."""
    shown = [(escaped(str(word)), score) for word, score in nearest]
    width = max((len(word) for word, _ in shown), default=0)
    return [f"{word:<{width}}  {score:7.4f}" for word, score in shown]
