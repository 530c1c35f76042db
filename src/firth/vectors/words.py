"""Words by row, which are decoded only when they are read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, integer_of, is_integer, words_or_integers
from firth.errors import FileFormatError, OptionError
from firth.stored_words import holds_integers, integers_mark, pack_words, to_integers

_SCANS = 64  # look-ups by scanning the bytes before a dictionary of all the words pays for itself


class Words(Sequence[Any]):
    """The words of a matrix, one for each row, from a list or from the packed tensors of a file: all str, or all int.

    A packed vocabulary of millions opens at once: a word is decoded when it is read, and the first few look-ups scan
    the bytes instead of building a dictionary. If the words are integers, a string that spells one is accepted too.

    Args:
        words: the words by row, each different.

    Attributes:
        are_integers: whether the words are integers.

    Raises:
        OptionError: a word is given twice.
        WrongType: a word is neither a string nor an integer, or some are strings and some integers.
    """

    def __init__(self, words: Sequence[Word] | npt.NDArray[np.integer]) -> None:
        self._list: list[Any] | None = words_or_integers(words)
        self.are_integers = bool(self._list) and isinstance(self._list[0], int)
        self._rows: dict[Word, int] | None = {word: row for row, word in enumerate(self._list)}
        if len(self._rows) < len(self._list):
            double = next(word for row, word in enumerate(self._list) if self._rows[word] != row)
            raise OptionError(f"the word {double!r} is given twice, expected each word once", hint="keep its first row")
        self._text: npt.NDArray[np.uint8] | None = None
        self._bounds: npt.NDArray[np.int64] | None = None
        self._scans = 0

    @classmethod
    def packed(cls, tensors: Mapping[str, npt.NDArray[Any]]) -> Words:
        """Words from the tensors that :func:`firth.stored_words.pack_words` made.

        Raises:
            FileFormatError: the bounds do not fit the bytes.
        """
        text, bounds = tensors.get("words"), tensors.get("word_bounds")
        if text is None or bounds is None or text.dtype != np.uint8 or bounds.dtype != np.int64 or bounds.ndim != 1:
            raise FileFormatError("no words in the file, expected the tensors words and word_bounds")
        if (
            text.ndim != 1
            or not len(bounds)
            or bounds[0] != 0
            or bounds[-1] != len(text)
            or (np.diff(bounds) < 0).any()
        ):
            raise FileFormatError("the words are damaged: their bounds do not fit their bytes")
        self = cls.__new__(cls)
        self._list, self._rows, self._scans = None, None, 0
        self.are_integers = holds_integers(tensors)
        self._text, self._bounds = text, bounds
        return self

    def pack(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """The UTF-8 bytes of all words joined, and the (words + 1,) bounds between them; integers as their digits."""
        if self._text is None or self._bounds is None:
            packed = pack_words(self.to_list())
            self._text, self._bounds = packed["words"], packed["word_bounds"]
        return self._text, self._bounds

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """The tensors that :meth:`packed` takes."""
        text, bounds = self.pack()
        marked: dict[str, npt.NDArray[Any]] = {"word_bounds": bounds, "words": text}
        return {**marked, **integers_mark()} if self.are_integers else marked

    def to_list(self) -> list[Any]:
        """All words by row; decoded once, then kept."""
        if self._list is None:
            words = self._spelled()
            self._list = to_integers(words) if self.are_integers else words
        return self._list

    def spellings(self) -> list[str]:
        """All words by row as strings, for code that takes only strings."""
        words = self.to_list()
        return list(map(str, words)) if self.are_integers else words

    def _spelled(self) -> list[str]:
        text, bounds = self.pack()
        raw, places = text.tobytes(), itertools.pairwise(bounds.tolist())
        if raw.isascii():  # a byte is a letter: decode once, then cut
            letters = raw.decode()
            return [letters[a:b] for a, b in places]
        return [self._decode(raw[a:b]) for a, b in places]

    def to_rows(self) -> dict[Any, int]:
        """The row of each word; built once, then kept."""
        if self._rows is None:
            self._rows = {word: row for row, word in enumerate(self.to_list())}
        return self._rows

    def row(self, word: Word) -> int | None:
        """The row of ``word``, or ``None`` when it is not here."""
        if self._rows is None:
            self._scans += 1
            if self._scans <= _SCANS:
                return self._scan(str(word))
        key = integer_of(word) if self.are_integers and isinstance(word, str) else word
        return None if key is None else self.to_rows().get(key)

    def _scan(self, word: str) -> int | None:
        text, bounds = self.pack()
        key = np.frombuffer(word.encode("utf-8", "surrogatepass"), np.uint8)
        rows = np.flatnonzero(np.diff(bounds) == len(key))
        width = next((size for size in (8, 4, 2, 1) if size <= len(key)), 1)  # bytes compared at a time
        wide, parts = f"<u{width}", range(0, len(key), width)
        windows = np.ndarray(max(len(text) - width + 1, 0), wide, text, strides=(1,))  # one from each byte on
        for place in (min(part, len(key) - width) for part in parts):
            rows = rows[windows[bounds[rows] + place] == key[place : place + width].view(wide)]
        return int(rows[0]) if len(rows) else None

    @staticmethod
    def _decode(raw: bytes) -> str:
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise FileFormatError(f"the words are damaged: {raw[:40]!r} is not UTF-8") from error

    def __len__(self) -> int:
        if self._list is not None:
            return len(self._list)
        return len(self.pack()[1]) - 1

    def __iter__(self) -> Iterator[Any]:
        return iter(self.to_list())

    def __contains__(self, word: object) -> bool:
        return (isinstance(word, str) or (self.are_integers and is_integer(word))) and self.row(word) is not None

    @overload
    def __getitem__(self, row: int) -> Any: ...
    @overload
    def __getitem__(self, row: slice) -> list[Any]: ...
    def __getitem__(self, row: int | slice) -> Any:
        if isinstance(row, slice):
            return self.to_list()[row]
        if self._list is not None:
            return self._list[row]
        text, bounds = self.pack()
        row = range(len(self))[row]
        word = self._decode(text[bounds[row] : bounds[row + 1]].tobytes())
        return to_integers([word])[0] if self.are_integers else word
