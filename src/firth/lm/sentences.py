"""Sentences as flat word ids, as language models read them."""

from __future__ import annotations

import bisect
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.errors import SourceError
from firth.kernels.ngram.nodes import END_ID, START_ID

UNKNOWN, START, END = "<unk>", "<s>", "</s>"
SPECIAL_WORDS = (UNKNOWN, START, END)


@dataclass(frozen=True)
class Sentences:
    """Sentences as ids of a vocabulary, without ``<s>`` and ``</s>``.

    Attributes:
        ids: (tokens,) int32 word ids, read-only.
        bounds: (sentences + 1,) int64, read-only; sentence i is ``ids[bounds[i]:bounds[i + 1]]``, perhaps empty.
    """

    ids: npt.NDArray[np.int32]
    bounds: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        # Compiled code is compiled once for read-only arrays, wherever they come from.
        for name, dtype in (("ids", np.int32), ("bounds", np.int64)):
            array = np.ascontiguousarray(getattr(self, name), dtype).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __reduce__(self) -> tuple[Any, ...]:
        return Sentences, (self.ids, self.bounds)  # read-only again

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def tokens(self) -> int:
        """Number of tokens that a language model predicts: the words and one ``</s>`` per sentence."""
        return len(self.ids) + len(self)

    @property
    def ends(self) -> npt.NDArray[np.int64]:
        """The positions of the ``</s>`` among these tokens. # (sentences,)"""
        return self.bounds[1:] + np.arange(len(self))

    def before(self, sentence: int) -> int:
        """Number of tokens of the sentences before one."""
        return int(self.bounds[sentence]) + sentence

    def spans(self, tokens: int) -> Iterator[tuple[int, int]]:
        """The first sentence, and the one after the last, of each part of about ``tokens`` tokens."""
        first = 0
        while first < len(self):
            wanted = self.before(first) + tokens
            last = min(bisect.bisect_left(range(len(self)), wanted, lo=first + 1, key=self.before), len(self))
            yield first, last
            first = last

    def part(self, first: int, last: int) -> Sentences:
        """The sentences ``first`` to ``last - 1``."""
        bounds = self.bounds[first : last + 1]
        return Sentences(self.ids[bounds[0] : bounds[-1]], bounds - bounds[0])

    def parts(self, tokens: int) -> Iterator[tuple[Sentences, int]]:
        """Parts of about ``tokens`` tokens, and the number of tokens up to the end of each."""
        for first, last in self.spans(tokens):
            yield self.part(first, last), self.before(last)

    def targets(self) -> npt.NDArray[np.int32]:
        """The tokens themselves: the words, and ``</s>`` after each sentence. # (tokens,)"""
        targets = np.empty(self.tokens, np.int32)
        ends = self.ends
        is_word = np.ones(self.tokens, bool)
        is_word[ends] = False
        targets[ends] = END_ID
        targets[is_word] = self.ids
        return targets

    def stream(self, context: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The sentences with ``context`` times ``<s>`` before each and ``</s>`` after it, and the positions to predict.

        The ``context`` words before each of these positions are those that a model with this context length uses.
        """
        targets = self.targets()
        pads = np.repeat(np.arange(1, len(self) + 1) * context, np.diff(self.bounds) + 1)
        places = np.arange(len(targets)) + pads
        stream = np.full(len(targets) + context * len(self), START_ID, np.int32)
        stream[places] = targets
        return stream, places


def refuse_marks(tokens: Container[str], given: str) -> None:
    """Raise an error if ``<s>`` or ``</s>`` is among the tokens of sentences.

    Args:
        tokens: tokens of one sentence, or of all.
        given: name of the text, for the error.

    Raises:
        SourceError: one of the two is among the tokens.
    """
    for mark in (START, END):
        if mark in tokens:
            raise SourceError(
                f"{given} holds the token {mark}, expected sentences without <s> and </s>",
                hint="remove them: they are added to each sentence",
            )
