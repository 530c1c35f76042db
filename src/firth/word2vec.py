"""The estimator: text in, word vectors out."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, Word, signature_of, switch, whole
from firth.contents import head_of, recognize
from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.corpus.encoding import CorpusOptions, Source
from firth.errors import DivergenceError, FileFormatError, FirthError, OptionError, VocabularyError, WrongType, warn
from firth.guard import guarded
from firth.objectives.probabilities import Probabilities
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words, unpack_words
from firth.targets import check_apart
from firth.text.preparation import Preparation, preparation_changes
from firth.training.backend import Backend, Cpu
from firth.training.checkpoint import Checkpoint, Checkpoints, Interval, files, newest
from firth.training.configuration import Configuration
from firth.training.growing import VocabularyChange, grown
from firth.training.history import History
from firth.training.learners.learner import job_tokens
from firth.training.loop import Callback, Progress, TrainingLoop
from firth.training.memory import check_memory
from firth.training.model_cell import html
from firth.training.ngram_lengths import ngram_lengths
from firth.training.observer import TrainingObserver
from firth.training.options import OptionValues
from firth.training.other_names import TEXTS, line
from firth.training.presets import preset
from firth.training.progress import Display
from firth.training.report import Report
from firth.training.run import Run
from firth.training.shards import Shards, Translated, split
from firth.training.signatures import takes_those_of
from firth.training.state import TrainingState
from firth.training.tracking import Tracked, Tracker
from firth.training.weights import Weights, initial_weights, input_rows, output_rows, weights_from
from firth.vectors import WordVectors
from firth.vectors.embeddings import Embeddings
from firth.vectors.subwords import Subwords, WordBags, composed, word_bags

_TEXTS = frozenset(TEXTS)
_SHAPE = (
    "architecture",
    "objective",
    "vector_size",
    "subwords",
    "minn",
    "maxn",
    "buckets",
    "hashes",
)  # what the saved matrices are made for


class Word2Vec:
    """Word vectors by CBOW or skip-gram, with negative sampling, hierarchical softmax or full softmax.

    After Mikolov et al. 2013 and Rong 2014; ``docs/models.md`` has each model's formula.

    Args:
        options: those of :class:`firth.training.options.Options`; ``docs/training.md`` explains each.

    Attributes:
        configuration: every hyper-parameter.
        vocabulary: the words, after :meth:`fit`.
        loss_: mean loss per example in each epoch so far, float64: the true objective, not a moving average. With full
            and hierarchical softmax, its exponential is a perplexity. It is None for an epoch in which nothing was
            learned.
        validation_loss_: the same for the held-out text, after each epoch.
        history: what was measured during the last training, against the words learned, which :meth:`plot_training`
            shows. It is not saved.
        preparation: how the first text of :meth:`fit` was prepared, and how later ones will be; it is saved with the
            model and the vectors, for :meth:`firth.text.preparation.Preparation.from_dict`.
        stopped_: ``"early stopping"`` or ``"callback"`` if this ended training early, otherwise None.
        notes: further facts to save with the model; anything that JSON can hold.

    Raises:
        OptionError: an option is invalid or unknown.

    Example:
        >>> model = Word2Vec(vector_size=100, workers=2, seed=1)
        >>> model.fit("corpus.txt").vectors.most_similar("king", topn=5)
    """

    vocabulary: Vocabulary
    loss_: list[float | None]
    validation_loss_: list[float]
    _backend: Backend = Cpu()

    @takes_those_of(Configuration)
    def __init__(self, *text: Any, **options: Any) -> None:
        if text or not _TEXTS.isdisjoint(options):
            raise WrongType("Word2Vec takes options only, and fit the text", hint=line(options, _name_of(text)))
        self.configuration = Configuration.of(**options)
        self._weights: Weights | None = None
        self._vectors: WordVectors | None = None
        self._bagged: WordBags | None = None
        self._run: Run | None = None  # that was interrupted
        self.history = History("training")
        self.loss_ = []
        self.validation_loss_ = []
        self.stopped_: str | None = None
        self.preparation: dict[str, Any] | None = None
        self.notes: dict[str, Any] = {}

    @classmethod
    def preset(cls, name: str, **options: Unpack[OptionValues]) -> Word2Vec:
        """A model for data that is not text: ``"items"`` for sessions, ``"graph"`` for random walks.

        Args:
            name: one of :data:`firth.training.presets.PRESETS`.
            options: options that differ from the preset.

        Raises:
            OptionError: the preset is unknown, or an option is invalid.
        """
        chosen = preset(name)
        chosen.update(options)
        return cls(**chosen)

    def __repr__(self) -> str:
        c = self.configuration
        return f"<Word2Vec: {c.architecture} by {c.objective}, {c.vector_size} dimensions, {len(self.loss_)} epochs>"

    def _repr_html_(self) -> str:
        return html(
            self.configuration, len(self.vocabulary) if self.is_trained else None, self.loss_, self.validation_loss_
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_vectors": None}  # they would not share the copy's memory

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
        configuration, known = self.configuration, self.is_trained
        run, progress = self._run, switch("progress", progress)
        if track_every is not None and track is None:
            raise OptionError(f"track_every={track_every!r} without track", hint="track='similarity:ws353.txt'")
        tracker = None if track is None else Tracker(track, track_every)  # its files are read before the long text
        held_out = configuration.validation if validation is None else validation
        configuration.check_training(first=not known, held_out=held_out is not None, every=every)
        if checkpoint is not None and not isinstance(checkpoint, Checkpoints):
            checkpoint = Checkpoints(checkpoint, Interval.of(checkpoint_every))
        # If a first training was interrupted, its text is read again in the same way as a first text.
        all_words = known and (run is None or run.state.first_epoch > 0)
        with contextlib.ExitStack() as stack:
            display = stack.enter_context(Display(progress))

            def read(text: Source, all_words: bool, cache: str | os.PathLike[str] | None = None) -> EncodedCorpus:
                corpus = encode(
                    text,
                    min_count=1 if all_words else configuration.min_count,
                    max_words=None if all_words else configuration.max_words,
                    workers=configuration.worker_count,
                    cache=cache,
                    progress=display.beside(display.reading, on_reading),
                    **self._prepared(reading),
                )
                return stack.enter_context(corpus)

            # The held-out text is read first, so that a wrong name is reported before the long text is read.
            share = held_out if isinstance(held_out, float | int) else None
            beside = None if held_out is None or isinstance(held_out, float | int) else read(held_out, True)
            if beside is not None and cache is not None:
                check_apart([("validation", fact["path"]) for fact in beside.sources or ()], [("cache", cache)])
            corpus = source if isinstance(source, EncodedCorpus) else read(source, all_words, cache)
            if not self.loss_:
                self.configuration = configuration = configuration.for_text(corpus.tokens_kept, len(corpus.vocabulary))
            if run is not None:
                run.check(configuration, corpus, beside)
            change = self._grow(corpus.vocabulary) if known and update_vocabulary and run is None else None
            same_words = known and corpus.vocabulary.words == self.vocabulary.words
            text = Translated(corpus, self.vocabulary) if known and not same_words else corpus
            if known:
                _warn_of(preparation_changes(self.preparation, corpus.options))
                self.preparation = self.preparation or corpus.options
            else:
                self.vocabulary, self.preparation = corpus.vocabulary, corpus.options
                configuration = self._with_lengths()
            learner = self._backend.learner(configuration, self.vocabulary.counts, self._bags())
            size = job_tokens(learner)
            unknown = text.unknown if isinstance(text, Translated) else 0
            known_tokens = [corpus.tokens_kept - unknown]
            if beside is not None:
                aside = Translated(beside, self.vocabulary)
                learned, kept_apart = Shards(text, size), Shards(aside, size)
                known_tokens.append(beside.tokens_kept - aside.unknown)
            elif share is not None:
                learned, kept_apart = split(text, share, size)
            else:
                learned, kept_apart = Shards(text, size), None
            if not all(known_tokens):
                raise VocabularyError("no word of the text is in the model's vocabulary", hint="update_vocabulary=True")
            told = display.beside(display.report, on_report)
            if told is not None:
                apart = known_tokens[1] if beside is not None else 0 if kept_apart is None else kept_apart.tokens
                told(Report.of(corpus, configuration, len(self.vocabulary), len(self.loss_), unknown, apart, change))
            if tracker is not None:
                self._check_tracked(tracker)
            if run is None:
                run = Run(configuration, TrainingState(first_epoch=len(self.loss_)))
                self.history = History("training", options=configuration.as_dict())
            if checkpoint is not None:
                checkpoint.check(resuming=run.state.tokens_done > 0)
                run.identify(corpus, beside)
            self._run = run
            try:
                weights, executor = self._backend.place(self._begun()), self._backend.executor(configuration, learner)
                loop = TrainingLoop(learner, weights, learned, configuration, kept_apart, run.state, executor)
                tell = display.beside(display.training, on_progress)
                self._train(loop, run, tell, every, on_epoch, checkpoint, tracker)
            finally:
                if self._run is not None:
                    self._run.identify(corpus, beside)
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
        facts = checkpoint.facts
        model = cls(**facts["configuration"])
        model.vocabulary, model._weights = checkpoint.vocabulary, checkpoint.weights
        model.preparation = facts["preparation"]
        model.loss_, model.validation_loss_ = list(facts["loss"]), list(facts["validation_loss"])
        model._run = Run(model.configuration, checkpoint.state, facts["digests"])
        return model

    @property
    def is_interrupted(self) -> bool:
        """Whether the last training was interrupted; ``fit`` with the same text then finishes it."""
        return self._run is not None

    def drop_interrupted(self) -> None:
        """Keep what was learned in an interrupted training, and do not finish it: ``fit`` begins a new training."""
        self._run = None

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

    def _with_lengths(self) -> Configuration:
        """The configuration, in which ``minn="auto"`` has become lengths that suit the words."""
        if self.configuration.subwords and isinstance(self.configuration.minn, str):
            lengths = ngram_lengths(self.vocabulary.words)
            self.configuration = dataclasses.replace(self.configuration, minn=lengths.minn, maxn=lengths.maxn)
            self.notes["ngram_lengths"] = {"minn": lengths.minn, "maxn": lengths.maxn, "coverage": lengths.coverage}
        return self.configuration

    def _bags(self) -> WordBags | None:
        """With subwords, the rows of the input matrix that each word's vector is the mean of."""
        if not self.configuration.subwords:
            return None
        if self._bagged is None or len(self._bagged.bounds) != len(self.vocabulary) + 1:
            packed = pack_words(self.vocabulary.words)
            self._bagged = word_bags(packed["words"], packed["word_bounds"], self.configuration.scheme)
        return self._bagged

    def _prepared(self, reading: CorpusOptions) -> CorpusOptions:
        """The options for reading, with the preparation of the model's first text unless another is given."""
        if self.preparation is None or reading.get("preparation") is not None:
            return reading
        before = Preparation.from_dict(self.preparation)
        return reading if before == Preparation() else {**reading, "preparation": before}

    def _begun(self) -> Weights:
        """The weights, which are initialized at random in a first training."""
        if self._weights is None:
            configuration, words = self.configuration, len(self.vocabulary)
            inputs, outputs = input_rows(words, configuration), output_rows(words, configuration.objective)
            check_memory(words, inputs, outputs, configuration.vector_size)
            self._weights = initial_weights(inputs, outputs, configuration.vector_size, configuration.seed)
        return self._weights

    def _train(
        self,
        loop: TrainingLoop,
        run: Run,
        on_progress: Callback | None,
        every: int | None,
        on_epoch: Callback | None,
        checkpoints: Checkpoints | None,
        tracker: Tracker | None,
    ) -> None:
        state, total = run.state, run.configuration.epochs * loop.shards.tokens

        def vectors() -> WordVectors:
            self._backend.fetch(loop.weights, self._trained())
            self._vectors = None
            return self.vectors

        observer = TrainingObserver(self.history, tracker, vectors)

        def told(progress: Progress) -> object:
            self._vectors = None
            return on_progress(progress) if on_progress is not None else None

        def epoch_ended(progress: Progress) -> object:
            self._backend.fetch(loop.weights, self._trained())
            self._vectors = None
            self.loss_.append(progress.loss)
            if progress.validation_loss is not None:
                self.validation_loss_.append(progress.validation_loss)
            return on_epoch(progress) if on_epoch is not None else None

        def train() -> None:
            if checkpoints is None:
                loop.run(told, every, epoch_ended, observer=observer)
            else:
                checkpoints.begin(state)
                loop.run(
                    told,
                    every,
                    epoch_ended,
                    lambda: checkpoints.is_due(state, total),
                    lambda: checkpoints.write(self._checkpoint(run, loop, checkpoints.command)),
                    observer,
                )

        self.stopped_ = None
        first = observer.begin(loop.progress(state.seconds))
        try:
            if first is not None and told(first) is True:
                state.stopped = "callback"
            try:
                train()
            except DivergenceError as divergence:
                if checkpoints is None or state.rate_factor < 1.0 or not files(checkpoints.folder):
                    raise
                self._go_back(loop, newest(checkpoints.folder), divergence)
                train()
        except DivergenceError:  # as if it had not been trained: what the weights hold is worth nothing
            self._weights, self._run, self.loss_, self.validation_loss_ = None, None, [], []
            raise
        finally:
            if self._weights is not None:
                self._backend.fetch(loop.weights, self._weights)
            self._vectors = None
            self.stopped_ = state.stopped
            if run.is_finished:
                self._run = None

    def _check_tracked(self, tracker: Tracker) -> None:
        """Measure the vectors before training, so that a test that does not fit the words is an error at once."""
        is_new = self._weights is None
        self._begun()
        try:
            tracker.check(self.vectors)
        except BaseException:
            if is_new:
                self._weights = None
            raise
        finally:
            self._vectors = None

    def _go_back(self, loop: TrainingLoop, checkpoint: Checkpoint, divergence: DivergenceError) -> None:
        """Continue a training that diverged from its last checkpoint, at half the learning rate."""
        weights = self._trained()
        weights.input_vectors[:] = checkpoint.weights.input_vectors
        weights.output_vectors[:] = checkpoint.weights.output_vectors
        loop.weights = self._backend.place(weights)
        vars(loop.state).update(vars(checkpoint.state), rate_factor=0.5)
        self.history.back_to(loop.state.tokens_done)
        facts = checkpoint.facts
        self.loss_, self.validation_loss_ = list(facts["loss"]), list(facts["validation_loss"])
        warn(
            f"{divergence.message}; training continues from the checkpoint at {loop.state.tokens_done:,} words, "
            "at half the learning rate"
        )

    def _checkpoint(self, run: Run, loop: TrainingLoop, command: dict[str, Any] | None) -> Checkpoint:
        self._backend.fetch(loop.weights, self._trained())
        facts = {
            "configuration": run.configuration.as_dict(),
            "preparation": self.preparation,
            "loss": self.loss_,
            "validation_loss": self.validation_loss_,
            "digests": run.digests,
            "command": command,
        }
        return Checkpoint(self.vocabulary, self._trained(), run.state, facts)

    def plot_training(self, path: str | os.PathLike[str] | None = None) -> History:
        """The curves of the last training: loss, held-out loss, learning rate, words per second and tracked scores.

        At the end of a notebook cell they are shown. They belong to a training of this process: a model that was loaded
        from a file has none.

        Args:
            path: file to write them to, too: a page (``.html``), or a picture (``.png``, ``.svg``, ``.pdf``).

        Raises:
            FirthError: the model was not trained in this process.
            OptionError: the name has another suffix.
            MissingExtra: the file is a picture, and matplotlib is not installed.
            StorageError: the file cannot be written.
        """
        if not self.history.points:
            raise FirthError(
                "no curves: the model was not trained in this process",
                hint="firth train --log run.jsonl keeps the record of a training, and firth plot draws it",
            )
        if path is not None:
            self.history.save(path)
        return self.history

    def initialize(self, vocabulary: Vocabulary) -> Word2Vec:
        """Give a model that has not been trained its words, whose vectors begin as in any training; returns the model.

        Then :meth:`fit` takes these words, their ids and counts from here, and not from the text.

        Args:
            vocabulary: the words, and the counts that the noise distribution and subsampling follow.

        Raises:
            VocabularyError: there are no words.
            FirthError: the model has been trained.
        """
        if self.loss_ or self._run is not None:
            raise FirthError("the model has been trained already", hint="initialize a new model")
        if not len(vocabulary):
            raise VocabularyError("a vocabulary without words, expected at least one")
        self.vocabulary, self._weights, self._vectors, self._bagged = vocabulary, None, None, None
        self._with_lengths()
        self._begun()
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
        self._trained()
        if isinstance(source, EncodedCorpus | Vocabulary):
            return self._grow(source if isinstance(source, Vocabulary) else source.vocabulary)
        workers = self.configuration.worker_count
        with encode(source, min_count=1, workers=workers, progress=False, **self._prepared(reading)) as corpus:
            _warn_of(preparation_changes(self.preparation, corpus.options))
            return self._grow(corpus.vocabulary)

    def _grow(self, text: Vocabulary) -> VocabularyChange:
        self.vocabulary, self._weights, change = grown(self.configuration, self.vocabulary, self._trained(), text)
        self._vectors, self._bagged = None, None
        return change

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
        if isinstance(context_words, str | int):
            context_words = [context_words]
        if not context_words or (self.configuration.architecture == "skipgram" and len(context_words) != 1):
            expected = "one word" if self.configuration.architecture == "skipgram" else "at least one word"
            raise OptionError(f"{len(context_words)} context words, expected {expected}")
        topn = whole("topn", topn, 0)
        probabilities = self._probabilities()
        inputs = np.array([[self.vocabulary.word_id(word) for word in context_words]])
        logs = probabilities.of_all_words(probabilities.hidden(inputs))[0]
        best = np.argsort(-logs, kind="stable")[:topn]
        return [(self.vocabulary.words[word], float(np.exp(logs[word]))) for word in best]

    def score(self, sentences: Iterable[Sequence[Word]]) -> list[float]:
        """log p of each sentence: the sum of log p(target | inputs) over its examples, unknown words left out.

        Raises:
            OptionError: the objective is negative sampling, or a sentence is a string.
        """
        probabilities = self._probabilities()
        architecture, window = self.configuration.architecture, self.configuration.widest_window
        scores = []
        for sentence in sentences:
            if isinstance(sentence, str):
                raise OptionError(f"the string {sentence!r} in place of a sentence", hint="sentence.split()")
            known = [self.vocabulary.word_id(word) for word in sentence if word in self.vocabulary]
            scores.append(probabilities.of_sentence(known, architecture, window))
        return scores

    def _probabilities(self) -> Probabilities:
        self._trained()
        objective = self.configuration.objective
        return Probabilities(objective, self.vocabulary.counts, self.input_vectors, self.output_vectors)

    @property
    def vectors(self) -> WordVectors:
        """The input vectors with their words, which share memory with the model. It is the same object until training
        continues. With subwords, the n-grams share memory with the model, and unknown words have vectors too.

        Raises:
            FirthError: the model has not been trained.
        """
        if self._vectors is None:
            matrix = self.input_vectors
            output = None if self.configuration.objective == "hierarchical" else self.output_vectors
            words, counts = self.vocabulary.words, self.vocabulary.counts
            known = Embeddings(words, matrix, counts, self._metadata(), self._subwords(), output)
            self._vectors = WordVectors.of(known)
        return self._vectors

    def _subwords(self) -> Subwords | None:
        c, weights = self.configuration, self._trained()
        if not c.subwords:
            return None
        ngrams = weights.input_vectors[-c.buckets :, : weights.vector_size]
        return Subwords(ngrams, c.scheme.minn, c.maxn, c.hashes)

    @property
    def input_vectors(self) -> npt.NDArray[np.float32]:
        """The vectors v of words as centers (words, dims), which share memory with the model.

        With subwords they are composed from the rows of the words and of their n-grams, and are a copy.
        """
        weights, bags = self._trained(), self._bags()
        if bags is not None:
            return composed(weights.input_vectors, bags, weights.vector_size)
        return weights.input_vectors[:, : weights.vector_size]

    @property
    def output_vectors(self) -> npt.NDArray[np.float32]:
        """The vectors u (output rows, dims), one for each word or inner node, which share memory with the model."""
        weights = self._trained()
        return weights.output_vectors[:, : weights.vector_size]

    @property
    def is_trained(self) -> bool:
        """Whether the model has been trained."""
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
            **({"notes": self.notes} if self.notes else {}),
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole model, both matrices, to one safetensors file, completely or not at all.

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
    @guarded("a model of word vectors")
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
            OptionError: an option is invalid, or the matrices do not fit another architecture, objective or
                vector_size.
        """
        content = recognize(head_of(path), path)
        of_fasttext = content is not None and content.kind == "fasttext-binary"
        model = cls._of_fasttext(path) if of_fasttext else cls._saved(path)
        for name in _SHAPE:
            given, saved = changed.get(name), getattr(model.configuration, name)
            if name in changed and given != saved:
                raise OptionError(f"{name}={given!r} for a model with {saved!r}", hint="train a new model")
        model.configuration = Configuration.of(**{**model.configuration.as_dict(), **changed})
        return model

    @classmethod
    def _of_fasttext(cls, path: str | os.PathLike[str]) -> Word2Vec:
        from firth.training.fasttext_models import continued  # hardly any training needs it

        configuration, vocabulary, weights = continued(path)
        model = cls(**configuration.as_dict())
        model.vocabulary, model._weights = vocabulary, weights
        return model

    @classmethod
    def _saved(cls, path: str | os.PathLike[str]) -> Word2Vec:
        tensors, metadata = map_tensors(path, "model", verified=True)
        try:
            model = cls(**metadata["configuration"])
            model.loss_ = [None if loss is None else float(loss) for loss in metadata["loss"]]
            model.validation_loss_ = [float(loss) for loss in metadata["validation_loss"]]
            model.stopped_ = metadata["stopped"]
            model.preparation = metadata.get("preparation")
            if not isinstance(model.preparation, dict | None):
                raise TypeError("the preparation of the text is no mapping")
            model.notes = dict(metadata.get("notes", {}))
            model.vocabulary = Vocabulary(unpack_words(tensors), tensors["counts"])
            # Kernels write to the weights, so these are copies, not the mapped file.
            model._weights = weights_from(
                tensors["input_vectors"], tensors["output_vectors"], model.configuration.vector_size
            )
        except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
            raise FileFormatError(f"{path}: the model is damaged ({error})") from error
        words = len(model.vocabulary)
        if not model._weights.fit(words, model.configuration):
            raise FileFormatError(f"{path}: damaged, its matrices do not fit {words:,} words")
        return model


def _name_of(text: tuple[Any, ...]) -> str:
    """How a text was written, as far as can be told."""
    return f'"{os.fspath(text[0])}"' if text and isinstance(text[0], str | os.PathLike) else "sentences"


def _warn_of(changes: list[str]) -> None:
    if changes:
        warn(f"the text is prepared differently from the model's training text: {', '.join(changes)}")
