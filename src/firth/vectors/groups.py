"""The groups by which a map is coloured: clusters, ranges of frequencies, or values from a table."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import is_missing, plain
from firth.drawing.map_groups import MOST_GROUPS, NO_GROUP, Groups
from firth.drawing.svg import Axis
from firth.errors import OptionError
from firth.vectors.kmeans import spherical_means
from firth.vectors.search import Matrix

_NAMES = 3  # words that name a cluster
_FREQUENT = 50  # among which they are chosen
_MOST_POWERS = 7
_ITERATIONS = 50  # of k-means


def clusters(words: list[str], units: Matrix, number: int, seed: int) -> Groups:
    """Clusters by spherical k-means; each is named by three of its frequent words that are close to its center."""
    number = min(number, len(words))
    classes = spherical_means(units, number, _ITERATIONS, seed)
    order = np.argsort(-np.bincount(classes, minlength=number), kind="stable")
    codes = np.empty(number, np.uint8)
    codes[order] = np.arange(number)
    labels = [_cluster_name(words, units, np.flatnonzero(classes == one)) for one in order]
    return Groups("cluster", labels, codes[classes], ordered=False)


def _cluster_name(words: list[str], units: Matrix, members: npt.NDArray[np.int64]) -> str:
    frequent = members[:_FREQUENT]
    nearest = np.argsort(-(units[frequent] @ units[members].sum(axis=0)), kind="stable")[:_NAMES]
    return ", ".join(words[row] for row in frequent[nearest])


def frequencies(counts: npt.NDArray[np.int64] | None, ranks: npt.NDArray[np.int64]) -> Groups:
    """Ranges of counts by powers of ten; ranges of ranks where counts are unknown.

    Args:
        counts: (words,), or ``None``.
        ranks: (words,) the place of each word in the vocabulary, from 1.
    """
    if counts is None:
        powers = np.array([len(str(rank - 1)) if rank > 1 else 1 for rank in ranks.tolist()])  # 1 to 10, 11 to 100
        most = int(powers.max())
        labels = [f"{10 ** (p - 1) + 1 if p > 1 else 1:,} to {10**p:,}" for p in range(most, 0, -1)]
        return _without_empty("rank", labels, most - powers)
    powers = np.array([len(str(max(count, 1))) - 1 for count in counts.tolist()])
    low = max(int(powers.min()), int(powers.max()) - _MOST_POWERS + 1)
    codes = np.maximum(powers, low) - low
    labels = [f"{10**p:,} to {10 ** (p + 1) - 1:,}" for p in range(low, int(powers.max()) + 1)]
    if int(powers.min()) < low:
        labels[0] = f"below {10 ** (low + 1):,}"
    return _without_empty("frequency", labels, codes)


def values(words: list[Any], given: Mapping[Any, Any], name: str) -> Groups:
    """Groups of words that have the same value, or, if all values are numbers, values in the same range.

    Args:
        words: the words of the map.
        given: the value of each word; words that it does not have belong to no group.
        name: what the values are.

    Raises:
        OptionError: no word has a value.
    """
    found = [plain(given.get(word)) for word in words]
    found = [None if is_missing(value) or value == "" else value for value in found]
    known = [value for value in found if value is not None]
    if not known:
        raise OptionError(f"no word of the map has a value of {name}", hint="check that the words are spelled the same")
    numbers = [_number(value) for value in known]
    if None not in numbers and len(set(numbers)) > 1:
        return _ranges(name, [math.nan if value is None else _number(value) or 0.0 for value in found])
    common = Counter(map(str, known)).most_common()
    named = [label for label, _ in (common if len(common) <= MOST_GROUPS else common[: MOST_GROUPS - 1])]
    places = {label: place for place, label in enumerate(named)}
    codes = [NO_GROUP if value is None else places.get(str(value), len(named)) for value in found]
    if len(common) > len(named):
        named.append(f"{len(common) - len(named):,} other values")
    return Groups(name, named, np.array(codes, np.uint8), ordered=False)


def _number(value: Any) -> float | None:
    """The finite number that a value is, or is written as."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _ranges(name: str, numbers: list[float]) -> Groups:
    values = np.array(numbers)
    known = np.isfinite(values)
    edges = Axis.around(values[known].tolist(), 0, 1).ticks
    codes = np.full(len(values), NO_GROUP, np.int64)
    codes[known] = np.searchsorted(edges[1:-1], values[known], side="right")
    labels = [f"{low:,.10g} to {high:,.10g}" for low, high in itertools.pairwise(edges)]
    return _without_empty(name, labels, codes)


def _without_empty(name: str, labels: list[str], codes: npt.NDArray[np.int64]) -> Groups:
    """Ranges in their order, without those that have no words."""
    used = np.unique(codes[codes != NO_GROUP])
    new = np.full(NO_GROUP + 1, NO_GROUP, np.uint8)
    new[used] = np.arange(len(used))
    return Groups(name, [labels[one] for one in used], new[codes], ordered=True)
