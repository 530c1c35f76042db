"""What there is to train on, told before training begins."""

from __future__ import annotations

from dataclasses import dataclass

from firth.corpus import EncodedCorpus
from firth.training.configuration import Configuration
from firth.training.weights import padded_columns

_OBJECTIVES = {"negative": "negative sampling", "hierarchical": "hierarchical softmax", "softmax": "full softmax"}


@dataclass(frozen=True)
class Report:
    """The text and the plan.

    Attributes:
        tokens_read: tokens of the text.
        distinct_words: words of the text.
        words_kept: words that occur at least ``min_count`` times.
        tokens_kept: tokens of the kept words.
        sentences: sentences to train on.
        long_lines_split: lines that were cut into sentences of 1,000 tokens.
        memory: bytes of the two matrices.
        configuration: the hyper-parameters.
        epochs_before: epochs that the model has been trained before.
        unknown_tokens: tokens left out because the model, trained before, does not know their words.
    """

    tokens_read: int
    distinct_words: int
    words_kept: int
    tokens_kept: int
    sentences: int
    long_lines_split: int
    memory: int
    configuration: Configuration
    epochs_before: int = 0
    unknown_tokens: int = 0

    @classmethod
    def of(
        cls,
        corpus: EncodedCorpus,
        configuration: Configuration,
        words: int,
        epochs_before: int = 0,
        unknown_tokens: int = 0,
    ) -> Report:
        """The report on a corpus, for a model of so many words."""
        return cls(
            tokens_read=corpus.tokens_read,
            distinct_words=corpus.distinct_words,
            words_kept=words,
            tokens_kept=corpus.tokens_kept - unknown_tokens,
            sentences=corpus.sentences,
            long_lines_split=corpus.long_lines_split,
            memory=2 * words * padded_columns(configuration.vector_size) * 4,
            configuration=configuration,
            epochs_before=epochs_before,
            unknown_tokens=unknown_tokens,
        )

    @property
    def coverage(self) -> float:
        """Share of the text's tokens whose words are kept, 0 to 1."""
        return self.tokens_kept / self.tokens_read if self.tokens_read else 0.0

    def lines(self) -> list[str]:
        """The report for a person, a line for each fact."""
        c = self.configuration
        lines = [
            f"text       {self.tokens_read:,} tokens, {self.distinct_words:,} distinct words, "
            f"{self.sentences:,} sentences",
            f"kept       {self.words_kept:,} words seen at least {c.min_count} times, {self.coverage:.1%} of the text",
            f"model      {c.architecture}, {_OBJECTIVES[c.objective]}, {c.vector_size} dimensions, window {c.window}, "
            f"learning rate {c.first_learning_rate:g}",
            f"memory     {self.memory / 2**20:,.0f} MiB for both matrices",
            f"training   {c.epochs} epochs, {c.worker_count} workers",
        ]
        if self.epochs_before:
            lines.append(
                f"           continues after {self.epochs_before} epochs; "
                f"{self.unknown_tokens:,} tokens of unknown words are left out"
            )
        if self.long_lines_split:
            plural = "lines were" if self.long_lines_split > 1 else "line was"
            lines.insert(1, f"           {self.long_lines_split:,} long {plural} cut after every 1,000 tokens")
        return lines
