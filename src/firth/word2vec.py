"""The estimator: text in, word vectors out."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.corpus.encoding import Source
from firth.errors import FileFormatError, FirthError
from firth.storage import map_tensors, pack_words, unpack_words, write_tensors
from firth.training.configuration import Configuration
from firth.training.learners import LEARNERS
from firth.training.report import Report
from firth.training.trainer import Listener, train
from firth.training.weights import Weights, initial_weights
from firth.vectors import WordVectors


class Word2Vec:
    """Word vectors by skip-gram with negative sampling (Mikolov et al. 2013).

    Args:
        options: see :class:`firth.training.configuration.Configuration` for each, its default and its unit.

    Attributes:
        configuration: every hyper-parameter.
        vocabulary: the words, after :meth:`fit`.
        loss_: mean loss of an example in each epoch so far, float64: the true objective, not a moving average.

    Raises:
        OptionError: an option makes no sense, or there is no such option.

    Example:
        >>> model = Word2Vec(vector_size=100, workers=2, seed=1)
        >>> model.fit("corpus.txt").vectors.most_similar("king", topn=5)
    """

    vocabulary: Vocabulary
    loss_: list[float]

    def __init__(self, **options: Any) -> None:
        self.configuration = Configuration.of(**options)
        self._weights: Weights | None = None
        self.loss_ = []

    def __repr__(self) -> str:
        c = self.configuration
        return f"<Word2Vec: {c.architecture} by {c.objective}, {c.vector_size} dimensions, {len(self.loss_)} epochs>"

    def fit(
        self,
        source: Source | EncodedCorpus,
        *,
        cache: str | os.PathLike[str] | None = None,
        errors: str = "strict",
        on_reading: Callable[[int, int | None], None] | None = None,
        on_report: Callable[[Report], None] | None = None,
        on_progress: Listener | None = None,
    ) -> Word2Vec:
        """Read a text, train on it from fresh weights, and return the model.

        When it is interrupted from the keyboard, the workers finish the shard they are at, the model keeps what was
        learned, and KeyboardInterrupt goes on to the caller.

        Args:
            source: a UTF-8 text file (plain, ``.gz``, ``.bz2``, ``.xz``, ``.zst``), several, an iterable of token
                lists, or an encoded corpus.
            cache: where to keep the encoded corpus for the next run; see :func:`firth.corpus.encode`.
            errors: ``"strict"`` or ``"replace"``: what becomes of bytes that are not UTF-8.
            on_reading: called with the bytes read and the bytes in all.
            on_report: called with a report on the text before training begins.
            on_progress: called after each shard of training.

        Raises:
            SourceError, EncodingError, VocabularyError, OptionError, StorageError: see :func:`firth.corpus.encode`.
        """
        if isinstance(source, EncodedCorpus):
            return self._train(source, on_report, on_progress)
        with encode(
            source,
            min_count=self.configuration.min_count,
            workers=self.configuration.worker_count,
            cache=cache,
            errors=errors,
            progress=on_reading,
        ) as corpus:
            return self._train(corpus, on_report, on_progress)

    def _train(
        self, corpus: EncodedCorpus, on_report: Callable[[Report], None] | None, on_progress: Listener | None
    ) -> Word2Vec:
        configuration, vocabulary = self.configuration, corpus.vocabulary
        if on_report is not None:
            on_report(Report.of(corpus, configuration))
        output_rows = len(vocabulary) - (configuration.objective == "hierarchical")
        weights = initial_weights(len(vocabulary), output_rows, configuration.vector_size, configuration.seed)
        learner = LEARNERS[configuration.objective](configuration, vocabulary.counts, weights)
        self.vocabulary, self._weights, self.loss_ = vocabulary, weights, []
        for loss in train(learner, corpus, configuration, on_progress):
            self.loss_.append(loss)
        return self

    @property
    def vectors(self) -> WordVectors:
        """The input vectors with their words; they share memory with the model.

        Raises:
            FirthError: the model has not been trained.
        """
        matrix = self.input_vectors
        return WordVectors(self.vocabulary.words, matrix, self.vocabulary.counts, self._metadata())

    @property
    def input_vectors(self) -> npt.NDArray[np.float32]:
        """(words, dims) v: a word as center. They share memory with the model."""
        weights = self._trained()
        return weights.input_vectors[:, : weights.vector_size]

    @property
    def output_vectors(self) -> npt.NDArray[np.float32]:
        """(words, dims) u: a word as context. They share memory with the model."""
        weights = self._trained()
        return weights.output_vectors[:, : weights.vector_size]

    @property
    def is_trained(self) -> bool:
        """Whether there is anything to save."""
        return self._weights is not None

    def _trained(self) -> Weights:
        if self._weights is None:
            raise FirthError("the model has not been trained", hint="call fit first")
        return self._weights

    def _metadata(self) -> dict[str, Any]:
        return {"configuration": self.configuration.as_dict(), "loss": self.loss_}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole model, both matrices, to one safetensors file, whole or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        weights = self._trained()
        tensors: dict[str, npt.NDArray[Any]] = {
            "input_vectors": weights.input_vectors,
            "output_vectors": weights.output_vectors,
            "counts": self.vocabulary.counts,
            **pack_words(self.vocabulary.words),
        }
        write_tensors(path, "model", tensors, {**self._metadata(), "vector_size": weights.vector_size})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Word2Vec:
        """Read a model that :meth:`save` wrote.

        Raises:
            FileFormatError: the file is missing, damaged or foreign, or from a newer version.
        """
        tensors, metadata = map_tensors(path, "model")
        try:
            model = cls(**metadata["configuration"])
            model.loss_ = [float(loss) for loss in metadata["loss"]]
            model.vocabulary = Vocabulary(unpack_words(tensors), tensors["counts"])
            # Kernels write to the weights, so these are copies, not the mapped file.
            model._weights = Weights(
                np.array(tensors["input_vectors"], np.float32, ndmin=2),
                np.array(tensors["output_vectors"], np.float32, ndmin=2),
                model.configuration.vector_size,
            )
        except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
            raise FileFormatError(f"{path}: a damaged model file ({error})") from error
        if model._weights.input_vectors.shape[0] != len(model.vocabulary):
            raise FileFormatError(f"{path}: damaged, {len(model.vocabulary)} words for another number of vectors")
        return model
