"""Text to an encoded corpus: read once, count, keep the frequent words, write their ids.

The first pass (:mod:`firth.corpus.reading`) spools every token as a number; the second (:mod:`firth.corpus.writing`)
turns these numbers into word ids. Memory holds the vocabulary and a few blocks, whatever the size of the text.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from firth.corpus.choosing import ABSENT, Choice, Words
from firth.corpus.encoded import EncodedCorpus
from firth.corpus.spool import Spool
from firth.corpus.vocabulary import Vocabulary
from firth.errors import OptionError, SourceError
from firth.text.preparation import Preparation
from firth.text.records import Records
from firth.text.sources import BLOCK_SIZE, TextFiles, text_files, text_held

Source = (
    str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Iterable[Iterable[str]] | Iterable[Mapping[str, Any]]
)
Progress = Callable[[int, int | None], None]


def encode(
    source: Source,
    *,
    preparation: Preparation | None = None,
    field: str | None = None,
    on_error: str = "raise",
    min_count: int = 5,
    max_words: int | None = None,
    keep_words: Words = (),
    drop_words: Words = (),
    vocabulary: Vocabulary | str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cache: str | os.PathLike[str] | None = None,
    errors: str = "strict",
    progress: Progress | None = None,
) -> EncodedCorpus:
    """Read a text, count its words, and write it as word ids.

    A sentence is a line of a file, or a token list, without the words that occur less than ``min_count`` times. Where
    it has more than 1,000 tokens it is cut after each 1,000th. Nothing but the time it takes depends on ``workers``.

    Args:
        source: a UTF-8 text file, plain or ``.gz``, ``.bz2``, ``.xz``, ``.zst``; a folder, a pattern, a ``.zip``
            archive, ``"-"`` for stdin; a file of records (``.jsonl``, ``.csv``, ``.tsv``, ``.parquet``, ``.arrow``);
            or several of these; or an iterable of token lists, of strings, or of mappings; or a table of pandas or
            polars. An iterable is gone through once.
        preparation: how the text becomes words; by default tokens stand between whitespace and stay as they are. Of
            token lists, the tokens are normalised and chosen, but not cut.
        field: the field or column of records that is the text.
        on_error: what becomes of a bad record: ``"raise"``, or ``"skip"``, which warns at the end how many there were.
        min_count: words that occur less often are dropped.
        max_words: of the rest, so many are kept, the most frequent, ties by first appearance; None keeps all.
        keep_words: words that are kept however rare they are: a file with one a line, or a collection.
        drop_words: words that are dropped however frequent they are.
        vocabulary: exactly these words, with their ids and counts: a vocabulary or the file of one.
        workers: threads; by default one for each core that the process may use.
        cache: where to keep the corpus. If it is there already, made from the same files with the same options,
            it is used as it is; else it is written anew. By default the corpus is a temporary file that is removed
            when the corpus is closed.
        errors: what becomes of bytes that are not UTF-8: ``"strict"`` raises, ``"replace"`` makes them U+FFFD.
        progress: called with the bytes read of the files and all that there are (``None`` where one is a pipe), from
            one thread at a time; with tokens and ``None`` where token lists are read.

    Raises:
        SourceError: a file is missing, a folder, or damaged, or there is no word at all.
        EncodingError: a file is not UTF-8.
        VocabularyError: no word occurs ``min_count`` times.
        OptionError: an option, or what is given for tokens, makes no sense.
        FileFormatError: ``cache`` names a file that is no corpus; it is left as it is.
        StorageError: the disk is full.
    """
    choice = Choice(min_count, max_words, keep_words, drop_words, vocabulary)
    if workers is not None and workers < 1:
        raise OptionError(f"workers={workers}, expected at least 1")
    if errors not in ("strict", "replace"):
        raise OptionError(f"errors={errors!r}, expected 'strict' or 'replace'")
    records = Records(field, on_error)
    files, source = _text(source, records, preparation)
    preparation = preparation or Preparation()
    facts: dict[str, Any] = {
        "sources": files.facts() if files else None,
        "options": {
            **choice.as_dict(),
            "errors": errors,
            "field": field,
            "on_error": on_error,
            **preparation.as_dict(),
            **({} if files else {"tokenizer": None}),
        },
    }
    if cache is not None:
        kept = _kept(Path(cache), facts) if preparation.repeatable else None
        if kept is None:
            _encode(files or source, Path(cache), facts, preparation, choice, workers, progress)
        return kept or EncodedCorpus.load(cache)

    handle, name = tempfile.mkstemp(prefix="firth-", suffix=".corpus")
    os.close(handle)
    try:
        _encode(files or source, Path(name), facts, preparation, choice, workers, progress)
        corpus = EncodedCorpus.load(name)
    except BaseException:
        Path(name).unlink()
        raise
    corpus.remove_when_closed()
    return corpus


def _text(source: Any, records: Records, preparation: Preparation | None) -> tuple[TextFiles | None, Any]:
    """The text, if ``source`` names or holds one, and else None; and what ``source`` now is."""
    whole_lines = preparation is not None and preparation.needs_lines
    files = text_files(source, records=records, texts=preparation is not None, whole_lines=whole_lines)
    if files is None:
        source = text_held(source, records=records, whole_lines=whole_lines)
        files = source if isinstance(source, TextFiles) else None
    if files is None and records.field is not None:
        raise OptionError(f"field={records.field!r} for token lists, expected records", hint="leave the field out")
    return files, source


def _kept(cache: Path, facts: dict[str, Any]) -> EncodedCorpus | None:
    """The corpus that is there already, if it was made from these sources with these options."""
    if not cache.exists():
        return None
    corpus = EncodedCorpus.load(cache)
    if facts["sources"] is not None and all(getattr(corpus, name) == fact for name, fact in facts.items()):
        return corpus
    corpus.close()
    return None


def _encode(
    source: Any,
    path: Path,
    facts: dict[str, Any],
    preparation: Preparation,
    choice: Choice,
    workers: int | None,
    progress: Progress | None,
) -> None:
    from firth.corpus.normalizing import normalized
    from firth.corpus.reading import read_files, read_sentences
    from firth.corpus.signs import signs_of_lines, signs_of_words
    from firth.corpus.writing import write_corpus

    with contextlib.ExitStack() as stack:
        count = _workers(source, workers)
        spools = [
            stack.enter_context(contextlib.closing(Spool(path.absolute().parent, np.int32))) for _ in range(count)
        ]
        if isinstance(source, TextFiles):
            tokens = read_files(
                source, spools, errors=facts["options"]["errors"], cut=preparation.cut, progress=progress
            )
        else:
            tokens = read_sentences(source, spools[0], progress=progress)
        if isinstance(source, TextFiles):
            _warn(source.records.summary())
        if not len(tokens.counts):
            named = source.names if isinstance(source, TextFiles) else "the token lists"
            raise SourceError(f"there is no word in {named}", hint="is it empty?")
        if not preparation.keeps_tokens:
            tokens = normalized(tokens, preparation.word)
        if isinstance(source, TextFiles):
            _warn(signs_of_words(tokens, str(facts["options"]["tokenizer"])))
        chosen = choice.of(tokens, preparation.word)
        sentences, cut = write_corpus(path, tokens, chosen, spools, facts)
        if isinstance(source, TextFiles):
            kept = int(tokens.counts[chosen.numbers[chosen.numbers != ABSENT]].sum())
            _warn(signs_of_lines(sentences, kept, cut))


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        warnings.warn(line, stacklevel=4)  # the caller of encode


def _workers(source: object, wanted: int | None) -> int:
    """Threads to use: no more than there are blocks to read."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    size = source.size() if isinstance(source, TextFiles) else 0
    return min(wanted or cores, cores if size is None else size // BLOCK_SIZE + 1)
