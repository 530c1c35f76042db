"""The formats of vector files, one module each; a module is imported when its format is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from firth.errors import FileFormatError, OptionError
from firth.vectors.wordvectors import WordVectors


class Format(NamedTuple):
    """Where the functions of a format are: its module, and their names there; ``None`` for what it cannot."""

    module: str
    read: str | None = "read"
    write: str | None = "write"

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the module."""
        function: Callable[..., Any] = getattr(import_module(f"firth.vectors.formats.{self.module}"), name)
        return function


def read(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    limit: int | None = None,
    wanted: Collection[str] | None = None,
) -> WordVectors:
    """Read a file of vectors.

    Args:
        path: the file, or the folder of the layout ``model2vec``.
        format: a name in :data:`FORMATS`; ``None`` to tell by the suffix and the first bytes.
        limit: keep so many first words.
        wanted: keep only these words.

    Raises:
        OptionError: an unknown format, or a limit below 0.
        FileFormatError: missing, damaged, or in another format.
        MissingExtra: the format needs an optional dependency.
    """
    path = Path(path)
    if limit is not None and limit < 0:
        raise OptionError(f"limit {limit}, expected 0 or more")
    known = _format(format or detect(path))
    if known.read is None:
        raise OptionError(f"{format} can only be written", hint="--from word2vec-text")
    vectors: WordVectors = known.function(known.read)(path, limit=limit, wanted=wanted)
    return vectors


def write(vectors: WordVectors, path: str | os.PathLike[str], format: str | None = None) -> None:
    """Write vectors in a format, by default that of the suffix.

    Raises:
        OptionError: an unknown format, or one that can only be read, or words that it cannot hold.
        StorageError: the file cannot be written.
        MissingExtra: the format needs an optional dependency.
    """
    path = Path(path)
    name = format or SUFFIXES.get(path.suffix.lower(), "" if path.suffix else "model2vec")
    if not name:
        raise OptionError(f"{path}: no format for the suffix {path.suffix!r}", hint=f"--to one of {', '.join(FORMATS)}")
    known = _format(name)
    if known.write is None:
        raise OptionError(f"{name} can only be read", hint="--to word2vec-binary or fasttext-vec")
    known.function(known.write)(vectors, path)


def detect(path: Path) -> str:
    """The format of a file that is there, by its suffix and its first bytes.

    Raises:
        FileFormatError: there is no such file, or nothing gives its format away.
    """
    if path.is_dir():
        return "model2vec"
    if not path.is_file():
        raise FileFormatError(f"{path}: no such file, expected a vectors file", hint="check the path")
    with path.open("rb") as file:
        head = file.read(4096)
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return name
    if head[:1] == b"\x80" and b"gensim" in head:
        return "gensim"
    whole, inner = path.suffix.lower(), Path(path.stem).suffix.lower()
    name = SUFFIXES.get(inner if whole in COMPRESSED else whole, "")
    if name in ("", "native"):
        return "native" if name or head[8:9] == b"{" else "word2vec-text"
    return name


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise OptionError(f"format {name!r}, expected one of {', '.join(FORMATS)}")
    return FORMATS[name]


FORMATS = {
    "native": Format("own"),
    "word2vec-text": Format("text"),
    "word2vec-binary": Format("word2vec_binary"),
    "glove": Format("text", "read_glove", "write_glove"),
    "fasttext-vec": Format("text"),
    "fasttext-binary": Format("fasttext_binary", write=None),
    "gensim": Format("gensim_saved", write=None),
    "npz": Format("arrays"),
    "parquet": Format("arrow", write="write_parquet"),
    "arrow": Format("arrow", write="write_arrow"),
    "projector": Format("projector"),
    "model2vec": Format("model2vec"),
    "spacy": Format("text"),
}
SUFFIXES = {
    ".safetensors": "native",
    ".txt": "word2vec-text",
    ".vec": "fasttext-vec",
    ".bin": "word2vec-binary",
    ".glove": "glove",
    ".npz": "npz",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".tsv": "projector",
}
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
MAGIC = {
    (793712314).to_bytes(4, "little"): "fasttext-binary",
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"PK\x03\x04": "npz",
}
