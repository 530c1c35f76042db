"""Word classes: k-means on the sphere, as word2vec.c's ``-classes``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.vectors.kmeans import spherical_means
from firth.vectors.search import unit_rows
from firth.vectors.wordvectors import WordVectors


def word_classes(vectors: WordVectors, classes: int, *, iterations: int = 50, seed: int = 1) -> npt.NDArray[np.int64]:
    """The class of each word (words,), numbered from 0; the vectors of a class have similar directions.

    The classes are found by :func:`firth.vectors.kmeans.spherical_means`.

    Args:
        vectors: (words, dims).
        classes: number of classes, from 1 to the number of words.
        iterations: maximum number of iterations; it ends earlier if no word changes its class.
        seed: seed for the first centers.

    Raises:
        OptionError: the number of classes is below 1 or above that of the words, or there are no iterations.
    """
    classes, iterations, seed = whole("classes", classes, 1), whole("iterations", iterations, 1), whole("seed", seed, 0)
    if classes > len(vectors):
        raise OptionError(f"{classes} classes for {len(vectors):,} words, expected 1 to {len(vectors)}")
    return spherical_means(np.nan_to_num(unit_rows(vectors.vectors)), classes, iterations, seed)
