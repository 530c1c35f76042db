"""Files for PostgreSQL's ``COPY ... FROM``: rows of a word, its vector in pgvector's type, and perhaps its count."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from firth.errors import OptionError
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings

_ROWS = 1000  # rows formatted at a time
_MOST = 16_000  # dimensions of pgvector's type
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # the signature; no flags, no extension of the header
_END = b"\xff\xff"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_binary(embeddings: Embeddings, path: Path) -> None:
    """Write the file of ``COPY words FROM ... (FORMAT binary)``, for columns of the types text, vector and bigint.

    The layout is that of PostgreSQL's documentation of COPY, and of ``vector_recv`` in pgvector: numbers have their
    most significant byte first; each field is preceded by its length in bytes; a vector is its number of dimensions,
    two zero bytes, and its float32 numbers.

    Raises:
        OptionError: there are more dimensions than pgvector takes, or none, or a vector has NaN or infinity.
        StorageError: the file cannot be written.
    """
    _check(embeddings)
    words, dims, counts = embeddings.words.spellings(), embeddings.vector_size, embeddings.counts
    vector = [("bytes", ">i4"), ("dims", ">u2"), ("unused", ">u2"), ("numbers", ">f4", (dims,))]
    count = [] if counts is None else [("count_bytes", ">i4"), ("count", ">i8")]
    fields = (3 if count else 2).to_bytes(2, "big")
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(_HEAD)
        for start in range(0, len(words), _ROWS):
            part = slice(start, start + _ROWS)
            rows = np.zeros(len(words[part]), vector + count)  # all of a row but its word
            rows["bytes"], rows["dims"], rows["numbers"] = 4 + 4 * dims, dims, embeddings.vectors[part]
            if counts is not None:
                rows["count_bytes"], rows["count"] = 8, counts[part]
            for word, row in zip(words[part], rows, strict=True):
                text = word.encode()
                file.write(b"".join((fields, len(text).to_bytes(4, "big"), text, row.tobytes())))
        file.write(_END)


def write_text(embeddings: Embeddings, path: Path) -> None:
    """Write the file of ``COPY words FROM ...``, a line for each word: nine digits, which give each float32 exactly.

    Raises:
        OptionError, StorageError: as for :func:`write_binary`.
    """
    _check(embeddings)
    words, counts = [word.translate(_ESCAPES) for word in embeddings.words.spellings()], embeddings.counts
    form = "%s\t[" + ",".join(["%.9g"] * embeddings.vector_size) + "]"
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for start in range(0, len(words), _ROWS):
            part = slice(start, start + _ROWS)
            rows = [
                form % (word, *row) for word, row in zip(words[part], embeddings.vectors[part].tolist(), strict=True)
            ]
            if counts is not None:
                rows = [f"{row}\t{count}" for row, count in zip(rows, counts[part].tolist(), strict=True)]
            file.writelines(f"{row}\n" for row in rows)


def _check(embeddings: Embeddings) -> None:
    if not 1 <= embeddings.vector_size <= _MOST:
        raise OptionError(
            f"vectors of {embeddings.vector_size:,} dimensions, expected 1 to {_MOST:,} for pgvector",
            hint="firth.vectors.transforms.pca(vectors, dimensions) makes fewer",
        )
    odd = np.flatnonzero(~np.isfinite(embeddings.norms))
    if len(odd):
        word = embeddings.words[int(odd[0])]
        raise OptionError(
            f"NaN or infinity in {len(odd):,} vectors, such as that of {word!r}, which pgvector refuses",
            hint="vectors.take(numpy.flatnonzero(numpy.isfinite(vectors.norms))) leaves them out",
        )
