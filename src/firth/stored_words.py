"""Words in files: packed as tensors of firth's own files, and checked before they are written to files of text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, integer_of
from firth.errors import FileFormatError, OptionError

_INTEGERS = "integers"  # a tensor: the words are integers


def check_words(
    words: Sequence[str], unfit: re.Pattern[str], file: str, expected: str, hint: str, *, at_the_head: bool = False
) -> None:
    """Raise an error for the first word that would not be read back from a file unchanged.

    Args:
        words: the words.
        unfit: pattern that matches in such a word.
        file: the kind of file, with its article.
        expected: which words it can hold.
        hint: which file can hold any word.
        at_the_head: whether the file begins with the first word, where U+FEFF is a byte order mark.

    Raises:
        OptionError: with the word.
    """
    if at_the_head and words and words[0].startswith("\ufeff"):
        word: str | None = words[0]
        expected = "a first word without U+FEFF, which is a byte order mark there"
    else:
        word = next(filter(unfit.search, words), None)
    if word is not None:
        raise OptionError(f"the word {word!r} cannot be written to {file}, expected {expected}", hint=hint)


def pack_words(words: Sequence[Word]) -> dict[str, npt.NDArray[Any]]:
    """Words as two tensors: ``words``, their UTF-8 bytes joined, and ``word_bounds`` (words + 1,) int64.

    If the words are integers, their digits are joined, and there is a third tensor, ``integers``.
    """
    integers = bool(words) and isinstance(words[0], int)
    spelled = map(str, words) if integers else words
    encoded = [str.encode(word, "utf-8", "surrogatepass") for word in spelled]  # type: ignore[arg-type]
    bounds = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=bounds[1:])
    packed: dict[str, npt.NDArray[Any]] = {"word_bounds": bounds, "words": np.frombuffer(b"".join(encoded), np.uint8)}
    return {**packed, **integers_mark()} if integers else packed


def integers_mark() -> dict[str, npt.NDArray[Any]]:
    """The tensor that marks words as integers."""
    return {_INTEGERS: np.ones(1, np.uint8)}


def holds_integers(tensors: Mapping[str, npt.NDArray[Any]]) -> bool:
    """Whether the words that :func:`pack_words` packed are integers."""
    return _INTEGERS in tensors


def unpack_words(tensors: Mapping[str, npt.NDArray[Any]]) -> list[Any]:
    """The words that :func:`pack_words` packed: strings, or integers.

    Raises:
        FileFormatError: the bounds do not fit the bytes, or the bytes should be integers and are not.
    """
    text = tensors["words"].tobytes()
    bounds = tensors["word_bounds"].tolist()
    if not bounds or bounds[0] != 0 or bounds[-1] != len(text) or sorted(bounds) != bounds:
        raise FileFormatError("the words are damaged: their bounds do not fit their bytes")
    words = [text[start:stop].decode("utf-8", "surrogatepass") for start, stop in itertools.pairwise(bounds)]
    return to_integers(words) if holds_integers(tensors) else words


def to_integers(words: Sequence[str]) -> list[int]:
    """The integers that words spell.

    Raises:
        FileFormatError: a word does not spell an integer.
    """
    integers = [integer_of(word) for word in words]
    if None in integers:
        raise FileFormatError(f"the words are damaged: {words[integers.index(None)]!r:.40}, expected an integer")
    return integers  # type: ignore[return-value]
