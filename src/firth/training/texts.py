"""The text that a model learns from and its held-out text: read, translated into the model's words, cut into shards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple, Unpack

from firth.arguments import OnProgress
from firth.corpus import EncodedCorpus, Vocabulary, encode
from firth.corpus.encoding import CorpusOptions, Source
from firth.errors import VocabularyError
from firth.targets import check_apart
from firth.training.configuration import Configuration
from firth.training.growing import VocabularyChange
from firth.training.report import Report
from firth.training.shards import Shards, Text, Translated, split


class TextShards(NamedTuple):
    """The shards of both texts.

    Attributes:
        learned: those to learn from.
        held_out: those that are held out, or None.
        unknown: number of tokens of the text whose words the model does not know.
        held_out_tokens: number of held-out tokens.
    """

    learned: Shards
    held_out: Shards | None
    unknown: int
    held_out_tokens: int


@dataclass
class Texts:
    """A text to learn from, and what is held out.

    Attributes:
        corpus: the text.
        held_out: a held-out text, or None.
        share: the share of the text that is held out, 0 to 1, or None.
    """

    corpus: EncodedCorpus
    held_out: EncodedCorpus | None = None
    share: float | None = None

    @classmethod
    @contextmanager
    def read(
        cls,
        source: Source | EncodedCorpus,
        held_out: Source | float | None,
        configuration: Configuration,
        *,
        all_words: bool,
        cache: str | os.PathLike[str] | None,
        on_reading: OnProgress | None,
        **reading: Unpack[CorpusOptions],
    ) -> Iterator[Texts]:
        """Read both texts; when the context ends, they are closed.

        Args:
            source, held_out, cache, on_reading, reading: as for :meth:`firth.Word2Vec.fit`; an encoded corpus stays
                open.
            configuration: its ``min_count``, ``max_words`` and workers are used.
            all_words: whether all words are kept, since the model knows its words already.

        Raises:
            SourceError, EncodingError, VocabularyError, OptionError, StorageError: see :func:`firth.corpus.encode`.
        """

        def encoded(text: Source, all_words: bool, cache: str | os.PathLike[str] | None = None) -> EncodedCorpus:
            return encode(
                text,
                min_count=1 if all_words else configuration.min_count,
                max_words=None if all_words else configuration.max_words,
                workers=configuration.worker_count,
                cache=cache,
                progress=on_reading,
                **reading,
            )

        share = held_out if isinstance(held_out, float | int) else None
        # The held-out text is read first, so that a wrong name is reported before the long text is read.
        apart = None if held_out is None or isinstance(held_out, float | int) else encoded(held_out, True)
        with apart or nullcontext():
            if apart is not None and cache is not None:
                check_apart([("validation", fact["path"]) for fact in apart.sources or ()], [("cache", cache)])
            if isinstance(source, EncodedCorpus):
                yield cls(source, apart, share)
            else:
                with encoded(source, all_words, cache) as corpus:
                    yield cls(corpus, apart, share)

    def shards(self, vocabulary: Vocabulary, size: int) -> TextShards:
        """Both texts in the words of a model, in shards of about ``size`` tokens.

        Raises:
            OptionError: the text is too short to hold out a share of it.
            VocabularyError: the model knows no word of one of them.
        """
        text, unknown, apart = self._translated(vocabulary), 0, 0
        if isinstance(text, Translated):
            unknown = text.unknown
        learned, held_out = Shards(text, size), None
        if self.held_out is not None:
            aside = Translated(self.held_out, vocabulary)
            held_out, apart = Shards(aside, size), self.held_out.tokens_kept - aside.unknown
        elif self.share is not None:
            learned, held_out = split(text, self.share, size)
            apart = held_out.tokens
        if self.corpus.tokens_kept == unknown or (self.held_out is not None and not apart):
            raise VocabularyError("no word of the text is in the model's vocabulary", hint="update_vocabulary=True")
        return TextShards(learned, held_out, unknown, apart)

    def _translated(self, vocabulary: Vocabulary) -> Text:
        same = self.corpus.vocabulary is vocabulary or self.corpus.vocabulary.words == vocabulary.words
        return self.corpus if same else Translated(self.corpus, vocabulary)

    def report(
        self,
        shards: TextShards,
        configuration: Configuration,
        words: int,
        epochs_before: int,
        change: VocabularyChange | None,
    ) -> Report:
        """The report before training; the arguments are those of :meth:`firth.training.report.Report.of`."""
        tokens = shards.unknown, shards.held_out_tokens
        return Report.of(self.corpus, configuration, words, epochs_before, *tokens, change)
