"""Ctrl-C during training: running jobs are finished first, so that no job is half-done and nothing is lost."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any


class Interrupted(KeyboardInterrupt):
    """Training was interrupted by a signal.

    Attributes:
        signal: its number, such as 2 for Ctrl-C.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.signal = number


def raise_interrupted(number: int, _frame: FrameType | None) -> None:
    """Signal handler that does the same as Ctrl-C for other signals."""
    raise Interrupted(number)


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside the block SIGTERM and SIGHUP raise :class:`Interrupted`, so that nothing half-written is left."""
    before = {
        number: signal.signal(number, raise_interrupted)
        for number in _numbers("SIGTERM", "SIGHUP")
        if threading.current_thread() is threading.main_thread() and signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _numbers(*names: str) -> list[int]:
    return [getattr(signal, name) for name in names if hasattr(signal, name)]  # Windows has no SIGHUP


class Interruption:
    """A record of whether a signal was received.

    Attributes:
        signal: its number; None if there was none.
    """

    def __init__(self) -> None:
        self.signal: int | None = None

    def raise_if_any(self) -> None:
        """Raise :class:`Interrupted` if a signal was received."""
        if self.signal is not None:
            raise Interrupted(self.signal)


@contextlib.contextmanager
def interruptible() -> Iterator[Interruption]:
    """Inside the block signals that would end the process are only noted; a second one of the kind acts at once.

    These are Ctrl-C, SIGTERM and SIGHUP, each only where nobody else handles it, and only in the main thread, for
    others get no signals.
    """
    noted = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before: dict[int, Any] = {}

    def note(number: int, _frame: FrameType | None) -> None:
        noted.signal = number
        signal.signal(number, before[number])

    for number in _numbers("SIGINT", "SIGTERM", "SIGHUP"):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler, raise_interrupted):
            before[number] = signal.signal(number, note)
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
