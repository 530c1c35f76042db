"""The page of `firth map`, opened in Chromium: its words are there, are found, and have their true nearest words."""

import json
import re
from importlib.resources import files

import numpy as np
import pytest

from firth import WordVectors
from firth.drawing.map_page import map_page

ODD = [
    "<script>alert(1)</script>",
    "\"quoted'",
    "שלום",
    "مرحبا",
    "🦊",
    "川建国",
    "line\nbreak",
    "a&amp;b",
    "a\u202eb",
    "</script>",
]
SIZE = 400
SELECTED = "() => document.querySelector('#word h2')?.textContent"
NEAREST = """() => [...document.querySelectorAll("#nearest li")].map((item) =>
  [item.querySelector("bdi").textContent, item.querySelector(".figure").textContent])"""
SPOT = """(word) => { const i = wordMap.data.words.indexOf(word), { view, data } = wordMap;
  return [view.atX(data.x[i]), view.atY(data.y[i])]; }"""
LABELLED = (
    "() => wordMap.picture.placed.map(({ word, left, top, width }) => [wordMap.data.words[word], left, top, width])"
)
INK = """(id) => { const c = document.getElementById(id);
  const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
  return data.reduce((n, v, i) => n + (i % 4 === 3 && v > 0), 0); }"""
SOON = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SHOWN = {"line\nbreak": "line\\nbreak", "a\u202eb": "a\\u202eb"}  # characters that steer a display are escaped


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(3)
    words = ["king", "kingdom", "viking", *ODD]
    words += [f"w{n}" for n in range(SIZE - len(words))]
    return WordVectors(
        words, rng.standard_normal((SIZE, 8)) + rng.standard_normal((4, 8))[np.arange(SIZE) % 4], range(SIZE, 0, -1)
    )


@pytest.fixture(scope="module")
def html(vectors):
    return vectors.plot_map(top=300, title="Map of <b>'all'</b>").to_html()


@pytest.fixture
def opened(html, open_page):
    page = open_page(html)
    page.wait_for_selector("body[data-ready]")
    return page


def expected(vectors, word):
    return [[SHOWN.get(near, near), f"{cosine:.3f}"] for near, cosine in vectors.most_similar(word)]


def assert_same(found, wanted):
    """The same words; similarities to a thousandth, which a tie may round otherwise."""
    assert [word for word, _ in found] == [word for word, _ in wanted]
    assert [float(s) for _, s in found] == pytest.approx([float(s) for _, s in wanted], abs=1.01e-3)


def test_words_are_drawn_and_a_click_shows_the_nearest_of_the_original_space(opened, vectors):
    assert opened.inner_text("h1") == "Map of <b>'all'</b>"
    assert opened.evaluate(INK, "dots") > 3000
    assert opened.evaluate(INK, "labels") > 3000
    few = opened.evaluate(LABELLED)
    assert few[0][0] == "king"  # the most frequent word has a label at any scale
    for place, (_, left, top, width) in enumerate(few):
        for _, other_left, other_top, other_width in few[:place]:
            apart_across = left >= other_left + other_width or other_left >= left + width
            assert apart_across or abs(top - other_top) >= 18
    seen = {word for word, *_ in few}
    opened.focus("#labels")
    for _ in range(4):
        opened.keyboard.press("+")
    opened.evaluate(SOON)
    assert {word for word, *_ in opened.evaluate(LABELLED)} - seen  # words that had no label before
    opened.keyboard.press("0")
    x, y = opened.evaluate(SPOT, "w7")
    opened.mouse.click(x, y)
    word = opened.evaluate(SELECTED)
    assert word  # w7, or one whose label or dot lies above it
    assert_same(opened.evaluate(NEAREST), expected(vectors, next(w for w in vectors if SHOWN.get(w, w) == word)))
    on_map = {SHOWN.get(word, word) for word in vectors.index_to_key[:300]}
    items = opened.locator("#nearest li").all_inner_texts()
    for (near, _), item in zip(opened.evaluate(NEAREST), items, strict=True):
        assert ("(not on the map)" in item) == (near not in on_map)
    assert any("(not on the map)" in item for item in items)


def test_the_keyboard_alone_suffices_for_any_word(opened, vectors):
    opened.keyboard.press("/")
    opened.keyboard.type("KING")
    names = opened.locator("#found bdi").all_inner_texts()
    assert names == ["king", "kingdom", "viking"]
    assert opened.inner_text("#said") == "3 words"
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.evaluate(SELECTED) == "kingdom"
    assert_same(opened.evaluate(NEAREST), expected(vectors, "kingdom"))
    opened.keyboard.press("Escape")
    assert opened.evaluate(SELECTED) is None
    opened.focus("#labels")
    before = opened.evaluate(SPOT, "king")
    opened.keyboard.press("ArrowRight")
    after = opened.evaluate(SPOT, "king")
    assert after[0] == pytest.approx(before[0] - 0.15 * opened.evaluate("() => wordMap.view.width"))
    opened.keyboard.press("0")
    assert opened.evaluate(SPOT, "king") == pytest.approx(before)
    opened.keyboard.press("Enter")
    assert opened.evaluate(SELECTED)
    for word in ODD:
        shown = SHOWN.get(word, word)
        opened.fill("#search", shown)
        opened.press("#search", "Enter")
        assert opened.evaluate(SELECTED) == shown
        assert_same(opened.evaluate(NEAREST), expected(vectors, word))
    opened.keyboard.press("Escape")
    opened.evaluate(SOON)
    before = opened.evaluate(LABELLED)
    button = opened.locator("#groups button").first
    button.press("Enter")
    opened.evaluate(SOON)
    assert button.get_attribute("aria-pressed") == "true"
    assert opened.evaluate("() => wordMap.picture.placed.every(({ word }) => wordMap.data.codes[word] === 0)")
    assert opened.evaluate(LABELLED) != before


def test_a_narrow_dark_page_does_not_scroll_sideways(vectors, open_page):
    page = open_page(vectors.plot_map(clusters=24).to_html(), width=400, height=800, color_scheme="dark")
    page.wait_for_selector("body[data-ready]")
    page.fill("#search", "king")
    page.press("#search", "Enter")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 400
    assert "400 occurrences; cluster: " in page.inner_text("#word")
    marks = page.evaluate("() => wordMap.picture.marks.slice(0, 24).map(({ color, shape }) => color + shape)")
    assert len(set(marks)) == 24  # no two groups have one colour and one shape


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_suffices_in_both_themes():
    """WCAG 2.2: 4.5 for text, 3 for marks."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    style = (files("firth.drawing") / "map_assets" / "style.css").read_text("utf-8")
    light, dark = style.split("@media (prefers-color-scheme: dark)")[:2]
    for theme in (light, dark):
        colors = dict(re.findall(r"--([\w-]+): (#\w{6})", theme))
        for name in ("text", "soft", "accent"):
            assert contrast(colors[name], colors["paper"]) >= 4.5, name
        marks = [name for name in colors if name.startswith(("group-", "step-", "nothing"))]
        assert len(marks) == 6 + 7 + 1
        for name in marks:
            assert contrast(colors[name], colors["paper"]) >= 3, name


def test_what_is_in_the_page_cannot_end_it(vectors):
    """A label of a group stands in the page itself, and not among the compressed words."""
    html = map_page(vectors.plot_map(color={word: word for word in ODD}))
    facts = re.search('<script type="application/json" id="facts">(.*?)</script>', html)[1]
    assert set(json.loads(facts)["labels"]) == {SHOWN.get(word, word) for word in ODD}
