"""Outliers: the paper's compactness by brute force, its percentages by hand, files of 8-8-8."""

import itertools

import numpy as np
import pytest

from firth.errors import FileFormatError, SourceError, VocabularyError
from firth.evaluation import OutlierSet, outliers
from firth.evaluation.outliers import position
from firth.vectors import WordVectors

RNG = np.random.default_rng(4)


def compactness(units, left_out):
    rest = [row for row in range(len(units)) if row != left_out]
    pairs = list(itertools.permutations(rest, 2))
    return sum(units[u] @ units[v] for u, v in pairs) / len(pairs)


def test_position_is_that_by_compactness():
    seen = set()
    for _ in range(60):
        units = RNG.standard_normal((6, 3))
        units /= np.linalg.norm(units, axis=1, keepdims=True)
        scores = [compactness(units, row) for row in range(6)]
        place = sum(score < scores[-1] for score in scores[:-1])  # among words sorted by compactness
        assert position(units) == place / 5
        seen.add(place)
    assert len(seen) == 6  # every place came up


def test_accuracy_and_opp_by_hand():
    angles = {"a": 0, "b": 5, "c": -5, "d": 30, "far": 90, "near": 2}
    rows = [[np.cos(np.radians(x)), np.sin(np.radians(x))] for x in angles.values()]
    test = OutlierSet("s", [(["a", "b", "c", "d", "lost"], ["far", "near", "gone"])])
    result = outliers(WordVectors(list(angles), rows), test)
    # far is last. Without d the rest is most compact, then without c: near has two of four below it.
    assert result.positions.tolist()[0] == 1
    assert result.accuracy == 0.5
    assert result.opp == pytest.approx((1 + result.positions[1]) / 2)
    assert result.positions[1] < 0.5
    assert (result.used, result.left_out, result.unknown) == (2, 1, ["lost", "gone"])


def write(path, text):
    path.write_text(text)
    return path


def test_files(tmp_path):
    write(tmp_path / "cats.txt", "lion\ntiger\n\nplane\nboat\n")
    write(tmp_path / "months.txt", "May\nJune\n\nMonday\n")
    assert OutlierSet.read(tmp_path).groups == [(["lion", "tiger"], ["plane", "boat"]), (["May", "June"], ["Monday"])]
    assert OutlierSet.read(tmp_path / "months.txt").name == "months"


@pytest.mark.parametrize("text", ["lion\ntiger\n", "lion\n\nplane\n", ""])
def test_malformed_files(tmp_path, text):
    with pytest.raises(FileFormatError, match=r"x\.txt: no group and outliers"):
        OutlierSet.read(write(tmp_path / "x.txt", text))


def test_malformed_lines_and_empty_folders(tmp_path):
    with pytest.raises(SourceError, match=r"no \.txt file"):
        OutlierSet.read(tmp_path)
    with pytest.raises(FileFormatError, match="line 2"):
        OutlierSet.read(write(tmp_path / "x.txt", "lion\nbig tiger\n\nplane\n"))


def test_nothing_known_is_an_error():
    with pytest.raises(VocabularyError, match="no group with enough known words"):
        outliers(WordVectors(["a", "b"], np.eye(2)), OutlierSet("s", [(["a", "b"], ["x"]), (["a", "y"], ["b"])]))
