"""Fewer n-grams: those that words of the vocabulary use, or the most important of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.vectors.embeddings import Embeddings
from firth.vectors.search import Matrix
from firth.vectors.subwords import Subwords, word_bags

_SAMPLED = 2000  # words that the error is measured with
_ROWS = 1 << 16


def prune(embeddings: Embeddings, most: int | None = None) -> Embeddings:
    """Words with fewer n-grams: those of the words, or the ``most`` important of these.

    A bucket that no word uses has not been trained. The importance of another is the length of its row, times the
    number of words that use it.

    Args:
        embeddings: the words.
        most: how many buckets are kept at most.

    Raises:
        OptionError: there are no n-grams, or ``most`` is below 1.
    """
    subwords = embeddings.subwords
    most = whole("most", most, 1, optional=True)
    if subwords is None:
        raise OptionError("the vectors have no n-grams to prune", hint="train with subwords=True")
    used, uses = np.unique(_buckets(embeddings), return_counts=True)
    if subwords.kept is not None:
        there = np.isin(used, subwords.kept)
        used, uses = used[there], uses[there]
    if most is not None and len(used) > most:
        lengths = np.concatenate(
            [np.linalg.norm(subwords.rows(used[at : at + _ROWS]), axis=1) for at in range(0, len(used), _ROWS)]
        )
        used = np.sort(used[np.argsort(-lengths * uses, kind="stable")[:most]])
    pruned = subwords._replace(ngrams=subwords.rows(used), kept=used, buckets=subwords.scheme.buckets)
    counts, metadata, output = embeddings.counts, embeddings.metadata, embeddings.output
    return Embeddings(embeddings.words, embeddings.vectors, counts, metadata, pruned, output)


def pruning_error(before: Embeddings, after: Embeddings) -> tuple[float, float]:
    """What pruning costs unknown words: the mean and the lowest cosine between vectors from all and from fewer n-grams.

    Measured with words of the vocabulary as if they were unknown, 2,000 of them that are spread evenly.
    """
    assert before.subwords is not None
    assert after.subwords is not None
    rows = np.unique(np.linspace(0, max(0, len(before) - 1), _SAMPLED).astype(np.int64))
    words = [str(before.words[row]) for row in rows[: len(before)].tolist()]
    cosines = [_cosine(before.subwords.vector(word), after.subwords.vector(word)) for word in words]
    return (float(np.mean(cosines)), float(np.min(cosines))) if cosines else (1.0, 1.0)


def _cosine(one: Matrix, other: Matrix) -> float:
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else float(one.any() == other.any())


def _buckets(embeddings: Embeddings) -> npt.NDArray[np.int64]:
    """The buckets of the n-grams of all words, as often as they are used."""
    subwords: Subwords | None = embeddings.subwords
    assert subwords is not None
    bounds, rows = word_bags(*embeddings.words.pack(), subwords.scheme, first_bucket=0)
    if not subwords.hashes:  # without the words' own rows
        rows = np.delete(rows, bounds[:-1])
    return rows.astype(np.int64)
