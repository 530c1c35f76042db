"""gensim's Word2Vec over :class:`firth.Word2Vec`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

import firth.word2vec
from firth.contents import head_of, recognize
from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import DivergenceError, FileFormatError, OptionError, warn
from firth.gensim.begun_model import BegunModel, StrPath, TrimRule, chances
from firth.gensim.corpora import Sentences
from firth.gensim.line_readers import LineSentence, PathLineSentences, Text8Corpus
from firth.gensim.models.keyedvectors import KeyedVectors
from firth.gensim.refusals import Gone, NotReady
from firth.gensim.translation import attributes_of, check_objective, locked
from firth.training.loop import Progress

Matrix = npt.NDArray[np.float32]

__all__ = ["LineSentence", "PathLineSentences", "Text8Corpus", "Word2Vec"]

logger = logging.getLogger(__name__)
logger.addHandler(logging.NullHandler())  # it is shown only if logging is configured

_NOTES = "gensim"  # where a model's notes hold these attributes
_KEPT = (
    "vector_size", "alpha", "window", "min_count", "max_vocab_size", "sample", "seed", "workers", "min_alpha", "sg",
    "hs", "negative", "ns_exponent", "cbow_mean", "epochs", "comment", "max_final_vocab", "shrink_windows",
    "cbow_gradient", "corpus_count", "corpus_total_words", "effective_min_count", "train_count", "total_train_time",
    "running_training_loss", "min_alpha_yet_reached",
)  # fmt: skip


class Word2Vec(BegunModel):
    """Train, query and save word vectors, with gensim's options; firth does the work.

    ``sg=0`` means CBOW, ``alpha`` is the learning rate, and ``ns_exponent`` the noise exponent. CBOW has word2vec.c's
    gradient, as in gensim. The text is read once in each call of :meth:`train`, not once in each epoch. The attributes
    may be changed between trainings.

    Args:
        sentences: lists of words, or a reader of files; None to call :meth:`build_vocab` and :meth:`train` later.
        corpus_file: a text file with one sentence per line, in place of ``sentences``; it may be compressed.
        vector_size: number of dimensions.
        alpha, min_alpha: learning rate at the start and at the end.
        window: maximum distance between a word and its context words; up to 1,000.
        min_count: ignore words that occur fewer than this many times.
        max_vocab_size: only causes a warning; firth counts all words, and needs little memory for it.
        sample: threshold of subsampling: a share of the text if below 1, a count if 1 or above.
        seed: seed of the random number generator.
        workers: number of threads, at most the number of cores.
        sg: 1 for skip-gram, 0 for CBOW.
        hs: 1 for hierarchical softmax; ``negative`` should be 0 then.
        negative: number of noise words for each positive pair.
        ns_exponent: noise words are drawn in proportion to their counts to this power.
        cbow_mean: must be 1: CBOW takes the mean of the context.
        hashfxn, batch_words: have no effect.
        epochs: number of passes over the text.
        null_word: must be 0.
        trim_rule: called with a word, its count and ``min_count``; returns a constant of :mod:`firth.gensim.utils`.
        sorted_vocab: must be 1: the most frequent words come first.
        compute_loss: whether to record the loss for :meth:`get_latest_training_loss`.
        callbacks: objects with some of the methods of :class:`firth.gensim.models.callbacks.CallbackAny2Vec`.
        comment: any text; it is kept as an attribute.
        max_final_vocab: raise ``min_count`` until the vocabulary has at most this many words.
        shrink_windows: draw each window's width from 1 to ``window``, or always use ``window``.

    Attributes:
        wv: the :class:`firth.gensim.models.keyedvectors.KeyedVectors`; they share memory with the model.
        cbow_gradient: ``"word2vec"`` as gensim has it, or ``"corrected"``; not an option of gensim.

    Raises:
        OptionError: an option is invalid, or firth cannot do what it asks for.
    """

    def __init__(
        self,
        sentences: Iterable[Any] | None = None,
        corpus_file: StrPath | None = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 0,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[[Any], int] = hash,  # noqa: ARG002
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
        sorted_vocab: int = 1,
        batch_words: int = 10000,
        compute_loss: bool = False,
        callbacks: Sequence[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
    ) -> None:
        if null_word or not sorted_vocab:
            raise OptionError(
                f"null_word={null_word}, sorted_vocab={sorted_vocab}: a vocabulary of firth has the words of the "
                "text, the most frequent first",
                hint="leave both out",
            )
        if max_vocab_size is not None:
            warn(
                f"max_vocab_size={max_vocab_size} has no effect: firth counts all words; hint: max_final_vocab limits "
                "the vocabulary"
            )
        self.vector_size, self.window, self.shrink_windows = int(vector_size), int(window), bool(shrink_windows)
        self.alpha, self.min_alpha, self.epochs, self.seed = float(alpha), float(min_alpha), epochs, int(seed)
        self.min_count, self.max_final_vocab, self.max_vocab_size = min_count, max_final_vocab, max_vocab_size
        self.sample, self.workers, self.batch_words = sample, int(workers), batch_words
        self.sg, self.hs, self.negative, self.ns_exponent = int(sg), int(hs), int(negative), ns_exponent
        self.cbow_mean, self.cbow_gradient = int(cbow_mean), "word2vec"
        self.compute_loss, self.comment = bool(compute_loss), comment
        self.running_training_loss = 0.0
        self.min_alpha_yet_reached = self.alpha
        self.corpus_count = self.corpus_total_words = 0
        self.effective_min_count = min_count
        self.train_count, self.total_train_time = 0, 0.0
        self.raw_vocab: dict[str, int] = {}
        self._engine: firth.word2vec.Word2Vec | None = None
        self.wv = KeyedVectors(self.vector_size)
        self.load = self._load_on_model  # type: ignore[method-assign]
        if sentences is None and corpus_file is None:
            if callbacks or trim_rule is not None:
                warn("callbacks and trim_rule have no effect without a text; hint: give them to build_vocab and train")
            return
        corpus = Sentences(sentences, corpus_file)
        with self._scanned(corpus) as encoded:
            self.prepare_vocab(trim_rule=trim_rule)
            self._train(corpus, encoded, self.compute_loss, callbacks)

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"{name}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    @staticmethod
    def _load_on_model(*_: Any, **__: Any) -> NoReturn:
        raise Gone("load makes a new model, and leaves this one as it is", hint="model = Word2Vec.load(path)")

    def train(
        self,
        corpus_iterable: Iterable[Any] | None = None,
        corpus_file: StrPath | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,  # noqa: ARG002
        queue_factor: int = 2,  # noqa: ARG002
        report_delay: float = 1.0,  # noqa: ARG002
        compute_loss: bool = False,
        callbacks: Sequence[Any] = (),
    ) -> tuple[int, int]:
        """Train on a text, with the words that the model has.

        Args:
            corpus_iterable, corpus_file: the text, as for the class. It is read once.
            total_examples, total_words: one of them must be given, as in gensim, although firth counts them itself.
            epochs: number of passes over the text; it must be given.
            start_alpha, end_alpha: learning rates from now on.
            word_count, queue_factor, report_delay: have no effect.
            compute_loss, callbacks: as for the class.

        Returns:
            The expected number of words trained on after subsampling, and the number of words in the text.

        Raises:
            NotReady: the model has no words.
        """
        if total_examples is None and total_words is None:
            raise OptionError("no total_examples or total_words", hint="total_examples=model.corpus_count")
        if epochs is None:
            raise OptionError("no number of epochs", hint="epochs=model.epochs")
        self.alpha, self.min_alpha = start_alpha or self.alpha, end_alpha or self.min_alpha
        self.epochs = epochs
        return self._train(Sentences(corpus_iterable, corpus_file), None, compute_loss, callbacks)

    def _train(
        self, corpus: Sentences, encoded: EncodedCorpus | None, compute_loss: bool, callbacks: Sequence[Any]
    ) -> tuple[int, int]:
        check_objective(self)
        engine = self._ready()
        if self.alpha > self.min_alpha_yet_reached:
            logger.warning("the learning rate rises: alpha=%g after %g", self.alpha, self.min_alpha_yet_reached)
        engine.configuration = locked(self._configuration(engine.vocabulary), self.wv.vectors_lockf)
        self.compute_loss, self.running_training_loss = compute_loss, 0.0
        began = time.perf_counter()

        def tell(moment: str) -> None:
            for callback in callbacks:
                getattr(callback, moment, lambda _: None)(self)

        def epoch_ended(progress: Progress) -> None:
            if compute_loss:
                self.running_training_loss += (progress.loss or 0.0) * progress.examples
            self.wv.fill_norms(force=True)
            speed = progress.tokens_per_second
            logger.info("epoch %d of %d: loss %s, %.0f words/s", progress.epoch, progress.epochs, progress.loss, speed)
            tell("on_epoch_end")
            if progress.epoch < progress.epochs:
                tell("on_epoch_begin")

        with encoded or corpus.read(self.workers, engine.vocabulary) as text:
            known = text.tokens_kept if encoded is None else int(engine.vocabulary.counts.sum())
            tell("on_train_begin")
            tell("on_epoch_begin")
            try:
                engine.fit(text, on_epoch=epoch_ended, progress=False)
            except DivergenceError:
                self._engine = None
                raise
            finally:
                engine.drop_interrupted()  # what was learned is kept, and the next training is one of its own
                self.wv.fill_norms(force=True)
        self.train_count += 1
        self.total_train_time += time.perf_counter() - began
        self.min_alpha_yet_reached = self.min_alpha
        tell("on_train_end")
        counts = engine.vocabulary.counts
        left = counts @ chances(counts, engine.configuration.sample) / counts.sum()
        return round(known * left) * self.epochs, corpus.words * self.epochs

    def get_latest_training_loss(self) -> float:
        """The sum of the losses of all examples since the last training began; 0 without ``compute_loss``."""
        return self.running_training_loss

    # Questions to a trained model

    @property
    def syn1neg(self) -> Matrix:
        """(words, dims) the output vectors of negative sampling; they share memory with the model."""
        if self._engine is None or self._engine.configuration.objective != "negative":
            raise Gone("no syn1neg: the model has no output vectors of negative sampling", hint="negative=5, hs=0")
        return self._engine.output_vectors

    @property
    def syn1(self) -> Matrix:
        """(words, dims) a copy of the vectors of the inner nodes, of which there is one fewer: the last row is zero."""
        if self._engine is None or self._engine.configuration.objective != "hierarchical":
            raise Gone("no syn1: the model has no vectors of inner nodes", hint="hs=1, negative=0")
        return np.concatenate([self._engine.output_vectors, np.zeros((1, self.vector_size), np.float32)])

    def score(
        self,
        sentences: Iterable[Sequence[str]],
        total_sentences: int = 1_000_000,
        chunksize: int = 100,  # noqa: ARG002
        queue_factor: int = 2,  # noqa: ARG002
        report_delay: float = 1,  # noqa: ARG002
    ) -> Matrix:
        """log p of each sentence, (sentences,), by hierarchical softmax.

        Args:
            sentences: lists of words.
            total_sentences: score at most this many sentences.
            chunksize, queue_factor, report_delay: have no effect.

        Raises:
            NotReady: the model has no words, or was trained by negative sampling.
        """
        engine = self._ready()
        if not self.hs:
            raise NotReady(
                "a score of a model by negative sampling, which has no probabilities", hint="hs=1, negative=0"
            )
        first = (sentence for sentence, _ in zip(sentences, range(total_sentences), strict=False))
        return np.array(engine.score(first), np.float32)

    def predict_output_word(
        self, context_words_list: Sequence[str | int], topn: int = 10
    ) -> list[tuple[str, float]] | None:
        """The words that fit the mean of a context best, each with its softmax probability among all words.

        Args:
            context_words_list: words, or rows; unknown ones are ignored. The result is None if all are unknown.
            topn: number of words.

        Raises:
            NotReady: the model was not trained by negative sampling; ``firth.Word2Vec.predict`` answers then.
        """
        engine = self._engine
        if engine is None or engine.configuration.objective != "negative":
            raise NotReady("no output vectors of negative sampling", hint="negative=5, hs=0")
        found = [self.wv.embeddings.row(word) for word in context_words_list]
        rows = [row for row in found if row is not None]
        if not rows:
            return None
        scores = (engine.output_vectors @ engine.input_vectors[rows].mean(axis=0)).astype(np.float64)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = np.argsort(-shares, kind="stable")[:topn]
        return [(self.wv.index_to_key[row], float(shares[row])) for row in best]

    # Files

    @classmethod
    def from_gensim(cls, model: Any) -> Word2Vec:
        """A model with the words, vectors and options of a model of gensim itself, which gensim has trained or loaded.

        With hierarchical softmax, the vectors of the inner nodes are set to zero, since firth's tree has other nodes; a
        warning says so.

        Args:
            model: a ``gensim.models.Word2Vec`` with words.

        Raises:
            NotReady: it has no words.
        """
        self = cls()
        for name in _KEPT:
            if hasattr(model, name):
                setattr(self, name, getattr(model, name))
        keys = model.wv.index_to_key
        counts = np.array([model.wv.get_vecattr(key, "count") for key in keys], np.int64)
        order = np.argsort(-counts, kind="stable")
        self._begin(Vocabulary([keys[row] for row in order], counts[order]))
        engine = self._ready()
        engine.input_vectors[:] = model.wv.vectors[order]
        if engine.configuration.objective == "negative":
            engine.output_vectors[:] = model.syn1neg[order]
        else:
            warn("the vectors of the inner nodes begin at zero: firth's Huffman tree has other nodes than gensim's")
        return self

    def save(self, fname_or_handle: StrPath, **_: Any) -> None:
        """Write the whole model to one file, which ``firth.Word2Vec.load`` opens too; gensim's options have no effect.

        Raises:
            StorageError: the file cannot be written.
        """
        engine = self._ready()
        engine.notes[_NOTES] = {name: getattr(self, name) for name in _KEPT}
        engine.save(fname_or_handle)

    @classmethod
    def load(cls, fname: StrPath, mmap: str | None = None, **_: Any) -> Word2Vec:  # noqa: ARG003
        """Open a model that :meth:`save` or ``firth.Word2Vec.save`` wrote; files pickled by gensim are refused.

        Args:
            fname: the file.
            mmap: has no effect.

        Raises:
            FileFormatError: the file is missing, damaged or in another format.
        """
        found = recognize(head_of(fname), fname)
        if found is not None and found.kind == "gensim":
            raise FileFormatError(
                f"{fname} holds {found.name}", hint="open it with gensim, and give it to Word2Vec.from_gensim(model)"
            )
        engine = firth.word2vec.Word2Vec.load(fname)
        self = cls()
        noted = engine.notes.get(_NOTES)
        known = noted if isinstance(noted, dict) else {}
        for name, value in {**attributes_of(engine.configuration), **known}.items():
            if name in _KEPT:
                setattr(self, name, value)
        self._engine = engine
        self._show()
        return self
