"""Texts to vectors inside scikit-learn: a transformer for ``Pipeline`` and ``GridSearchCV``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import MissingExtra, OptionError
from firth.vectors import WordVectors
from firth.vectors.transforms import SentenceEncoder

try:
    from sklearn.base import BaseEstimator, TransformerMixin  # type: ignore[import-untyped]
    from sklearn.utils.validation import check_is_fitted  # type: ignore[import-untyped]
except ImportError as error:
    raise MissingExtra("firth.sklearn", "sklearn") from error


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts to vectors: the mean of the vectors of their words, or SIF.

    Args:
        vectors: word vectors, or the path of a file in any format that firth reads.
        weighting: ``"mean"``, or ``"sif"``, which needs vectors with counts; see
            :class:`firth.vectors.transforms.SentenceEncoder`.
        smoothing: the a of SIF.
        tokenizer: a function from a text to its words; ``None`` to split at whitespace. A text may also be a list of
            words already.
        lowercase: lower the case of the texts first.

    Attributes:
        encoder_: the fitted :class:`firth.vectors.transforms.SentenceEncoder`.
        n_features_out_: dimensions of the vectors.

    Raises:
        OptionError: no vectors, a weighting that is not known, or one text in place of several.
        FileFormatError: the file of vectors cannot be read.
    """

    def __init__(
        self,
        vectors: WordVectors | str | os.PathLike[str] | None = None,
        *,
        weighting: str = "mean",
        smoothing: float = 1e-3,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        lowercase: bool = False,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.smoothing = smoothing
        self.tokenizer = tokenizer
        self.lowercase = lowercase

    def fit(self, X: Iterable[str | Sequence[str]], y: Any = None) -> TextVectors:  # noqa: ARG002
        """Open the vectors; for SIF, find the direction that the texts share."""
        if self.vectors is None:
            raise OptionError("no vectors, expected WordVectors or a path", hint="TextVectors('vectors.safetensors')")
        opened = self.vectors if isinstance(self.vectors, WordVectors) else WordVectors.load(self.vectors)
        self.encoder_ = SentenceEncoder(opened, self.weighting, self.smoothing).fit(self._words(X))
        self.n_features_out_ = opened.vector_size
        return self

    def transform(self, X: Iterable[str | Sequence[str]]) -> npt.NDArray[np.float32]:
        """Vectors (texts, dims) float32."""
        check_is_fitted(self)
        return self.encoder_.encode(self._words(X))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:  # noqa: ARG002
        """The names of the columns: ``textvectors0`` and on."""
        check_is_fitted(self)
        return np.array([f"textvectors{column}" for column in range(self.n_features_out_)], object)

    def _words(self, X: Iterable[str | Sequence[str]]) -> Iterable[Sequence[str]]:
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
        return tags
