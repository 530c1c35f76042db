"""Training a model on a text: from the words of the text to the matrices of the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from firth.errors import DivergenceError
from firth.training.backend import Backend
from firth.training.checkpoint import Checkpoint, Checkpoints
from firth.training.checkpointed_training import CheckpointedTraining
from firth.training.configuration import Configuration
from firth.training.history import History
from firth.training.learners.learner import Learner, job_tokens
from firth.training.loop import Callback, Progress, TrainingLoop
from firth.training.model import Model
from firth.training.observer import TrainingObserver
from firth.training.report import Report
from firth.training.run import Run
from firth.training.state import TrainingState
from firth.training.texts import Texts, TextShards
from firth.training.tracking import Tracker
from firth.vectors import WordVectors


class Callbacks(NamedTuple):
    """Functions that are called during training; see :meth:`firth.Word2Vec.fit`."""

    on_report: Callable[[Report], object] | None = None
    on_progress: Callback | None = None
    every: int | None = None
    on_epoch: Callback | None = None
    tracker: Tracker | None = None


class Trainer:
    """Trains a model, for which it begins a :class:`firth.training.run.Run` or continues that of the model.

    Args:
        model: the model, which is changed.
        backend: where the model is trained.
        callbacks: what is called during training.
        checkpoints: where checkpoints are saved, or None.
    """

    def __init__(self, model: Model, backend: Backend, callbacks: Callbacks, checkpoints: Checkpoints | None) -> None:
        self._model, self._backend, self._callbacks, self._checkpoints = model, backend, callbacks, checkpoints

    def train(self, texts: Texts, *, update_vocabulary: bool) -> None:
        """Train on texts, whose words a new model takes.

        Args:
            texts: the texts.
            update_vocabulary: whether a model that knows words learns the new ones of the text.

        Raises:
            OptionError, VocabularyError, StorageError, DivergenceError: see :meth:`firth.Word2Vec.fit`.
        """
        model, run, corpus = self._model, self._model.run, texts.corpus
        known = model.has_weights
        if not model.loss:
            model.configuration = model.configuration.for_text(corpus.tokens_kept, len(corpus.vocabulary))
        if run is not None:
            run.check(model.configuration, corpus, texts.held_out)
        change = model.grow(corpus.vocabulary) if known and update_vocabulary and run is None else None
        if known:
            model.warn_of_changes(corpus)
            model.preparation = model.preparation or corpus.options
        else:
            model.take_words(corpus.vocabulary)
            model.preparation = corpus.options
        configuration, words = model.configuration, model.vocabulary
        learner = self._backend.learner(configuration, words.counts, model.bags)
        shards = texts.shards(words, job_tokens(learner))
        if self._callbacks.on_report is not None:
            self._callbacks.on_report(texts.report(shards, configuration, len(words), len(model.loss), change))
        if self._callbacks.tracker is not None:
            self._check_tracked(self._callbacks.tracker)
        if run is None:
            run = Run(configuration, TrainingState(first_epoch=len(model.loss)))
            model.history = History("training", options=configuration.as_dict())
        if self._checkpoints is not None:
            self._checkpoints.check(resuming=run.state.tokens_done > 0)
            run.identify(corpus, texts.held_out)
        model.run = run
        try:
            self._run(run, configuration, learner, shards)
        finally:
            if model.run is not None:
                model.run.identify(corpus, texts.held_out)

    def _check_tracked(self, tracker: Tracker) -> None:
        """Measure the vectors before training, so that a test that does not fit the words is an error at once."""
        model, is_new = self._model, not self._model.has_weights
        model.begin()
        try:
            tracker.check(model.vectors)
        except BaseException:
            if is_new:
                model.discard()
            raise
        finally:
            model.weights_changed()

    def _run(self, run: Run, configuration: Configuration, learner: Learner, shards: TextShards) -> None:
        model, state, backend = self._model, run.state, self._backend
        weights = model.begin()
        placed, executor = backend.place(weights), backend.executor(configuration, learner)
        loop = TrainingLoop(learner, placed, shards.learned, configuration, shards.held_out, state, executor)
        held_out_before = model.validation_loss[: len(model.validation_loss) - len(state.validation_history)]

        def follow() -> None:
            model.loss[state.first_epoch :] = state.history
            model.validation_loss[:] = [*held_out_before, *state.validation_history]
            model.weights_changed()

        def told(progress: Progress) -> object:
            follow()
            return None if self._callbacks.on_progress is None else self._callbacks.on_progress(progress)

        def epoch_ended(progress: Progress) -> object:
            backend.fetch(loop.weights, weights)
            follow()
            return None if self._callbacks.on_epoch is None else self._callbacks.on_epoch(progress)

        def checkpoint() -> Checkpoint:
            backend.fetch(loop.weights, weights)
            return Checkpoint(model.vocabulary, weights, state, {**model.facts(), "digests": run.digests})

        def vectors() -> WordVectors:
            backend.fetch(loop.weights, weights)
            model.weights_changed()
            return model.vectors

        saving, observer = self._checkpoints, TrainingObserver(model.history, self._callbacks.tracker, vectors)
        model.stopped = None
        first = observer.begin(loop.progress(state.seconds))
        try:
            if first is not None and told(first) is True:
                state.stopped = "callback"
            if saving is None:
                loop.run(told, self._callbacks.every, epoch_ended, observer=observer)
            else:
                training = CheckpointedTraining(loop, saving, checkpoint, backend, weights, observer)
                training.run(told, self._callbacks.every, epoch_ended)
        except DivergenceError:  # as if it had not been trained
            model.discard()
            raise
        finally:
            if model.has_weights:
                backend.fetch(loop.weights, weights)
            model.weights_changed()
            model.stopped = state.stopped
            if run.is_finished:
                model.run = None


def begun(checkpoint: Checkpoint) -> Model:
    """The model of a checkpoint, with its training, which can continue."""
    facts = checkpoint.facts
    model = Model.of(Configuration.of(**facts["configuration"]), checkpoint.vocabulary, checkpoint.weights, facts)
    model.run = Run(model.configuration, checkpoint.state, facts["digests"])
    return model
