"""Reading the bytes of vector files at hardware speed: lines of a word and its numbers.

Numbers are read to the nearest float32; one of more than 15 digits may come out one unit in the last place apart,
about once in 2**28.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

NEWLINE, SPACE, TAB, RETURN = 10, 32, 9, 13
_POWERS = 10.0 ** np.arange(23)  # exact in float64


@njit(cache=True, nogil=True)
def count_lines(text: Bytes, start: int, stop: int) -> int:
    """Lines between two offsets that hold at least one byte."""
    lines = 0
    for i in range(np.uint64(start + 1), np.uint64(stop)):  # unsigned: no test for an index from the end
        lines += int((text[i] == NEWLINE) & (text[i - np.uint64(1)] != NEWLINE))
    return lines + int(stop > start and text[stop - 1] != NEWLINE)


@njit(cache=True, nogil=True)
def skip_lines(text: Bytes, start: int, lines: int) -> int:
    """The offset behind the next ``lines`` lines that hold a byte, or the end."""
    i = start
    while lines > 0 and i < len(text):
        if text[i] == NEWLINE and i > start and text[i - 1] != NEWLINE:
            lines -= 1
        i += 1
    return i


@njit(cache=True, nogil=True)
def _blank(byte: int) -> bool:
    return byte in (SPACE, TAB, RETURN)


@njit(cache=True, nogil=True)
def _number(text: Bytes, i: int, stop: int) -> tuple[float, int]:
    """The number at ``i`` and the offset behind it, or -1 if there is none."""
    negative = text[i] == 45  # -
    if negative or text[i] == 43:  # +
        i += 1
    digits, exponent, mantissa, first = 0, 0, np.uint64(0), i
    point = -1
    while i < stop:
        digit = int(text[i]) - 48
        if 0 <= digit <= 9:
            if digits < 19:  # more digits than a uint64 holds change nothing in float32
                mantissa = mantissa * np.uint64(10) + np.uint64(digit)
                digits += 1 if mantissa > 0 else 0
            else:
                exponent += 1
        elif text[i] == 46 and point < 0:  # .
            point = i
        else:
            break
        i += 1
    if point >= 0:
        exponent -= i - point - 1
    if i - first == (point >= 0):  # no digit: nan, inf, or no number
        return _word_number(text, i, stop, negative)
    if i < stop and (text[i] == 101 or text[i] == 69):  # e E
        i += 1
        down = i < stop and text[i] == 45
        if i < stop and (down or text[i] == 43):
            i += 1
        power, start = 0, i
        while i < stop and 48 <= text[i] <= 57:
            power = min(power * 10 + int(text[i]) - 48, 9999)
            i += 1
        if i == start:
            return 0.0, -1
        exponent += -power if down else power
    value = float(mantissa)
    while exponent < 0 and value != 0.0:
        step = min(-exponent, 22)
        value /= _POWERS[step]
        exponent += step
    while exponent > 0 and value != 0.0 and value < 1e300:
        step = min(exponent, 22)
        value *= _POWERS[step]
        exponent -= step
    return (-value if negative else value), i


@njit(cache=True, nogil=True)
def _word_number(text: Bytes, i: int, stop: int, negative: bool) -> tuple[float, int]:
    if i + 3 > stop:
        return 0.0, -1
    a, b, c = text[i] | 32, text[i + 1] | 32, text[i + 2] | 32
    if a == 110 and b == 97 and c == 110:  # nan, and nan(...) as C prints some
        i += 3
        if i < stop and text[i] == 40:
            while i < stop and text[i] != 41 and not _blank(text[i]):
                i += 1
            return (np.nan, i + 1) if i < stop and text[i] == 41 else (0.0, -1)
        return np.nan, i
    if a == 105 and b == 110 and c == 102:  # inf, or infinity
        i, rest = i + 3, i + 8
        if rest <= stop and text[i] | 32 == 105 and text[i + 1] | 32 == 110 and text[i + 2] | 32 == 105:
            i = rest if text[i + 3] | 32 == 116 and text[i + 4] | 32 == 121 else i
        return (-np.inf if negative else np.inf), i
    return 0.0, -1


@njit(cache=True, nogil=True)
def _numbers(text: Bytes, i: int, stop: int, row: npt.NDArray[np.float32]) -> bool:
    """Whether the bytes up to ``stop`` are exactly the numbers of a row, which are read into ``row``."""
    for d in range(len(row)):
        if i >= stop or not _blank(text[i]):
            return False
        while i < stop and _blank(text[i]):
            i += 1
        if i == stop:
            return False
        value, i = _number(text, i, stop)
        if i < 0:
            return False
        row[d] = np.float32(value)
    while i < stop and _blank(text[i]):
        i += 1
    return i == stop


@njit(cache=True, nogil=True)
def read_lines(text: Bytes, start: int, stop: int, matrix: npt.NDArray[np.float32], words: Offsets, row: int) -> int:
    """Read lines of a word and its numbers into ``matrix`` (rows, dims) from ``row`` on.

    The offsets of each word go to ``words`` (rows, 2). The word is what stands before the last ``dims`` fields, so it
    may hold spaces. Returns -1, or the offset of the first line that cannot be read.
    """
    dims = matrix.shape[1]
    i = start
    while i < stop:
        if text[i] == NEWLINE:
            i += 1
            continue
        end = i
        while end < stop and text[end] != NEWLINE:
            end += 1
        split = i
        while split < end and not _blank(text[split]):
            split += 1
        if not _numbers(text, split, end, matrix[row]):  # spaces in the word: look for the numbers from the end
            split = end
            while split > i and _blank(text[split - 1]):
                split -= 1
            for _ in range(dims):
                while split > i and not _blank(text[split - 1]):
                    split -= 1
                while split > i and _blank(text[split - 1]):
                    split -= 1
            if not _numbers(text, split, end, matrix[row]):
                return i
        words[row, 0], words[row, 1] = i, split
        row += 1
        i = end + 1
    return -1


@njit(cache=True, nogil=True)
def count_numbers(text: Bytes, start: int, stop: int, numbers: Offsets) -> int:
    """Count the numbers that end each line, its first field left out; returns how many lines hold something.

    Of lines beyond the length of ``numbers`` nothing is counted.
    """
    lines, i = 0, start
    while i < stop and lines < len(numbers):
        end = i
        while end < stop and text[end] != NEWLINE:
            end += 1
        first, last = i, end
        while first < end and _blank(text[first]):
            first += 1
        numbers[lines] = 0
        while True:
            while last > first and _blank(text[last - 1]):
                last -= 1
            field = last
            while field > first and not _blank(text[field - 1]):
                field -= 1
            if field == first or _number(text, field, last)[1] != last:
                break
            numbers[lines] += 1
            last = field
        lines += first < end
        i = end + 1
    return lines
