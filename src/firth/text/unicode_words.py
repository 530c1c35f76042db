"""Unicode words: the tokenizer ``words``, on arrays of characters.

The rule follows Unicode Standard Annex 29, Text Segmentation, and differs from it where a word vector would not want
what it says. A word is an unbroken run of

- letters and digits of any script (general categories L, N);
- marks and format characters (M, Cf) that follow one of these, such as accents and joiners (rule WB4);
- an apostrophe (``'``, U+2019, U+FF07) or a middle dot (U+00B7) between two letters: ``don't``, ``l'eau`` (WB6, WB7);
- an apostrophe, a full stop or a comma between two digits: ``3.14``, ``1,000`` (WB11, WB12);
- an underscore between any two of them: ``min_count`` (WB13a, WB13b).

Other characters separate words, including a hyphen, and a full stop between letters. Ideographs and Kana form runs,
where the annex breaks between any two of them: such text wants a segmenter, not a rule about characters.
"""

from __future__ import annotations

import functools
import sys
import unicodedata

import numpy as np
import numpy.typing as npt

# Bits of a character's class: what it is, and shifted by _JOINS, between two of what it belongs to the word.
LETTER, DIGIT, INSIDE = 1, 2, 4
_JOINS = 3
MARK = 1 << 6

_LETTER, _DIGIT = LETTER | INSIDE, DIGIT | INSIDE
_JOINERS = {"'": LETTER | DIGIT, "\u2019": LETTER | DIGIT, "\uff07": LETTER | DIGIT, "\u00b7": LETTER,
            ".": DIGIT, ",": DIGIT, "_": INSIDE}  # fmt: skip
_SEPARATORS = {"\u200b"}  # a format character that separates words
_KINDS = {"L": _LETTER, "N": _DIGIT, "M": MARK}

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]


def spaced_words(text: str) -> str:
    """The words of a text with whitespace between them, and its newlines; nothing else is left."""
    codes = code_points(text)
    classes = character_classes()[codes]
    if codes.itemsize > 1:
        _inherit(classes)
    joiners = np.flatnonzero(classes >> _JOINS)
    joiners = joiners[(joiners > 0) & (joiners < len(codes) - 1)]
    joined = joiners[(classes[joiners] >> _JOINS) & classes[joiners - 1] & classes[joiners + 1] & 7 != 0]
    inside = (classes & INSIDE) != 0
    inside[joined] = True
    inside |= codes == ord("\n")
    return as_text(np.where(inside, codes, codes.dtype.type(ord(" "))))


def spaced_characters(text: str) -> str:
    """The characters of a text with spaces between them, each with the marks that follow it."""
    codes = code_points(text)
    spread = np.full(2 * len(codes), ord(" "), codes.dtype)
    spread[1::2] = codes
    if codes.itemsize > 1:
        kept = np.ones(len(spread), bool)
        kept[::2] = character_classes()[codes] != MARK
        spread = spread[kept]
    return as_text(spread)


def code_points(text: str) -> Codes:
    """One number a character: uint8 where all are ASCII, else uint32."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


def as_text(codes: Codes) -> str:
    """The text of :func:`code_points`."""
    return codes.tobytes().decode("ascii" if codes.itemsize == 1 else "utf-32-le", "surrogatepass")


@functools.cache
def character_classes() -> npt.NDArray[np.uint8]:
    """The class of each character of Unicode, by this Python's ``unicodedata``.  # (0x110000,) uint8"""
    category = unicodedata.category
    found = map(category, map(chr, range(sys.maxunicode + 1)))
    classes = np.fromiter((MARK if kind == "Cf" else _KINDS.get(kind[0], 0) for kind in found), np.uint8)
    for character, joins in _JOINERS.items():
        classes[ord(character)] = joins << _JOINS
    for character in _SEPARATORS:
        classes[ord(character)] = 0
    return classes


def _inherit(classes: npt.NDArray[np.uint8]) -> None:
    """Give each mark the class of the letter or digit that it follows; marks that follow anything else have none."""
    marks = np.flatnonzero(classes == MARK)
    if not len(marks):
        return
    first = np.ones(len(marks), bool)  # of several marks in a row
    first[1:] = np.diff(marks) != 1
    before = marks[first] - 1
    inherited = np.where(before >= 0, classes[before], 0)
    inherited[(inherited & INSIDE) == 0] = 0
    classes[marks] = inherited[np.cumsum(first) - 1]
