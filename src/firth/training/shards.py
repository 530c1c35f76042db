"""A text cut into stretches of whole sentences, and into a part to learn from and a part held out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from firth.corpus import EncodedCorpus, Vocabulary
from firth.errors import OptionError

_SHARD_TOKENS = 50_000
_SMALLEST_SHARD = 100
_SHARDS_OF_A_SMALL_TEXT = 64


class Text(Protocol):
    """Word ids, sentence after sentence; an :class:`firth.EncodedCorpus` is one."""

    ids: npt.NDArray[np.int32]  # (tokens,)
    bounds: npt.NDArray[np.int64]  # (sentences + 1,)


class Translated:
    """A corpus in the ids of another vocabulary, in memory; words that it lacks are left out.

    Attributes:
        unknown: tokens that were left out.
    """

    def __init__(self, corpus: EncodedCorpus, vocabulary: Vocabulary) -> None:
        ids = np.array([vocabulary.word_id(w) if w in vocabulary else -1 for w in corpus.vocabulary.words], np.int32)
        translated = ids[corpus.ids]
        known = translated >= 0
        before = np.concatenate([[0], np.cumsum(known)])
        self.ids: npt.NDArray[np.int32] = translated[known]
        self.bounds: npt.NDArray[np.int64] = before[corpus.bounds].astype(np.int64)
        self.unknown = int(len(known) - known.sum())


class Shards:
    """Some shards of a text. A text is always cut in the same way, whatever the number of workers.

    Attributes:
        starts: tokens before each shard, of these shards.
        tokens: tokens of all these shards.
        longest: tokens of the longest.
    """

    def __init__(self, text: Text, chosen: npt.NDArray[np.bool_] | None = None) -> None:
        self._text = text
        cuts = _cuts(text)
        numbers = np.arange(len(cuts) - 1) if chosen is None else np.flatnonzero(chosen)
        self._first, self._last = cuts[numbers].tolist(), cuts[numbers + 1].tolist()
        sizes = np.asarray(text.bounds[cuts[numbers + 1]] - text.bounds[cuts[numbers]])
        self.starts: list[int] = (np.cumsum(sizes) - sizes).tolist()
        self.tokens, self.longest = int(sizes.sum()), int(sizes.max(initial=0))

    def __len__(self) -> int:
        return len(self._first)

    def size(self, shard: int) -> int:
        """Tokens of a shard."""
        return (self.starts[shard + 1] if shard + 1 < len(self) else self.tokens) - self.starts[shard]

    def read(self, shard: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Word ids of a shard, and where each of its sentences begins among them, and the end."""
        bounds = self._text.bounds[self._first[shard] : self._last[shard] + 1]
        return self._text.ids[bounds[0] : bounds[-1]], bounds - bounds[0]


def split(text: Text, held_out: float) -> tuple[Shards, Shards]:
    """Shards to learn from, and an evenly spaced share ``held_out`` (0 to 1) of them that is not.

    Raises:
        OptionError: the text is a single shard.
    """
    count = len(_cuts(text)) - 1
    if count < 2:
        raise OptionError(
            f"a text of {len(text.ids):,} words in {len(text.bounds) - 1:,} sentences is too short to hold some out",
            hint="give a validation text",
        )
    steps = np.floor(np.arange(count + 1) * held_out + 0.5)
    chosen = np.diff(steps) > 0
    if not chosen.any() or chosen.all():
        chosen[:] = False
        chosen[count // 2] = True
    return Shards(text, ~chosen), Shards(text, chosen)


def _cuts(text: Text) -> npt.NDArray[np.int64]:
    """The sentences at which shards begin, and the end."""
    tokens, sentences = len(text.ids), len(text.bounds) - 1
    size = min(_SHARD_TOKENS, max(_SMALLEST_SHARD, tokens // _SHARDS_OF_A_SMALL_TEXT))
    starts = np.searchsorted(text.bounds, np.arange(0, tokens, size), side="left")
    return np.append(np.unique(starts[starts < sentences]), sentences).astype(np.int64)
