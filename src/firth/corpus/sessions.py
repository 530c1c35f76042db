"""Sessions one after the other, from everything that a corpus is made of, for answers about each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Unpack

from firth.arguments import Word
from firth.corpus.encoding import FileOptions, Source
from firth.corpus.prepared_tokens import opened, tell
from firth.text.events import Events
from firth.text.sources import TextFiles
from firth.text.token_lists import blocks_of, lists_of


class Session(NamedTuple):
    """The items of a session, oldest first.

    Attributes:
        items: strings or integers, as they are in the source.
        group: of an event table, the value that its rows share, such as the user; otherwise None.
    """

    items: list[Word]
    group: Any = None


class SessionOptions(FileOptions, total=False):
    """The options of :func:`sessions`."""

    group: str | None
    item: str | None
    order: str | None


def sessions(source: Source, **reading: Unpack[SessionOptions]) -> Iterator[Session]:
    """The sessions of a source, with bounded memory: of text its lines that are not blank, of a table its lists.

    Args:
        source: as for :func:`firth.corpus.encode`.
        reading: options of :func:`firth.corpus.encode`.

    Raises:
        SourceError, EncodingError, OptionError, MissingExtra, StorageError: as there.
    """
    _, found = opened(source, None, **reading)
    if isinstance(found, Events):
        yield from (Session(items, group) for group, items in found.sequences())
    elif isinstance(found, TextFiles):
        yield from (Session([*items]) for line in _lines(found) if (items := line.split()))
    else:
        yield from (Session(items) for block in blocks_of(found) for items in lists_of(block))
    tell(found)


def _lines(files: TextFiles) -> Iterator[str]:
    rest = b""
    for block in files.blocks():
        offset = block.offset - len(rest)
        *lines, rest = (rest + block.text[: block.size].tobytes()).split(b"\n")
        if block.ends_file:
            lines, rest = [*lines, rest], b""
        for line in lines:
            yield files.decoding.text(line, block.source, offset)
            offset += len(line) + 1
