"""The record of a run: lines of JSON for the text, for the progress, for each epoch, and for the end.

Progress is recorded about once a second, and in a short training after each half per cent of its words.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from firth.errors import FileFormatError, StorageError
from firth.training.loop import Progress
from firth.training.report import Report

NAME = "run.jsonl"
"""The name of its file in a folder of checkpoints."""

_SECONDS = 1.0  # between two lines of progress,
_SHARE = 0.005  # or if that is less time, this share of the training


class RunLog:
    """Appends to files; other processes can read each line immediately.

    It is a context manager.

    Args:
        paths: the files.
    """

    def __init__(self, *paths: str | os.PathLike[str]) -> None:
        self._paths = paths
        self._files: list[IO[str]] = []
        self._told = (0.0, 0)

    def __enter__(self) -> RunLog:
        for path in self._paths:
            try:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                self._files.append(Path(path).open("a", encoding="utf-8"))
            except OSError as error:
                raise StorageError(f"cannot write {path}: {error.strerror}") from error
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):  # as in write
                file.close()

    def report(self, report: Report, resumed_at: int = 0) -> None:
        """Record the report, when the text has been read and training begins, or resumes after a number of words."""
        facts = {name: value for name, value in vars(report).items() if name != "configuration"}
        facts["files"] = report.files.as_dict()
        change = facts.pop("vocabulary_change")
        added = None if change is None else change._asdict()
        options = report.configuration.as_dict()
        again = {"resumed_at": resumed_at} if resumed_at else {}
        self.write("report", process=os.getpid(), **facts, **again, vocabulary_change=added, configuration=options)

    def progress(self, progress: Progress) -> None:
        """Record the progress, if it is time, an epoch has ended, or there are scores."""
        now, tokens = time.monotonic(), progress.tokens_done
        told, told_at = self._told
        is_time = now - told >= _SECONDS or tokens - told_at >= _SHARE * progress.tokens_total
        if progress.epoch_ended or progress.scores or is_time:
            self._told = now, tokens
            self.write("epoch" if progress.epoch_ended else "progress", **asdict(progress))

    def write(self, event: str, **facts: Any) -> None:
        """Write one line."""
        line = json.dumps({"event": event, "time": round(time.time(), 3), **facts}, ensure_ascii=False, allow_nan=False)
        for file in self._files:
            # A full disk ends no training: what is told again on the next line is missed least.
            with contextlib.suppress(OSError):
                file.write(line + "\n")
                file.flush()


def events(path: str | os.PathLike[str]) -> Iterator[dict[str, Any]]:
    """The lines of a record, without an incomplete last one.

    Raises:
        FileFormatError: the file does not exist, or is not the record of a run.
    """
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith("\n"):
                    return
                try:
                    event = json.loads(line)
                    if not isinstance(event, dict) or "event" not in event:
                        raise ValueError("no event")
                except ValueError as error:
                    raise FileFormatError(f"{path}, line {number}: not the record of a run") from error
                yield event
    except OSError as error:
        raise FileFormatError(f"{path}: {error.strerror}, expected the record of a run") from error
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path}: not the record of a run") from error
