"""gensim's own saved files: pickled Python objects, refused with the line that converts them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NoReturn

from firth.errors import FileFormatError
from firth.vectors.formats.reading import file_bytes

_HEAD = 4096


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> NoReturn:  # noqa: ARG001
    """Refuse: to open such a file is to run whatever code it holds.

    Raises:
        FileFormatError: with the line that converts the file in gensim.
    """
    head = file_bytes(path)[:_HEAD].tobytes()
    kind, part = ("KeyedVectors", "") if b"KeyedVectors" in head[:200] else ("Word2Vec", ".wv")
    new = path.with_suffix(".bin").name
    line = f"from gensim.models import {kind}; "
    line += f"{kind}.load({path.name!r}){part}.save_word2vec_format({new!r}, binary=True)"
    raise FileFormatError(
        f"{path}: a pickled {kind} of gensim, which firth does not open, since that would run code from the file",
        hint=f'convert it with: python -c "{line}"',
    )
