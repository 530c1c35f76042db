"""Progress of a call as its caller wants it: as a bar, by a function, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVarTuple, cast

from firth.arguments import switch
from firth.drawing.bar import Bar, NoBar, bar

Facts = TypeVarTuple("Facts")


class Watch:
    """The option ``progress`` of a call; a context manager, at whose end the bar disappears.

    Args:
        progress: True shows a bar in a notebook or a terminal; False and None show nothing; a function is called
            instead.

    Attributes:
        given: the function, if there is one.
        bar: the bar, or one that shows nothing.

    Raises:
        OptionError: it is something else.
    """

    def __init__(self, progress: bool | Callable[..., object] | None) -> None:
        self.given: Callable[..., Any] | None = progress if callable(progress) else None
        self.bar: Bar = NoBar() if progress is None or callable(progress) else bar(switch("progress", progress))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.close()

    def shown(self, show: Callable[[Bar, *Facts], None]) -> Callable[[*Facts], object] | None:
        """A callback that shows its facts on the bar; None if there is no bar."""
        if isinstance(self.bar, NoBar):
            return None
        self.bar.begin()
        return lambda *facts: show(self.bar, *facts)

    def now(self, name: str) -> None:
        """Show a task whose length is not known."""
        self.bar.begin()
        self.bar.show(name, 0, None, [])

    def told(self, show: Callable[[Bar, *Facts], None]) -> Callable[[*Facts], object] | None:
        """The function of the caller, if there is one; otherwise as :meth:`shown`."""
        if self.given is None:
            return self.shown(show)
        return cast("Callable[[*Facts], object]", self.given)


def show_reading(bar: Bar, done: int, total: int | None) -> None:
    """Show how much of a text has been read: bytes, or tokens if the total is unknown."""
    bar.show("reading", done, total, [f"{done / 2**20:,.0f} MiB" if total else f"{done:,}"])


def show_tokens(bar: Bar, done: int, total: int | None) -> None:
    """Show how many tokens of a text have been scored."""
    bar.show("scoring", done, total, [f"{done:,} tokens"])
