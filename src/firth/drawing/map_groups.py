"""The groups by which a map is coloured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MOST_GROUPS = 24
"""Groups that a map can show: six colours of four shapes."""

NO_GROUP = 255
"""The number of a word that belongs to no group."""


class Groups(NamedTuple):
    """The groups by which a map is coloured.

    Attributes:
        name: what they are, such as ``cluster``.
        labels: the name of each group, at most :data:`MOST_GROUPS`.
        codes: (words,) uint8, the number of each word's group, or :data:`NO_GROUP`.
        ordered: whether the groups are ranges of a number, from low to high.
    """

    name: str
    labels: list[str]
    codes: npt.NDArray[np.uint8]
    ordered: bool
