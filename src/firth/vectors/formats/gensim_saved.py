"""gensim's own saved files: pickled Python objects, refused with the line that converts them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NoReturn

from firth.contents import HEAD, check_content
from firth.errors import FileFormatError
from firth.vectors.formats.assembly import file_bytes


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> NoReturn:  # noqa: ARG001
    """Raise an error: opening such a file would run any code in it.

    Raises:
        FileFormatError: with the line that converts the file in gensim.
    """
    check_content(file_bytes(path)[:HEAD].tobytes(), path, "vectors")
    raise FileFormatError(f"{path}: not a file that gensim saved", hint="leave the format out")
