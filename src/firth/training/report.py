"""The report on the text and the model before training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firth.corpus import EncodedCorpus
from firth.drawing.cell import cell, table
from firth.text.files_read import FilesRead
from firth.text.preparation import Preparation, preparation_changes
from firth.training.configuration import Configuration
from firth.training.growing import VocabularyChange
from firth.training.weights import input_rows, padded_columns

_OBJECTIVES = {"negative": "negative sampling", "hierarchical": "hierarchical softmax", "softmax": "full softmax"}


@dataclass(frozen=True)
class Report:
    """Facts about the text and the model.

    Attributes:
        tokens_read: number of tokens of the text.
        distinct_words: number of distinct words of the text.
        words_kept: number of words that occur at least ``min_count`` times.
        tokens_kept: number of tokens of the kept words.
        sentences: number of sentences to train on.
        long_lines_split: number of lines that were split into sentences of 1,000 tokens.
        memory: size of the two matrices in bytes.
        configuration: the hyper-parameters.
        epochs_before: number of epochs of earlier trainings.
        unknown_tokens: number of tokens left out because their words are not in the vocabulary of the model.
        held_out_tokens: number of held-out tokens.
        vocabulary_change: the changes of the vocabulary of the model, if it was updated.
        preparation: how the text was prepared.
        files: the encoding of each file of the text, and what was replaced in it.
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
    held_out_tokens: int = 0
    vocabulary_change: VocabularyChange | None = None
    preparation: dict[str, Any] = field(default_factory=dict)
    files: FilesRead = field(default_factory=FilesRead)

    @classmethod
    def of(
        cls,
        corpus: EncodedCorpus,
        configuration: Configuration,
        words: int,
        epochs_before: int = 0,
        unknown_tokens: int = 0,
        held_out_tokens: int = 0,
        vocabulary_change: VocabularyChange | None = None,
    ) -> Report:
        """The report on a corpus, for a model with this number of words."""
        return cls(
            tokens_read=corpus.tokens_read,
            distinct_words=corpus.distinct_words,
            words_kept=words,
            tokens_kept=corpus.tokens_kept - unknown_tokens,
            sentences=corpus.sentences,
            long_lines_split=corpus.long_lines_split,
            memory=(input_rows(words, configuration) + words) * padded_columns(configuration.vector_size) * 4,
            configuration=configuration,
            epochs_before=epochs_before,
            unknown_tokens=unknown_tokens,
            held_out_tokens=held_out_tokens,
            vocabulary_change=vocabulary_change,
            preparation=corpus.options,
            files=corpus.files,
        )

    @property
    def coverage(self) -> float:
        """Share of the text's tokens whose words are kept, 0 to 1."""
        return self.tokens_kept / self.tokens_read if self.tokens_read else 0.0

    def facts(self) -> list[tuple[str, str]]:
        """The facts to show, each with its name."""
        c = self.configuration
        kept = "of the model" if self.epochs_before else f"seen at least {c.min_count} times"
        size = f"{self.tokens_read:,} tokens, {self.distinct_words:,} distinct words, {self.sentences:,} sentences"
        facts = [
            ("text", size),
            ("kept", f"{self.words_kept:,} words {kept}, {self.coverage:.1%} of the text"),
            ("model", f"{c.architecture}, {_OBJECTIVES[c.objective]}, {c.vector_size} dimensions, {_window(c)}"),
            ("", ", ".join(_details(c))),
            ("memory", f"{self.memory / 2**20:,.0f} MiB for both matrices"),
            (
                "training",
                f"{c.epochs} epoch{'s' if c.epochs > 1 else ''}, {_threads(c)}, learning rate "
                f"{c.first_learning_rate:g} to {c.last_learning_rate:g}, seed {c.seed}",
            ),
        ]
        if self.held_out_tokens:
            patience = f", early stopping after {c.early_stopping} epochs" if c.early_stopping else ""
            facts.append(("held out", f"{self.held_out_tokens:,} tokens{patience}"))
        if self.epochs_before:
            unknown = f"{self.unknown_tokens:,} tokens of unknown words left out"
            facts.append(("continued", f"after {self.epochs_before} epochs; {unknown}"))
        if self.vocabulary_change is not None:
            facts.append(("new words", f"{self.vocabulary_change}"))
        chosen = [f"{name}={value!r}" for name, value in c.chosen().items()]
        if chosen:
            facts.append(("options", ", ".join(chosen)))
        prepared = preparation_changes(Preparation().as_dict(), self.preparation)
        if prepared:
            facts.insert(1, ("prepared", ", ".join(prepared)))
        if self.long_lines_split:
            plural = "lines were" if self.long_lines_split > 1 else "line was"
            facts.insert(1, ("", f"{self.long_lines_split:,} long {plural} split after every 1,000 tokens"))
        if self.files.encodings:
            facts.insert(1, ("encodings", self.files.encodings))
        return facts

    def lines(self) -> list[str]:
        """The facts, a line for each."""
        return [f"{name:<10} {fact}" for name, fact in self.facts()]

    def _repr_html_(self) -> str:
        return cell("Before training", [table(self.facts())])


def _threads(configuration: Configuration) -> str:
    """The number of threads, and whether the result is reproducible."""
    plural = "s" if configuration.worker_count > 1 else ""
    workers = f"{configuration.worker_count} worker{plural}"
    return f"{workers}, deterministic" if configuration.repeats_bits else workers


def _window(configuration: Configuration) -> str:
    if isinstance(configuration.window, str):
        return "window the whole sentence"
    return f"window {'1 to ' if configuration.shrink_windows else ''}{configuration.window}"


def _details(configuration: Configuration) -> list[str]:
    """The options that only some models have, and the subsampling of the text."""
    c, details = configuration, []
    if c.objective == "negative":
        details.append(f"{c.negative} noise words drawn by count to the power {c.noise_exponent:g}")
    if c.architecture == "cbow":
        details.append(f"{c.cbow_gradient} gradient")
    if c.subwords:
        rows = f"{c.buckets:,} rows" + (f", {c.hashes} for each" if c.hashes else "")
        details.append(f"n-grams of {c.minn} to {c.maxn} characters in {rows}, {c.subword_gradient} gradient")
    if c.freeze is not None:
        details.append(f"{c.freeze} vectors left as they are")
    details.append(f"words above {c.sample:g} of the text subsampled" if c.sample else "no subsampling")
    return details
