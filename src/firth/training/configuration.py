"""The checked hyper-parameters of a model, and values derived from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from firth.arguments import real, whole
from firth.errors import OptionError
from firth.kernels.text.scheme import Scheme
from firth.parallel import cores
from firth.training.options import LONGEST_SENTENCE, OPTIONS, Options, check_names

_MANY_TOKENS = 85e6
"""Tokens of all epochs from which on the default learning rates hold."""
_LONGEST = 4.0
"""How many times as high they are at most where there are fewer."""
_FEW_WORDS = 100
"""Words of a vocabulary with which they are at most twice as high."""


@dataclass(frozen=True, kw_only=True)
class Configuration(Options):
    """The options of :class:`firth.training.options.Options`, each checked.

    Raises:
        OptionError: a value is invalid.
    """

    def __post_init__(self) -> None:
        for name, option in OPTIONS.items():
            object.__setattr__(self, name, option.checked(getattr(self, name)))
        if self.min_learning_rate is not None:
            real("min_learning_rate", self.min_learning_rate, 0.0, self.first_learning_rate)
        if self.subwords:
            self._check_subwords()

    def _check_subwords(self) -> None:
        if self.objective == "softmax":
            raise OptionError(
                "subwords with full softmax, expected negative sampling or hierarchical softmax",
                hint="objective='negative'",
            )
        if isinstance(self.minn, int) and self.minn > self.maxn:
            raise OptionError(
                f"minn={self.minn} and maxn={self.maxn}, expected a minn of at most maxn", hint="minn='auto'"
            )

    @classmethod
    def of(cls, **options: Any) -> Configuration:
        """The configuration for options by name; an unknown name is an OptionError with the closest known ones."""
        check_names(options)
        return cls(**options)

    def check_training(self, *, first: bool, held_out: bool, every: object = None) -> None:
        """Check what can be checked without a text.

        Args:
            first: whether the model is new.
            held_out: whether some text is held out.
            every: number of words between calls of callbacks, or None.

        Raises:
            OptionError: early stopping needs held-out text, output vectors would remain zero, or ``every`` is invalid.
        """
        if self.early_stopping is not None and not held_out:
            raise OptionError(f"early_stopping={self.early_stopping} needs held-out text", hint="validation=0.05")
        if self.freeze == "output" and first:
            raise OptionError(
                "freeze='output' in a first training: output vectors begin at zero, so nothing could be learned",
                hint="train once without it",
            )
        if every is not None:
            whole("every", every, 1)

    @property
    def scheme(self) -> Scheme:
        """The n-grams of words, once their lengths are known."""
        if isinstance(self.minn, str):
            raise OptionError(f"minn={self.minn!r} before the words are known", hint="call fit first")
        return Scheme(self.minn, self.maxn, self.buckets, self.hashes)

    @property
    def worker_count(self) -> int:
        """Number of threads for training."""
        return self.workers or cores()

    @property
    def repeats_bits(self) -> bool:
        """Whether the same seed gives the same bits, at least with the same number of workers, as in full softmax."""
        return self.deterministic or self.objective == "softmax" or self.worker_count == 1

    @property
    def widest_window(self) -> int:
        """Maximum distance of context words; a sentence has at most 1,000 tokens."""
        return LONGEST_SENTENCE if isinstance(self.window, str) else self.window

    @property
    def contexts_per_center(self) -> float:
        """Mean number of words in the window of a token."""
        return self.widest_window + 1.0 if self.shrink_windows else 2.0 * self.widest_window

    @property
    def positives_per_center(self) -> float:
        """Approximate number of examples per token: pairs for skip-gram, one for CBOW."""
        return 1.0 if self.architecture == "cbow" else self.contexts_per_center

    @property
    def first_learning_rate(self) -> float:
        """The learning rate at the first token."""
        if self.learning_rate is not None:
            return self.learning_rate
        if self.architecture == "skipgram":
            if self.objective == "hierarchical":
                return 0.016
            return 0.05 if self.subwords else 0.025
        if self.cbow_gradient == "word2vec":
            # A hidden vector's gradient goes to each of its words whole, so that wide windows multiply the step.
            wide = max(0.04, min(1.0, 10.0 / self.contexts_per_center))
            return 0.05 * wide if self.objective == "negative" else 0.03
        return 0.13 if self.objective == "negative" else 0.1

    def for_text(self, tokens: int, words: int) -> Configuration:
        """The configuration for a first training on so many tokens and words: its default learning rate suits them.

        The default rates are those of 85 million tokens, counted once for each epoch, and more. With N fewer ones there
        are fewer steps, and each is longer:

            rate = default * min(4, 1 + words / 100, (85e6 / N)**0.25),

        for a row of a small vocabulary has many steps in a short text too. ``lab/README.md`` shows the accuracies.
        A rate that was given remains, and so do the defaults of full softmax, of subwords and of word2vec's gradient.
        """
        if self.learning_rate is not None:
            return self
        corrected = self.architecture == "skipgram" or self.cbow_gradient == "corrected"
        if self.objective == "softmax" or self.subwords or not corrected:
            return replace(self, learning_rate=self.first_learning_rate)
        longer = max(1.0, min(_LONGEST, 1 + words / _FEW_WORDS, (_MANY_TOKENS / max(1, tokens * self.epochs)) ** 0.25))
        return replace(self, learning_rate=float(f"{self.first_learning_rate * longer:.3g}"))

    @property
    def last_learning_rate(self) -> float:
        """The learning rate after the last token."""
        return 1e-4 * self.first_learning_rate if self.min_learning_rate is None else self.min_learning_rate

    def chosen(self) -> dict[str, Any]:
        """The options that differ from their defaults."""
        values = {name: getattr(self, name) for name in OPTIONS}
        return {name: value for name, value in values.items() if value != OPTIONS[name].default}

    def as_dict(self) -> dict[str, Any]:
        """The options as plain data, for a file's metadata. Training gives the learning rate its number."""
        return asdict(self)
