"""floret: the table of hashed words and n-grams that spaCy reads (``spacy init vectors --mode floret``). Written only.

A header of eight fields: buckets, dimensions, shortest and longest n-grams, hashes, the seed of MurmurHash3, and the
marks of a word's beginning and end. Then a line for each bucket: its number and its row.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from firth.errors import OptionError
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings

_SEED = 2166136261
_ROWS = 1000  # lines formatted at a time


def write(embeddings: Embeddings, path: Path) -> None:
    """Write the rows of all buckets: nine digits, from which each float32 comes back exactly.

    Raises:
        OptionError: the vectors have no n-grams, or those of fastText.
        StorageError: the file cannot be written.
    """
    subwords = embeddings.subwords
    if subwords is None or not subwords.hashes:
        found = "vectors without n-grams" if subwords is None else "vectors with n-grams of fastText"
        raise OptionError(f"{path}: {found}, expected those of floret", hint="train with hashes=2 and buckets=50000")
    scheme, dims = subwords.scheme, embeddings.vector_size
    form = "%d" + " %.9g" * dims + "\n"
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{scheme.buckets} {dims} {scheme.minn} {scheme.maxn} {scheme.hashes} {_SEED} < >\n")
        for first in range(0, scheme.buckets, _ROWS):
            numbers = np.arange(first, min(first + _ROWS, scheme.buckets))
            rows = zip(numbers.tolist(), subwords.rows(numbers).tolist(), strict=True)
            file.write("".join(form % (number, *row) for number, row in rows))
