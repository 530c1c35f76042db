"""What SVG charts are made of: axes with round numbers, text, and colours that most eyes tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from firth.escapes import escaped_html

_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")  # Okabe and Ito 2008, the dark ones first


def color(number: int) -> str:
    """The colour of the first, the second, ... thing of a chart, counted from 0."""
    return _COLORS[number % len(_COLORS)]


def short(number: float) -> str:
    """A round number as the tick of an axis: 0.05, 2,000 as 2000, and from 10,000 on 10k, 2.5M or 1G."""
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= max(factor, 1e4):
            return f"{number / factor:g}{letter}"
    return f"{number:g}"


class Axis(NamedTuple):
    """Numbers to pixels, with round numbers to mark."""

    low: float
    high: float
    start: float
    stop: float
    ticks: list[float]

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> Axis:
        """An axis that has room for all values.

        Args:
            values: in any order; 0 to 1 where there are none.
            start, stop: the pixels of its ends.
        """
        low, high = min(values, default=0.0), max(values, default=1.0)
        width = high - low
        if width <= 1e-9 * max(abs(low), abs(high)):  # values that differ by rounding only
            width = 1.0
        power = 10.0 ** math.floor(math.log10(width / 3))
        step = next(power * factor for factor in (1, 2, 5, 10) if width / (power * factor) <= 5)
        first, last = math.floor(low / step), math.ceil(high / step)
        last += first == last
        ticks = [round(step * number, 10) for number in range(first, last + 1)]
        return cls(step * first, step * last, start, stop, ticks)

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)

    def upright(self, top: float, bottom: float) -> list[str]:
        """Vertical lines at the ticks, with their numbers below."""
        parts = []
        for tick in self.ticks:
            x = f"{self.at(tick):.1f}"
            parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top:g}" y2="{bottom:g}"/>')
            parts.append(text(self.at(tick), bottom + 12, short(tick), "middle", "tick"))
        return parts

    def level(self, left: float, right: float) -> list[str]:
        """Horizontal lines at the ticks, with their numbers on the left."""
        parts = []
        for tick in self.ticks:
            y = f"{self.at(tick):.1f}"
            parts.append(f'<line class="grid" x1="{left:g}" x2="{right:g}" y1="{y}" y2="{y}"/>')
            parts.append(text(left - 6, self.at(tick), short(tick), "end", "tick"))
        return parts


def text(x: float, y: float, words: str, anchor: str, kind: str = "name") -> str:
    """Words at a point, which is their ``"start"``, ``"middle"`` or ``"end"``; ``kind`` is their class in the style."""
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}" dominant-baseline="central">'
        f"{escaped_html(words)}</text>"
    )


def chart(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """A whole SVG element; ``title`` is what a screen reader says."""
    inside = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img">'
        f"<title>{escaped_html(title)}</title>\n{inside}\n</svg>"
    )
