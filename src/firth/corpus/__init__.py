"""Encoding of texts: the vocabulary, and the text as word ids on disk."""

from firth.corpus.encoded import EncodedCorpus
from firth.corpus.encoding import encode
from firth.corpus.vocabulary import Vocabulary

__all__ = ["EncodedCorpus", "Vocabulary", "encode"]
