"""Where the whitespace of a text is, one bit a byte, and the proof that the text is UTF-8: 64 bytes at a time."""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils, extending

from firth.kernels.compiled import njit

_BYTE = ir.IntType(8)
_WORD = ir.IntType(64)
_LANES = ir.VectorType(_BYTE, 64)
_ONE = np.uint64(1)

Bytes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.uint64]

intrinsic: Any = extending.intrinsic  # its own type counts the typing context among the arguments


@intrinsic
def _classes(_typing: Any, array: Any, _index: Any) -> Any:
    """Two bit masks of bytes ``index`` to ``index + 64``: ASCII whitespace as ``str.split`` knows it, and non-ASCII."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        lanes = builder.load(builder.bitcast(builder.gep(data, [arguments[1]]), _LANES.as_pointer()), align=1)

        def splat(value: int) -> Any:
            return ir.Constant(_LANES, [ir.Constant(_BYTE, value)] * 64)

        def within(low: int, high: int) -> Any:
            return builder.icmp_unsigned("<", builder.sub(lanes, splat(low)), splat(high - low + 1))

        spaces = builder.or_(within(0x09, 0x0D), within(0x1C, 0x20))
        beyond = builder.icmp_signed("<", lanes, splat(0))
        return cgutils.pack_array(builder, [builder.bitcast(spaces, _WORD), builder.bitcast(beyond, _WORD)])

    masks: Any = types.UniTuple(types.uint64, 2)
    return masks(array, types.int64), generate


@njit(nogil=True, cache=True)
def mark_spaces(text: Bytes, size: int, spaces: Bits) -> int:
    """Mark the whitespace of a text as ``str.split`` knows it, and prove that the text is UTF-8.

    Args:
        text: UTF-8 followed by at least 64 spaces.  # (size + 64,)
        size: bytes of text.
        spaces: receives one bit a byte, the lowest first; a character of several bytes has them all marked.
            # (>= size // 64 + 2,)

    Returns:
        The offset of the first byte that is not UTF-8, or -1.
    """
    position = 0
    spaces[0] = 0
    for chunk in range((size >> 6) + 1):
        spaces[chunk + 1] = 0
        ascii_spaces, beyond = _classes(text, chunk << 6)
        spaces[chunk] |= ascii_spaces
        if beyond:
            position = max(position, chunk << 6)
            while position < (chunk + 1) << 6:
                length, is_space = character(text, position)
                if length == 0:
                    return position
                if is_space:
                    for place in range(position, position + length):
                        spaces[place >> 6] |= _ONE << np.uint64(place & 63)
                position += length
    return -1


@njit(nogil=True, cache=True)
def character(text: Bytes, place: int) -> tuple[int, Any]:
    """Bytes of the character at ``place``, 0 if there is none; and whether it is whitespace beyond ASCII."""
    lead = np.int32(text[place])
    if lead < 0x80:
        return 1, False
    second = np.int32(text[place + 1])
    if lead < 0xE0:
        if lead < 0xC2 or second & 0xC0 != 0x80:
            return 0, False
        return 2, lead == 0xC2 and (second == 0x85 or second == 0xA0)
    third = np.int32(text[place + 2])
    if lead < 0xF0:
        lowest = 0xA0 if lead == 0xE0 else 0x80  # no longer form of a shorter character
        highest = 0x9F if lead == 0xED else 0xBF  # no surrogate
        if second < lowest or second > highest or third & 0xC0 != 0x80:
            return 0, False
        code = (lead & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)
        return 3, (
            0x2000 <= code <= 0x200A
            or code == 0x3000
            or code == 0x2028
            or code == 0x2029
            or code == 0x202F
            or code == 0x205F
            or code == 0x1680
        )
    fourth = np.int32(text[place + 3])
    lowest = 0x90 if lead == 0xF0 else 0x80
    highest = 0x8F if lead == 0xF4 else 0xBF  # nothing beyond U+10FFFF
    if lead > 0xF4 or second < lowest or second > highest or third & 0xC0 != 0x80 or fourth & 0xC0 != 0x80:
        return 0, False
    return 4, False
