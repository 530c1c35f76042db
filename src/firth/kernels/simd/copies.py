"""Parts of arrays copied."""

from typing import Any

from firth.kernels.compiled import njit


@njit(nogil=True, cache=True, forceinline=True)
def copy(source: Any, start: int, stop: int, target: Any, place: int) -> None:
    """``target[place : place + stop - start] = source[start:stop]``, of two arrays that do not overlap.

    The assignment itself takes two seconds to compile, most of them for the message of its error.
    """
    for item in range(stop - start):
        target[place + item] = source[start + item]
