"""gensim's names for firth: a gensim script runs with only its imports changed.

``from firth.gensim import Word2Vec`` in place of ``from gensim.models import Word2Vec``; the modules have gensim's
names too, so that ``from firth.gensim.models.word2vec import LineSentence`` works. Signatures and meanings are those of
gensim 4; what firth cannot do is refused, with an error that says what to do instead. ``docs/from-gensim.md`` lists the
differences.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from firth.gensim.refusals import not_offered

_HOMES = {
    "CallbackAny2Vec": "callbacks",
    "ENGLISH_CONNECTOR_WORDS": "phrases",
    "FastText": "fasttext",
    "FrozenPhrases": "phrases",
    "KeyedVectors": "keyedvectors",
    "LineSentence": "word2vec",
    "PathLineSentences": "word2vec",
    "Phraser": "phrases",
    "Phrases": "phrases",
    "Text8Corpus": "word2vec",
    "Word2Vec": "word2vec",
    "load_facebook_model": "fasttext",
    "load_facebook_vectors": "fasttext",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"firth.gensim.models.{_HOMES[name]}"), name)
    raise not_offered(name, __name__)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
