"""Every hyper-parameter of a model, checked once."""

from __future__ import annotations

import difflib
import os
from dataclasses import asdict, dataclass, fields
from typing import Any

from firth.arguments import plain, real, switch, whole
from firth.errors import OptionError
from firth.parallel import cores

ARCHITECTURES = ("skipgram", "cbow")
OBJECTIVES = ("negative", "hierarchical", "softmax")
CBOW_GRADIENTS = ("corrected", "word2vec")
SIDES = ("input", "output")
SENTENCE = "sentence"
LARGEST_VECTOR = 2000
LONGEST_SENTENCE = 1000
MOST_NEGATIVE = 300
HIGHEST_RATE = 1.0
OTHER_NAMES = {  # what gensim and word2vec.c call them
    "alpha": "learning_rate",
    "min_alpha": "min_learning_rate",
    "sg": "architecture",
    "cbow": "architecture",
    "hs": "objective",
    "size": "vector_size",
    "dim": "vector_size",
    "iter": "epochs",
    "threads": "workers",
    "ns_exponent": "noise_exponent",
}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Hyper-parameters under the names that users of word2vec and gensim type.

    Attributes:
        architecture: ``"skipgram"``: each word predicts the words around it; ``"cbow"``: the mean of the words
            around predicts the word.
        objective: ``"negative"``: negative sampling; ``"hierarchical"``: hierarchical softmax;
            ``"softmax"``: full softmax.
        vector_size: dimensions, 1 to 2,000.
        window: most words on either side, or ``"sentence"`` for all of the sentence.
        shrink_windows: each token has its own width from 1 to ``window``, each equally likely, so that near words
            weigh more.
        min_count: words that occur less often are left out.
        negative: noise words per positive pair, 1 to 300; 5 to 20 are usual.
        noise_exponent: noise words are drawn by count to this power.
        sample: a word whose share f of the text is above this is dropped at random, so that it keeps a share of
            (sqrt(f / sample) + 1) * sample / f of its tokens; 0 drops nothing.
        learning_rate: at the first token, 0 to 1. None is 0.025 for skip-gram, by hierarchical softmax 0.016, 0.13 for
            CBOW by negative sampling and 0.1 for other CBOW, with word2vec's gradient 0.05 and 0.03; of these the 0.05
            falls with windows of more than 10 words, down to 0.002.
        min_learning_rate: after the last; falls linearly over all tokens of all epochs. None is 1e-4 of the first.
        cbow_gradient: ``"corrected"``: each of C context vectors receives 1/C of the gradient of their mean (Rong 2014,
            eq. 34); ``"word2vec"``: all of it, as in word2vec.c and gensim.
        freeze: ``"input"`` or ``"output"`` leaves that matrix as it is; None changes both.
        validation: a share (above 0, at most 0.9) of the text that is held out and not learned from, evenly spaced; or
            the path of a text beside it.
        early_stopping: end when the held-out loss has had no new minimum for so many epochs; None never ends early.
        max_words: at most so many words, the most frequent; None is no limit.
        epochs: passes over the corpus.
        seed: of everything random; with ``workers=1`` it fixes every bit of the result.
        workers: threads; None is one for each core that this process may use.

    Raises:
        OptionError: a value makes no sense.
    """

    architecture: str = "skipgram"
    objective: str = "negative"
    vector_size: int = 100
    window: int | str = 5
    shrink_windows: bool = True
    min_count: int = 5
    negative: int = 5
    noise_exponent: float = 0.75
    sample: float = 1e-3
    learning_rate: float | None = None
    min_learning_rate: float | None = None
    cbow_gradient: str = "corrected"
    freeze: str | None = None
    validation: float | str | os.PathLike[str] | None = None
    early_stopping: int | None = None
    max_words: int | None = None
    epochs: int = 5
    seed: int = 1
    workers: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, plain(getattr(self, field.name)))
        _one_of("architecture", self.architecture, ARCHITECTURES)
        _one_of("objective", self.objective, OBJECTIVES)
        _one_of("cbow_gradient", self.cbow_gradient, CBOW_GRADIENTS)
        if self.freeze is not None:
            _one_of("freeze", self.freeze, SIDES)
        for name in ("min_count", "epochs"):
            whole(name, getattr(self, name), 1)
        whole("negative", self.negative, 1, MOST_NEGATIVE)
        if self.window != SENTENCE:
            whole("window", self.window, 1, LONGEST_SENTENCE, other=f" or {SENTENCE!r}")
        for name in ("early_stopping", "max_words", "workers"):
            whole(name, getattr(self, name), 1, optional=True)
        if isinstance(self.validation, os.PathLike):
            object.__setattr__(self, "validation", os.fspath(self.validation))
        elif self.validation is not None and not isinstance(self.validation, str):
            real("validation", self.validation, 1e-6, 0.9, other=", or the path of a text")
        whole("vector_size", self.vector_size, 1, LARGEST_VECTOR)
        whole("seed", self.seed, 0)
        switch("shrink_windows", self.shrink_windows)
        real("sample", self.sample, 0.0, 1.0)
        real("noise_exponent", self.noise_exponent, -2.0, 2.0)
        if self.learning_rate is not None:
            real("learning_rate", self.learning_rate, 0.0, HIGHEST_RATE)
        if self.min_learning_rate is not None:
            real("min_learning_rate", self.min_learning_rate, 0.0, self.first_learning_rate)

    @classmethod
    def of(cls, **options: Any) -> Configuration:
        """The configuration for options by name; an unknown name is an OptionError with the closest known ones."""
        known = [field.name for field in fields(cls)]
        for name in options:
            if name not in known:
                close = OTHER_NAMES.get(name) or "".join(difflib.get_close_matches(name, known, 1))
                hint = f"did you mean {close}?" if close else f"one of {', '.join(known)}"
                raise OptionError(f"no option {name!r}", hint=hint)
        return cls(**options)

    def check_training(self, *, first: bool, held_out: bool, every: object = None) -> None:
        """Find mistakes that need no text.

        Args:
            first: whether the model is new.
            held_out: whether some text is held out.
            every: after how many words a listener is told, or None.

        Raises:
            OptionError: early stopping without held-out text, output vectors frozen at zero, or such an ``every``.
        """
        if self.early_stopping is not None and not held_out:
            raise OptionError(f"early_stopping={self.early_stopping} without held-out text", hint="validation=0.05")
        if self.freeze == "output" and first:
            raise OptionError(
                "freeze='output' in a first training: output vectors begin at zero, so nothing could be learned",
                hint="train once without it",
            )
        if every is not None:
            whole("every", every, 1)

    @property
    def worker_count(self) -> int:
        """How many threads train."""
        return self.workers or cores()

    @property
    def widest_window(self) -> int:
        """Most words on either side; a sentence has at most 1,000 tokens."""
        return LONGEST_SENTENCE if isinstance(self.window, str) else self.window

    @property
    def contexts_per_center(self) -> float:
        """Words of one token's window, on the mean."""
        return self.widest_window + 1.0 if self.shrink_windows else 2.0 * self.widest_window

    @property
    def positives_per_center(self) -> float:
        """Examples of one token, about: pairs for skip-gram, one for CBOW."""
        return 1.0 if self.architecture == "cbow" else self.contexts_per_center

    @property
    def first_learning_rate(self) -> float:
        """The learning rate at the first token."""
        if self.learning_rate is not None:
            return self.learning_rate
        if self.architecture == "skipgram":
            return 0.016 if self.objective == "hierarchical" else 0.025
        if self.cbow_gradient == "word2vec":
            # A hidden vector's gradient goes to each of its words whole, so that wide windows multiply the step.
            wide = max(0.04, min(1.0, 10.0 / self.contexts_per_center))
            return 0.05 * wide if self.objective == "negative" else 0.03
        return 0.13 if self.objective == "negative" else 0.1

    @property
    def last_learning_rate(self) -> float:
        """The learning rate after the last token."""
        return 1e-4 * self.first_learning_rate if self.min_learning_rate is None else self.min_learning_rate

    def as_dict(self) -> dict[str, Any]:
        """The options as plain data, for a file's metadata."""
        return {**asdict(self), "learning_rate": self.first_learning_rate}


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise OptionError(f"{name}={value!r}, expected {' or '.join(map(repr, allowed))}")
