"""The exceptions of firth, in one tree:

    FirthError
    ├── OptionError (ValueError)      an invalid option or argument
    ├── SourceError                   text, or a repository, that cannot be read: missing, a folder, empty, damaged
    │   └── EncodingError             bytes not valid in the encoding; has the file and the byte offset
    ├── VocabularyError               a vocabulary without words
    ├── FileFormatError               a file that is damaged, in another format, or from a newer version
    ├── DivergenceError               training that diverged
    ├── StorageError (OSError)        a file, or a repository, that cannot be written: full disk, no permission
    ├── UnknownWord (KeyError)        a word that the vectors do not hold; has close spellings
    ├── WrongType (TypeError)         a value of another type than a word or a vector
    └── MissingExtra (ImportError)    an optional dependency that is not installed

Each message says what was given and what was expected; ``hint`` says what to do. Where work can continue, there is a
warning: :class:`VectorsWarning`, :class:`LanguageModelWarning`.
"""

from __future__ import annotations

import sys
import warnings
from types import FrameType
from typing import Any


class FirthError(Exception):
    """Base class of all errors of firth.

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
        # By default an exception is unpickled from its message only, which does not fit all constructors here.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[FirthError], args: tuple[Any, ...], state: dict[str, Any]) -> FirthError:
    """An error that was pickled, for example in another process."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class OptionError(FirthError, ValueError):
    """An invalid option or argument."""


class SourceError(FirthError):
    """Text, or a repository on the Hub, that cannot be read."""


class EncodingError(SourceError):
    """Bytes that are not valid in the encoding of the text, which is UTF-8 by default.

    Attributes:
        source: the name of the file.
        offset: position of the first invalid byte in the (decompressed) text, from 0.
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
    """A vocabulary without words."""


class FileFormatError(FirthError):
    """A file that is damaged, in another format, or written by a newer version."""


class DivergenceError(FirthError):
    """Training whose loss or weights diverged; its result is discarded."""


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
    """A value of another type where a word or a vector is expected."""


class MissingExtra(FirthError, ImportError):
    """An optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional dependency", hint=f"pip install 'firth[{extra}]'")


class VectorsWarning(UserWarning):
    """A warning about irregular or dropped parts of vectors, and how they were handled."""


class LanguageModelWarning(UserWarning):
    """A warning about something that a language model lacks, and its consequences."""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside firth that led to this call, which is the user's own."""
    level = 1
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "firth":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
