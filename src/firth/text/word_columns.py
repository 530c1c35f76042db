"""Columns of tables of words: the value of each word."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping

from firth.errors import FileFormatError
from firth.text.lines import read_table

_EXPECTED = "a table whose first line names the columns"


class WordColumn(Mapping[str, str]):
    """The values of a column by word.

    Attributes:
        name: the name of the column.
    """

    def __init__(self, name: str, values: dict[str, str]) -> None:
        self.name = name
        self._values = values

    def __getitem__(self, word: str) -> str:
        return self._values[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def read_column(path: str | os.PathLike[str], column: str) -> WordColumn:
    """A column of a table, whose words are in its column ``word``, or else in the first one.

    Fields are separated by tabs if the first line has any, or else by commas, as in a ``.csv`` file.

    Raises:
        FileFormatError: the file does not exist or is damaged, there is no such column, or a line has too few fields.
    """
    lines = read_table(path, _EXPECTED)
    if not lines:
        raise FileFormatError(f"{path}: is empty, expected {_EXPECTED}")
    tabs = "\t" in lines[0][1]
    rows = csv.reader((text + "\n" for _, text in lines), delimiter="\t" if tabs else ",", strict=True)
    try:
        names = [name.strip() for name in next(rows)]
        if column not in names:
            raise FileFormatError(f"{path}: no column {column!r}, only {', '.join(names)}", hint="check the name")
        word, value = names.index("word") if "word" in names else 0, names.index(column)
        found: dict[str, str] = {}
        for row in rows:
            if row and len(row) <= max(word, value):
                raise FileFormatError(f"{path}, line {rows.line_num}: {len(row)} fields, expected {len(names)}")
            if row:
                found.setdefault(row[word].strip(), row[value].strip())
    except csv.Error as error:
        raise FileFormatError(f"{path}, line {rows.line_num}: {error}, expected {_EXPECTED}") from error
    return WordColumn(column, found)
