"""The estimator: text in, word vectors out."""

from __future__ import annotations

import copy
import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, Word, signature_of, switch
from firth.corpus import EncodedCorpus, Vocabulary
from firth.corpus.encoding import CorpusOptions, Source
from firth.errors import WrongType
from firth.training.backend import Backend, Cpu
from firth.training.checkpoint import Checkpoint, Checkpoints, newest
from firth.training.configuration import Configuration
from firth.training.growing import VocabularyChange
from firth.training.history import History
from firth.training.loop import Callback
from firth.training.model import Model
from firth.training.model_cell import html
from firth.training.model_file import ModelFile
from firth.training.options import OptionValues
from firth.training.other_names import TEXTS, line, name_of
from firth.training.predictions import Predictions
from firth.training.presets import preset
from firth.training.progress import Display
from firth.training.report import Report
from firth.training.signatures import takes_those_of
from firth.training.texts import Texts
from firth.training.tracking import Tracked, Tracker
from firth.training.trainer import Callbacks, Trainer, begun
from firth.vectors import WordVectors


class Word2Vec:
    """Word vectors by CBOW or skip-gram, with negative sampling, hierarchical softmax or full softmax.

    After Mikolov et al. 2013 and Rong 2014; ``docs/models.md`` has each model's formula.

    Args:
        options: those of :class:`firth.training.options.Options`; ``docs/training.md`` explains each.

    Raises:
        OptionError: an option is invalid or unknown.

    Example:
        >>> model = Word2Vec(vector_size=100, workers=2, seed=1)
        >>> model.fit("corpus.txt").vectors.most_similar("king", topn=5)
    """

    _backend: Backend = Cpu()

    @takes_those_of(Configuration)
    def __init__(self, *text: Any, **options: Any) -> None:
        if text or not options.keys().isdisjoint(TEXTS):
            raise WrongType("Word2Vec takes options only, and fit the text", hint=line(options, name_of(text)))
        self._model = Model(Configuration.of(**options))

    @classmethod
    def preset(cls, name: str, **options: Unpack[OptionValues]) -> Word2Vec:
        """A model for data that is not text: ``"items"`` for sessions, ``"graph"`` for random walks.

        Args:
            name: one of :data:`firth.training.presets.PRESETS`.
            options: options that differ from the preset.

        Raises:
            OptionError: the preset is unknown, or an option is invalid.
        """
        return cls(**(preset(name) | options))

    def __repr__(self) -> str:
        c = self.configuration
        return f"<Word2Vec: {c.architecture} by {c.objective}, {c.vector_size} dimensions, {len(self.loss_)} epochs>"

    def _repr_html_(self) -> str:
        return html(self._model)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": copy.copy(self._model)}  # a copy has losses and vectors of its own

    def fit(
        self,
        source: Source | EncodedCorpus,
        *,
        update_vocabulary: bool = False,
        validation: Source | float | None = None,
        cache: str | os.PathLike[str] | None = None,
        progress: bool = True,
        on_reading: OnProgress | None = None,
        on_report: Callable[[Report], object] | None = None,
        on_progress: Callback | None = None,
        every: int | None = None,
        on_epoch: Callback | None = None,
        checkpoint: str | os.PathLike[str] | Checkpoints | None = None,
        checkpoint_every: str = "10m",
        track: Tracked | None = None,
        track_every: str | None = None,
        **reading: Unpack[CorpusOptions],
    ) -> Word2Vec:
        """Read a text, train on it, and return the model.

        If the model has been trained before, its training continues for the same number of epochs, with the words it
        knows. The text is prepared as its first text was, unless ``preparation`` is given.

        If it is interrupted from the keyboard, or by an exception in a callback, the workers finish their current jobs,
        the model keeps what was learned, and the exception is raised. If ``fit`` is then called again with the same
        text, it finishes the interrupted training.

        Args:
            source: a text file (plain, ``.gz``, ``.bz2``, ``.xz``, ``.zst``), several, an iterable of token
                lists, or an encoded corpus.
            update_vocabulary: whether the new words of the text are first added to a trained model; see
                :meth:`update_vocabulary`.
            validation: held-out text, given like ``source``, or a share of the text; it replaces the option of that
                name.
            cache: file in which to keep the encoded corpus for later runs; see :func:`firth.corpus.encode`.
            progress: whether to show a progress bar, in a notebook or if stderr is a terminal; it is not shown anywhere
                else, and it disappears at the end.
            on_reading: called with the bytes read and the total number of bytes.
            on_report: called with a report on the text before training begins.
            on_progress: called with a :class:`firth.training.loop.Progress` each time ``every`` more words have been
                learned, and at the end of each epoch; training ends if it returns True. It does not change the result.
            every: number of words between calls, rounded up to whole jobs, which are about 50,000 words of a long text;
                None calls after each job. The progress bar is updated at the same times.
            on_epoch: called in the same way at the end of each epoch.
            checkpoint: folder for checkpoints, from which :meth:`resume` continues if the process is killed.
            checkpoint_every: how often to save one, such as ``"10m"``, ``"5%"`` or ``"20M-words"``.
            track: evaluations to repeat before training and at the end of each epoch: ``"similarity:ws353.txt"`` or
                several such, with the kinds ``similarity``, ``analogy``, ``categories``, ``outliers`` and ``sessions``;
                or functions of the vectors with their names, ``{"mine": score}``. Results are in the ``scores`` of the
                progress and in :meth:`plot_training`; those of test sets are per cent, as ``firth evaluate`` prints
                them. They do not change the result.
            track_every: how often to evaluate within an epoch, too, such as ``"5%"`` or ``"1M-words"``.
            reading: further options of :func:`firth.corpus.encode`: ``preparation``, ``encoding``, ``errors``,
                ``pattern``, ``field``, ``group``, ``item``, ``order``, ``weight``, ``on_error``, ``on_files``,
                ``keep_words``, ``drop_words`` and ``vocabulary``.

        Raises:
            SourceError, EncodingError, VocabularyError, OptionError, StorageError: see :func:`firth.corpus.encode`.
            DivergenceError: the loss or the vectors diverged. The model is then untrained; load it again if it was
                trained before.
        """
        model, run = self._model, self._model.run
        tracker = Tracker.of(track, track_every)  # its files are read before the long text
        known, held_out = model.has_weights, model.configuration.validation if validation is None else validation
        model.configuration.check_training(first=not known, held_out=held_out is not None, every=every)
        checkpoints = Checkpoints.of(checkpoint, checkpoint_every)
        with (
            Display(switch("progress", progress)) as display,
            Texts.read(
                source,
                held_out,
                model.configuration,
                # If a first training was interrupted, its text is read again in the same way as a first text.
                all_words=known and (run is None or run.state.first_epoch > 0),
                cache=cache,
                on_reading=display.beside(display.reading, on_reading),
                **model.prepared(reading),
            ) as texts,
        ):
            report, shown = display.beside(display.report, on_report), display.beside(display.training, on_progress)
            callbacks = Callbacks(report, shown, every, on_epoch, tracker)
            Trainer(model, self._backend, callbacks, checkpoints).train(texts, update_vocabulary=update_vocabulary)
        return self

    @classmethod
    def resume(cls, folder: str | os.PathLike[str]) -> Word2Vec:
        """The model of the newest intact checkpoint in a folder; ``fit`` with the same text finishes its training.

        With ``deterministic=True`` or one worker, the finished model has the same bits as that of an uninterrupted
        training.

        Args:
            folder: the folder that was passed to ``fit`` as ``checkpoint``.

        Raises:
            FileFormatError: there is no intact checkpoint.
        """
        return cls.from_checkpoint(newest(folder))

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint) -> Word2Vec:
        """The model of a checkpoint, as :meth:`resume`."""
        return cls._of(begun(checkpoint))

    @classmethod
    def _of(cls, model: Model) -> Word2Vec:
        self = cls()
        self._model = model
        return self

    @property
    def is_interrupted(self) -> bool:
        """Whether the last training was interrupted; ``fit`` with the same text then finishes it."""
        return self._model.run is not None

    def drop_interrupted(self) -> None:
        """Keep what was learned in an interrupted training, and do not finish it: ``fit`` begins a new training."""
        self._model.run = None

    @signature_of(fit)
    def partial_fit(self, source: Source | EncodedCorpus, **options: Any) -> Word2Vec:
        """Train for one more epoch, on a text given as for :meth:`fit`, with the same options; return the model."""
        whole = self.configuration
        self.configuration = dataclasses.replace(whole, epochs=1, learning_rate=whole.first_learning_rate)
        try:
            return self.fit(source, **options)
        finally:
            # What the words have decided remains, such as the lengths of n-grams.
            self.configuration = dataclasses.replace(
                self.configuration, epochs=whole.epochs, learning_rate=whole.learning_rate
            )

    def initialize(self, vocabulary: Vocabulary) -> Word2Vec:
        """Give a model that has not been trained its words, whose vectors begin as in any training; returns the model.

        Then :meth:`fit` takes these words, their ids and counts from here, and not from the text.

        Args:
            vocabulary: the words, and the counts that the noise distribution and subsampling follow.

        Raises:
            VocabularyError: there are no words.
            FirthError: the model has been trained.
        """
        self._model.initialize(vocabulary)
        return self

    def update_vocabulary(
        self, source: Source | EncodedCorpus | Vocabulary, **reading: Unpack[CorpusOptions]
    ) -> VocabularyChange:
        """Count a new text, add its words that occur at least ``min_count`` times, and add up the counts.

        Known words keep their vectors, and the vectors of new words are initialized at random. The noise distribution
        is computed from the new counts. With hierarchical softmax, the tree is built again from them; its inner nodes
        have new meanings, so their vectors are reset to zero.

        Args:
            source: text, as for :meth:`fit`, prepared as the first text was; or words with their counts.
            reading: further options of :func:`firth.corpus.encode`, as for :meth:`fit`.

        Returns:
            What changed.
        """
        return self._model.learn_words(source, **reading)

    def predict(self, context_words: Sequence[Word], topn: int = 10) -> list[tuple[Any, float]]:
        """The most probable words given their context, with p(word | context), best first.

        Args:
            context_words: for CBOW, the words around the predicted word; for skip-gram, one word whose neighbours are
                predicted.
            topn: number of words to return.

        Raises:
            OptionError: there is no context, there are several words for skip-gram, or the objective is negative
                sampling.
            UnknownWord: a word is not in the vocabulary.
        """
        return Predictions(self._model).words(context_words, topn)

    def score(self, sentences: Iterable[Sequence[Word]]) -> list[float]:
        """log p of each sentence: the sum of log p(target | inputs) over its examples, unknown words left out.

        Raises:
            OptionError: the objective is negative sampling, or a sentence is a string.
        """
        return Predictions(self._model).sentences(sentences)

    def plot_training(self, path: str | os.PathLike[str] | None = None) -> History:
        """The curves of the last training: loss, held-out loss, learning rate, words per second and tracked scores.

        They are shown at the end of a notebook cell. A model that was loaded from a file has none.

        Args:
            path: file to write them to, too: a page (``.html``), or a picture (``.png``, ``.svg``, ``.pdf``).

        Raises:
            FirthError: the model was not trained in this process.
            OptionError: the name has another suffix.
            MissingExtra: the file is a picture, and matplotlib is not installed.
            StorageError: the file cannot be written.
        """
        return self.history.plotted(path)

    @property
    def configuration(self) -> Configuration:
        """Every hyper-parameter."""
        return self._model.configuration

    @configuration.setter
    def configuration(self, value: Configuration) -> None:
        self._model.configuration = value

    @property
    def vocabulary(self) -> Vocabulary:
        """The words, after :meth:`fit`."""
        return self._model.vocabulary

    @property
    def loss_(self) -> list[float | None]:
        """Mean loss per example in each epoch so far, float64: the true objective, not a moving average.

        With full and hierarchical softmax, its exponential is a perplexity. It is None for an epoch in which nothing
        was learned.
        """
        return self._model.loss

    @property
    def validation_loss_(self) -> list[float]:
        """The same for the held-out text, after each epoch."""
        return self._model.validation_loss

    @property
    def history(self) -> History:
        """What was measured during the last training, against the words learned; it is not saved."""
        return self._model.history

    @property
    def stopped_(self) -> str | None:
        """Why training ended early: ``"early stopping"`` or ``"callback"``; None if it did not."""
        return self._model.stopped

    @property
    def preparation(self) -> dict[str, Any] | None:
        """How the first text of :meth:`fit` was prepared, and how later ones will be.

        It is saved with the model and the vectors, for :meth:`firth.text.preparation.Preparation.from_dict`.
        """
        return self._model.preparation

    @preparation.setter
    def preparation(self, value: dict[str, Any] | None) -> None:
        self._model.preparation = value

    @property
    def notes(self) -> dict[str, Any]:
        """Further facts to save with the model; anything that JSON can hold."""
        return self._model.notes

    @property
    def vectors(self) -> WordVectors:
        """The input vectors with their words, which share memory with the model. It is the same object until training
        continues. With subwords, the n-grams share memory with the model, and unknown words have vectors too.

        Raises:
            FirthError: the model has not been trained.
        """
        return self._model.vectors

    @property
    def input_vectors(self) -> npt.NDArray[np.float32]:
        """The vectors v of words as centers (words, dims), which share memory with the model.

        With subwords they are composed from the rows of the words and of their n-grams, and are a copy.
        """
        return self._model.input_vectors

    @property
    def output_vectors(self) -> npt.NDArray[np.float32]:
        """The vectors u (output rows, dims), one for each word or inner node, which share memory with the model."""
        return self._model.output_vectors

    @property
    def is_trained(self) -> bool:
        """Whether the model has been trained."""
        return self._model.has_weights

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole model, both matrices, to one safetensors file, completely or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        ModelFile.of(self._model).write(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str], **changed: Unpack[OptionValues]) -> Word2Vec:
        """Read a model that :meth:`save` wrote, or a ``.bin`` file of fastText, to train it further.

        Of a ``.bin`` file the words, their counts, both matrices and the settings are read; the learning rate, which is
        not in it, is fastText's default.

        Args:
            path: the file.
            changed: options to change for further training, such as ``epochs`` or ``learning_rate``.

        Raises:
            FileFormatError: the file is missing, damaged, in another format, or from a newer version; or it is a
                classifier or a quantized model of fastText.
            OptionError: an option is invalid, or one that decides the shape of the model is changed.
        """
        return cls._of(ModelFile.read(path).model(**changed))
