"""Checkpoints: the weights and the state of a training in a file, from which it can be resumed."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

from firth.corpus import Vocabulary
from firth.errors import FileFormatError, OptionError, StorageError, warn
from firth.guard import guarded
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words, unpack_words
from firth.targets import check_writable
from firth.training.configuration import Configuration
from firth.training.state import TrainingState
from firth.training.weights import Weights, weights_from

KIND = "checkpoint"
KEPT = 2
_FACTS: dict[str, Any] = {"preparation": dict | None, "loss": list, "validation_loss": list, "digests": dict | None}
_PREFIX, _SUFFIX = "checkpoint-", ".safetensors"
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_INTERVAL = re.compile(r"(?P<number>\d+(\.\d+)?)(?P<unit>s|m|h|%|(?P<factor>[KMG]?)-words)")
_FACTORS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


class Interval(NamedTuple):
    """An interval, as between checkpoints: a number of seconds, a share of the training, or a number of words."""

    seconds: float | None = None
    share: float | None = None
    words: int | None = None

    @classmethod
    def of(cls, text: str) -> Interval:
        """Parse ``10m``, ``90s``, ``2h``, ``5%`` or ``20M-words``.

        Raises:
            OptionError: it is none of these, or not more than 0.
        """
        match = _INTERVAL.fullmatch(text)
        number = float(match["number"]) if match else 0.0
        if match is None or not number or (match["unit"] == "%" and number > 100):
            raise OptionError(f"an interval of {text!r}, expected one such as 10m, 5% or 20M-words")
        if match["unit"] == "%":
            return cls(share=number / 100)
        if match["unit"] in _UNITS:
            return cls(seconds=number * _UNITS[match["unit"]])
        return cls(words=max(1, round(number * _FACTORS[match["factor"]])))

    def is_over(self, seconds: float, words: int, total: int) -> bool:
        """Whether it is over when so many seconds have passed, and so many words of the total have been learned."""
        if self.seconds is not None:
            return seconds >= self.seconds
        return words >= (self.words if self.words is not None else (self.share or 1.0) * total)


@dataclass
class Checkpoint:
    """The contents of a checkpoint.

    Attributes:
        vocabulary: the words of the model.
        weights: both matrices; kernels may write to them.
        state: the progress of training.
        facts: all other facts, as plain data: ``configuration``, ``preparation``, ``loss`` and ``validation_loss`` of
            all epochs of the model, ``digests`` of the texts, and ``command``, the command line.
    """

    vocabulary: Vocabulary
    weights: Weights
    state: TrainingState
    facts: dict[str, Any]

    @property
    def is_finished(self) -> bool:
        """Whether no epoch is left, or something ended the training early."""
        return self.state.stopped is not None or self.state.epoch >= self.facts["configuration"]["epochs"]

    def _check(self) -> None:
        """Check that a training can continue from here, since kernels do not check the weights and the state.

        Raises:
            KeyError, TypeError, ValueError, OptionError: it cannot.
        """
        self.state.check()
        configuration = Configuration.of(**self.facts["configuration"])
        if configuration.vector_size != self.weights.vector_size or not self.weights.fit(
            len(self.vocabulary), configuration
        ):
            raise ValueError(f"its matrices do not fit {len(self.vocabulary):,} words")
        for name, kind in _FACTS.items():
            if not isinstance(self.facts[name], kind):
                raise TypeError(f"{name} is {self.facts[name]!r:.60}")

    def write(self, path: Path) -> None:
        """Write it completely or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        tensors: dict[str, npt.NDArray[Any]] = {
            "input_vectors": self.weights.input_vectors,
            "output_vectors": self.weights.output_vectors,
            "counts": self.vocabulary.counts,
            "losses": self.state.losses,
            "examples": self.state.examples,
            **pack_words(self.vocabulary.words),
        }
        metadata = {"facts": self.facts, "state": self.state.as_dict(), "vector_size": self.weights.vector_size}
        metadata["finished"] = self.is_finished
        write_tensors(path, KIND, tensors, metadata, durable=True)

    @classmethod
    @guarded("a checkpoint")
    def read(cls, path: Path) -> Checkpoint:
        """Read a file and verify it.

        Raises:
            FileFormatError: it is missing, damaged or in another format.
        """
        tensors, metadata = map_tensors(path, KIND, verified=True)
        try:
            state = TrainingState(
                **metadata["state"], losses=tensors["losses"].copy(), examples=tensors["examples"].copy()
            )
            found = cls(
                Vocabulary(unpack_words(tensors), tensors["counts"].copy()),
                weights_from(tensors["input_vectors"], tensors["output_vectors"], metadata["vector_size"]),
                state,
                metadata["facts"],
            )
            found._check()
            return found
        except (KeyError, TypeError, ValueError, OptionError) as error:
            raise FileFormatError(f"{path}: the checkpoint is damaged ({error})") from error


class Checkpoints:
    """The checkpoints of one training, in a folder; the last two are kept.

    Args:
        folder: the folder, which is made if it does not exist.
        interval: the interval between checkpoints.
        command: the command line, as plain data, which is stored in each checkpoint.

    """

    def __init__(
        self, folder: str | os.PathLike[str], interval: Interval, command: dict[str, Any] | None = None
    ) -> None:
        self.folder, self.interval, self.command = Path(folder), interval, command
        self._time, self._words = time.monotonic(), 0

    @classmethod
    def of(cls, folder: str | os.PathLike[str] | Checkpoints | None, interval: str) -> Checkpoints | None:
        """The checkpoints of a folder, with an interval as :meth:`Interval.of` parses it; None without a folder."""
        if folder is None or isinstance(folder, Checkpoints):
            return folder
        return cls(folder, Interval.of(interval))

    def check(self, *, resuming: bool) -> None:
        """Check before training whether checkpoints can be written here, and make the folder.

        Raises:
            OptionError: the training is new, and the folder holds checkpoints of another, unfinished training.
            StorageError: the folder cannot be made or written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{self.folder}: {error.strerror}, expected a folder for checkpoints") from error
        check_writable(self.folder / _name(0))
        old = files(self.folder)
        if not resuming and old and not is_finished(old[0]):
            raise OptionError(
                f"{self.folder} holds checkpoints of a training that is not finished",
                hint="resume that training, or choose another folder",
            )

    def begin(self, state: TrainingState) -> None:
        """Start the interval; remove the checkpoints of a finished training from the folder."""
        if not state.tokens_done:
            for path in files(self.folder):
                path.unlink(missing_ok=True)
        self._restart(state)

    def _restart(self, state: TrainingState) -> None:
        self._time, self._words = time.monotonic(), state.tokens_done

    def is_due(self, state: TrainingState, tokens_total: int) -> bool:
        """Whether the interval is over."""
        return self.interval.is_over(time.monotonic() - self._time, state.tokens_done - self._words, tokens_total)

    def write(self, checkpoint: Checkpoint) -> None:
        """Write one, and remove those that are older than the last two.

        Raises:
            StorageError: the file cannot be written.
        """
        checkpoint.write(self.folder / _name(checkpoint.state.tokens_done))
        for old in files(self.folder)[KEPT:]:
            old.unlink(missing_ok=True)
        self._restart(checkpoint.state)


def _name(tokens: int) -> str:
    return f"{_PREFIX}{tokens:015}{_SUFFIX}"


def files(folder: str | os.PathLike[str]) -> list[Path]:
    """The checkpoints in a folder, the newest first."""
    return sorted(Path(folder).glob(f"{_PREFIX}*{_SUFFIX}"), reverse=True)


def is_finished(path: Path) -> bool:
    """Whether a checkpoint is that of a finished training; a damaged one is not."""
    try:
        _, metadata = map_tensors(path, KIND)
        return bool(metadata["finished"])
    except (FileFormatError, KeyError):
        return False


def newest(folder: str | os.PathLike[str]) -> Checkpoint:
    """The newest intact checkpoint of a folder; a warning names damaged ones.

    Raises:
        FileFormatError: there is none.
    """
    found = files(folder)
    if not found:
        raise FileFormatError(f"{folder}: no checkpoint in it", hint="give the folder in which checkpoints were saved")
    for path in found:
        try:
            return Checkpoint.read(path)
        except FileFormatError as error:
            damaged = error
            warn(f"{error.message}; the previous one is used" if path != found[-1] else error.message)
    raise FileFormatError(f"{folder}: no checkpoint in it is intact") from damaged
