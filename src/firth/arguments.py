"""Checks of arguments: numbers, switches and words are converted to plain Python values, or are errors.

A NumPy scalar or an array without dimensions is accepted as a number, so that options may come from
``np.arange`` and be written to JSON.
"""

from __future__ import annotations

import inspect
import math
import numbers
import sys
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeAlias, TypeGuard, TypeVar, overload

from firth.errors import OptionError, WrongType

Parameters = ParamSpec("Parameters")
Made = TypeVar("Made")

_LONGEST_INTEGER = 4_000  # digits; Python itself refuses to read many more

Word: TypeAlias = str | int  # all words of a vocabulary are strings, or all are integers
OnProgress: TypeAlias = Callable[[int, int | None], object]  # called with the amount done, and the total if it is known


def plain(value: Any) -> Any:
    """The Python number, boolean or string in a scalar of NumPy or another library; other values are unchanged."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, int | float) or not isinstance(value, numbers.Real):
        return value
    return int(value) if isinstance(value, numbers.Integral) else float(value)


@overload
def whole(name: str, value: object, lowest: int, highest: int | None = None, *, other: str = "") -> int: ...
@overload
def whole(
    name: str, value: object, lowest: int, highest: int | None = None, *, other: str = "", optional: bool
) -> int | None: ...
def whole(
    name: str, value: object, lowest: int, highest: int | None = None, *, other: str = "", optional: bool = False
) -> int | None:
    """The whole number that an option has.

    Args:
        name: name of the option, for the error.
        value: the given value.
        lowest, highest: the limits, both included.
        other: other possible values, for the error, such as ``" or 'sentence'"``.
        optional: whether it may be None.

    Raises:
        OptionError: it is not such a number, or it is True or False.
    """
    given = plain(value)
    if given is None and optional:
        return None
    limits = (f"{lowest} or more" if highest is None else f"{lowest} to {highest:,}") + other
    if not isinstance(given, int) or isinstance(given, bool):
        raise OptionError(f"{name}={given!r}, expected a whole number, {limits}")
    if given < lowest or (highest is not None and given > highest):
        raise OptionError(f"{name}={given}, expected {limits}")
    return given


def real(name: str, value: object, lowest: float = -math.inf, highest: float = math.inf, *, other: str = "") -> float:
    """The number that an option has, with both limits included and infinity excluded; an int remains an int.

    Raises:
        OptionError: it is not such a number, or it is NaN, True or False.
    """
    given = plain(value)
    limits = f" from {lowest:g} to {highest:g}"
    if highest >= sys.float_info.max:
        limits = f" of {lowest:g} or more" if math.isfinite(lowest) else ""
    limits += other
    if not isinstance(given, int | float) or isinstance(given, bool) or not lowest <= given <= highest:
        raise OptionError(f"{name}={given!r}, expected a number{limits}")
    if math.isinf(given):
        raise OptionError(f"{name}={given!r}, expected a finite number{limits}")
    return given


def switch(name: str, value: object) -> bool:
    """The truth value that an option has.

    Raises:
        OptionError: it is neither True nor False.
    """
    given = plain(value)
    if not isinstance(given, bool):
        raise OptionError(f"{name}={given!r}, expected True or False")
    return given


def signature_of(function: Callable[Parameters, object]) -> Callable[[Callable[..., Made]], Callable[Parameters, Made]]:
    """Decorator that gives a function the signature of the one it passes its arguments to, for editors and mypy."""

    def decorate(passing: Callable[..., Made]) -> Callable[Parameters, Made]:
        passing.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return passing

    return decorate


def check_word(given: object, *, integers: bool = False) -> Word:
    """A word that a caller passed.

    Args:
        given: the argument.
        integers: whether the words are integers; strings of digits are then accepted too.

    Raises:
        WrongType: it is not a word.
    """
    if isinstance(given, str) or (integers and is_integer(given)):
        return given
    if integers:
        raise WrongType(f"{shown(given)} in place of a word, expected an int", hint="the words are integers, such as 3")
    raise WrongType(f"{shown(given)} in place of a word, expected a str", hint=_word_hint(given))


def is_integer(value: object) -> TypeGuard[int]:
    """Whether a value is a Python int, and neither True nor False."""
    return isinstance(value, int) and not isinstance(value, bool)


def integer_of(word: str) -> int | None:
    """The integer that a word spells as Python writes it; ``None`` for any other word, such as ``"03"`` or ``"+3"``."""
    digits = word.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > _LONGEST_INTEGER:
        return None
    return int(word) if str(int(word)) == word else None


def word_list(given: Iterable[object]) -> list[str]:
    """Several words that a caller passed.

    Raises:
        WrongType: it is one string, it is not a collection, or not all items are strings.
    """
    listed = _listed(given)
    if not {str}.issuperset(map(type, listed)):  # of a million words the quicker way
        for one in listed:
            check_word(one)
    return listed


def words_or_integers(given: Iterable[object]) -> list[Any]:
    """The words of a vocabulary that a caller passed: all are strings, or all are integers.

    Raises:
        WrongType: it is one word, it is not a collection, or its items are neither all strings nor all integers.
    """
    listed = _listed(given)
    if set(map(type, listed)) in (set(), {str}, {int}):  # of a million words the quicker way
        return listed
    listed = list(map(plain, listed))
    integers = is_integer(listed[0])
    for one in listed:
        check_word(one, integers=integers)
        if integers and isinstance(one, str):
            raise WrongType(f"{shown(one)} among integers, expected all words to be of one type", hint="str(word)")
    return listed


def _listed(given: Iterable[object]) -> list[Any]:
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise WrongType(f"{shown(given)} in place of several words, expected a list of them", hint=f"[{given!r:.40}]")
    return list(given)


def shown(value: object) -> str:
    """A value with its type, for an error, at most one line long."""
    if is_missing(value):
        return f"the missing value {value!r}"
    text = repr(value)
    return f"the {type(value).__name__} {text if len(text) < 60 else text[:57] + '...'}"


def is_missing(value: object) -> bool:
    """Whether a value is a missing value of a table: None, NaN, or pandas' NA and NaT."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, numbers.Real) and bool(value != value)


def _word_hint(given: object) -> str:
    if isinstance(given, bytes):
        return "decode it: b'word'.decode()"
    if is_missing(given):
        return "leave missing values out"
    if isinstance(given, slice):
        return "rows of the matrix are vectors.vectors[first:last], their words vectors.index_to_key[first:last]"
    if isinstance(plain(given), int):
        return f"the word is {str(given)!r}; row {given} of the matrix is vectors.vectors[{given}]"
    return "words are str, and a vector is an array of NumPy"
