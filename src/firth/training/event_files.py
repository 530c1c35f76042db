"""Event files for TensorBoard, by tensorboardX."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

from firth.errors import MissingExtra, StorageError
from firth.training.loop import Progress

_SECONDS = 1.0  # between two writes of the progress
_SHARE = 0.005  # or if that is less time, this share of the training


class EventFile:
    """Writes what is measured during a training to a folder that TensorBoard shows; steps are numbers of words.

    It is a context manager; pass its method :meth:`progress` to :meth:`firth.Word2Vec.fit` as ``on_progress``.

    Args:
        folder: the folder, which is made if it does not exist. Each training has a file of its own in it.

    Raises:
        MissingExtra: tensorboardX is not installed.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        try:
            from tensorboardX.event_file_writer import EventsWriter
            from tensorboardX.proto.event_pb2 import Event
            from tensorboardX.proto.summary_pb2 import Summary
        except ImportError as error:
            raise MissingExtra("writing files for TensorBoard", "tensorboard") from error
        self._folder, self._open, self._event, self._summary = Path(folder), EventsWriter, Event, Summary
        self._file: Any = None
        self._told = (0.0, 0)

    def __enter__(self) -> EventFile:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._open(str(self._folder / f"events-{time.time_ns()}"))  # not that of another training
            self._file.flush()
        except OSError as error:
            raise StorageError(f"cannot write to {self._folder}: {error.strerror}") from error
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # as below
            self._file.close()

    def progress(self, progress: Progress) -> None:
        """Write the progress, about once a second, at the end of each epoch, and if there are scores."""
        now, (told, told_at) = time.monotonic(), self._told
        is_time = now - told >= _SECONDS or progress.tokens_done - told_at >= _SHARE * progress.tokens_total
        if not (progress.epoch_ended or progress.scores or is_time):
            return
        self._told = now, progress.tokens_done
        facts = {
            "loss": progress.loss,
            "held-out loss": progress.validation_loss,
            "learning rate": progress.learning_rate,
            "words/s": progress.tokens_per_second,
            **progress.scores,
        }
        # A full disk ends no training.
        with contextlib.suppress(OSError):
            for name, value in facts.items():
                if value is not None:
                    summary = self._summary(value=[self._summary.Value(tag=name, simple_value=value)])
                    event = self._event(wall_time=time.time(), step=progress.tokens_done, summary=summary)
                    self._file.write_event(event)
            self._file.flush()
