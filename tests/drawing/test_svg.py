"""Axes: round numbers around all values, and pixels in proportion."""

import pytest

from firth.drawing.svg import Axis, color


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.3, 2.9], [0, 1, 2, 3]),
        ([7], [7, 7.2]),
        ([], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([-120, 340], [-200, -100, 0, 100, 200, 300, 400]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(values, ticks):
    axis = Axis.around(values, 0, 100)
    assert axis.ticks == pytest.approx(ticks)
    assert (axis.at(ticks[0]), axis.at(ticks[-1])) == (0, 100)


def test_an_axis_may_run_upward():
    axis = Axis.around([0, 1], 200, 0)
    assert (axis.at(0), axis.at(0.5), axis.at(1)) == (200, 100, 0)


def test_colours_come_again_when_there_are_no_more():
    assert color(0) == color(6) != color(1)
