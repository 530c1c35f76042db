"""Frequencies by rank, of texts that are made to follow a law."""

import math

import numpy as np
import pytest

from firth.corpus.word_frequencies import draw, ranks, shown, subsampled_share, zipf_slope
from firth.errors import OptionError


def spectrum(counts):
    return np.stack(np.unique(counts, return_counts=True), axis=1)


def test_ranks():
    rank, count = ranks(spectrum([7, 3, 3, 1, 1, 1]))
    assert (rank.tolist(), count.tolist()) == ([1, 3, 6], [7, 3, 1])


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5])
def test_the_slope_of_a_power_law(exponent):
    counts = np.round(1e12 / np.arange(1, 200) ** exponent).astype(np.int64)
    assert zipf_slope(spectrum(counts)) == pytest.approx(-exponent, abs=1e-6)
    assert math.isnan(zipf_slope(spectrum([4, 4])))


def test_the_share_that_subsampling_removes():
    # Half of the tokens are one word: it keeps (sqrt(0.5 / 0.125) + 1) * 0.125 / 0.5 = 3/4; the others are rare.
    assert subsampled_share(np.array([8, *[1] * 8]), 0.125) == pytest.approx(0.5 * 0.25)
    assert subsampled_share(np.array([8, 8]), 0.0) == 0.0


def test_the_picture_in_characters_has_the_counts_and_the_ranks():
    lines = shown(spectrum([7, 3, 3, 1, 1, 1]))
    assert lines[0].startswith("           7 |*")
    assert lines[-2].startswith("       count +---")
    assert lines[-1].split() == ["rank", "1", "6"]


def test_a_picture_is_drawn_beside_the_law(tmp_path):
    pytest.importorskip("matplotlib")
    draw(spectrum([8, 4, 4, 2, 2, 2, 2]), tmp_path / "a.svg")
    assert "<svg" in (tmp_path / "a.svg").read_text()
    with pytest.raises(OptionError, match=r"a picture named .*a\.bmp, expected one of \.png, \.svg, \.pdf"):
        draw(spectrum([2, 1]), tmp_path / "a.bmp")
