"""The estimator: text in, word vectors out."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.corpus.encoding import Source
from firth.errors import FileFormatError, FirthError, OptionError, VocabularyError
from firth.storage import map_tensors, pack_words, unpack_words, write_tensors
from firth.training.configuration import Configuration
from firth.training.learners import LEARNERS
from firth.training.presets import preset
from firth.training.probabilities import Probabilities
from firth.training.report import Report
from firth.training.shards import Shards, Translated, split
from firth.training.trainer import Listener, Trainer
from firth.training.weights import Weights, initial_weights
from firth.vectors import WordVectors


class VocabularyChange(NamedTuple):
    """What :meth:`Word2Vec.update_vocabulary` changed."""

    added: list[str]
    dropped: list[str]  # beyond max_words
    tree_rebuilt: bool  # and so its node vectors begin at zero


class Word2Vec:
    """Word vectors by CBOW or skip-gram, each by negative sampling, hierarchical softmax or full softmax.

    After Mikolov et al. 2013 and Rong 2014; ``docs/models.md`` has each model's formula.

    Args:
        options: see :class:`firth.training.configuration.Configuration` for each, its default and its unit.

    Attributes:
        configuration: every hyper-parameter.
        vocabulary: the words, after :meth:`fit`.
        loss_: mean loss of an example in each epoch so far, float64: the true objective, not a moving average. Under
            full and hierarchical softmax exp of it is a perplexity.
        validation_loss_: the same of the held-out text, after each epoch.
        preparation: how the text of :meth:`fit` became words; saved with model and vectors, for
            :meth:`firth.text.preparation.Preparation.from_dict`.
        stopped_: ``"early stopping"`` or ``"listener"`` if training ended early, else None.

    Raises:
        OptionError: an option makes no sense, or there is no such option.

    Example:
        >>> model = Word2Vec(vector_size=100, workers=2, seed=1)
        >>> model.fit("corpus.txt").vectors.most_similar("king", topn=5)
    """

    vocabulary: Vocabulary
    loss_: list[float]
    validation_loss_: list[float]

    def __init__(self, **options: Any) -> None:
        self.configuration = Configuration.of(**options)
        self._weights: Weights | None = None
        self.loss_ = []
        self.validation_loss_ = []
        self.stopped_: str | None = None
        self.preparation: dict[str, Any] | None = None

    @classmethod
    def preset(cls, name: str, **options: Any) -> Word2Vec:
        """A model for data that is not text: ``"items"`` for sessions, ``"graph"`` for random walks.

        Args:
            name: one of :data:`firth.training.presets.PRESETS`.
            options: those that are to differ from the preset.

        Raises:
            OptionError: no such preset, or an option makes no sense.
        """
        return cls(**{**preset(name), **options})

    def __repr__(self) -> str:
        c = self.configuration
        return f"<Word2Vec: {c.architecture} by {c.objective}, {c.vector_size} dimensions, {len(self.loss_)} epochs>"

    def fit(
        self,
        source: Source | EncodedCorpus,
        *,
        validation: Source | None = None,
        cache: str | os.PathLike[str] | None = None,
        errors: str = "strict",
        on_reading: Callable[[int, int | None], None] | None = None,
        on_report: Callable[[Report], None] | None = None,
        on_progress: Listener | None = None,
        **reading: Any,
    ) -> Word2Vec:
        """Read a text, train on it, and return the model.

        A model that has been trained goes on from where it is, for as many epochs again, with the words it knows;
        :meth:`update_vocabulary` teaches it new ones.

        When it is interrupted from the keyboard, the workers finish the shard they are at, the model keeps what was
        learned, and KeyboardInterrupt goes on to the caller.

        Args:
            source: a UTF-8 text file (plain, ``.gz``, ``.bz2``, ``.xz``, ``.zst``), several, an iterable of token
                lists, or an encoded corpus.
            validation: text to hold out, given as ``source`` is; instead of the option of that name.
            cache: where to keep the encoded corpus for the next run; see :func:`firth.corpus.encode`.
            errors: ``"strict"`` or ``"replace"``: what becomes of bytes that are not UTF-8.
            on_reading: called with the bytes read and the bytes in all.
            on_report: called with a report on the text before training begins.
            on_progress: called after each shard of about 50,000 words; training ends when it returns True.
            reading: further options of :func:`firth.corpus.encode`, such as ``preparation``.

        Raises:
            SourceError, EncodingError, VocabularyError, OptionError, StorageError: see :func:`firth.corpus.encode`.
        """
        return self._fit(
            self.configuration, source, validation, cache, errors, on_reading, on_report, on_progress, reading
        )

    def partial_fit(self, source: Source | EncodedCorpus) -> Word2Vec:
        """One more epoch, on a text given as for :meth:`fit`; returns the model."""
        once = dataclasses.replace(self.configuration, epochs=1)
        return self._fit(once, source, None, None, "strict", None, None, None, {})

    def _fit(
        self,
        configuration: Configuration,
        source: Source | EncodedCorpus,
        validation: Source | None,
        cache: str | os.PathLike[str] | None,
        errors: str,
        on_reading: Callable[[int, int | None], None] | None,
        on_report: Callable[[Report], None] | None,
        on_progress: Listener | None,
        reading: dict[str, Any],
    ) -> Word2Vec:
        with contextlib.ExitStack() as stack:
            known = self.is_trained

            def read(text: Source, all_words: bool, cache: str | os.PathLike[str] | None = None) -> EncodedCorpus:
                corpus = encode(
                    text,
                    min_count=1 if all_words else configuration.min_count,
                    max_words=None if all_words else configuration.max_words,
                    workers=configuration.worker_count,
                    cache=cache,
                    errors=errors,
                    progress=on_reading,
                    **reading,
                )
                return stack.enter_context(corpus)

            corpus = source if isinstance(source, EncodedCorpus) else read(source, known, cache)
            same_words = known and corpus.vocabulary.words == self.vocabulary.words
            text = Translated(corpus, self.vocabulary) if known and not same_words else corpus
            if not known:
                self.vocabulary, self.preparation = corpus.vocabulary, corpus.options
            held_out: Shards | None = None
            if validation is not None:
                held_out = Shards(Translated(read(validation, True), self.vocabulary))
                shards = Shards(text)
            elif configuration.validation is not None:
                shards, held_out = split(text, configuration.validation)
            else:
                shards = Shards(text)
            if not shards.tokens or (held_out is not None and not held_out.tokens):
                raise VocabularyError("no word of the text is in the model's vocabulary", hint="update_vocabulary")
            if on_report is not None:
                unknown = text.unknown if isinstance(text, Translated) else 0
                on_report(Report.of(corpus, configuration, len(self.vocabulary), len(self.loss_), unknown))
            self._train(configuration, shards, held_out, on_progress)
        return self

    def _train(
        self, configuration: Configuration, shards: Shards, held_out: Shards | None, on_progress: Listener | None
    ) -> None:
        words = len(self.vocabulary)
        if self._weights is None:
            rows = words - (configuration.objective == "hierarchical")
            self._weights = initial_weights(words, rows, configuration.vector_size, configuration.seed)
        learner = LEARNERS[configuration.objective](configuration, self.vocabulary.counts, self._weights)
        trainer = Trainer(learner, shards, configuration, held_out, first_epoch=len(self.loss_))
        try:
            trainer.run(on_progress)
        finally:
            self.loss_ += trainer.losses
            self.validation_loss_ += trainer.validation_losses
            self.stopped_ = trainer.stopped

    def update_vocabulary(self, source: Source, *, errors: str = "strict") -> VocabularyChange:
        """Count a new text, add its words that occur at least ``min_count`` times, and add up the counts.

        Words keep their vectors and new ones begin at random, as at first. The noise distribution follows the new
        counts. Under hierarchical softmax the tree is built anew from them, so its inner nodes are others than before
        and their vectors begin at zero.

        Args:
            source: text, as for :meth:`fit`.
            errors: ``"strict"`` or ``"replace"``: what becomes of bytes that are not UTF-8.

        Returns:
            What changed.
        """
        weights, old = self._trained(), self.vocabulary
        with encode(source, min_count=1, workers=self.configuration.worker_count, errors=errors) as corpus:
            new = corpus.vocabulary
        counts = dict(zip(old.words, old.counts.tolist(), strict=True))
        for word, count in zip(new.words, new.counts.tolist(), strict=True):
            if word in counts:
                counts[word] += count
            elif count >= self.configuration.min_count:
                counts[word] = count
        words = sorted(counts, key=counts.__getitem__, reverse=True)[: self.configuration.max_words]
        self.vocabulary = Vocabulary(words, [counts[word] for word in words])
        tree = self.configuration.objective == "hierarchical"
        fresh = initial_weights(len(words), len(words) - tree, weights.vector_size, self.configuration.seed + len(old))
        rows = [(row, old.word_id(word)) for row, word in enumerate(words) if word in old]
        here, before = (list(ids) for ids in zip(*rows, strict=True))
        fresh.input_vectors[here] = weights.input_vectors[before]
        if not tree:
            fresh.output_vectors[here] = weights.output_vectors[before]
        self._weights = fresh
        added = [word for word in words if word not in old]
        dropped = [word for word in old.words if word not in self.vocabulary]
        return VocabularyChange(added, dropped, tree_rebuilt=tree)

    def predict(self, context_words: Sequence[str], topn: int = 10) -> list[tuple[str, float]]:
        """The likeliest words given their context, with p(word | context), best first.

        Args:
            context_words: the words around, for CBOW; one word, whose neighbours are asked for, for skip-gram.
            topn: how many.

        Raises:
            OptionError: no context, or several words for skip-gram, or the objective is negative sampling.
            UnknownWord: a word is not in the vocabulary.
        """
        if isinstance(context_words, str):
            context_words = [context_words]
        if not context_words or (self.configuration.architecture == "skipgram" and len(context_words) != 1):
            expected = "one word" if self.configuration.architecture == "skipgram" else "at least one word"
            raise OptionError(f"{len(context_words)} context words, expected {expected}")
        logs = self._probabilities().of_all_words([self.vocabulary.word_id(word) for word in context_words])
        best = np.argsort(-logs, kind="stable")[:topn]
        return [(self.vocabulary.words[word], float(np.exp(logs[word]))) for word in best]

    def score(self, sentences: Iterable[Sequence[str]]) -> list[float]:
        """log p of each sentence: the sum of log p(target | inputs) over its examples, unknown words left out.

        Raises:
            OptionError: the objective is negative sampling, or a sentence is a string.
        """
        probabilities = self._probabilities()
        scores = []
        for sentence in sentences:
            if isinstance(sentence, str):
                raise OptionError(f"the string {sentence!r} in place of a sentence", hint="sentence.split()")
            known = [self.vocabulary.word_id(word) for word in sentence if word in self.vocabulary]
            scores.append(probabilities.of_sentence(known))
        return scores

    def _probabilities(self) -> Probabilities:
        self._trained()
        return Probabilities(self.configuration, self.vocabulary.counts, self.input_vectors, self.output_vectors)

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
        """(output rows, dims) u: a row for each word, or each inner node. They share memory with the model."""
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
        return {
            "configuration": self.configuration.as_dict(),
            "loss": self.loss_,
            "validation_loss": self.validation_loss_,
            "stopped": self.stopped_,
            "preparation": self.preparation,
        }

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
            model.validation_loss_ = [float(loss) for loss in metadata["validation_loss"]]
            model.stopped_ = metadata["stopped"]
            model.preparation = metadata.get("preparation")
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
