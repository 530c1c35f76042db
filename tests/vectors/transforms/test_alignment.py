"""Alignment: a known rotation is undone, SciPy agrees, and the word that moved is found."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.stats import ortho_group

from firth.errors import OptionError, UnknownWord
from firth.vectors import WordVectors
from firth.vectors.transforms import align, drift, normalize

RNG = np.random.default_rng(5)
WORDS = [f"w{i}" for i in range(50)]
MATRIX = RNG.standard_normal((50, 6)).astype(np.float32)
TARGET = WordVectors(WORDS, MATRIX)


def test_a_known_rotation_is_undone():
    rotation = ortho_group.rvs(6, random_state=1)
    source = WordVectors(WORDS[::-1], MATRIX[::-1] @ rotation.T * 3)  # another order, another scale
    aligned = align(source, TARGET)
    np.testing.assert_allclose(aligned.vectors, MATRIX[::-1] * 3, atol=1e-4)
    np.testing.assert_allclose([similarity for _, similarity in drift(aligned, TARGET)], 1, atol=1e-5)


def test_scipy_agrees():
    source = WordVectors(WORDS, RNG.standard_normal((50, 6)))
    rotation, _ = orthogonal_procrustes(normalize(source).vectors, normalize(TARGET).vectors)
    np.testing.assert_allclose(align(source, TARGET).vectors, source.vectors @ rotation, atol=1e-4)


def test_the_word_that_moved_is_first():
    rotation = ortho_group.rvs(6, random_state=2)
    moved = MATRIX @ rotation
    moved[7] = -moved[7]
    aligned = align(WordVectors([*WORDS, "new"], np.vstack([moved, np.ones(6)])), TARGET)
    table = drift(aligned, TARGET)
    assert table[0].word == "w7"
    assert table[0].similarity < -0.5 < table[1].similarity
    assert len(table) == 50


def test_only_anchors_decide():
    rotation = ortho_group.rvs(6, random_state=3)
    moved = MATRIX @ rotation
    moved[20:] = RNG.standard_normal((30, 6))
    aligned = align(WordVectors(WORDS, moved), TARGET, WORDS[:20])
    np.testing.assert_allclose(aligned.vectors[:20], MATRIX[:20], atol=1e-4)


def test_spaces_that_do_not_fit():
    with pytest.raises(OptionError, match="dimensions"):
        align(TARGET, WordVectors(["w1"], [[1]]))
    with pytest.raises(OptionError, match="no words in common"):
        align(TARGET, WordVectors(["x"], [[1] * 6]))
    with pytest.raises(UnknownWord):
        align(TARGET, TARGET, ["x"])
