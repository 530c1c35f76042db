"""Plots as SVG: dots where they belong, names as they are."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from firth.drawing.plots import Mark, curves, dots, scatter

RNG = np.random.default_rng(2)


def circles(svg):
    return [(float(c.get("cx")), float(c.get("cy")), c.get("fill")) for c in ElementTree.fromstring(svg).iter("circle")]


def test_dots_stand_on_their_axis():
    marks = [Mark(10.0, (5.0, 15.0), "10.0"), None, Mark(30.0, None, "30.0")]
    svg = dots([("first", marks), ("second", [Mark(20.0, None, "20.0")])], "t")
    (x10, y10, one), (x30, y30, three), (x20, y20, _) = circles(svg)
    assert x20 - x10 == pytest.approx(x30 - x20, abs=0.11)
    assert x10 < x20 < x30
    assert y10 < y30 < y20
    assert one != three
    root = ElementTree.fromstring(svg)
    ticks = {float(t.text): float(t.get("x")) for t in root.iter("text") if t.get("class") == "tick"}
    assert ticks[10] == pytest.approx(x10, abs=0.06)
    assert ticks[30] == pytest.approx(x30, abs=0.06)
    (whisker,) = [e for e in root.iter("line") if e.get("stroke")]
    assert float(whisker.get("x1")) == pytest.approx(ticks[5], abs=0.06)
    assert float(whisker.get("x2")) == pytest.approx(ticks[15], abs=0.06)
    assert "no figure" in svg


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [0.31, 0.32], [-1e-9, 1e6], [99.9, 100]])
def test_every_value_lies_on_the_chart(values):
    found = circles(dots([("m", [Mark(value, None, "") for value in values])], "t"))
    assert len(found) == len(values)
    assert all(200 <= x <= 590 for x, _, _ in found)


def test_scatter_leaves_out_what_is_unknown_and_draws_higher_cosines_higher():
    svg = scatter(np.array([0.0, 5.0, 10.0]), np.array([0.1, np.nan, 0.9]), (0.1, 0.9), "x", "t", "#123456")
    (x1, y1, _), (x2, y2, _) = circles(svg)
    assert x1 < x2
    assert y1 > y2
    many = scatter(RNG.random(5000), RNG.random(5000), (0.0, 1.0), "x", "t", "#123456")
    assert len(circles(many)) <= 1000
    assert len(re.findall("<svg", many)) == 1


def test_names_and_figures_are_escaped_in_charts():
    chart = ElementTree.fromstring(dots([("a <b> & c", [Mark(1.0, None, "1 < 2")])], "<t>"))
    assert {"a <b> & c", "1 < 2", "<t>"} <= {element.text for element in chart.iter()}


def test_curves_go_from_left_to_right_and_leave_gaps():
    svg = curves([("a", [3.0, None, 1.0]), ("b", [2.0])], "epoch", "t")
    (x1, y1, a), (x3, y3, _), (x, y, b) = circles(svg)
    assert x1 == x < x3
    assert y1 < y < y3  # 3 above 2 above 1
    assert a != b
    lines = [line.get("points").split() for line in ElementTree.fromstring(svg).iter("polyline")]
    assert [len(points) for points in lines] == [2, 1]
    assert ">epoch<" in svg
    assert len(circles(curves([("", [])], "epoch", "t"))) == 0
    ticks = [t.text for t in ElementTree.fromstring(curves([("", [1.0] * 100)], "", "t")).iter("text")]
    assert "11" in ticks
    assert "2" not in ticks  # not all of a hundred have room
