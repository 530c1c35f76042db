"""The n-gram language model: the probability of a word given the n - 1 words before it, by counting."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, real, switch, whole
from firth.corpus.encoding import Source
from firth.drawing.watching import Watch, show_reading
from firth.errors import FileFormatError, LanguageModelWarning, OptionError, warn
from firth.guard import guarded
from firth.kernels.ngram.nodes import START_ID
from firth.lm.language_model import LOG_10, LanguageModel, State, take_preparation, take_words
from firth.lm.ngram.trie import Trie
from firth.lm.sentences import Sentences
from firth.lm.token_scores import Floats
from firth.lm.training_text import TrainingTextOptions, Words, read_training_text
from firth.parallel import cores
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words
from firth.text.preparation import Preparation, preparation_changes

if TYPE_CHECKING:
    from firth.corpus import EncodedCorpus
    from firth.lm.ngram.probing import Table

_TENSORS = {
    "level_bounds", "left_words", "child_bounds", "log10_probabilities", "log10_backoffs", "words", "word_bounds"
}  # fmt: skip


class NgramModel(LanguageModel):
    """Log probabilities and back-off weights on a trie of n-grams; made by :meth:`train`, :meth:`load` or an ARPA file.

    Attributes:
        trie: the n-grams.
        log10_probabilities: (nodes,) float32, log10 p(last word | the others).
        log10_backoffs: (inner nodes,) float32, log10 of the weight of shorter histories.
        info: how the model was made; plain data.
    """

    def __init__(
        self,
        words: list[str],
        trie: Trie,
        log10_probabilities: npt.NDArray[np.float32],
        log10_backoffs: npt.NDArray[np.float32],
        info: dict[str, Any],
        preparation: dict[str, Any] | None = None,
    ) -> None:
        self.words = words
        self.preparation = preparation
        self.trie = trie
        self.log10_probabilities = log10_probabilities
        self.log10_backoffs = log10_backoffs
        self.info = info
        for array in (trie.left_words, trie.child_bounds, log10_probabilities, log10_backoffs):
            array.flags.writeable = False
        self.is_distribution = info.get("form") != "stupid"
        missing = math.log10(info["used"][-1][0]) if info.get("form") == "stupid" else 0.0
        uniform = -math.log10(len(words) - 1 - info["closed"]) if info.get("form") == "uniform" else math.nan
        self._rule = missing, uniform
        self._arrays: Any = (
            trie.order, trie.left_words, trie.child_bounds, log10_probabilities, log10_backoffs, *self._rule,
        )  # fmt: skip
        self._table: Table | None = None
        self._tokens_scored = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        # Arrays of a mapped file are copied, and locks and tables are made again.
        made_of = (self.words, self.trie, self.log10_probabilities, self.log10_backoffs, self.info, self.preparation)
        return NgramModel, made_of

    @property
    def order(self) -> int:
        """Length of the longest n-grams, in words."""
        return self.trie.order

    def __repr__(self) -> str:
        sizes = " + ".join(str(size) for size in self.trie.sizes())
        return f"NgramModel(order {self.order}, {self.info.get('smoothing', 'ARPA')}, {sizes} n-grams)"

    @classmethod
    def train(
        cls,
        text: Source | EncodedCorpus,
        order: int = 3,
        *,
        smoothing: str = "modified-kneser-ney",
        form: str | None = None,
        parameters: float | Sequence[float] | None = None,
        prune: Sequence[int] | None = None,
        vocabulary: Words | None = None,
        min_count: int = 1,
        closed: bool = False,
        workers: int | None = None,
        memory: int = 2 << 30,
        progress: bool | OnProgress | None = True,
        **reading: Unpack[TrainingTextOptions],
    ) -> NgramModel:
        """Count the n-grams of a text and smooth them. The text does not have to fit into memory.

        Args:
            text: everything that :func:`firth.corpus.encode` reads: a path or several, an iterable of token lists, of
                strings or of mappings, a table of pandas or polars; or an encoded corpus, which should be made with
                ``min_count=1`` and ``keep_lines=True``, since words that it leaves out cannot be counted. Each line,
                or each list, is a sentence, even if it is empty.
            order: length of the longest n-grams, in words, from 1.
            smoothing: a name of ``SMOOTHINGS``.
            form: ``"interpolated"`` or ``"backoff"``; by default the usual form of the method.
            parameters: the parameter of the method, one for all orders or one for each: k of add-k, the discount of
                absolute and Kneser-Ney, the weights of Jelinek-Mercer. By default it is estimated from the counts.
            prune: for each order from 1, leave out n-grams that occur this many times or fewer, after the discounts
                are computed; the last number applies to all higher orders. The first is 0, and they never decrease.
            vocabulary: the words of the vocabulary, or a file of them; all others become ``<unk>``. By default the
                words of the text.
            min_count: words that occur fewer times become ``<unk>``.
            closed: give words outside the vocabulary no probability.
            workers: number of threads, by default all cores.
            memory: bytes that sorting the n-grams may use; beyond this, temporary files are used.
            progress: whether to show a progress bar, in a notebook or if stderr is a terminal; it is not shown anywhere
                else, and it disappears at the end. Or a function that is called instead, with the number of bytes read
                and their total number.
            reading: further options of :func:`firth.corpus.encode`: ``preparation``, which the model keeps, so that
                held-out text is prepared in the same way; ``field``, ``on_error``, ``errors``, ``cache``; and
                ``max_words``, ``keep_words``, ``drop_words``.

        Raises:
            OptionError: an option is invalid.
            SourceError: the text cannot be read, or is empty.
            EncodingError: the text is not UTF-8.
            VocabularyError: no word is left.
        """
        from firth.lm.ngram.estimation import Estimator
        from firth.lm.ngram.ngram_counts import MAX_ORDER, count_ngrams

        order = whole("order", order, 1, MAX_ORDER)
        min_count = whole("min_count", min_count, 1)
        closed = switch("closed", closed)
        memory = whole("memory", memory, 0)
        workers = whole("workers", workers, 1, optional=True) or cores()
        estimator = Estimator.of(
            order, smoothing=smoothing, form=form, parameters=parameters, prune=prune, closed=closed
        )
        with Watch(progress) as watch:
            learned = read_training_text(
                text, vocabulary=vocabulary, min_count=min_count, closed=closed, workers=workers, memory=memory,
                progress=watch.told(show_reading), **reading,
            )  # fmt: skip
            words, options = learned.words, learned.options
            watch.now("counting and smoothing")
            counts = count_ngrams(learned.sentences, len(words), order, workers=workers, memory=memory)
            del learned  # its sentences are large
            made = estimator.trie(counts, workers)
        return cls(words, *made, options)

    def start(self) -> State:
        return (START_ID,)[: self.order - 1]

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        value = float(self._score(state, np.array([word_id], np.int32))[0])
        return value, (*state, word_id)[max(0, len(state) + 2 - self.order) :]

    def log_probabilities(self, state: State) -> Floats:
        return self._score(state, np.arange(len(self.words), dtype=np.int32))

    def _score(self, state: State, word_ids: npt.NDArray[np.int32]) -> Floats:
        from firth.kernels.ngram.scoring import score_words

        out = np.empty(len(word_ids))
        score_words(np.array(state[::-1], np.int32), word_ids, out, *self._arrays)
        return out * LOG_10

    def ngram_length(self, state: State, word_id: int) -> int:
        from firth.kernels.ngram.nodes import find_child

        node, length = word_id, 1
        for word in reversed(state):
            first, last = self.trie.child_bounds[node : node + 2].tolist()
            node = find_child(self.trie.left_words, first, last, word)
            if node < 0:
                break
            length += 1
        return length

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        return self._look_up(sentences, None, workers)

    def ngram_lengths(self, sentences: Sentences, *, workers: int | None = None) -> npt.NDArray[np.int8]:
        lengths = np.empty(sentences.tokens, np.int8)
        self._look_up(sentences, lengths, workers)
        return lengths

    def _look_up(self, sentences: Sentences, lengths: npt.NDArray[np.int8] | None, workers: int | None) -> Floats:
        """log p of every token (tokens,); the lengths of the n-grams found go to ``lengths``, if it is given."""
        from firth.kernels.ngram import batches
        from firth.kernels.ngram.scoring import score_range
        from firth.lm.ngram.probing import build_table, fits

        workers = workers or cores()
        out = np.empty(sentences.tokens)
        with self._lock:
            self._tokens_scored += len(out)
            is_worth = self._tokens_scored * batches.WORTH >= len(self.trie.left_words)
            if self._table is None and is_worth and fits(self.trie):
                self._table = build_table(self.trie, self.log10_probabilities, self.log10_backoffs, workers)

        def score(first: int) -> None:
            last = min(first + batches.CHUNK, len(out))
            if self._table is None:
                score_range(sentences.ids, sentences.bounds, first, last, out, lengths, *self._arrays)
            else:
                batches.look_up_range(
                    sentences.ids,
                    sentences.bounds,
                    first,
                    last,
                    out,
                    lengths,
                    self.log10_probabilities,
                    self.log10_backoffs,
                    *self._table,
                    *self._rule,
                )
            out[first:last] *= LOG_10

        if len(out) <= batches.CHUNK:
            score(0)
            return out
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(score, range(0, len(out), batches.CHUNK)))
        return out

    def prune_by_entropy(self, threshold: float) -> NgramModel:
        """A model without those n-grams whose removal raises the perplexity by less than the share ``threshold``.

        Source: Stolcke (1998), "Entropy-based pruning of backoff language models".

        Raises:
            OptionError: the threshold is negative, or the model is not a distribution with ordinary back-off.
        """
        from firth.lm.ngram.estimation import log10
        from firth.lm.ngram.pruning import cut, entropy_mask, normalising_backoffs

        threshold = real("threshold", threshold, 0)
        self._check_backs_off("pruned by entropy")
        probabilities = 10.0 ** self.log10_probabilities.astype(np.float64)
        keep = entropy_mask(self.trie, probabilities, threshold)
        backoffs = normalising_backoffs(self.trie, probabilities, keep)
        trie, kept, weights = cut(self.trie, keep, self.log10_probabilities, backoffs)
        info = {**self.info, "prune_entropy": threshold}
        return NgramModel(self.words, trie, kept, log10(weights), info, self.preparation)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the native file, which :meth:`load` maps without reading it; or where the name is that of an ARPA file
        (``.arpa``, ``.lm``, perhaps compressed), what :meth:`write_arpa` writes.

        Raises:
            OptionError: as for :meth:`write_arpa`.
            StorageError: it cannot be written.
        """
        from firth.lm.ngram.arpa import is_arpa

        if is_arpa(path):
            self.write_arpa(path)
            return
        tensors: dict[str, npt.NDArray[Any]] = {
            "level_bounds": self.trie.level_bounds,
            "left_words": self.trie.left_words,
            "child_bounds": self.trie.child_bounds,
            "log10_probabilities": self.log10_probabilities,
            "log10_backoffs": self.log10_backoffs,
            **pack_words(self.words),
        }
        write_tensors(path, "ngram", tensors, {**self.info, "preparation": self.preparation})

    @classmethod
    @guarded("an n-gram model")
    def load(cls, path: str | os.PathLike[str]) -> NgramModel:
        """Map a native file.

        Raises:
            FileFormatError: it is missing, damaged or of another kind.
        """
        tensors, info = map_tensors(path, "ngram")
        if not tensors.keys() >= _TENSORS or not {"form", "closed", "used"} <= info.keys():
            raise FileFormatError(f"{path}: the n-gram model is damaged", hint="train or convert it again")
        trie = Trie(tensors["level_bounds"], tensors["left_words"], tensors["child_bounds"])
        words = take_words(path, tensors)
        log10_probabilities, log10_backoffs = tensors["log10_probabilities"], tensors["log10_backoffs"]
        if (
            not trie.is_sound()
            or any(array.dtype != np.float32 or array.ndim != 1 for array in (log10_probabilities, log10_backoffs))
            or trie.sizes()[0] != len(words)
            or len(log10_probabilities) != trie.level_bounds[-1]
            or len(log10_backoffs) != (trie.level_bounds[-2] if trie.order > 1 else 0)
        ):
            raise FileFormatError(f"{path}: the n-gram model is damaged", hint="train or convert it again")
        preparation = take_preparation(path, info)
        return cls(words, trie, log10_probabilities, log10_backoffs, info, preparation)

    @classmethod
    @guarded("an ARPA file")
    def read_arpa(cls, path: str | os.PathLike[str]) -> NgramModel:
        """Read an ARPA file, plain or compressed, from any tool.

        A :class:`firth.errors.LanguageModelWarning` says if the file has no ``<unk>``, ``<s>`` or ``</s>``, and what
        this means.

        Raises:
            FileFormatError: it is missing or damaged; the message names the line.
        """
        from firth.lm.ngram.arpa import read_arpa

        return cls(*read_arpa(path))

    def write_arpa(self, path: str | os.PathLike[str]) -> None:
        """Write an ARPA file, compressed if its name ends in ``.gz``, ``.bz2`` or ``.xz``.

        A :class:`firth.errors.LanguageModelWarning` says how the text was prepared, since the format cannot store it.

        Raises:
            OptionError: the model cannot be written as one (add-k and stupid back-off have their own back-off rules),
                or it has a word that the format cannot hold.
            StorageError: the file cannot be written.
        """
        from firth.lm.ngram.arpa import write_arpa

        self._check_backs_off("written as an ARPA file")
        write_arpa(path, self.words, self.trie, self.log10_probabilities, self.log10_backoffs)
        prepared = preparation_changes(Preparation().as_dict(), self.preparation or {})
        if prepared:
            warn(
                f"{path} does not store how the training text was prepared ({', '.join(prepared)}): ARPA files cannot; "
                "hint: give the same options when you use it, or save the model as .safetensors",
                LanguageModelWarning,
            )

    def _check_backs_off(self, what: str) -> None:
        if self.info["form"] in ("uniform", "stupid"):
            raise OptionError(f"{self.info['smoothing']} cannot be {what}: it has its own back-off rule")
