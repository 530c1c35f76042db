"""The vocabulary of gensim's model: counting, choosing and adding words, and starting a model with them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

import firth.word2vec
from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import SourceError
from firth.gensim.corpora import Sentences
from firth.gensim.models.keyedvectors import KeyedVectors
from firth.gensim.refusals import NotReady
from firth.gensim.translation import configuration, share_of
from firth.gensim.utils import RULE_DISCARD, RULE_KEEP
from firth.training.configuration import Configuration
from firth.training.noise import keep_thresholds

StrPath = str | os.PathLike[str]
TrimRule = Callable[[str, int, int], int]


class BegunModel:
    """The part of :class:`firth.gensim.models.word2vec.Word2Vec` that gives it a vocabulary.

    Attributes:
        wv: the words with their vectors, which share memory with the model.
        raw_vocab: the counts of all words, between :meth:`scan_vocab` and :meth:`prepare_vocab`.
        corpus_count, corpus_total_words: numbers of sentences and words in the text that was counted.
        effective_min_count: the count that words must have, after ``max_final_vocab``.
    """

    wv: KeyedVectors
    vector_size: int
    window: int
    shrink_windows: bool
    alpha: float
    min_alpha: float
    epochs: int
    seed: int
    workers: int
    min_count: int
    max_final_vocab: int | None
    sample: float
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    cbow_gradient: str
    corpus_count: int
    corpus_total_words: int
    effective_min_count: int
    raw_vocab: dict[str, int]
    _engine: firth.word2vec.Word2Vec | None

    def build_vocab(
        self,
        corpus_iterable: Iterable[Any] | None = None,
        corpus_file: StrPath | None = None,
        update: bool = False,
        progress_per: int = 10000,  # noqa: ARG002
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **options: Any,
    ) -> None:
        """Count the words of a text, and start the model with them, or with ``update`` add them to it.

        Args:
            corpus_iterable, corpus_file: the text, as for the class.
            update: whether the model keeps its words and learns new ones. Words are then sorted by their counts again.
            progress_per: has no effect.
            keep_raw_vocab: whether all counts stay in ``raw_vocab``.
            trim_rule: as for the class.
            options: ``min_count`` and ``sample``, in place of the model's.

        Raises:
            NotReady: ``update`` is true, but the model has no words yet.
        """
        self.scan_vocab(corpus_iterable, corpus_file)
        self.prepare_vocab(update=update, keep_raw_vocab=keep_raw_vocab, trim_rule=trim_rule, **options)

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[str, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """Start the model with words and their counts; the arguments are those of :meth:`build_vocab`.

        ``corpus_count`` is the number of sentences that will be trained on.
        """
        self.raw_vocab, self.corpus_count = dict(word_freq), corpus_count or 0
        self.prepare_vocab(update=update, keep_raw_vocab=keep_raw_vocab, trim_rule=trim_rule)

    def scan_vocab(
        self,
        corpus_iterable: Iterable[Any] | None = None,
        corpus_file: StrPath | None = None,
        progress_per: int = 10000,  # noqa: ARG002
        workers: int | None = None,  # noqa: ARG002
        trim_rule: TrimRule | None = None,  # noqa: ARG002
    ) -> tuple[int, int]:
        """Count the words of a text, in ``raw_vocab``; returns the numbers of words and sentences."""
        corpus = Sentences(corpus_iterable, corpus_file)
        with self._scanned(corpus):
            return self.corpus_total_words, self.corpus_count

    @contextlib.contextmanager
    def _scanned(self, corpus: Sentences) -> Iterator[EncodedCorpus | None]:
        """A text encoded with all its words, which are counted; None if no text was given."""
        try:
            encoded = corpus.read(self.workers)
        except SourceError:
            if corpus.words or corpus.is_file:
                raise
            encoded = None
        words = encoded.vocabulary if encoded is not None else Vocabulary([], [])
        self.raw_vocab = dict(zip(words.words, words.counts.tolist(), strict=True))
        self.corpus_count, self.corpus_total_words = corpus.count, corpus.words
        with encoded or contextlib.nullcontext():
            yield encoded

    def prepare_vocab(
        self,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Choose words among those in ``raw_vocab``, and start the model with them; see :meth:`build_vocab`.

        Args:
            dry_run: whether to leave the model unchanged.

        Returns:
            The numbers of words and tokens that are dropped and kept, and that subsampling affects.
        """
        if update and self._engine is None:
            raise NotReady("update=True for a model without words", hint="build_vocab(sentences) first")
        min_count, sample = min_count or self.min_count, sample or self.sample
        least = self.effective_min_count if update else self._least(min_count)
        counts = {word: n for word, n in self.raw_vocab.items() if _is_kept(word, n, least, trim_rule)}
        words = sorted(counts, key=counts.__getitem__, reverse=True)
        kept = Vocabulary(words, [counts[word] for word in words])
        dropped = len(self.raw_vocab) - len(kept)
        left = chances(kept.counts, share_of(sample, kept.counts))
        if not dry_run:
            self.min_count, self.sample, self.effective_min_count = min_count, sample, least
            self._grow(kept) if update else self._begin(kept)
            if not keep_raw_vocab:
                self.raw_vocab = {}
        return {
            "drop_unique": dropped,
            "retain_total": int(kept.counts.sum()),
            "downsample_unique": int((left < 1).sum()),
            "downsample_total": int(kept.counts @ left),
            "num_retained_words": len(kept),
        }

    def _least(self, min_count: int) -> int:
        """The smallest ``min_count``, from the given one on, with which the vocabulary is small enough."""
        if self.max_final_vocab is None or self.max_final_vocab >= len(self.raw_vocab):
            return min_count
        return max(min_count, sorted(self.raw_vocab.values(), reverse=True)[self.max_final_vocab] + 1)

    def _configuration(self, vocabulary: Vocabulary, min_count: int | None = None) -> Configuration:
        least = self.effective_min_count if min_count is None else min_count
        return configuration(self, min_count=least, epochs=self.epochs, counts=vocabulary.counts)

    def _begin(self, vocabulary: Vocabulary) -> None:
        self._engine = None
        if len(vocabulary):
            options = self._configuration(vocabulary).as_dict()
            self._engine = firth.word2vec.Word2Vec(**options).initialize(vocabulary)
        self._show()

    def _grow(self, new: Vocabulary) -> None:
        engine = self._ready()
        engine.configuration = self._configuration(engine.vocabulary, min_count=1)  # words are chosen already
        engine.update_vocabulary(new)
        self._show()

    def _show(self) -> None:
        """Update ``wv`` to the present words and vectors of the model."""
        engine, locks = self._engine, self.wv.vectors_lockf
        if engine is None:
            self.wv._fill([], np.zeros((0, self.vector_size), np.float32))
            return
        words = engine.vocabulary
        self.wv._fill(list(words.words), engine.input_vectors, {"count": words.counts.copy()})
        self.wv.vectors_lockf = locks if len(locks) in (1, len(words)) else np.ones(1, np.float32)

    def _ready(self) -> firth.word2vec.Word2Vec:
        """The firth model that does the training, with the vectors in ``wv``.

        Raises:
            NotReady: there are no words, or those of ``wv`` are different.
        """
        engine = self._engine
        if engine is None:
            raise NotReady("the model has no words", hint="build_vocab(sentences) first")
        matrix = engine.input_vectors
        if not np.may_share_memory(matrix, self.wv.vectors):
            if self.wv.index_to_key != engine.vocabulary.words or self.wv.vectors.shape != matrix.shape:
                raise NotReady("model.wv has other words or dimensions than the model", hint="build_vocab(sentences)")
            matrix[:] = self.wv.vectors
            self._show()
        return engine

    def reset_from(self, other_model: BegunModel) -> None:
        """Start again with the words and counts of another model."""
        self.corpus_count = other_model.corpus_count
        self._begin(other_model._ready().vocabulary)

    def init_weights(self) -> None:
        """Start again with the same words."""
        self._begin(self._ready().vocabulary)


def _is_kept(word: str, count: int, min_count: int, trim_rule: TrimRule | None) -> bool:
    rule = None if trim_rule is None else trim_rule(word, count, min_count)
    return rule != RULE_DISCARD and (rule == RULE_KEEP or count >= min_count)


def chances(counts: npt.NDArray[np.int64], sample: float) -> npt.NDArray[np.float64]:
    """(words,) the share of its occurrences that subsampling is expected to keep of each word, 0 to 1."""
    return keep_thresholds(counts, sample) / (2**32 - 1)
