"""Reading a source into prepared tokens: counted and normalised, with phrases joined."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from firth.arguments import OnProgress, integer_of
from firth.corpus.spool import Spool
from firth.errors import OptionError, SourceError, warn
from firth.parallel import cores
from firth.text.decoding import UTF_8, Decoding
from firth.text.events import Columns, Events
from firth.text.held import held
from firth.text.list_columns import ListFiles, holds_lists
from firth.text.paths import Pattern
from firth.text.preparation import Preparation
from firth.text.records import Records
from firth.text.sources import BLOCK_SIZE, OnFiles, TextFiles, text_files

if TYPE_CHECKING:
    from firth.corpus.first_pass import Tokens


_SPELLED = 1 << 12  # words at a time


def opened(
    source: Any,
    preparation: Preparation | None,
    *,
    field: str | None = None,
    group: str | None = None,
    item: str | None = None,
    order: str | None = None,
    weight: Any = None,
    on_error: str = "raise",
    encoding: str = UTF_8,
    errors: str = "strict",
    pattern: Pattern = None,
    on_files: OnFiles | None = None,
) -> tuple[TextFiles | None, Any]:
    """The files that ``source`` names, or None; and the object to read: text (``TextFiles``), or token lists.

    Args:
        source, preparation, field, group, item, order, weight: as for :func:`firth.corpus.encode`.
        on_error, encoding, errors, pattern, on_files: as there.

    Raises:
        SourceError: a file does not exist, or may not be read.
        OptionError: it cannot be read, or the field does not fit.
    """
    columns = Columns.of(group, item, order, weight if group or item or order else None, field)
    records = Records(field, on_error, events=columns is not None, weight=weight)
    decoding = Decoding(encoding, errors)
    whole_lines = preparation is not None and preparation.needs_lines
    files = text_files(
        source,
        records=records,
        decoding=decoding,
        pattern=pattern,
        texts=preparation is not None,
        whole_lines=whole_lines,
    )
    if files is not None:
        files.on_files = on_files
    if columns is not None:
        return files, Events(source if files is None else files, columns, records)
    if files is None:
        return None, held(source, records=records, decoding=decoding, whole_lines=whole_lines)
    if field is not None and holds_lists(files):
        return files, ListFiles(files)
    if weight is not None:
        raise OptionError(
            f"{files.names} has no token lists, expected such for weights", hint="name a column of lists, or of events"
        )
    return files, files


def prepared(
    stack: contextlib.ExitStack,
    source: Any,
    preparation: Preparation,
    folder: Path,
    workers: int | None,
    progress: OnProgress | None,
) -> tuple[Tokens, list[Spool]]:
    """Read a text; returns its tokens and the spools that hold them.

    Args:
        stack: closes the spools.
        source: text or token lists.
        preparation: how the text is prepared.
        folder: where the spools lie.
        workers: threads, or None for all cores.
        progress: as for :func:`firth.corpus.encode`.

    Raises:
        SourceError, EncodingError, OptionError, StorageError: as for :func:`firth.corpus.encode`.
    """
    from firth.corpus.first_pass import read_files, read_sentences
    from firth.corpus.normalization import normalized
    from firth.corpus.phrases_applied import joined
    from firth.corpus.text_warnings import signs_of_words
    from firth.corpus.weighted_counts import weighted

    def spool() -> Spool:
        return stack.enter_context(contextlib.closing(Spool(folder, np.int32)))

    is_text = isinstance(source, TextFiles)
    spools = [spool() for _ in range(_readers(source, workers))]
    if is_text:
        tokens = read_files(source, spools, cut=preparation.cut, progress=progress)
    else:
        tokens = read_sentences(source, spools[0], progress=progress)
    tell(source)
    if not len(tokens.counts):
        raise SourceError(f"there is no word in {getattr(source, 'names', 'the token lists')}", hint="is it empty?")
    weights = tokens.weights
    if getattr(source, "untyped", False) and _are_integers(tokens):
        tokens = dataclasses.replace(tokens, integers=True)
    if not preparation.keeps_tokens:
        tokens = normalized(tokens, preparation.word)
    if is_text:
        for line in signs_of_words(tokens, str(preparation.as_dict()["tokenizer"])):
            warn(line)
    for phrases in preparation.passes:
        tokens, spools = joined(tokens, spools, phrases, into := spool()), [into]
    if weights is not None:
        tokens = weighted(tokens, spools, weights)
    return tokens, spools


def tell(source: Any) -> None:
    """After a text has been read, warn about losses, and pass on what was found in its files."""
    files = files_of(source)
    for line in source.records.summary() if hasattr(source, "records") else ():
        warn(line)
    if files is not None:
        for line in files.decoding.files.warnings():
            warn(line)
        if files.on_files is not None:
            files.on_files(files.decoding.files)


def files_of(source: Any) -> TextFiles | None:
    """The files in which a text, or token lists, lie."""
    return source if isinstance(source, TextFiles) else getattr(source, "files", None)


def _are_integers(tokens: Tokens) -> bool:
    """Whether all words spell integers."""
    words = len(tokens.counts)
    parts = (np.arange(first, min(first + _SPELLED, words)) for first in range(0, words, _SPELLED))
    return all(integer_of(word) is not None for some in parts for word in tokens.spell(some))


def threads(wanted: int | None) -> int:
    """The given number of threads, or one for each core that the process may use."""
    return wanted or cores()


def _readers(source: object, wanted: int | None) -> int:
    """Threads that read: no more than there are blocks."""
    size = source.size() if isinstance(source, TextFiles) else 0
    return threads(wanted) if size is None else min(threads(wanted), size // BLOCK_SIZE + 1)
