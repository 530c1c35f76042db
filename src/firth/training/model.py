"""A model: its options, words and matrices, and the losses of its training so far."""

from __future__ import annotations

import dataclasses
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.corpus.encoding import CorpusOptions, Source
from firth.errors import FileFormatError, FirthError, VocabularyError, warn
from firth.stored_words import pack_words
from firth.text.preparation import Preparation, preparation_changes
from firth.training.configuration import Configuration
from firth.training.growing import VocabularyChange, grown
from firth.training.history import History
from firth.training.memory import check_memory
from firth.training.ngram_lengths import ngram_lengths
from firth.training.run import Run
from firth.training.weights import Weights, initial_weights, input_rows, output_rows
from firth.vectors import WordVectors
from firth.vectors.embeddings import Embeddings
from firth.vectors.subwords import Subwords, WordBags, composed, word_bags

_TREE = "word2vec"
"""Whose rule decides which of two equally rare nodes is joined first; see :mod:`firth.objectives.hierarchical`."""


class Model:
    """The data of a :class:`firth.Word2Vec`, whose properties describe them.

    Attributes:
        run: the training that was interrupted, or None.
    """

    vocabulary: Vocabulary

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.loss: list[float | None] = []
        self.validation_loss: list[float] = []
        self.stopped: str | None = None
        self.preparation: dict[str, Any] | None = None
        self.notes: dict[str, Any] = {}
        self.run: Run | None = None
        self.history = History("training")
        self._weights: Weights | None = None
        self._vectors: WordVectors | None = None
        self._bags: WordBags | None = None

    @classmethod
    def of(cls, configuration: Configuration, vocabulary: Vocabulary, weights: Weights, facts: dict[str, Any]) -> Model:
        """The model of a file, with its :meth:`facts`.

        Raises:
            FileFormatError: its inner nodes are those of another Huffman tree.
        """
        if configuration.objective == "hierarchical" and facts.get("tree") != _TREE:
            raise FileFormatError(
                "a model by hierarchical softmax of an older firth, whose Huffman tree was another",
                hint="train it again",
            )
        model = cls(configuration)
        model.vocabulary, model._weights = vocabulary, weights
        model.loss, model.validation_loss = list(facts["loss"]), list(facts["validation_loss"])
        model.stopped, model.preparation = facts.get("stopped"), facts["preparation"]
        model.notes = dict(facts.get("notes", {}))
        return model

    def __getstate__(self) -> dict[str, Any]:
        return {  # the vectors would not share the copy's memory
            **self.__dict__,
            "_vectors": None,
            "loss": list(self.loss),
            "validation_loss": list(self.validation_loss),
        }

    @property
    def has_weights(self) -> bool:
        """Whether the model has its words and matrices."""
        return self._weights is not None

    @property
    def weights(self) -> Weights:
        """Both matrices.

        Raises:
            FirthError: the model has not been trained.
        """
        if self._weights is None:
            raise FirthError("the model has not been trained", hint="call fit first")
        return self._weights

    def take_words(self, vocabulary: Vocabulary) -> None:
        """Set the words of a new model, with which ``minn="auto"`` becomes lengths that suit them."""
        self.vocabulary, self._weights, self._vectors, self._bags = vocabulary, None, None, None
        if self.configuration.subwords and isinstance(self.configuration.minn, str):
            lengths = ngram_lengths(vocabulary.words)
            self.configuration = dataclasses.replace(self.configuration, minn=lengths.minn, maxn=lengths.maxn)
            self.notes["ngram_lengths"] = {"minn": lengths.minn, "maxn": lengths.maxn, "coverage": lengths.coverage}

    def initialize(self, vocabulary: Vocabulary) -> None:
        """Begin a new model with these words; see :meth:`firth.Word2Vec.initialize`."""
        if self.loss or self.run is not None:
            raise FirthError("the model has been trained already", hint="initialize a new model")
        if not len(vocabulary):
            raise VocabularyError("a vocabulary without words, expected at least one")
        self.take_words(vocabulary)
        self.begin()

    def prepared(self, reading: CorpusOptions) -> CorpusOptions:
        """The options for reading, with the preparation of the model's first text unless another is given."""
        if self.preparation is None or reading.get("preparation") is not None:
            return reading
        before = Preparation.from_dict(self.preparation)
        return reading if before == Preparation() else {**reading, "preparation": before}

    def begin(self) -> Weights:
        """Both matrices, which are initialized at random in a new model.

        Raises:
            OptionError: they do not fit into memory.
        """
        if self._weights is None:
            configuration, words = self.configuration, len(self.vocabulary)
            inputs, outputs = input_rows(words, configuration), output_rows(words, configuration.objective)
            check_memory(words, inputs, outputs, configuration.vector_size)
            self._weights = initial_weights(inputs, outputs, configuration.vector_size, configuration.seed)
        return self._weights

    def grow(self, text: Vocabulary) -> VocabularyChange:
        """Add the words of a new text, as :meth:`firth.Word2Vec.update_vocabulary` does."""
        self.vocabulary, self._weights, change = grown(self.configuration, self.vocabulary, self.weights, text)
        self._vectors, self._bags = None, None
        return change

    def learn_words(
        self, source: Source | EncodedCorpus | Vocabulary, **reading: Unpack[CorpusOptions]
    ) -> VocabularyChange:
        """Count a new text and add its words; see :meth:`firth.Word2Vec.update_vocabulary`."""
        _ = self.weights  # without which there is nothing to add to
        if isinstance(source, EncodedCorpus | Vocabulary):
            return self.grow(source if isinstance(source, Vocabulary) else source.vocabulary)
        workers = self.configuration.worker_count
        with encode(source, min_count=1, workers=workers, progress=False, **self.prepared(reading)) as corpus:
            self.warn_of_changes(corpus)
            return self.grow(corpus.vocabulary)

    def warn_of_changes(self, corpus: EncodedCorpus) -> None:
        """Warn if a text was prepared differently from the model's first text."""
        changes = preparation_changes(self.preparation, corpus.options)
        if changes:
            warn(f"the text is prepared differently from the model's training text: {', '.join(changes)}")

    def discard(self) -> None:
        """Make the model untrained: what its matrices hold is worth nothing."""
        self._weights, self._vectors, self.run, self.loss, self.validation_loss = None, None, None, [], []

    def weights_changed(self) -> None:
        """Forget :attr:`vectors`, whose norms no longer hold; they are made again when they are needed."""
        self._vectors = None

    @property
    def bags(self) -> WordBags | None:
        """With subwords, the rows of the input matrix that each word's vector is the mean of; otherwise None."""
        if not self.configuration.subwords:
            return None
        if self._bags is None or len(self._bags.bounds) != len(self.vocabulary) + 1:
            packed = pack_words(self.vocabulary.words)
            self._bags = word_bags(packed["words"], packed["word_bounds"], self.configuration.scheme)
        return self._bags

    @property
    def input_vectors(self) -> npt.NDArray[np.float32]:
        """(words, dims); see :attr:`firth.Word2Vec.input_vectors`."""
        weights, bags = self.weights, self.bags
        if bags is not None:
            return composed(weights.input_vectors, bags, weights.vector_size)
        return weights.input_vectors[:, : weights.vector_size]

    @property
    def output_vectors(self) -> npt.NDArray[np.float32]:
        """(output rows, dims); see :attr:`firth.Word2Vec.output_vectors`."""
        return self.weights.output_vectors[:, : self.weights.vector_size]

    @property
    def vectors(self) -> WordVectors:
        """The words with their vectors; see :attr:`firth.Word2Vec.vectors`."""
        if self._vectors is None:
            matrix = self.input_vectors
            output = None if self.configuration.objective == "hierarchical" else self.output_vectors
            words, counts = self.vocabulary.words, self.vocabulary.counts
            self._vectors = WordVectors.of(Embeddings(words, matrix, counts, self.facts(), self._subwords(), output))
        return self._vectors

    def _subwords(self) -> Subwords | None:
        c, weights = self.configuration, self.weights
        if not c.subwords:
            return None
        return Subwords(weights.input_vectors[-c.buckets :, : weights.vector_size], c.scheme.minn, c.maxn, c.hashes)

    def facts(self) -> dict[str, Any]:
        """Everything but the words and matrices, as plain data for files."""
        return {
            "configuration": self.configuration.as_dict(),
            "loss": self.loss,
            "validation_loss": self.validation_loss,
            "stopped": self.stopped,
            "preparation": self.preparation,
            **({"tree": _TREE} if self.configuration.objective == "hierarchical" else {}),
            **({"notes": self.notes} if self.notes else {}),
        }
