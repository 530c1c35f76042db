"""word2vec's two formats as gensim reads and writes them: the caller says which one it is."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from firth.errors import FileFormatError, OptionError
from firth.guard import guard, guarded
from firth.stored_words import check_words
from firth.targets import replacing
from firth.text.compressed import open_stream
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats import word2vec_binary, word2vec_text, write

StrPath = str | os.PathLike[str]

_UNFIT, _EXPECTED = re.compile("\\A\\Z|[\n\ud800-\udfff]"), "words without newlines and lone surrogates"


def read(
    path: StrPath,
    *,
    binary: bool,
    encoding: str,
    unicode_errors: str,
    limit: int | None = None,
    no_header: bool = False,
) -> Embeddings:
    """Read a file; the arguments are those of gensim's ``load_word2vec_format``.

    Raises:
        OptionError: the encoding is not UTF-8, or a binary file has no header.
        FileFormatError: the file is missing, damaged, or in another format.
    """
    if encoding.lower().replace("-", "").replace("_", "") != "utf8":
        raise OptionError(f"encoding={encoding!r}, expected 'utf8'", hint="convert the file to UTF-8, with iconv say")
    if binary and no_header:
        raise OptionError("no_header=True for a binary file, expected a text", hint="binary=False")
    file = Path(path)
    with guard(file, "vectors in word2vec's format"):
        if binary:
            return word2vec_binary.read(file, limit=limit or None, errors=unicode_errors)
        return word2vec_text.read(file, limit=limit or None, header=not no_header, errors=unicode_errors)


def save(embeddings: Embeddings, path: StrPath, *, binary: bool, header: bool) -> None:
    """Write vectors in their order.

    Raises:
        OptionError: a binary file without a header, or words that the format cannot hold.
        StorageError: the file cannot be written.
    """
    if binary and not header:
        raise OptionError("write_header=False for a binary file, which needs its header", hint="binary=False")
    write(embeddings, path, "word2vec-binary" if binary else "word2vec-text" if header else "glove")


@guarded("a table of words and counts")
def read_counts(path: StrPath, errors: str = "strict") -> dict[str, int]:
    """The table that word2vec.c's ``-save-vocab`` writes: a word, a space and its count on each line.

    Raises:
        FileFormatError: the file does not exist, or a line has another form.
    """
    with open_stream(Path(path)) as (stream, _):
        text = stream.read().decode("utf-8", errors)
    counts: dict[str, int] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        word, _, count = line.removesuffix("\r").rpartition(" ")
        if not word or not count.isascii() or not count.isdigit():
            raise FileFormatError(f"{path}, line {number}: {line!r:.60}, expected a word, a space and a count")
        counts[word] = int(count)
    return counts


def write_counts(counts: Mapping[str, int], path: StrPath) -> None:
    """Write such a table.

    Raises:
        OptionError: a word is empty, or holds a newline or a lone surrogate.
        StorageError: the file cannot be written.
    """
    check_words(list(counts), _UNFIT, "a table of words and counts", _EXPECTED, "leave such words out")
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{word} {count}\n" for word, count in counts.items())
