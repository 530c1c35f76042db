"""The questions that the server answers: each takes a mapping of plain values, and gives plain data for JSON."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np

from firth.arguments import Word, is_integer, whole
from firth.errors import OptionError, UnknownWord
from firth.serving.combined_search import CombinedSearch, Search
from firth.serving.limits import Limits
from firth.text.queries import word_of_query
from firth.vectors.spelling import closest
from firth.vectors.terms import Term, mean_vector, rows_of
from firth.vectors.wordvectors import WordVectors

Question: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]

_TOPN = 10


class Endpoints:
    """The questions that vectors answer.

    Args:
        vectors: the words; with an index they are searched approximately.
        limits: limits of answers.

    Attributes:
        kinds: the function that answers each kind of question, by its name.
    """

    def __init__(self, vectors: WordVectors, limits: Limits) -> None:
        self._vectors, self._limits = vectors, limits
        self._preparation = vectors.metadata.get("preparation")
        self.search = CombinedSearch(vectors)
        self._spelling = ThreadPoolExecutor(1, "spelling")
        self.kinds: dict[str, Callable[[Question], Awaitable[Answer]]] = {
            "neighbors": self.neighbors,
            "analogy": self.analogy,
            "similarity": self.similarity,
            "vector": self.vector,
        }

    def info(self) -> Answer:
        """Facts about the vectors that are served."""
        vectors = self._vectors
        return {"words": len(vectors), "vector_size": vectors.vector_size, "recall": round(vectors.recall, 6)}

    async def with_spellings(self, error: UnknownWord) -> UnknownWord:
        """The error for an unknown word, with the closest known spellings; one search for such runs at a time."""
        loop, words = asyncio.get_running_loop(), self._vectors.embeddings.words
        return UnknownWord(error.word, await loop.run_in_executor(self._spelling, closest, str(error.word), words))

    async def neighbors(self, question: Question) -> Answer:
        """The words nearest to ``word``, or to ``positive`` words minus ``negative`` ones, or to a ``vector``."""
        _check(question, ("word", "positive", "negative", "vector", "topn"))
        given = question.get("vector")
        positive: list[Term] = [*self._words(question, "word", most=1), *self._words(question, "positive")]
        if given is not None:
            positive.append(_vector(given))
        return {"neighbors": await self._nearest(question, positive, self._words(question, "negative"))}

    async def analogy(self, question: Question) -> Answer:
        """The answers to "``a`` is to ``b`` as ``c`` is to what?"."""
        _check(question, ("a", "b", "c", "topn"))
        a, b, c = (self._word(question, name) for name in "abc")
        return {"answers": await self._nearest(question, [b, c], [a])}

    async def similarity(self, question: Question) -> Answer:
        """The cosine similarity of ``a`` and ``b``."""
        _check(question, ("a", "b"))
        return {"similarity": _number(self._vectors.similarity(self._word(question, "a"), self._word(question, "b")))}

    async def vector(self, question: Question) -> Answer:
        """The vector of ``word``."""
        _check(question, ("word",))
        numbers = self._vectors.get_vector(self._word(question, "word"))
        return {"vector": [_number(number) for number in numbers.tolist()]}

    async def _nearest(self, question: Question, positive: list[Term], negative: list[Word]) -> list[Answer]:
        topn = whole("topn", question.get("topn", min(_TOPN, self._limits.topn)), 1, self._limits.topn)
        terms: list[Term] = [*positive, *negative]
        if not terms:
            raise OptionError("no word, expected word=WORD", hint="/neighbors?word=king")
        embeddings = self._vectors.embeddings
        signs = [1.0] * len(positive) + [-1.0] * len(negative)
        mean = mean_vector(embeddings, terms, signs, post_normalize=True, ignore_missing=False)
        if not np.isfinite(mean).all():
            raise OptionError("a vector that holds NaN or infinity, which is near to nothing")
        found = await self.search.ask(Search(mean, frozenset(rows_of(embeddings, terms)), topn))
        return [{"word": word, "similarity": _number(score)} for word, score in found]

    def _is_word(self, given: object) -> bool:
        return isinstance(given, str) or (self._vectors.embeddings.words.are_integers and is_integer(given))

    def _word(self, question: Question, name: str) -> Word:
        words = self._words(question, name, most=1)
        if not words:
            raise OptionError(f"no {name}, expected a word")
        return words[0]

    def _meant(self, word: Word) -> Word:
        """An unknown word, prepared as the training text was: ``Paris`` is ``paris`` where case was folded."""
        return word_of_query(word, self._preparation, self._vectors) if isinstance(word, str) else word

    def _words(self, question: Question, name: str, most: int | None = None) -> list[Word]:
        """The words under a name, prepared as the text was."""
        given = question.get(name)
        words = [] if given is None else given if isinstance(given, list) else [given]
        if not all(map(self._is_word, words)):
            raise OptionError(f"{name} is {_shown(given)}, expected a word{'' if most == 1 else ' or a list of words'}")
        if len(words) > (most or self._limits.batch):
            raise OptionError(f"{len(words)} words as {name}, expected {most or self._limits.batch} at most")
        meant = [word if word in self._vectors else self._meant(word) for word in words]
        for word in meant:
            if self._vectors.subwords is None and word not in self._vectors:
                raise UnknownWord(word)  # without similar spellings, whose search would take too long here
        return meant


def _check(question: Question, known: Iterable[str]) -> None:
    """Raise an error for unknown names, since a mistyped name would be ignored."""
    unknown = [name for name in question if name not in known]
    if unknown:
        raise OptionError(f"unknown field {unknown[0]!r:.40}, expected one of {', '.join(known)}")


def _vector(given: object) -> Any:
    if not isinstance(given, list) or not all(type(number) in (int, float) for number in given):
        raise OptionError("the vector is no list of numbers")
    try:
        with np.errstate(over="ignore"):
            return np.array(given, np.float64).astype(np.float32)
    except OverflowError as error:
        raise OptionError("the vector has a number that is too large") from error


def _number(value: float) -> float | None:
    """A number as JSON can hold it: NaN and infinity, which it cannot, are ``null``."""
    return round(value, 6) if math.isfinite(value) else None


def _shown(value: object) -> str:
    return repr(value)[:40]
