"""Text to sentences of tokens.

Each tokenizer takes a piece of text and yields its sentences, each a list of tokens. ``whitespace`` has a compiled
twin, :mod:`firth.corpus.scanner`, which the tests hold to this definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator


def whitespace(text: str) -> Iterator[list[str]]:
    """Tokens are what ``str.split()`` yields; a sentence ends at ``"\\n"`` and nowhere else.

    All whitespace of Unicode separates tokens, the no-break and ideographic spaces included. A carriage return is
    whitespace, so lines that end in CR LF need no care. Lines without tokens are no sentences.
    """
    for line in text.split("\n"):
        if tokens := line.split():
            yield tokens


TOKENIZERS: dict[str, Callable[[str], Iterator[list[str]]]] = {"whitespace": whitespace}
