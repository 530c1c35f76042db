"""Plots of characters: a curve that falls from left to right."""

import numpy as np

from firth.drawing.characters import loglog


def test_the_curve_falls_from_the_first_to_the_last_place():
    places = np.arange(1, 1_000)
    lines = loglog(places, np.round(1e6 / places).astype(np.int64), 30, 5, names=("rank", "count"))
    assert len(lines) == 7
    assert lines[0].startswith("   1,000,000 |*")
    assert lines[-1].endswith("999")
    columns = [max(place for place, sign in enumerate(line) if sign in "*|") for line in lines[:5] if "*" in line]
    assert columns == sorted(columns)
