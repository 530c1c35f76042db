"""Line charts: points where they belong, lines told apart by more than colour, names as they are."""

from xml.etree import ElementTree

import pytest

from firth.drawing.line_charts import Line, Panel, key, line_chart, sparkline
from firth.drawing.pictures import save_panels
from firth.drawing.svg import short


def places(svg):
    lines = ElementTree.fromstring(svg).iter("polyline")
    return [[tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in lines]


def test_points_stand_on_their_axes():
    svg = line_chart(Panel("loss", "words", [Line("a", [(0, 4.0), (50_000, 3.0), (100_000, 1.0)], 0)]))
    ((left, high), (middle, mean), (right, low)) = places(svg)[0]
    assert middle - left == pytest.approx(right - middle, abs=0.11)
    assert low - mean == pytest.approx(2 * (mean - high), abs=0.21)
    ticks = [t for t in ElementTree.fromstring(svg).iter("text") if t.get("class") == "tick"]
    assert {t.text: float(t.get("x")) for t in ticks}["100k"] == pytest.approx(right, abs=0.06)
    told = [circle[0].text for circle in ElementTree.fromstring(svg).iter("circle")]
    assert told[1] == "a: 3 at 50,000 words"


def test_lines_differ_in_colour_and_dashes():
    svg = line_chart(Panel("loss", "words", [Line(f"{n}", [(0, n), (1, n)], n) for n in range(4)]))
    looks = [
        (line.get("stroke"), line.get("stroke-dasharray")) for line in ElementTree.fromstring(svg).iter("polyline")
    ]
    assert len({color for color, _ in looks}) == len({dashes for _, dashes in looks}) == 4
    named = key(["<b>", "two"])
    assert "&lt;b&gt;" in named
    assert all(f'stroke="{color}"' in named for color, _ in looks[:2])


def test_a_long_series_has_no_dots():
    assert "<circle" not in line_chart(Panel("", "", [Line("", [(n, n % 7) for n in range(41)], 0)]))


def test_a_sparkline_fills_its_place():
    ((first, *_, last),) = places(sparkline([(10, 5.0), (20, 1.0), (30, 3.0)], "loss", 100, 20))
    assert (first, last) == ((2, 2), (98, 10))
    assert sparkline([(1, 1.0)], "loss") == sparkline([], "loss") == ""
    assert places(sparkline([(0, 1.0), (1, 1.0)], "flat", 100, 20)) == [[(2, 18), (98, 18)]]


@pytest.mark.parametrize(
    ("number", "text"), [(0.05, "0.05"), (2000, "2000"), (10_000, "10k"), (2.5e6, "2.5M"), (-3e9, "-3G")]
)
def test_ticks(number, text):
    assert short(number) == text


def test_a_picture(tmp_path):
    pytest.importorskip("matplotlib")
    lines = [Line("a $x", [(1, 2.0), (3, 4.0)], 0), Line("b", [(1, 3.0), (3, 1.0)], 1)]
    save_panels(tmp_path / "p.svg", [Panel("loss", "words", lines), Panel("speed_$", "words", lines[:1])])
    root = ElementTree.parse(tmp_path / "p.svg").getroot()
    assert root.tag.endswith("svg")
