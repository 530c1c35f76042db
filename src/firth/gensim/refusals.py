"""Errors for what firth.gensim does not have: of the types that gensim raises, with hints on what to do instead."""

from __future__ import annotations

from firth.errors import FirthError, OptionError

_LEARNED = "firth has word2vec's models and n-gram language models; train this model with gensim"
_WAYS = {  # names of gensim that a script may import
    "Doc2Vec": "firth.vectors.transforms.SentenceEncoder makes vectors of texts from word vectors",
    "TaggedDocument": "firth.vectors.transforms.SentenceEncoder makes vectors of texts from word vectors",
    "BrownCorpus": "read the files as lists of words, and pass these",
    "downloader": "download the file, and open it with KeyedVectors.load or firth.WordVectors.load",
    "api": "download the file, and open it with KeyedVectors.load or firth.WordVectors.load",
    "simple_preprocess": "firth.text.preparation.Preparation(tokenizer='words', casefold=True, min_length=2)",
    "corpora": "firth.Vocabulary counts words; scikit-learn's CountVectorizer makes bags of words",
    "Dictionary": "firth.Vocabulary counts words; scikit-learn's CountVectorizer makes bags of words",
    "similarities": "vectors.build_index() searches approximately; firth.vectors.transforms has the rest",
    "scripts": "firth convert, and firth word2vec, from the command line",
    "glove2word2vec": "KeyedVectors.load_word2vec_format(path, no_header=True) reads GloVe's files",
    "TfidfModel": "scikit-learn's TfidfVectorizer does this",
    **dict.fromkeys(("LdaModel", "LdaMulticore", "LsiModel", "HdpModel", "CoherenceModel", "Nmf"), _LEARNED),
    **dict.fromkeys(("EnsembleLda", "AuthorTopicModel", "LdaSeqModel", "PoincareModel", "RpModel"), _LEARNED),
    **dict.fromkeys(("TranslationMatrix",), "firth.vectors.transforms.align maps one space to another"),
}


class NotOffered(FirthError, ImportError):
    """A name of gensim that has no counterpart in firth."""


class NotReady(FirthError, RuntimeError):
    """A model that lacks something that is needed, such as its words."""


class NoKeys(OptionError, ZeroDivisionError):
    """A group of keys that is empty."""


class UnknownAttribute(FirthError, KeyError):
    """An attribute that no key of vectors has."""


class Gone(FirthError, AttributeError):
    """An attribute that gensim 4 no longer has, or a method of the class that was called on an object."""


def not_offered(name: str, module: str) -> Exception:
    """The error for a name that a module lacks; for known names of gensim, it says what to do instead."""
    if name in _WAYS:
        return NotOffered(f"{module} has no {name}", hint=_WAYS[name])
    return AttributeError(f"module {module!r} has no attribute {name!r}")
