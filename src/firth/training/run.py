"""A training that was begun: its options, texts and progress, for checking whether it can continue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from firth.corpus import EncodedCorpus
from firth.errors import OptionError
from firth.training.configuration import Configuration
from firth.training.state import TrainingState

_MAY_DIFFER = ("workers",)


@dataclass
class Run:
    """A planned training, which may be finished in several parts.

    Attributes:
        configuration: its options.
        state: its progress.
        digests: digests of the text, ``corpus``, and of the held-out text, ``held_out``; None before they are needed.
    """

    configuration: Configuration
    state: TrainingState
    digests: dict[str, str | None] | None = None

    @property
    def is_finished(self) -> bool:
        """Whether no epoch is left, or something ended it early."""
        return self.state.stopped is not None or self.state.epoch >= self.configuration.epochs

    def identify(self, corpus: EncodedCorpus, held_out: EncodedCorpus | None) -> None:
        """Store the digests of the texts."""
        if self.digests is None:
            self.digests = _digests(corpus, held_out)

    def check(self, configuration: Configuration, corpus: EncodedCorpus, held_out: EncodedCorpus | None) -> None:
        """Check that the options and texts are those of this training.

        Raises:
            OptionError: an option or a text has changed; the error names each.
        """
        before, now = self.configuration.as_dict(), configuration.as_dict()
        changed = [
            f"{name}={now[name]!r} instead of {before[name]!r}"
            for name in before
            if name not in _MAY_DIFFER and before[name] != now[name]
        ]
        names = {"corpus": "the text", "held_out": "the held-out text"}
        digests: dict[str, Any] = self.digests or {}
        here = _digests(corpus, held_out)
        changed += [f"{names[name]} has changed" for name in names if digests.get(name) != here[name]]
        if changed:
            raise OptionError(
                f"the interrupted training cannot continue: {', '.join(changed)}",
                hint="use the text and the options that it was started with",
            )


def _digests(corpus: EncodedCorpus, held_out: EncodedCorpus | None) -> dict[str, str | None]:
    return {"corpus": corpus.digest(), "held_out": None if held_out is None else held_out.digest()}
