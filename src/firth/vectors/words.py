"""Words by row: decoded only when somebody reads them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from firth.arguments import word_list
from firth.errors import FileFormatError, OptionError
from firth.storage import pack_words

_SCANS = 64  # look-ups by scanning the bytes before a dictionary of all the words pays for itself


class Words(Sequence[str]):
    """The words of a matrix, one a row, from a list or from the packed tensors of a file.

    A packed vocabulary of millions opens at once: a word is decoded when it is read, and the first few look-ups scan
    the bytes instead of building a dictionary.

    Args:
        words: the words by row, each different.

    Raises:
        OptionError: a word is given twice.
        WrongType: a word is no string.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._list: list[str] | None = word_list(words)
        self._rows: dict[str, int] | None = {word: row for row, word in enumerate(self._list)}
        if len(self._rows) < len(self._list):
            double = next(word for row, word in enumerate(self._list) if self._rows[word] != row)
            raise OptionError(f"the word {double!r} is given twice, expected each word once", hint="keep its first row")
        self._text: npt.NDArray[np.uint8] | None = None
        self._bounds: npt.NDArray[np.int64] | None = None
        self._scans = 0

    @classmethod
    def packed(cls, tensors: Mapping[str, npt.NDArray[Any]]) -> Words:
        """Words from the tensors that :func:`firth.storage.pack_words` made.

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
            raise FileFormatError("damaged words: their bounds do not fit their bytes")
        self = cls.__new__(cls)
        self._list, self._rows, self._scans = None, None, 0
        self._text, self._bounds = text, bounds
        return self

    def pack(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """The UTF-8 bytes of all words joined, and the (words + 1,) bounds between them."""
        if self._text is None or self._bounds is None:
            packed = pack_words(self.to_list())
            self._text, self._bounds = packed["words"], packed["word_bounds"]
        return self._text, self._bounds

    def to_list(self) -> list[str]:
        """All words by row; decoded once, then kept."""
        if self._list is None:
            text, bounds = self.pack()
            raw, places = text.tobytes(), itertools.pairwise(bounds.tolist())
            if raw.isascii():  # a byte is a letter: decode once, then cut
                letters = raw.decode()
                self._list = [letters[a:b] for a, b in places]
            else:
                self._list = [self._decode(raw[a:b]) for a, b in places]
        return self._list

    def to_rows(self) -> dict[str, int]:
        """The row of each word; built once, then kept."""
        if self._rows is None:
            self._rows = {word: row for row, word in enumerate(self.to_list())}
        return self._rows

    def row(self, word: str) -> int | None:
        """The row of ``word``, or ``None`` when it is not here."""
        if self._rows is None:
            self._scans += 1
            if self._scans <= _SCANS:
                return self._scan(word)
        return self.to_rows().get(word)

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
            raise FileFormatError(f"damaged words: {raw[:40]!r} is not UTF-8") from error

    def __len__(self) -> int:
        if self._list is not None:
            return len(self._list)
        return len(self.pack()[1]) - 1

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_list())

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.row(word) is not None

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return self.to_list()[row]
        if self._list is not None:
            return self._list[row]
        text, bounds = self.pack()
        row = range(len(self))[row]
        return self._decode(text[bounds[row] : bounds[row + 1]].tobytes())
