"""Parts, unions and means of vectors, by hand."""

import numpy as np
import pytest

from firth.errors import OptionError, UnknownWord
from firth.vectors import WordVectors
from firth.vectors.transforms import average, merge, subset

FIRST = WordVectors(["a", "b", "c"], [[1, 1], [2, 2], [3, 3]], [30, 20, 10], {"epochs": 5})


def test_subset():
    part = subset(FIRST, ["c", "a", "c"])
    assert part.index_to_key == ["c", "a"]
    assert part.vectors.tolist() == [[3, 3], [1, 1]]
    assert part.counts.tolist() == [10, 30]
    assert part.metadata == {"epochs": 5}
    with pytest.raises(UnknownWord):
        subset(FIRST, ["d"])


def test_merge_keeps_the_first_vector_of_a_word():
    both = merge(FIRST, WordVectors(["b", "d"], [[8, 8], [9, 9]], [2, 1]))
    assert both.index_to_key == ["a", "b", "c", "d"]
    assert both.vectors[:, 0].tolist() == [1, 2, 3, 9]
    assert both.counts.tolist() == [30, 20, 10, 1]
    assert merge(FIRST, WordVectors(["d"], [[9, 9]])).counts is None


def test_merge_of_what_does_not_fit():
    with pytest.raises(OptionError, match="dimensions"):
        merge(FIRST, WordVectors(["d"], [[1]]))
    with pytest.raises(OptionError):
        merge()


def test_average():
    mean = average(FIRST, FIRST.replaced(np.array([[3, 1], [2, 0], [1, -1]])))
    assert mean.vectors.tolist() == [[2, 1], [2, 1], [2, 1]]
    with pytest.raises(OptionError, match="different words"):
        average(FIRST, WordVectors(["a"], [[1, 1]]))
