"""The training text of a gensim script: sentences, or a file of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.errors import WrongType
from firth.text.token_lists import listed

StrPath = str | os.PathLike[str]


class Sentences:
    """The text of one call: sentences in Python, or files, which firth reads itself.

    Args:
        corpus_iterable: lists of words, or one of the readers of files of :mod:`firth.gensim.models.word2vec`.
        corpus_file: a text file, in place of them.

    Attributes:
        count, words: numbers of sentences and words, after the text is read.

    Raises:
        WrongType: both are given, or neither.
    """

    def __init__(self, corpus_iterable: Iterable[Any] | None, corpus_file: StrPath | None) -> None:
        if (corpus_iterable is None) == (corpus_file is None):
            both = "both corpus_iterable and corpus_file" if corpus_file is not None else "no corpus"
            raise WrongType(f"{both}, expected one of corpus_iterable and corpus_file", hint="Word2Vec(sentences)")
        if isinstance(corpus_iterable, str | os.PathLike):
            raise WrongType(
                f"the string {os.fspath(corpus_iterable)!r:.60} in place of sentences", hint="corpus_file=path"
            )
        if corpus_iterable is not None and not isinstance(corpus_iterable, Iterable):
            raise WrongType(f"{corpus_iterable!r:.60} in place of sentences, expected lists of words")
        self._given = corpus_iterable
        self._files = [corpus_file] if corpus_file is not None else getattr(corpus_iterable, "whole_files", None)
        self.count = self.words = 0

    @property
    def is_file(self) -> bool:
        """Whether the text is files, which firth reads itself."""
        return self._files is not None

    @property
    def source(self) -> Any:
        """The source for firth's functions: files, or sentences, which are counted."""
        return self._counted() if self._files is None else self._files

    def read(self, workers: int, vocabulary: Vocabulary | None = None) -> EncodedCorpus:
        """The corpus, encoded with all its words, or with those of a vocabulary.

        Raises:
            SourceError, EncodingError, VocabularyError, OptionError: see :func:`firth.corpus.encode`.
        """
        corpus = encode(self.source, min_count=1, vocabulary=vocabulary, workers=workers, progress=False)
        if self._files is not None:
            self.count, self.words = corpus.sentences, int(corpus.spectrum.prod(axis=1).sum())
        return corpus

    def _counted(self) -> Iterator[Any]:
        assert self._given is not None
        self.count = self.words = 0
        for sentence in self._given:
            words = sentence if isinstance(sentence, list | tuple | str) else listed(sentence, self.count)
            self.count += 1
            self.words += len(words.split() if isinstance(words, str) else words)
            yield words
