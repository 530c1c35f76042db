"""How the words of an n-gram are packed into a key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """The last word stands in the highest bits, and a column holds as many whole words as fit.

    Attributes:
        order: words in a key.
        bits: bits a word.
    """

    order: int
    bits: int

    @property
    def per_column(self) -> int:
        """Words in a 64-bit column."""
        return min(self.order, 63 // self.bits)

    @property
    def width(self) -> int:
        """Columns of a key."""
        return -(-self.order // self.per_column)
