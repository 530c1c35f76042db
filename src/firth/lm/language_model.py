"""The common interface of all language models, and the methods that are implemented with it.

A model factors the probability of a sentence, log p(w_1 .. w_n </s>) = sum of log p(w_i | w_1 .. w_{i-1}), and computes
it word by word: ``start()`` returns the state before the first word, and ``step(state, word)`` returns the log
probability of a word in this state and the state after it. States are plain data: tuples of numbers. Logarithms are
natural.
"""

from __future__ import annotations

import functools
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import OnProgress, real, whole
from firth.errors import FileFormatError, LanguageModelWarning, OptionError, warn
from firth.kernels.ngram.nodes import END_ID, START_ID, UNKNOWN_ID
from firth.lm.sentences import END, SPECIAL_WORDS, UNKNOWN, Sentences
from firth.lm.token_scores import Floats, Perplexity, TokenScore, TokenScores
from firth.stored_words import unpack_words

if TYPE_CHECKING:
    from firth.corpus.encoding import ReadingOptions
    from firth.lm.encoder import Encoder, Text

_REPORTED = 10_000  # tokens scored, at least, between two reports
_AT_A_TIME = 1 << 21  # tokens scored, at most, so that memory does not grow with the text

State: TypeAlias = tuple[Any, ...]
LOG_10 = math.log(10)


class LanguageModel(ABC):
    """The base class of all language models: it gives a probability to every next word.

    Attributes:
        words: the vocabulary; the id of a word is its position. ``<unk>``, ``<s>`` and ``</s>`` are 0, 1 and 2.
        is_distribution: whether the probabilities after a history sum to 1.
        preparation: how the training text was prepared, as :meth:`Preparation.as_dict` returned it; every other text is
            prepared in the same way. None, as for ARPA files: tokens are separated by whitespace.
    """

    words: list[str]
    is_distribution: bool = True
    preparation: dict[str, Any] | None = None

    @abstractmethod
    def start(self) -> State:
        """The state at the beginning of a sentence."""

    @abstractmethod
    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        """Natural log p(word | state), and the state after the word."""

    @abstractmethod
    def log_probabilities(self, state: State) -> Floats:
        """Natural log p of every word; ``<s>`` has -inf. # (words,)"""

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        """log p of every token of the sentences, each sentence followed by its ``</s>``. # (tokens,)"""
        del workers
        out = np.empty(sentences.tokens)
        place = 0
        for first, last in zip(sentences.bounds[:-1].tolist(), sentences.bounds[1:].tolist(), strict=True):
            state = self.start()
            for word_id in [*sentences.ids[first:last].tolist(), END_ID]:
                out[place], state = self.step_id(state, word_id)
                place += 1
        return out

    def ngram_length(self, state: State, word_id: int) -> int | None:
        """Length of the longest n-gram of the model that ends with the word, from 1; ``None`` for other models."""
        del state, word_id
        return None

    def ngram_lengths(self, sentences: Sentences, *, workers: int | None = None) -> npt.NDArray[np.int8] | None:
        """The same for every token of the sentences, each sentence followed by its ``</s>``. # (tokens,)"""
        del sentences, workers
        return None

    def __getstate__(self) -> dict[str, Any]:
        # Cached properties are computed again in another process.
        return {name: value for name, value in self.__dict__.items() if name not in ("index", "encoder")}

    @functools.cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        return {word: i for i, word in enumerate(self.words)}

    @functools.cached_property
    def encoder(self) -> Encoder:
        """Turns text into the ids of :attr:`words`."""
        from firth.lm.encoder import Encoder

        return Encoder(self.index, self.preparation)

    def step(self, state: State, word: str) -> tuple[float, State]:
        """Natural log p(word | state), and the state after the word; unknown words count as ``<unk>``."""
        return self.step_id(state, self.index.get(word, UNKNOWN_ID))

    def score(self, sentence: str | Sequence[str], *, start: bool = True, end: bool = True) -> float:
        """The natural log probability of a sentence.

        Args:
            sentence: a string, which is prepared as the training text was; or a list of tokens.
            start: whether it is the beginning of a sentence; otherwise the words before it are unknown.
            end: count ``</s>`` after it.

        Raises:
            SourceError: ``<s>`` or ``</s>`` is among the tokens.
            WrongType: a token is not a string.
        """
        state = self.start() if start else ()
        total = 0.0
        for token in self._tokens(sentence, end):
            value, state = self.step(state, token)
            total += value
        return total

    def full_scores(self, sentence: str | Sequence[str], *, start: bool = True, end: bool = True) -> list[TokenScore]:
        """How each token of a sentence is predicted: log10 probability, length of the n-gram found, whether unknown.

        Args:
            sentence, start, end: as for :meth:`score`, whose result is the sum of these, times log 10.

        Raises:
            SourceError: ``<s>`` or ``</s>`` is among the tokens.
            WrongType: a token is not a string.
        """
        state = self.start() if start else ()
        scores = []
        for token in self._tokens(sentence, end):
            word_id = self.index.get(token, UNKNOWN_ID)
            length = self.ngram_length(state, word_id)
            value, state = self.step_id(state, word_id)
            scores.append(TokenScore(value / LOG_10, length, word_id == UNKNOWN_ID))
        return scores

    def full_scores_all(
        self, text: Text, *, workers: int | None = None, **reading: Unpack[ReadingOptions]
    ) -> TokenScores:
        """The result of :meth:`full_scores` for every sentence of a text at once.

        Args:
            text, workers, reading: as for :meth:`perplexity`.
        """
        sentences = self.encoder.encode(text, workers=workers, **reading)
        values = self.token_log_probabilities(sentences, workers=workers)
        return TokenScores(
            values / LOG_10,
            self.ngram_lengths(sentences, workers=workers),
            sentences.targets() == UNKNOWN_ID,
            sentences.bounds + np.arange(len(sentences) + 1),
        )

    def score_all(
        self,
        text: Text,
        *,
        workers: int | None = None,
        progress: OnProgress | None = None,
        **reading: Unpack[ReadingOptions],
    ) -> Floats:
        """The natural log probability of each sentence of a text, including its ``</s>``. # (sentences,)

        Args:
            text, workers, progress, reading: as for :meth:`perplexity`.
        """
        sentences = self.encoder.encode(text, workers=workers, **reading)
        scored = self._scored(sentences, workers, progress)
        return np.concatenate([np.empty(0), *(_of_sentences(part, values) for part, values in scored)])

    def score_lines(self, lines: Iterable[str], *, workers: int | None = None) -> Floats:
        """The result of :meth:`score` for many strings at once, each a sentence. # (lines,)"""

        def score(sentences: Sentences) -> Floats:
            return _of_sentences(sentences, self.token_log_probabilities(sentences, workers=1))

        return np.concatenate([np.empty(0), *self.encoder.map_lines(lines, score, workers=workers)])

    def _scored(
        self, sentences: Sentences, workers: int | None, progress: OnProgress | None
    ) -> Iterator[tuple[Sentences, Floats]]:
        """Some sentences after the others, and log p of each of their tokens. # (tokens,)"""
        done = 0
        for part, stop in sentences.parts(_AT_A_TIME):
            if progress is None:
                yield part, self.token_log_probabilities(part, workers=workers)
                continue
            values = []  # the same parts, so that sums are the same to the last bit
            for smaller, end in part.parts(max(_REPORTED, sentences.tokens // 50)):
                values.append(self.token_log_probabilities(smaller, workers=workers))
                progress(done + end, sentences.tokens)
            yield part, np.concatenate(values)
            done = stop

    def perplexity(
        self,
        text: Text,
        *,
        end: bool = True,
        workers: int | None = None,
        progress: OnProgress | None = None,
        **reading: Unpack[ReadingOptions],
    ) -> Perplexity:
        """The perplexity of a text, which does not have to fit into memory.

        Args:
            text: everything that :func:`firth.corpus.encode` reads, or an encoded corpus; it is prepared as the
                training text was.
            end: predict and count ``</s>`` after each sentence.
            workers: number of threads, by default all cores.
            progress: called from time to time with the number of tokens done and their total number.
            reading: further options of :func:`firth.corpus.encode`, such as ``field``, or another ``preparation``.
        """
        sentences = self.encoder.encode(text, workers=workers, **reading)
        tokens = unknown = 0
        total = known = 0.0
        is_possible = False  # an unknown word
        for part, values in self._scored(sentences, workers, progress):
            targets = part.targets()
            if not end:
                is_word = np.ones(len(values), bool)
                is_word[part.ends] = False
                values, targets = values[is_word], targets[is_word]
            is_unknown = targets == UNKNOWN_ID
            tokens += len(values)
            unknown += int(is_unknown.sum())
            total += float(values.sum())
            known += float(values[~is_unknown].sum())
            is_possible |= not np.isneginf(values[is_unknown]).all()
        if unknown and not is_possible:
            warn(
                f"{unknown:,} tokens are unknown, and the model keeps no probability for {UNKNOWN}: "
                "the perplexity is infinite, and only the one without unknown words is meaningful",
                LanguageModelWarning,
            )
        return Perplexity(tokens, len(sentences), unknown, total, known, end)

    def _tokens(self, sentence: str | Sequence[str], end: bool) -> list[str]:
        """The words of a sentence, and ``</s>`` after them if ``end``."""
        tokens = self.encoder.tokens(sentence)
        return [*tokens, END] if end else tokens

    def state_after(self, history: str | Sequence[str]) -> State:
        """The state after the first words of a sentence."""
        state = self.start()
        for token in self._tokens(history, end=False):
            _, state = self.step(state, token)
        return state

    def predict(self, history: str | Sequence[str] = (), topn: int = 10) -> list[tuple[str, float]]:
        """The most probable next words with their probabilities, best first; ``</s>`` may be among them."""
        topn = whole("topn", topn, 0)
        values = self.log_probabilities(self.state_after(history))
        topn = min(topn, int(np.isfinite(values).sum()))
        best = np.argpartition(-values, max(topn - 1, 0))[:topn]
        best = best[np.lexsort((best, -values[best]))]
        return [(self.words[i], float(np.exp(values[i]))) for i in best.tolist()]

    def generate(
        self,
        history: str | Sequence[str] = (),
        *,
        seed: int | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        max_words: int = 100,
    ) -> list[str]:
        """Draw words until ``</s>`` or ``max_words``; ``<unk>`` is not a word and never drawn.

        The sentence also ends if no word can follow: if only ``<unk>`` was seen, and other words have no probability.

        Args:
            history: the first words of the sentence; they are not part of the result.
            seed: the same seed gives the same words.
            temperature: probabilities are raised to the power 1 / temperature; 0 always takes the most probable word.
            top_k: draw only from this many most probable words.
        """
        temperature = real("temperature", temperature, 0)
        top_k = whole("top_k", top_k, 1, optional=True)
        max_words = whole("max_words", max_words, 0)
        seed = whole("seed", seed, 0, optional=True)
        random = np.random.default_rng(seed)
        state = self.state_after(history)
        drawn: list[str] = []
        while len(drawn) < max_words:
            values = self.log_probabilities(state)
            values[[UNKNOWN_ID, START_ID]] = -np.inf
            word_id = _draw(values, temperature, top_k, random)
            if word_id == END_ID:
                break
            drawn.append(self.words[word_id])
            _, state = self.step_id(state, word_id)
        return drawn


def _of_sentences(sentences: Sentences, values: Floats) -> Floats:
    """log p of each sentence, from that of all tokens. # (sentences,)"""
    if not len(sentences):
        return np.empty(0)
    return np.add.reduceat(values, sentences.bounds[:-1] + np.arange(len(sentences)))


def take_preparation(path: str | os.PathLike[str], facts: dict[str, Any]) -> dict[str, Any] | None:
    """Remove and return the preparation in the facts of a model file; None if there is none.

    Raises:
        FileFormatError: it is not a preparation.
    """
    preparation: dict[str, Any] | None = facts.pop("preparation", None)
    if not isinstance(preparation, dict | None):
        raise FileFormatError(f"{path}: damaged, {preparation!r:.60} for the preparation of the text")
    return preparation


def take_words(path: str | os.PathLike[str], tensors: dict[str, npt.NDArray[Any]]) -> list[str]:
    """The words in a model file. The special words must be the first three, as kernels rely on their rows.

    Raises:
        FileFormatError: the words are damaged, or do not begin with the special words.
    """
    words = unpack_words(tensors)
    if tuple(words[: len(SPECIAL_WORDS)]) != SPECIAL_WORDS:
        raise FileFormatError(
            f"{path}: damaged, expected words that begin with {', '.join(SPECIAL_WORDS)}", hint="train the model again"
        )
    return words


def _draw(values: Floats, temperature: float, top_k: int | None, random: np.random.Generator) -> int:
    if not np.isfinite(values).any():
        return END_ID
    if temperature == 0:
        return int(np.argmax(values))
    if top_k is not None and top_k < len(values):
        values[np.argpartition(-values, top_k - 1)[top_k:]] = -np.inf
    with np.errstate(over="ignore"):  # a temperature near 0 leaves the best words only
        weights = np.exp((values - values.max()) / temperature)
    return int(random.choice(len(weights), p=weights / weights.sum()))


def check_same_words(models: Iterable[LanguageModel]) -> None:
    """Raise an error if models do not predict the same words with the same ids."""
    first, *others = models
    for other in others:
        if other.words != first.words:
            raise OptionError(
                f"models of {len(first.words)} and {len(other.words)} words, expected the same vocabulary",
                hint=f"train both on one vocabulary, with {UNKNOWN} for all other words",
            )
