"""Spaces of texts with shuffled dates, in which no word has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from firth.arguments import switch, whole
from firth.errors import OptionError
from firth.vectors import WordVectors

if TYPE_CHECKING:
    from firth.corpus import EncodedCorpus
    from firth.corpus.encoding import FileOptions, Source


def train_shuffled(
    texts: Sequence[Source],
    spaces: Sequence[WordVectors],
    shuffles: int = 3,
    *,
    seed: int = 1,
    progress: bool = True,
    **reading: Unpack[FileOptions],
) -> list[list[WordVectors]]:
    """Deal the sentences of all texts out to the periods at random, and train a space for each period.

    Each period gets as many sentences as it has, and its space is trained with the options of its own space in
    ``spaces``. So all words keep their meaning, and whatever moves between these spaces is noise: the null of
    :func:`firth.drift.word_changes` (Dubossarsky et al. 2017). For two texts, this is a random split of both together.

    Args:
        texts: the text of each period, as for :meth:`firth.Word2Vec.fit`. They are held in memory as word ids.
        spaces: the space that was trained on each of them: ``model.vectors``, or that which was loaded from
            firth's own format.
        shuffles: how often to shuffle.
        seed: of the random numbers. Every training has a seed of its own, too.
        progress: whether to show progress bars.
        reading: how the files are read: ``encoding``, ``errors``, ``field``, ``pattern``, ``on_error`` and ``on_files``
            of :func:`firth.corpus.encode`. They are split into words as the texts of ``spaces`` were.

    Returns:
        For each shuffle, a space for each period.

    Raises:
        OptionError: the numbers of texts and spaces differ, or a space does not say how it was trained.
        SourceError, EncodingError, VocabularyError: see :func:`firth.corpus.encode`.
    """
    from firth.corpus import encode
    from firth.text.preparation import Preparation
    from firth.word2vec import Word2Vec

    shuffles, seed, progress = whole("shuffles", shuffles, 1), whole("seed", seed, 0), switch("progress", progress)
    if len(texts) != len(spaces):
        raise OptionError(f"{len(texts)} texts for {len(spaces)} spaces, expected the text of each space")
    options = [_options(space) for space in spaces]
    rng = np.random.default_rng(seed)
    nulls = []
    with contextlib.ExitStack() as stack:
        corpora = [
            stack.enter_context(
                encode(
                    text,
                    min_count=1,
                    preparation=Preparation.from_dict(space.metadata.get("preparation") or {}),
                    progress=progress,
                    **reading,
                )
            )
            for text, space in zip(texts, spaces, strict=True)
        ]
        ends = np.cumsum([corpus.sentences for corpus in corpora])
        for _ in range(shuffles):
            parts = np.split(rng.permutation(ends[-1]), ends[:-1])
            seeds = rng.integers(1, 1 << 31, len(parts)).tolist()
            nulls.append(
                [
                    Word2Vec(**{**how, "seed": own}).fit(_Sentences(corpora, ends, part), progress=progress).vectors
                    for part, how, own in zip(parts, options, seeds, strict=True)
                ]
            )
    return nulls


class _Sentences(Iterable[list[Any]]):
    """Some of the sentences of several corpora, as lists of words."""

    def __init__(
        self, corpora: Sequence[EncodedCorpus], ends: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]
    ) -> None:
        self._corpora, self._ends, self._numbers = corpora, ends, numbers

    def __iter__(self) -> Iterator[list[Any]]:
        texts = np.searchsorted(self._ends, self._numbers, side="right")
        firsts = np.concatenate([[0], self._ends[:-1]])
        for text, sentence in zip(texts.tolist(), (self._numbers - firsts[texts]).tolist(), strict=True):
            corpus = self._corpora[text]
            words = corpus.vocabulary.words
            start, stop = corpus.bounds[sentence : sentence + 2].tolist()
            yield [words[word_id] for word_id in corpus.ids[start:stop].tolist()]


def _options(space: WordVectors) -> dict[str, Any]:
    """The options that a space was trained with."""
    options = space.metadata.get("configuration")
    if not isinstance(options, dict):
        raise OptionError(
            "a space does not say how it was trained, expected vectors in firth's own format",
            hint="train the null spaces yourself: on the sentences of all texts, dealt out at random",
        )
    return {name: value for name, value in options.items() if name != "validation"}
