"""The exceptions of firth, one tree:

    FirthError
    ├── OptionError (ValueError)      an option or argument that makes no sense
    ├── SourceError                   text, or a repository, that cannot be read: missing, a folder, empty, damaged
    │   └── EncodingError             bytes not valid in the encoding; knows the file and the byte offset
    ├── VocabularyError               a vocabulary with no words left in it
    ├── FileFormatError               a file that is damaged, foreign or from a newer version
    ├── DivergenceError               training whose loss or weights diverge
    ├── StorageError (OSError)        a file, or a repository, that cannot be written: full disk, no permission
    ├── UnknownWord (KeyError)        a word that the vectors do not hold; knows close spellings
    ├── WrongType (TypeError)         something that is no word, or no vector, in place of one
    └── MissingExtra (ImportError)    an optional dependency that is not installed

Each says what was given and what was expected; ``hint`` says what to do. :class:`VectorsWarning` and
:class:`LanguageModelWarning` are what can go on.
"""

from __future__ import annotations

import sys
import warnings
from types import FrameType
from typing import Any


class FirthError(Exception):
    """Base of every error that firth raises on purpose.

    Args:
        message: what was given and what was expected, on one line.
        hint: what to do about it, or ``None``.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; hint: {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is otherwise made anew from its message alone, which is not what each of these is made from.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[FirthError], args: tuple[Any, ...], state: dict[str, Any]) -> FirthError:
    """An error that came from another process."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class OptionError(FirthError, ValueError):
    """An option or argument that makes no sense."""


class SourceError(FirthError):
    """Text, or a repository on the Hub, that cannot be read."""


class EncodingError(SourceError):
    """Bytes that are not valid in the encoding of the text, which is UTF-8 by default.

    Attributes:
        source: the name of the file.
        offset: place of the first bad byte in the (decompressed) text, from 0.
        encoding: the encoding.
    """

    def __init__(
        self,
        source: str,
        offset: int,
        *,
        encoding: str = "UTF-8",
        hint: str | None = "encoding='auto' detects the encoding, errors='replace' replaces these bytes",
    ) -> None:
        super().__init__(f"{source}: not {encoding} at byte {offset}", hint=hint)
        self.source = source
        self.offset = offset
        self.encoding = encoding


class VocabularyError(FirthError):
    """A vocabulary with no words left in it."""


class FileFormatError(FirthError):
    """A file that is damaged, foreign, or written by a newer version."""


class DivergenceError(FirthError):
    """Training whose loss or weights diverge; nothing of it is kept."""


class StorageError(FirthError, OSError):
    """A file, or a repository on the Hub, that cannot be written."""


class UnknownWord(FirthError, KeyError):
    """A word that the vectors do not hold.

    Attributes:
        word: the word asked for.
        close: the closest known spellings, best first; may be empty.
    """

    def __init__(self, word: str | int, close: list[Any] | None = None) -> None:
        self.word = word
        self.close = close or []
        hint = f"did you mean {', '.join(map(str, self.close))}?" if self.close else None
        super().__init__(f"unknown word {word!r}", hint=hint)


class WrongType(FirthError, TypeError):
    """Something that is no word, or no vector, in place of one."""


class MissingExtra(FirthError, ImportError):
    """An optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional dependency", hint=f"pip install 'firth[{extra}]'")


class VectorsWarning(UserWarning):
    """Something odd in vectors or lost from them, and what was done about it."""


class LanguageModelWarning(UserWarning):
    """Something that a language model lacks, and what follows from it."""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside firth that led here: that one is the user's."""
    level = 1
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "firth":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
