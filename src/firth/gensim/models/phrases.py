"""gensim's Phrases: pairs of words counted by firth, scored as gensim scores them, and joined in any sentence."""

from __future__ import annotations

import inspect
import itertools
import math
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Self

import numpy as np

from firth.arguments import real, whole
from firth.corpus.phrases_found import pair_counts
from firth.errors import FileFormatError, OptionError, SourceError
from firth.gensim.corpora import Sentences
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words, unpack_words
from firth.text.stop_words import CONNECTORS

Scorer = Callable[..., float]
Sentence = Iterable[str]

ENGLISH_CONNECTOR_WORDS = CONNECTORS["english"] - {"as", "into", "upon"}
NEGATIVE_INFINITY = -math.inf

_ARGUMENTS = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")


def original_scorer(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,
    min_count: int,
    corpus_word_count: int,  # noqa: ARG001
) -> float:
    """(n_ab - min_count) / (n_a n_b) times the number of different words and pairs (Mikolov et al. 2013b, equation 6).

    firth's own score, of ``firth phrases``, multiplies by the number of words in the text, as word2phrase does.
    """
    expected = worda_count * wordb_count
    return (bigram_count - min_count) / expected * len_vocab if expected else NEGATIVE_INFINITY


def npmi_scorer(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,  # noqa: ARG001
    min_count: int,
    corpus_word_count: int,
) -> float:
    """Normalised pointwise mutual information, -1 to 1 (Bouma 2009); minus infinity below ``min_count``."""
    if bigram_count < min_count or not worda_count * wordb_count * bigram_count:
        return NEGATIVE_INFINITY
    surprise = math.log(corpus_word_count / bigram_count)
    return math.log(bigram_count * corpus_word_count / (worda_count * wordb_count)) / surprise if surprise else 1.0


_SCORERS: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


class PhraseJoiner:
    """Joins the phrases of sentences, from left to right; subclasses define what is a phrase.

    Args:
        connector_words: words that may occur inside phrases, but not at their ends.
    """

    def __init__(self, connector_words: Collection[str]) -> None:
        self.connector_words = frozenset(connector_words)

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """The phrase of two words, with the connector words between them, and its score; both None if it is not one."""
        raise NotImplementedError

    def analyze_sentence(self, sentence: Sentence) -> Iterator[tuple[str, float | None]]:
        """The words of a sentence, with phrases joined and their scores."""
        held: list[str] = []  # a word that may begin a phrase, and connector words behind it
        for word in sentence:
            if word in self.connector_words:
                if held:
                    held.append(word)
                else:
                    yield word, None
                continue
            if held:
                phrase, score = self.score_candidate(held[0], word, held[1:])
                if phrase is not None:
                    yield phrase, score
                    held = []
                    continue
            yield from ((left, None) for left in held)
            held = [word]
        yield from ((left, None) for left in held)

    def __getitem__(self, sentence: Any) -> Any:
        """The words of a sentence, with phrases joined; for several sentences, an iterable of them."""
        given = iter(sentence)
        first = next(given, None)
        if first is not None and not isinstance(first, str):
            several = itertools.chain([first], given) if given is sentence else sentence
            return JoinedSentences(self, several)
        words = given if first is None else itertools.chain([first], given)
        return [word for word, _ in self.analyze_sentence(words)]

    def find_phrases(self, sentences: Iterable[Sentence]) -> dict[str, float]:
        """The phrases that occur in sentences, with their scores."""
        found = (pair for sentence in sentences for pair in self.analyze_sentence(sentence))
        return {phrase: score for phrase, score in found if score is not None}


class JoinedSentences:
    """Sentences with phrases joined, which can be iterated over as often as the sentences."""

    def __init__(self, joiner: PhraseJoiner, sentences: Iterable[Sentence]) -> None:
        self._joiner, self._sentences = joiner, sentences

    def __iter__(self) -> Iterator[list[str]]:
        return ([word for word, _ in self._joiner.analyze_sentence(sentence)] for sentence in self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)  # type: ignore[arg-type]


class Phrases(PhraseJoiner):
    """Finds pairs of words that occur together more often than their counts explain, and joins them.

    Args:
        sentences: lists of words, or a reader of files; None to call :meth:`add_vocab` later.
        min_count: words and pairs that occur less often do not form phrases.
        threshold: pairs with a score above this are phrases.
        max_vocab_size: maximum number of words and pairs; the rarest are dropped after all are counted.
        delimiter: separator of the words of a phrase.
        progress_per: has no effect.
        scoring: ``"default"`` (:func:`original_scorer`), ``"npmi"`` (:func:`npmi_scorer`), or a function with the same
            arguments.
        connector_words: words that may occur inside phrases, such as :data:`ENGLISH_CONNECTOR_WORDS`.

    Attributes:
        vocab: the count of each word, and of each pair joined by ``delimiter``.
        corpus_word_count: number of words in the text.

    Raises:
        OptionError: an option is invalid.
    """

    def __init__(
        self,
        sentences: Iterable[Sentence] | None = None,
        min_count: float = 5,
        threshold: float = 10.0,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        progress_per: int = 10000,  # noqa: ARG002
        scoring: str | Scorer = "default",
        connector_words: Collection[str] = frozenset(),
    ) -> None:
        super().__init__(connector_words)
        lowest, highest = {"default": (0.0, math.inf), "npmi": (-1.0, 1.0)}.get(str(scoring), (-math.inf, math.inf))
        self.min_count = real("min_count", min_count, 1)
        self.threshold = real("threshold", threshold, lowest, highest)
        if scoring == "default" and not threshold:
            raise OptionError("threshold=0, expected a number above 0 for the scoring 'default'")
        self.max_vocab_size = whole("max_vocab_size", max_vocab_size, 1)
        self.delimiter, self.scoring = delimiter, _scorer(scoring)
        self.vocab: dict[str, int] = {}
        self.min_reduce, self.corpus_word_count = 1, 0
        if sentences is not None:
            self.add_vocab(sentences)

    def __repr__(self) -> str:
        return f"{type(self).__name__}<{len(self.vocab)} vocab, min_count={self.min_count}, threshold={self.threshold}>"

    def add_vocab(self, sentences: Iterable[Sentence]) -> None:
        """Count the words and pairs of more sentences."""
        corpus = Sentences(sentences, None)
        try:
            words, pairs, total = pair_counts(corpus.source, connectors=self.connector_words)
        except SourceError:
            if corpus.is_file or corpus.words:
                raise
            return
        self.corpus_word_count += total
        joined = ((self.delimiter.join(pair.words), pair.count) for pair in pairs)
        for word, count in itertools.chain(words.items(), joined):
            self.vocab[word] = self.vocab.get(word, 0) + count
        while len(self.vocab) > self.max_vocab_size:
            self.vocab = {word: count for word, count in self.vocab.items() if count > self.min_reduce}
            self.min_reduce += 1

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """See :class:`PhraseJoiner`."""
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        counts = [self.vocab.get(word, 0) for word in (word_a, word_b, phrase)]
        if not all(counts):
            return None, None
        score = self.scoring(
            **dict(zip(_ARGUMENTS, (*counts, len(self.vocab), self.min_count, self.corpus_word_count), strict=True))
        )
        return (phrase, score) if score > self.threshold else (None, None)

    def export_phrases(self) -> dict[str, float]:
        """All phrases, with their scores."""
        found = {}
        for token in self.vocab:
            first, *rest = token.split(self.delimiter)
            if rest:
                phrase, score = self.score_candidate(first, rest[-1], rest[:-1])
                if phrase is not None and score is not None:
                    found[phrase] = score
        return found

    def freeze(self) -> FrozenPhrases:
        """The phrases without the counts, which take less memory."""
        return FrozenPhrases(self)

    def save(self, fname_or_handle: str | os.PathLike[str], **_: Any) -> None:
        """Write one file, completely or not at all; gensim's options have no effect.

        Raises:
            StorageError: the file cannot be written.
        """
        facts = {**_facts(self), "max_vocab_size": self.max_vocab_size, "corpus_word_count": self.corpus_word_count}
        _save(fname_or_handle, "phrase counts", list(self.vocab), list(self.vocab.values()), np.int64, facts)

    @classmethod
    def load(cls, fname: str | os.PathLike[str], **_: Any) -> Self:
        """Open what :meth:`save` wrote; files pickled by gensim are refused, with a hint.

        Raises:
            FileFormatError: the file is missing, damaged or in another format, or its scorer has not been imported.
        """
        self = cls()
        self.vocab, facts = _loaded(fname, "phrase counts")
        _restore(self, facts, fname, ("max_vocab_size", "corpus_word_count"))
        return self


class FrozenPhrases(PhraseJoiner):
    """The phrases that a :class:`Phrases` has found, without its counts.

    Args:
        phrases_model: the :class:`Phrases`.

    Attributes:
        phrasegrams: the score of each phrase.
    """

    def __init__(self, phrases_model: Phrases) -> None:
        super().__init__(phrases_model.connector_words)
        self.threshold, self.min_count = phrases_model.threshold, phrases_model.min_count
        self.delimiter, self.scoring = phrases_model.delimiter, phrases_model.scoring
        self.phrasegrams = phrases_model.export_phrases()

    def __repr__(self) -> str:
        return f"{type(self).__name__}<{len(self.phrasegrams)} phrases, threshold={self.threshold}>"

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """See :class:`PhraseJoiner`."""
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        score = self.phrasegrams.get(phrase, NEGATIVE_INFINITY)
        return (phrase, score) if score > self.threshold else (None, None)

    def save(self, fname_or_handle: str | os.PathLike[str], **_: Any) -> None:
        """Write one file, as :meth:`Phrases.save`."""
        scores = list(self.phrasegrams.values())
        _save(fname_or_handle, "frozen phrases", list(self.phrasegrams), scores, np.float64, _facts(self))

    @classmethod
    def load(cls, fname: str | os.PathLike[str], **_: Any) -> Self:
        """Open what :meth:`save` wrote, as :meth:`Phrases.load`."""
        self = cls(Phrases())
        self.phrasegrams, facts = _loaded(fname, "frozen phrases")
        _restore(self, facts, fname, ())
        return self


Phraser = FrozenPhrases


def _scorer(scoring: str | Scorer) -> Scorer:
    if isinstance(scoring, str):
        if scoring not in _SCORERS:
            raise OptionError(f"scoring={scoring!r}, expected {' or '.join(map(repr, _SCORERS))} or a function")
        return _SCORERS[scoring]
    missing = [name for name in _ARGUMENTS if name not in inspect.signature(scoring).parameters]
    if missing:
        raise OptionError(f"a scoring function without the arguments {', '.join(missing)}")
    return scoring


def _facts(model: Phrases | FrozenPhrases) -> dict[str, Any]:
    return {
        "min_count": model.min_count,
        "threshold": model.threshold,
        "delimiter": model.delimiter,
        "connector_words": sorted(model.connector_words),
        "scoring": [model.scoring.__module__, getattr(model.scoring, "__qualname__", "")],
    }


def _save(path: Any, kind: str, words: list[str], values: list[Any], dtype: Any, facts: dict[str, Any]) -> None:
    write_tensors(path, kind, {**pack_words(words), "values": np.array(values, dtype)}, facts)


def _loaded(path: Any, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    tensors, facts = map_tensors(path, kind, verified=True)
    try:
        return dict(zip(unpack_words(tensors), tensors["values"].tolist(), strict=True)), facts
    except (KeyError, ValueError) as error:
        raise FileFormatError(f"{path}: a damaged file of phrases ({error})") from error


def _restore(model: Phrases | FrozenPhrases, facts: dict[str, Any], path: Any, others: tuple[str, ...]) -> None:
    """Give a model the facts of a file. The scorer is looked up in imported modules; no code of the file is run."""
    try:
        for name in ("min_count", "threshold", "delimiter", *others):
            setattr(model, name, facts[name])
        model.connector_words = frozenset(facts["connector_words"])
        module, name = facts["scoring"]
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(f"{path}: a damaged file of phrases ({error})") from error
    scorer = getattr(sys.modules.get(module), name, None)
    if not inspect.isfunction(scorer):
        raise FileFormatError(
            f"{path}: scored by {module}.{name}, which is not here", hint=f"import {module}, then load the file again"
        )
    model.scoring = _scorer(scorer)
