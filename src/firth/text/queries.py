"""What a person asks for, prepared as the text was that the vectors were learned from."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from firth.errors import MissingExtra
from firth.text.phrases import DELIMITER
from firth.text.preparation import Preparation
from firth.text.tokenizers import TOKENIZERS


def word_of_query(asked: str, saved: Mapping[str, Any] | None, known: Container[str]) -> str:
    """The word that is meant: ``Paris`` is ``paris`` where case was folded, ``New York`` is ``new_york`` where joined.

    Args:
        asked: a word, or the words of a phrase.
        saved: how the text was prepared, as :meth:`Preparation.as_dict` made it; None if nothing is known of it.
        known: the words of the vectors.

    Returns:
        A word of ``known`` if one is meant; else what the word becomes, or the word itself, for the error.
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
