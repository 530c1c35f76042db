"""Dividing a text into shards of whole sentences, and into a training part and a held-out part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import OptionError
from firth.training.repeats import most_tokens

LONGEST_SHARD = 50_000
"""Tokens of a shard, at most, about."""
_SMALLEST_SHARD = 100
_TOKENS_AT_A_TIME = 1 << 20
_SHARDS_OF_A_SMALL_TEXT = 64


class Text(Protocol):
    """Word ids, sentence after sentence; an :class:`firth.EncodedCorpus` is one."""

    @property
    def bounds(self) -> npt.NDArray[np.int64]:
        """(sentences + 1,) number of tokens before each sentence, and of all tokens."""

    @property
    def weights(self) -> npt.NDArray[np.float32] | None:
        """(sentences,) how often each sentence is learned from in an epoch, on average; None means once."""

    def read(self, first: int, last: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Word ids of the sentences ``first`` to ``last - 1``, and where each begins and the last ends."""


class Sentences(NamedTuple):
    """A text in memory."""

    ids: npt.NDArray[np.int32]  # (tokens,)
    bounds: npt.NDArray[np.int64]  # (sentences + 1,)
    weights: npt.NDArray[np.float32] | None = None  # (sentences,)

    def read(self, first: int, last: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """See :class:`Text`."""
        bounds = self.bounds[first : last + 1]
        return self.ids[bounds[0] : bounds[-1]], bounds - bounds[0]


class Translated:
    """A corpus in the ids of another vocabulary; words that it lacks are left out when it is read.

    Attributes:
        bounds: those of the corpus, its unknown words counted.
        weights: of its sentences, or None.
        unknown: tokens that are left out.
    """

    def __init__(self, corpus: EncodedCorpus, vocabulary: Vocabulary) -> None:
        self._corpus, self.bounds, self.weights = corpus, corpus.bounds, corpus.weights
        words = corpus.vocabulary.words
        self._ids = np.array([vocabulary.word_id(word) if word in vocabulary else -1 for word in words], np.int32)
        starts = range(0, corpus.tokens_kept, _TOKENS_AT_A_TIME)
        self.unknown = sum(int((self._ids[corpus.tokens(i, i + _TOKENS_AT_A_TIME)] < 0).sum()) for i in starts)

    def read(self, first: int, last: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """See :class:`Text`."""
        ids, bounds = self._corpus.read(first, last)
        translated = self._ids[ids]
        known = translated >= 0
        before = np.concatenate([[0], np.cumsum(known)])
        return translated[known], before[bounds].astype(np.int64)


class Shards:
    """Some shards of a text. A text is always cut in the same way, whatever the number of workers.

    Iterating gives, for each shard, its first sentence, the one behind its last, the tokens of the shards before it,
    and its own tokens.

    Args:
        text: the text.
        size: tokens of a shard, about.
        chosen: (shards,) which of them; None for all.

    Attributes:
        text: the whole text.
        tokens: tokens of these shards; of sentences with weights, as many as there may be.
    """

    def __init__(self, text: Text, size: int = LONGEST_SHARD, chosen: npt.NDArray[np.bool_] | None = None) -> None:
        self.text = text
        bounds = most_tokens(text.bounds, text.weights)
        cuts = _cuts(bounds, size)
        numbers = np.arange(len(cuts) - 1) if chosen is None else np.flatnonzero(chosen)
        self._first, self._last = cuts[numbers].tolist(), cuts[numbers + 1].tolist()
        sizes = np.asarray(bounds[cuts[numbers + 1]] - bounds[cuts[numbers]])
        self._starts, self._sizes = (np.cumsum(sizes) - sizes).tolist(), sizes.tolist()
        self.tokens = int(sizes.sum())

    def __len__(self) -> int:
        return len(self._first)

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        return zip(self._first, self._last, self._starts, self._sizes, strict=True)


def split(text: Text, held_out: float, size: int = LONGEST_SHARD) -> tuple[Shards, Shards]:
    """Training shards of about ``size`` tokens, and an evenly spaced held-out share ``held_out`` (0 to 1).

    Raises:
        OptionError: the text is a single shard.
    """
    count = len(_cuts(most_tokens(text.bounds, text.weights), size)) - 1
    if count < 2:
        raise OptionError(
            f"a text of {text.bounds[-1]:,} words in {len(text.bounds) - 1:,} sentences is too short to hold some out",
            hint="give a validation text",
        )
    steps = np.floor(np.arange(count + 1) * held_out + 0.5)
    chosen = np.diff(steps) > 0
    if not chosen.any() or chosen.all():
        chosen[:] = False
        chosen[count // 2] = True
    return Shards(text, size, ~chosen), Shards(text, size, chosen)


def _cuts(bounds: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """The number of the first sentence of each shard, and the number of sentences."""
    tokens, sentences = int(bounds[-1]), len(bounds) - 1
    size = min(size, max(_SMALLEST_SHARD, tokens // _SHARDS_OF_A_SMALL_TEXT))
    starts = np.searchsorted(bounds, np.arange(0, tokens, size), side="left")
    return np.append(np.unique(starts[starts < sentences]), sentences).astype(np.int64)
