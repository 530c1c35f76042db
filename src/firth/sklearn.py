"""A scikit-learn transformer from texts to vectors, for ``Pipeline`` and ``GridSearchCV``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from firth.errors import MissingExtra, OptionError
from firth.training.configuration import Configuration
from firth.training.options import OPTIONS, OptionValues, check_names
from firth.training.signatures import shows_options
from firth.vectors import WordVectors
from firth.vectors.transforms import SentenceEncoder

try:
    from sklearn.base import BaseEstimator, TransformerMixin  # type: ignore[import-untyped]
    from sklearn.utils.validation import check_is_fitted  # type: ignore[import-untyped]
except ImportError as error:
    raise MissingExtra("firth.sklearn", "sklearn") from error


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Transformer from texts to vectors: the mean of the vectors of their words, or SIF.

    The word vectors are given, or are trained on the texts in :meth:`fit`.

    Args:
        vectors: word vectors, or the path of a file in any format that firth reads; ``None`` to train a
            :class:`firth.Word2Vec` on the texts, with the hyper-parameters from ``architecture`` on.
        weighting: ``"mean"``, or ``"sif"``, which needs vectors with counts; see
            :class:`firth.vectors.transforms.SentenceEncoder`.
        smoothing: the a of SIF.
        tokenizer: a function from a text to its words; ``None`` to split at whitespace. A text may also be a list of
            words.
        lowercase: convert the texts to lower case first.
        options: those of :class:`firth.training.options.Options`, from ``architecture`` to ``deterministic``.

    Attributes:
        vectors_: the word vectors, which were given, loaded or trained.
        encoder_: the fitted :class:`firth.vectors.transforms.SentenceEncoder`.
        n_features_out_: dimensions of the vectors.

    Raises:
        OptionError: both vectors and hyper-parameters of training are given, the weighting is unknown, or there is one
            text instead of several.
        FileFormatError: the file of vectors cannot be read.
        VocabularyError: no word occurs ``min_count`` times in the texts.
    """

    @shows_options
    def __init__(
        self,
        vectors: WordVectors | str | os.PathLike[str] | None = None,
        *,
        weighting: str = "mean",
        smoothing: float = 1e-3,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        lowercase: bool = False,
        **options: Unpack[OptionValues],
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.smoothing = smoothing
        self.tokenizer = tokenizer
        self.lowercase = lowercase
        check_names(options)
        for name, option in OPTIONS.items():
            setattr(self, name, options.get(name, option.default))

    def fit(self, X: Iterable[str | Sequence[str]], y: Any = None) -> TextVectors:  # noqa: ARG002
        """Load the vectors, or train them on the texts; for SIF, find the common direction of the texts."""
        texts = self._words(X)
        self.vectors_ = self._trained(texts) if self.vectors is None else self._opened(self.vectors)
        self.encoder_ = SentenceEncoder(self.vectors_, self.weighting, self.smoothing).fit(texts)
        self.n_features_out_ = self.vectors_.vector_size
        return self

    def _opened(self, given: WordVectors | str | os.PathLike[str]) -> WordVectors:
        unused = [name for name, option in OPTIONS.items() if getattr(self, name) != option.default]
        if unused:
            raise OptionError(
                f"vectors and {', '.join(unused)}, expected one or the other", hint="vectors=None trains new ones"
            )
        return given if isinstance(given, WordVectors) else WordVectors.load(given)

    def _trained(self, texts: list[Sequence[str]]) -> WordVectors:
        from firth.word2vec import Word2Vec  # it loads Numba, which given vectors do not need

        return Word2Vec(**self._options()).fit(texts, progress=False).vectors

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in OPTIONS}

    def transform(self, X: Iterable[str | Sequence[str]]) -> npt.NDArray[np.float32]:
        """Vectors (texts, dims) float32."""
        check_is_fitted(self)
        return self.encoder_.encode(self._words(X))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:  # noqa: ARG002
        """The names of the columns: ``textvectors0``, ``textvectors1`` and so on."""
        check_is_fitted(self)
        return np.array([f"textvectors{column}" for column in range(self.n_features_out_)], object)

    def _words(self, X: Iterable[str | Sequence[str]]) -> list[Sequence[str]]:
        if isinstance(X, str):
            raise OptionError("one text, expected several", hint="[text]")
        return [self._split(text) for text in X]

    def _split(self, text: str | Sequence[str]) -> Sequence[str]:
        if not isinstance(text, str):
            return [word.lower() for word in text] if self.lowercase else text
        text = text.lower() if self.lowercase else text
        return text.split() if self.tokenizer is None else self.tokenizer(text)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = True
        tags.non_deterministic = self.vectors is None and not Configuration(**self._options()).repeats_bits
        return tags
