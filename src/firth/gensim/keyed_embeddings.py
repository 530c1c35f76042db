"""Embeddings with gensim's keys: words, or any other keys. An integer that is not a key means a row."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from firth.arguments import plain, shown
from firth.errors import UnknownWord, WrongType
from firth.vectors.embeddings import Embeddings
from firth.vectors.words import Words


class Keys(Words):
    """The keys of a matrix, in a list and a mapping that grow with it.

    Args:
        keys: the key of each row; None if a row has none yet.
        rows: the row of each key.
    """

    def __init__(self, keys: list[Any], rows: dict[Any, int]) -> None:
        self._list: list[Any] = keys
        self._rows: dict[Any, int] = rows
        self._text, self._bounds, self._scans = None, None, 0
        self.are_integers = bool(keys) and isinstance(keys[0], int)

    def row(self, word: Hashable) -> int | None:
        """The row of a key; an integer that is not a key is a row itself."""
        try:
            found = self._rows.get(word)
        except TypeError:
            raise WrongType(f"{shown(word)} in place of a key, expected a word or the number of a row") from None
        if found is None and isinstance(word, int) and 0 <= word < len(self._list):
            return word
        return found


class KeyedEmbeddings(Embeddings):
    """Embeddings whose keys are :class:`Keys`."""

    def row(self, key: object) -> int | None:
        """The row of a key, or ``None`` for an unknown one."""
        return self.words.row(plain(key))

    def unknown(self, key: Any) -> UnknownWord:
        """The error for an unknown key, with the closest known spellings."""
        only_words = isinstance(key, str) and {str}.issuperset(map(type, self.words))
        return super().unknown(key) if only_words else UnknownWord(key)
