"""Preparing queries in the same way as the training text of the vectors."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from firth.errors import MissingExtra
from firth.text.phrases import DELIMITER
from firth.text.preparation import Preparation
from firth.text.tokenizers import TOKENIZERS


def word_of_query(asked: str, saved: Mapping[str, Any] | None, known: Container[str]) -> str:
    """The word of a query: ``Paris`` is ``paris`` if case was folded, ``New York`` is ``new_york`` if it was joined.

    Args:
        asked: a word, or the words of a phrase.
        saved: how the text was prepared, as :meth:`Preparation.as_dict` returned it; None if this is unknown.
        known: the words of the vectors.

    Returns:
        A word of ``known`` if there is one; otherwise the prepared word, or the word itself, for the error.
    """
    if not saved:
        return asked
    options = saved
    if isinstance(saved, Mapping):  # a function or a file may be out of reach, and a query is short
        named = saved.get("tokenizer") in tuple(TOKENIZERS)
        options = {**saved, "tokenizer": saved["tokenizer"] if named else None, "phrases": None}
    preparation = Preparation.from_dict(options)
    try:
        word = preparation.word(asked) or asked
    except MissingExtra:  # a word that is there needs no conversion
        if asked in known:
            return asked
        raise
    if word in known:
        return word
    joined = DELIMITER.join(preparation.words(asked))
    return joined if joined in known else word
