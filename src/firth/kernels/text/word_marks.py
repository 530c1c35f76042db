"""Where the words of a text are: the compiled twin of :func:`firth.text.unicode_words.spaced_words`."""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils

from firth.kernels.compiled import njit
from firth.kernels.simd.intrinsics import intrinsic
from firth.kernels.text.spaces import Bits, Bytes, character

Classes = npt.NDArray[np.uint8]

# As in firth.text.unicode_words: what a character is, and how it joins words.
_LETTER, _DIGIT, _INSIDE, _JOINS, _MARK = 1, 2, 4, 3, 64
_ONE, _LAST = np.uint64(1), np.uint64(63)
_BYTE, _WORD = ir.IntType(8), ir.IntType(64)
_LANES = ir.VectorType(_BYTE, 64)


@intrinsic
def _ascii_classes(_typing: Any, array: Any, _index: Any) -> Any:
    """Bit masks of bytes ``index`` to ``index + 64``: letters, digits, apostrophes, full stops and commas, underscores,
    and what is not ASCII."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        lanes = builder.load(builder.bitcast(builder.gep(data, [arguments[1]]), _LANES.as_pointer()), align=1)

        def splat(value: int) -> Any:
            return ir.Constant(_LANES, [ir.Constant(_BYTE, value)] * 64)

        def within(values: Any, first: str, last: str) -> Any:
            return builder.icmp_unsigned("<", builder.sub(values, splat(ord(first))), splat(ord(last) - ord(first) + 1))

        def equal(byte: str) -> Any:
            return builder.icmp_unsigned("==", lanes, splat(ord(byte)))

        masks = [
            within(builder.or_(lanes, splat(0x20)), "a", "z"),
            within(lanes, "0", "9"),
            equal("'"),
            builder.or_(equal("."), equal(",")),
            equal("_"),
            builder.icmp_signed("<", lanes, splat(0)),
        ]
        return cgutils.pack_array(builder, [builder.bitcast(mask, _WORD) for mask in masks])

    masks: Any = types.UniTuple(types.uint64, 6)
    return masks(array, types.int64), generate


@njit(nogil=True, cache=True)
def mark_words(text: Bytes, size: int, classes: Classes, spaces: Bits) -> int:
    """Mark all that is not part of a word, and prove that the text is UTF-8.

    Args:
        text: UTF-8 followed by at least 64 spaces.  # (size + 64,)
        size: bytes of text.
        classes: the class of each character, as ``character_classes`` returns it.  # (0x110000,)
        spaces: receives one bit a byte, the lowest first; a character of several bytes has them all marked.
            # (>= size // 64 + 2,)

    Returns:
        The offset of the first byte that is not UTF-8, or -1.
    """
    place = 0
    before = np.int64(0)  # the class of the last character; that of a letter or digit for the marks behind it
    spaces[: (size >> 6) + 2] = 0
    while place <= size:  # the first space behind the text ends its last word
        if place & 63 == 0:
            letters, digits, apostrophes, stops, underscores, beyond = _ascii_classes(text, place)
            joiners = apostrophes | stops | underscores
            if (beyond | (joiners >> _LAST)) == 0:
                letter_before = (letters << _ONE) | np.uint64(before & _LETTER != 0)
                digit_before = (digits << _ONE) | np.uint64(before & _DIGIT != 0)
                letter_behind, digit_behind = letters >> _ONE, digits >> _ONE
                inside = letters | digits
                inside |= apostrophes & ((letter_before & letter_behind) | (digit_before & digit_behind))
                inside |= stops & digit_before & digit_behind
                inside |= underscores & (letter_before | digit_before) & (letter_behind | digit_behind)
                spaces[place >> 6] = ~inside
                before = np.int64(letters >> _LAST) * (_LETTER | _INSIDE) + np.int64(digits >> _LAST) * (
                    _DIGIT | _INSIDE
                )
                place += 64
                continue
        length, code = _decoded(text, place)
        if length == 0:
            return place
        own = np.int64(classes[code])
        if own == _MARK:
            own = before
        elif own >> _JOINS:
            next_length, next_code = _decoded(text, place + length)
            joins = next_length > 0 and (own >> _JOINS) & before & np.int64(classes[next_code]) & 7
            if joins and place + length < size:
                before = np.int64(0)  # what follows a joiner is joined to it by nothing else
                place += length
                continue
            own = np.int64(0)
        if own & _INSIDE == 0:
            own = np.int64(0)
            for byte in range(place, place + length):
                spaces[byte >> 6] |= _ONE << np.uint64(byte & 63)
        before = own
        place += length
    return -1


@njit(nogil=True, cache=True, forceinline=True)
def _decoded(text: Bytes, place: int) -> tuple[Any, Any]:
    """Bytes of the character at ``place``, 0 if it is none; and its code point."""
    lead = np.int64(text[place])
    if lead < 0x80:
        return 1, lead
    length, _ = character(text, place)
    if length == 2:
        return 2, (lead & 0x1F) << 6 | np.int64(text[place + 1] & 0x3F)
    if length == 3:
        return 3, (lead & 0x0F) << 12 | np.int64(text[place + 1] & 0x3F) << 6 | np.int64(text[place + 2] & 0x3F)
    if length == 4:
        high = (lead & 0x07) << 18 | np.int64(text[place + 1] & 0x3F) << 12
        return 4, high | np.int64(text[place + 2] & 0x3F) << 6 | np.int64(text[place + 3] & 0x3F)
    return 0, 0
