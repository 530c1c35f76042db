"""Encoding a text: it is read once, its words are counted, and the ids of the frequent ones are written.

The first pass (:mod:`firth.corpus.first_pass`) writes every token as a number to a temporary file; the second one
(:mod:`firth.corpus.second_pass`) converts these numbers to word ids. The memory used is that of the vocabulary and a
few blocks, whatever the size of the text.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from firth.arguments import OnProgress, switch, whole
from firth.corpus.encoded import EncodedCorpus
from firth.corpus.prepared_tokens import files_of, opened, prepared
from firth.corpus.vocabulary import Vocabulary
from firth.corpus.word_choice import ABSENT, Choice, Words
from firth.drawing.watching import Watch, show_reading
from firth.errors import warn
from firth.targets import check_apart, check_writable, scratch
from firth.text.decoding import UTF_8
from firth.text.held import ArrowTable
from firth.text.paths import Pattern
from firth.text.preparation import Preparation
from firth.text.sources import OnFiles, TextFiles

# One Iterable of a union, for of several Iterables a type checker takes none for ["corpus.txt", Path("more.txt")].
Source = (
    str
    | os.PathLike[str]
    | Iterable[str | os.PathLike[str] | Iterable[str] | Iterable[int] | Mapping[str, Any]]
    | ArrowTable
)


class FileOptions(TypedDict, total=False):
    """The options of :func:`encode` for reading files, for functions that pass them on."""

    field: str | None
    on_error: str
    encoding: str
    errors: str
    pattern: Pattern
    on_files: OnFiles | None


class ReadingOptions(FileOptions, total=False):
    """These options, and the preparation of the text."""

    preparation: Preparation | None


class WordOptions(ReadingOptions, total=False):
    """These options, and those that choose words of the text."""

    keep_words: Words
    drop_words: Words


class CorpusOptions(WordOptions, total=False):
    """These options, the columns of an event table, and a given vocabulary."""

    group: str | None
    item: str | None
    order: str | None
    weight: str | Iterable[float] | None
    vocabulary: Vocabulary | str | os.PathLike[str] | None


def encode(
    source: Source,
    *,
    preparation: Preparation | None = None,
    field: str | None = None,
    group: str | None = None,
    item: str | None = None,
    order: str | None = None,
    weight: str | Iterable[float] | None = None,
    on_error: str = "raise",
    min_count: int = 5,
    max_words: int | None = None,
    keep_words: Words = (),
    drop_words: Words = (),
    vocabulary: Vocabulary | str | os.PathLike[str] | None = None,
    keep_lines: bool = False,
    workers: int | None = None,
    cache: str | os.PathLike[str] | None = None,
    encoding: str = UTF_8,
    errors: str = "strict",
    pattern: Pattern = None,
    on_files: OnFiles | None = None,
    progress: bool | OnProgress | None = True,
) -> EncodedCorpus:
    """Read a text, count its words, and write it as word ids.

    A sentence is a line of a file, or a token list, without the words that occur fewer than ``min_count`` times. A
    sentence of more than 1,000 tokens is split after every 1,000th. Lines without words are left out. The result does
    not depend on ``workers``.

    Args:
        source: a text file, plain or ``.gz``, ``.bz2``, ``.xz``, ``.zst``; a folder, a pattern, a ``.zip``
            archive, ``"-"`` for stdin; a file of records (``.jsonl``, ``.csv``, ``.tsv``, ``.parquet``, ``.arrow``);
            or several of these; or an iterable of token lists, of strings, or of mappings; or a table of pandas,
            polars, Arrow or DuckDB. An iterable is iterated over once. Tokens in lists are strings, or all are
            integers.
        preparation: how the text is prepared; by default tokens are separated by whitespace and not changed. Token
            lists are normalised and filtered, but not split.
        field: the field or column of records that holds the text, or token lists.
        group: for an event table, the column that identifies the sequence of a row, such as the user. The items of a
            sequence are then a sentence. Rows are sorted on disk (extra ``tables``), so the table may be larger than
            memory.
        item: the column of the items: strings or integers. In CSV and JSON Lines, they are integers if all spell one.
        order: the column by which the items of a sequence are sorted, such as a number or a time; None keeps the order
            of the table, as do equal values.
        weight: for token lists and events, the column that holds a weight for each sequence, or the weights themselves,
            one for each list: numbers from 0 to 10,000. A sequence of weight w counts as if it occurred w times.
        on_error: what to do with a bad record: ``"raise"``, or ``"skip"``, which warns at the end how many there were.
        min_count: drop words that occur fewer than this many times.
        max_words: keep only this many words, the most frequent ones, ties by first occurrence; None keeps all.
        keep_words: words that are kept however rare they are: a file with one word per line, or a collection.
        drop_words: words that are dropped however frequent they are.
        vocabulary: use exactly these words, with their ids and counts: a vocabulary or the file of one.
        keep_lines: whether each line is a sentence, however long, and even if it has no words, as language models need
            it.
        workers: number of threads; by default one for each core that the process may use.
        cache: file in which to keep the corpus. If it exists and was made from the same files with the same options, it
            is used; otherwise it is written again. By default the corpus is a temporary file that is removed when the
            corpus is closed.
        encoding: the encoding of the files: ``"utf-8"``, or another by a name that Python knows, such as ``"cp1252"``;
            or ``"auto"``, which detects that of each file (extra ``encodings``). A file that begins with the byte order
            mark of UTF-8, UTF-16 or UTF-32 is always read in that encoding. ``files`` of the corpus has the results.
        errors: what to do with bytes that are not valid in the encoding: ``"strict"`` raises an error, ``"replace"``
            replaces them with U+FFFD, and warns at the end how many there were.
        pattern: of the files in folders and archives, read only those whose names match, such as ``"*.txt"``, or a
            list of several. Files in a folder that are not text are skipped, with a warning.
        on_files: called with a :class:`firth.text.files_read.FilesRead` after the files are read: the encoding of each,
            the number of replaced bytes, and which files were skipped, and why.
        progress: whether to show a progress bar, in a notebook or if stderr is a terminal; it is not shown anywhere
            else, and it disappears at the end. Or a function that is called instead, with the number of bytes read and
            their total number (None if a file is a pipe), from one thread at a time; for token lists, with the number
            of tokens and None.

    Raises:
        SourceError: a file is missing, a folder, or damaged, or there is no word at all.
        EncodingError: a file is not in its encoding.
        MissingExtra: ``encoding="auto"`` needs chardet, or a kind of file needs another package, which is not
            installed.
        VocabularyError: no word occurs ``min_count`` times.
        OptionError: an option or the given tokens are invalid, or ``cache`` is a file that is read.
        FileFormatError: ``cache`` names a file that is not a corpus; the file is left as it is.
        StorageError: the disk is full.
    """
    workers = whole("workers", workers, 1, optional=True)
    keep_lines, watch = switch("keep_lines", keep_lines), Watch(progress)
    files, source = opened(
        source,
        preparation,
        field=field,
        group=group,
        item=item,
        order=order,
        weight=weight,
        on_error=on_error,
        encoding=encoding,
        errors=errors,
        pattern=pattern,
        on_files=on_files,
    )
    if cache is not None:
        beside = {"keep_words": keep_words, "drop_words": drop_words, "vocabulary": vocabulary}
        named = [(name, path) for name, path in beside.items() if isinstance(path, str | os.PathLike)]
        check_apart([*(files.on_disk() if files else ()), *named], [("cache", cache)])
        check_writable(cache, stream=False)
    choice = Choice(min_count, max_words, keep_words, drop_words, vocabulary)
    preparation = preparation or Preparation()
    facts: dict[str, Any] = {
        "sources": files.facts() if files else None,
        "options": {
            **choice.as_dict(),
            "errors": errors,
            "field": field,
            "on_error": on_error,
            **({} if group is None else {"group": group, "item": item, "order": order}),
            **({} if weight is None else {"weight": weight if isinstance(weight, str) else "given"}),
            **({"keep_lines": True} if keep_lines else {}),
            **({"encoding": files.decoding.encoding} if files and encoding != UTF_8 else {}),
            **preparation.as_dict(),
            **({} if isinstance(source, TextFiles) else {"tokenizer": None}),
        },
    }
    if cache is not None:
        kept = _kept(Path(cache), facts) if preparation.repeatable else None
        if kept is None:
            with watch:
                _encode(source, Path(cache), facts, preparation, choice, workers, watch.told(show_reading))
        elif on_files is not None:
            on_files(kept.files)
        return kept or EncodedCorpus.load(cache)

    with contextlib.ExitStack() as stack:
        path = stack.enter_context(scratch())
        with watch:
            _encode(source, path, facts, preparation, choice, workers, watch.told(show_reading), replace=False)
        corpus = EncodedCorpus.load(path)
        corpus.when_closed(stack.pop_all().close)
    return corpus


def _kept(cache: Path, facts: dict[str, Any]) -> EncodedCorpus | None:
    """The existing corpus, if it was made from these sources with these options."""
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
    progress: OnProgress | None,
    replace: bool = True,
) -> None:
    from firth.corpus.second_pass import write_corpus
    from firth.corpus.text_warnings import signs_of_lines

    with contextlib.ExitStack() as stack:
        tokens, spools = prepared(stack, source, preparation, path.absolute().parent, workers, progress)
        files = files_of(source)
        if files is not None:
            facts = {**facts, "files": files.decoding.files.as_dict()}
        chosen = choice.of(tokens, preparation.word)
        keep_lines = facts["options"].get("keep_lines", False)
        sentences, cut = write_corpus(path, tokens, chosen, spools, facts, keep_lines=keep_lines, replace=replace)
        if isinstance(source, TextFiles):
            kept = int(tokens.counts[chosen.numbers[chosen.numbers != ABSENT]].sum())
            for line in signs_of_lines(sentences, kept, cut, preparation.split_sentences):
                warn(line)
