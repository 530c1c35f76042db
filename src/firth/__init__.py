"""firth: word vectors and the classic language models from text."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing itself takes longer to import than all that is here
if TYPE_CHECKING:
    from typing import Any

    from firth.corpus import EncodedCorpus, Vocabulary, encode
    from firth.errors import (
        DivergenceError,
        EncodingError,
        FileFormatError,
        FirthError,
        MissingExtra,
        OptionError,
        SourceError,
        StorageError,
        UnknownWord,
        VocabularyError,
        WrongType,
    )
    from firth.vectors import WordVectors
    from firth.word2vec import Word2Vec

__version__ = "0.1.0"

__all__ = [
    "DivergenceError",
    "EncodedCorpus",
    "EncodingError",
    "FileFormatError",
    "FirthError",
    "MissingExtra",
    "OptionError",
    "SourceError",
    "StorageError",
    "UnknownWord",
    "Vocabulary",
    "VocabularyError",
    "Word2Vec",
    "WordVectors",
    "WrongType",
    "encode",
]

_HOMES = {
    "EncodedCorpus": "firth.corpus",
    "Vocabulary": "firth.corpus",
    "Word2Vec": "firth.word2vec",
    "WordVectors": "firth.vectors",
    "encode": "firth.corpus",
}


def __getattr__(name: str) -> Any:
    # Names are imported when first used (PEP 562): `import firth` alone loads neither NumPy nor Numba.
    if name not in __all__:
        raise AttributeError(f"module 'firth' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "firth.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
