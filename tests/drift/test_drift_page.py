"""The page and the pictures of words that changed: in Chromium, with words that are no plain words."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from firth import WordVectors
from firth.drawing.arrow_map import Path, arrow_map
from firth.drift import word_changes
from firth.errors import OptionError

ODD = ["<script>alert(1)</script>", 'a "quoted" & word', "שלום", "🙂", "日本"]
WORDS = [*ODD, *(f"w{number}" for number in range(45))]


@pytest.fixture(scope="module")
def changes():
    rng = np.random.default_rng(3)
    matrix = rng.standard_normal((50, 6))
    spaces = []
    for share in (0, 0.5, 1):
        moved = matrix + 0.01 * rng.standard_normal(matrix.shape)
        moved[:5] = (1 - share) * matrix[:5] + share * matrix[10:15]
        spaces.append(WordVectors(WORDS, moved, range(100, 50, -1)))
    nulls = [[WordVectors(WORDS, matrix + 0.01 * rng.standard_normal(matrix.shape), range(100, 50, -1))] * 3]
    return word_changes(spaces, nulls, names=["1850", "1900", "1950"])


def test_the_page_in_a_browser(changes, open_page, tmp_path):
    changes.save_page(tmp_path / "drift.html", topn=5)
    for width, scheme in ((1400, "light"), (400, "dark")):
        page = open_page(tmp_path / "drift.html", width=width, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title() == "Words that changed, 1850 to 1950"
        assert {summary.inner_text() for summary in page.query_selector_all("summary")} == set(ODD)
        assert page.locator("polygon").count() >= 5
    page.keyboard.press("Tab")
    closed = page.locator("details:not([open])").count()
    for _ in range(8):  # keys alone reach a word, and open it
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details:not([open]) > summary')"):
            break
    page.keyboard.press("Enter")
    assert page.locator("details:not([open])").count() == closed - 1
    assert page.locator("details[open] table").nth(1).locator("tbody tr").count() == 3


def test_the_map_of_a_word_is_a_picture(changes, tmp_path):
    changes.save_page(tmp_path / "a.svg", ["שלום"])
    drawn = ElementTree.parse(tmp_path / "a.svg").getroot()
    texts = [node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "שלום 1950" in texts
    assert {"1850", "1900"} <= set(texts)
    assert "var(" not in (tmp_path / "a.svg").read_text()
    pytest.importorskip("resvg_py")
    changes.save_page(tmp_path / "a.png", ["<script>alert(1)</script>"])
    head = (tmp_path / "a.png").read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1440, 1040)


def test_arrows_lead_from_place_to_place():
    drawn = arrow_map([Path("a", np.array([[0, 0], [2, 0], [2, 1]]), ["x", "y", "z"])], [], "t", 720, 520)
    lines = [
        list(map(float, found)) for found in re.findall(r'<line x1="(.*?)" y1="(.*?)" x2="(.*?)" y2="(.*?)"', drawn)
    ]
    (left, low, right, level), (x, bottom, same, top) = lines
    assert (left, low) == (70, level)
    assert left < right < x == same == 650
    assert top < bottom == low  # up is less
    assert ">a z</text>" in drawn


def test_a_notebook_and_mistakes(changes, tmp_path):
    assert "&lt;script&gt;" in changes._repr_html_()
    with pytest.raises(OptionError, match=r"a page named .*a\.bmp, expected \.html, \.svg or \.png"):
        changes.save_page(tmp_path / "a.bmp")
    with pytest.raises(OptionError, match="topn=0"):
        changes.save_page(tmp_path / "a.html", topn=0)
