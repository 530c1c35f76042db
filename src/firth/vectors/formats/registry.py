"""The formats of vectors, and the detection of a file's format; the module of a format is imported when it is used."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from firth import stored_words
from firth.arguments import Word, whole
from firth.contents import check_content, head_of, recognize
from firth.errors import FileFormatError, OptionError, VectorsWarning, warn
from firth.guard import guard
from firth.vectors.embeddings import Embeddings


class Spelling(NamedTuple):
    """The words that a format preserves.

    Attributes:
        unfit: a regular expression that matches in all other words.
        expected: a description of the words that are preserved.
        at_the_head: whether the file begins with the first word.
    """

    unfit: str
    expected: str
    at_the_head: bool = False


class Format(NamedTuple):
    """A format: its module, and the names of its functions; ``None`` for what is not possible.

    ``holds`` names what a file holds beside words and vectors; ``words`` which words it takes, ``None`` for any.
    """

    module: str
    read: str | None = "read"
    write: str | None = "write"
    holds: tuple[str, ...] = ()
    words: Spelling | None = None

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the module."""
        function: Callable[..., Any] = getattr(import_module(f"firth.vectors.formats.{self.module}"), name)
        return function


def read(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    limit: int | None = None,
    wanted: Collection[Word] | None = None,
) -> Embeddings:
    """Read a file of vectors.

    Args:
        path: the file, or the folder of the layout ``model2vec``.
        format: a name in :data:`FORMATS`; ``None`` to detect it by the suffix and the first bytes.
        limit: keep only this many words, the first ones.
        wanted: keep only these words.

    Raises:
        OptionError: the format is unknown, or the limit is below 0.
        FileFormatError: the file is missing, damaged, or in another format.
        MissingExtra: the format needs an optional dependency.
    """
    path = Path(path)
    limit = whole("limit", limit, 0, optional=True)
    name = format or detect(path)
    known = _format(name)
    if known.read is None:
        raise OptionError(f"{name} can only be written", hint="load the file that it was converted from")
    if path.suffix.lower() in COMPRESSED and known.module in _UNPACKED:
        raise FileFormatError(f"{path}: {name} in a compressed file", hint="unpack it")
    if format and path.is_file():
        check_content(_head(path), path, f"a file of the format {format}", taken=[_kind(format)])
    with guard(path, "vectors" if format is None else f"vectors in the format {format}"):
        embeddings: Embeddings = known.function(known.read)(path, limit=limit, wanted=wanted)
    return embeddings


def write(embeddings: Embeddings, path: str | os.PathLike[str], format: str | None = None) -> None:
    """Write words and vectors in a format, by default that of the suffix.

    What the format cannot hold is left out: see :func:`left_behind`. A warning says so if there are n-grams.

    Raises:
        OptionError: an unknown format, or one that can only be read, a compressed file, or words that it cannot hold.
        StorageError: the file cannot be written.
        MissingExtra: the format needs an optional dependency.
    """
    path = Path(path)
    name = format_for(embeddings, written_format(path, format), format)
    known = _format(name)
    if known.write is None:
        raise OptionError(f"{name} can only be read", hint="vectors.save(path, format='word2vec-binary')")
    check_words(embeddings.index_to_key, name)
    held = embeddings if "n-grams" in known.holds else embeddings.without_subwords()
    known.function(known.write)(held, path)


def format_for(embeddings: Embeddings, name: str, given: str | None = None) -> str:
    """The format in which vectors are written: that of a suffix, but vectors with n-grams are a ``.bin`` of fastText.

    Args:
        embeddings: the vectors.
        name: the format of the suffix.
        given: a format that somebody has named, if any, which stays.
    """
    subwords = embeddings.subwords
    if given is None and name == "word2vec-binary" and subwords is not None and not subwords.hashes:
        return "fasttext-binary"
    return name


def written_files(path: Path, format: str) -> list[Path]:
    """The files that vectors are written to in a format."""
    if format == "projector":
        from firth.vectors.formats.projector import metadata_path

        return [path, metadata_path(path)]
    if format == "model2vec":
        from firth.vectors.formats.model2vec import FILES

        return [path, *(path / name for name in FILES)]
    return [path]


def check_words(words: Sequence[Word], format: str) -> None:
    """Check before training whether a format preserves words.

    Raises:
        OptionError: a word is not preserved; the error names it.
    """
    spelling = _format(format).words
    if spelling is not None:
        unfit, expected, at_the_head = spelling
        hint = "write .safetensors, which holds any word"
        stored_words.check_words(
            list(map(str, words)), re.compile(unfit), f"the format {format}", expected, hint, at_the_head=at_the_head
        )


def written_format(path: Path, format: str | None = None, *, unsuffixed: str = "model2vec") -> str:
    """The format in which a file would be written: as named, or that of its suffix.

    Args:
        path: the file.
        format: as named.
        unsuffixed: the format of a name without a suffix.

    Raises:
        OptionError: the suffix has no format, or is that of a compressed file.
    """
    suffix = path.suffix.lower()
    if suffix in COMPRESSED:
        raise OptionError(f"{path}: a compressed file, expected one that is not", hint="compress it when it is written")
    name = format or SUFFIXES.get(suffix, "" if suffix else unsuffixed)
    if not name:
        writable = ", ".join(known for known, format_ in FORMATS.items() if format_.write)
        raise OptionError(
            f"{path}: no format has the suffix {path.suffix}, expected one of {', '.join(SUFFIXES)}",
            hint=f"vectors.save(path, format='glove') takes any name, and so do {writable}",
        )
    return name


def saved_format(path: Path, format: str | None = None) -> str:
    """The same for :meth:`firth.vectors.WordVectors.save`: a suffix that is none of a format means firth's own.

    Raises:
        OptionError: the suffix is that of a compressed file.
    """
    known = path.suffix.lower() in (*SUFFIXES, *COMPRESSED)
    return written_format(path, format or (None if known else "native"))


def left_behind(embeddings: Embeddings, format: str) -> list[str]:
    """What the vectors have besides words and numbers that a file in this format does not hold."""
    here = {
        "counts": embeddings.counts is not None,
        "metadata": bool(embeddings.metadata),
        _INTEGERS: embeddings.words.are_integers,
    }
    return [part for part, there in here.items() if there and part not in _format(format).holds]


def detect(path: Path) -> str:
    """The format of an existing file, by its first bytes and its suffix.

    A file that is known to be in another format than its suffix says is read as what it is, with a warning.

    Raises:
        FileFormatError: the file does not exist, or is known not to hold vectors.
        SourceError: a compressed file is damaged.
    """
    if path.is_dir():
        return "model2vec"
    if not path.is_file():
        raise FileFormatError(f"{path}: no such file, expected a vectors file", hint="check the path")
    head = _head(path)
    check_content(head, path, "vectors", taken=[name for name in FORMATS if name != "gensim"])
    whole, inner = path.suffix.lower(), Path(path.stem).suffix.lower()
    name = SUFFIXES.get(inner if whole in COMPRESSED else whole, "")
    content = recognize(head, path)
    if content is None or content.kind == _kind(name or "word2vec-text"):
        return name or "word2vec-text"
    if name and (name, content.kind) != ("word2vec-binary", "fasttext-binary"):  # .bin is the suffix of both
        warn(f"{path} holds {content.name}, and is read as such", VectorsWarning)
    return content.kind


def _head(path: Path) -> bytes:
    """The first bytes of what a file holds."""
    if path.suffix.lower() not in COMPRESSED:
        return head_of(path)
    from firth.text.compressed import unpacked_head  # merely opening a file that is not compressed should not load it

    return unpacked_head(path)


def _kind(format: str) -> str:
    """What a file of a format is recognised as, if it is: all texts look alike."""
    return "word2vec-text" if format in ("glove", "fasttext-vec", "projector", "spacy") else format


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise OptionError(f"format {name!r}, expected one of {', '.join(FORMATS)}")
    return FORMATS[name]


_INTEGERS = "the mark that its words are integers"
_UTF8 = Spelling("[\ud800-\udfff]", "words without lone surrogates")
_LINE = Spelling(
    rf"\A\Z|[\n\r]|[ \t]\Z|{_UTF8.unfit}",
    "words without line breaks and lone surrogates that do not end with a space",
)
_FIRST_LINE = Spelling(  # nothing but the lines themselves tells where a word ends and the numbers begin
    rf"{_LINE.unfit}|[ \t][-+.]*([0-9]|[nN][aA][nN]|[iI][nN][fF])[^ \t]*\Z",
    f"{_LINE.expected}, or with a number behind a space",
    at_the_head=True,
)
_POSTGRES = Spelling(rf"\0|{_UTF8.unfit}", "words without U+0000 and lone surrogates")
FORMATS = {
    "native": Format("native", holds=("counts", "metadata", "n-grams", _INTEGERS)),
    "word2vec-text": Format("word2vec_text", words=_LINE),
    "word2vec-binary": Format(
        "word2vec_binary",
        words=Spelling(rf"[ \n]|{_UTF8.unfit}", "words without spaces, newlines and lone surrogates"),
    ),
    "glove": Format("word2vec_text", "read_glove", "write_glove", words=_FIRST_LINE),
    "fasttext-vec": Format("word2vec_text", words=_LINE),
    "fasttext-binary": Format(
        "fasttext_binary",
        holds=("counts", "n-grams"),
        words=Spelling(rf"[\0\n]|\A\Z|{_UTF8.unfit}", "words without U+0000, newlines and lone surrogates"),
    ),
    "floret": Format("floret", None, holds=("n-grams",)),
    "gensim": Format("gensim_saved", write=None),
    "npz": Format("npz", holds=("counts",), words=Spelling(r"\0\Z", "words that do not end with U+0000")),
    "parquet": Format("arrow", write="write_parquet", holds=("counts",), words=_UTF8),
    "arrow": Format("arrow", write="write_arrow", holds=("counts",), words=_UTF8),
    "projector": Format(
        "projector",
        holds=("counts",),
        words=Spelling(
            rf"\A\Z|[\t\n\r]|{_UTF8.unfit}", "words without tabs, line breaks and lone surrogates", at_the_head=True
        ),
    ),
    "model2vec": Format("model2vec", words=_UTF8),
    "spacy": Format("word2vec_text", words=_LINE),
    "pgvector-binary": Format("pgvector", None, "write_binary", holds=("counts",), words=_POSTGRES),
    "pgvector-text": Format("pgvector", None, "write_text", holds=("counts",), words=_POSTGRES),
}
SUFFIXES = {
    ".safetensors": "native",
    ".txt": "word2vec-text",
    ".vec": "fasttext-vec",
    ".bin": "word2vec-binary",
    ".ftz": "fasttext-binary",
    ".floret": "floret",
    ".glove": "glove",
    ".npz": "npz",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".tsv": "projector",
    ".pgcopy": "pgvector-binary",
    ".pgtext": "pgvector-text",
}
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_UNPACKED = ("native", "npz", "arrow", "projector")  # modules whose files are mapped, or read by libraries
