"""gensim's FastText over firth: vectors of words and n-grams are read and asked; firth.Word2Vec trains them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn, Self

import numpy as np
import numpy.typing as npt

from firth.errors import FileFormatError, OptionError
from firth.gensim.keyed_embeddings import KeyedEmbeddings
from firth.gensim.models.keyedvectors import KeyedVectors

_SWITCHES = (("architecture", "skipgram"), ("objective", "hierarchical"))

StrPath = str | os.PathLike[str]


class _Inferred(KeyedEmbeddings):
    """Embeddings in which every word is known, for its n-grams give it a vector."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or (isinstance(key, str) and self.subwords is not None)


class FastTextKeyedVectors(KeyedVectors):
    """Words with their vectors, and n-grams of characters, from which unknown words have theirs.

    ``in`` says whether a word has a vector, known or not; :meth:`has_index_for` whether it is known.
    """

    _kind = _Inferred

    @property
    def min_n(self) -> int:
        """Characters of the shortest n-grams; 0 where there are none."""
        return 0 if self.subwords is None else self.subwords.minn

    @property
    def max_n(self) -> int:
        """Characters of the longest n-grams; 0 where there are none."""
        return 0 if self.subwords is None else self.subwords.maxn

    @property
    def bucket(self) -> int:
        """How many vectors the n-grams share."""
        return 0 if self.subwords is None else len(self.subwords.ngrams)

    @property
    def vectors_ngrams(self) -> npt.NDArray[np.float32]:
        """(bucket, dims) their vectors."""
        if self.subwords is None:
            return np.empty((0, self.vector_size), np.float32)
        return self.subwords.ngrams


class FastText:
    """A model that fastText, or firth, has saved: its vectors in ``wv``, and how it was trained, if that is known.

    :func:`load_facebook_model` and :meth:`load` make one. It cannot be trained under this name:
    ``firth.Word2Vec(subwords=True)`` trains on n-grams, and ``firth.Word2Vec.load("model.bin")`` continues a model.

    Raises:
        OptionError: always, with what to do instead.
    """

    wv: FastTextKeyedVectors
    vector_size: int
    sg: int
    hs: int
    window: int | None
    epochs: int | None
    min_count: int | None
    negative: int | None

    def __init__(self, *_: Any, **__: Any) -> None:
        self.train()

    def train(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse.

        Raises:
            OptionError: always.
        """
        raise OptionError(
            "FastText under gensim's names cannot be trained, only loaded",
            hint="firth.Word2Vec(subwords=True, minn=3, maxn=6).fit(sentences) trains, "
            "firth.Word2Vec.load('model.bin').fit(sentences) continues a model of fastText, and "
            "model.vectors.save('model.bin') is read by load_facebook_model",
        )

    build_vocab = train

    @classmethod
    def _of(cls, vectors: FastTextKeyedVectors) -> Self:
        self = cls.__new__(cls)
        self.wv = vectors
        settings = vectors.metadata
        self.vector_size = vectors.vector_size
        self.sg, self.hs = (int(settings.get(name) == value) for name, value in _SWITCHES)
        for name in ("window", "epochs", "min_count", "negative"):
            setattr(self, name, settings.get(name))
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.wv.vector_size}>"

    def save(self, fname_or_handle: StrPath, **_: Any) -> None:
        """Write the vectors of words and n-grams to firth's own file; gensim's options have no effect."""
        self.wv.save(fname_or_handle)

    @classmethod
    def load(cls, fname: StrPath, mmap: str | None = None, **_: Any) -> Self:
        """Open what :meth:`save` wrote, or a ``.bin`` of fastText; what gensim pickled is refused, with a way.

        Raises:
            FileFormatError: the file is missing, damaged or in another format.
        """
        return cls._of(FastTextKeyedVectors.load(fname, mmap))


def load_facebook_vectors(path: StrPath, encoding: str = "utf-8") -> FastTextKeyedVectors:
    """The vectors of a ``.bin`` file that fastText wrote, with its n-grams.

    Args:
        path: the file.
        encoding: must be UTF-8.

    Raises:
        FileFormatError: the file is missing, damaged, or no model of fastText.
        OptionError: another encoding.
    """
    from firth.vectors.formats import detect, read

    if encoding.lower().replace("-", "").replace("_", "") != "utf8":
        raise OptionError(f"encoding={encoding!r}, expected 'utf-8'")
    found = detect(Path(path))
    if found != "fasttext-binary":
        raise FileFormatError(
            f"{path}: no .bin of fastText, or damaged, or in its first format, which has no magic number",
            hint="KeyedVectors.load(path) reads the other formats of vectors",
        )
    vectors = FastTextKeyedVectors.of(read(Path(path), found))
    vectors._writable()
    return vectors


def load_facebook_model(path: StrPath, encoding: str = "utf-8") -> FastText:
    """A ``.bin`` file that fastText wrote, as :func:`load_facebook_vectors`, with its vectors in ``wv``."""
    return FastText._of(load_facebook_vectors(path, encoding))
