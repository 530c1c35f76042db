"""The page of ``firth explain`` as people meet it: words, languages, keyboard, contrast."""

import json
import re
from importlib.resources import files
from itertools import product

from firth.explain.lesson import lesson

SMALL = {"height": 200, "reduced_motion": "reduce"}  # less to paint
TEXT = [line.split() for line in ("the cat sat on the mat", "the dog sat on the rug")]
MARKUP = ["<script>alert(1)</script>", "</script>", "<b>", "a&amp;b", "\"'`", "{data}", "\\u003c"]
STRANGE = [*MARKUP, "שלום", "مرحبا", "👩‍👩‍👧", "e\u0301"]


def test_words_are_shown_as_they_are(open_page):
    page = open_page(lesson([STRANGE], window=1), **SMALL, width=400)
    assert page.locator(".token bdi").all_text_contents() == STRANGE
    assert page.locator("[data-name=pairs] tbody th").all_text_contents() == STRANGE
    assert page.locator("#map .label title").all_text_contents() == STRANGE
    assert page.locator("script").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page = lesson([["a\u202eb", "c\x1b[2J"]])  # marks that turn or hide text are escaped, as in a terminal
    assert [r"a\\u202eb" in page, r"c\\x1b[2J" in page, "\u202e" in page, "\x1b" in page] == [True, True, False, False]


def test_every_model_is_drawn_in_both_languages(open_page):
    page = open_page(lesson([*TEXT, ["alone"]], language="zh"), **SMALL, width=400, color_scheme="dark")
    assert page.title() == "word2vec 逐步演示"
    operations = page.locator("#operations button").evaluate_all("(all) => all.map(({ id }) => id)")
    models = list(product(["skipgram", "cbow"], ["negative", "hierarchical", "softmax"]))
    draw = """([models, operations]) => models.flatMap(([architecture, objective]) => {
      for (const value of [architecture, objective]) document.querySelector(`input[value=${value}]`).click();
      return operations.map((id) => {
        found(id).click();
        const formulas = document.querySelectorAll("#operation-body .level math").length;
        return [formulas, /undefined|NaN|null/.test(document.body.textContent.replace(found("data").textContent, ""))];
      });
    })"""
    for language in ("zh-Hans", "en"):
        assert page.get_attribute("html", "lang") == language
        page.evaluate("document.querySelectorAll('script:not(#data)').forEach((script) => script.remove())")
        drawn = page.evaluate(draw, [models, operations])
        assert len(drawn) == 6 * 7
        assert all(formulas >= 1 and not is_wrong for formulas, is_wrong in drawn)
        assert page.evaluate("document.documentElement.scrollWidth") == 400
        page.click("#language")
    assert page.evaluate(draw, [models[:1], operations]) == drawn[:7]
    page.evaluate("found('positives').click()")  # and the last word has no pair to learn from
    page.select_option("#example", label="8. alone → –")
    drawn = page.evaluate(
        """(operations) => operations.map((id) => {
      found(id).click();
      return found("operation-body").textContent.includes(t("nothing"));
    })""",
        operations,
    )
    assert drawn == [False, False, True, True, True, True, True]


def test_the_texts_of_both_languages_have_the_same_places():
    def places(name):
        texts = json.loads(files("firth.explain").joinpath("assets", f"{name}.json").read_text("utf-8"))
        return {key: sorted(part.partition("}")[0] for part in text.split("{")[1:]) for key, text in texts.items()}

    assert places("english") == places("chinese")


def test_the_keyboard_is_enough(open_page):
    page = open_page(lesson(TEXT), **SMALL)
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("a, input, select, button, summary")]
        .filter((one) => !one.matches(":disabled") && one.checkVisibility() && (one.type !== "radio" || one.checked))
        .map(({ id, name, href }) => id || name || href)"""
    )
    reached = set()
    page.focus(".skip")
    for _ in range(80):
        reached.add(page.evaluate("(({ id, name, href }) => id || name || href)(document.activeElement)"))
        if reached.issuperset(wanted):
            break
        page.keyboard.press("Tab")
    assert len(wanted) > 30
    assert set(wanted) - reached == set()
    page.focus("#window")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("page.settings.window") == 1
    page.focus("input[name=architecture]:checked")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("page.settings.architecture") == "cbow"
    page.focus("#operation-loss")
    page.keyboard.press("Enter")
    assert page.get_attribute("#operation-loss", "aria-pressed") == "true"
    for key, steps in [("n", 1), ("n", 2), ("b", 1), ("0", 0)]:
        page.keyboard.press(key)
        assert page.evaluate("page.training.steps") == steps
    page.keyboard.press("p")
    page.get_by_text(re.compile(r"Step ([3-9]|\d\d)")).wait_for()
    page.keyboard.press("p")
    assert page.evaluate("page.playing") is None
    assert page.evaluate("document.activeElement.id") == "operation-loss"


CONTRAST = """() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((x, i) => a * x + (1 - a) * below[i]);
  const behind = (one) => {
    const chain = [];
    for (; one; one = one.parentElement) chain.unshift(numbers(getComputedStyle(one).backgroundColor));
    return chain.reduce((below, color) => over(color, below), [255, 255, 255]);
  };
  const light = (color) => {
    const [r, g, b] = color.map((x) => ((x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !one.checkVisibility() || one.closest("script, noscript, :disabled, title")) continue;
    const style = getComputedStyle(one);
    const drawing = one.closest("svg");
    let below = behind(drawing?.parentElement ?? one);
    if (one.matches(".digit.on")) below = numbers(getComputedStyle(one.previousElementSibling).fill);
    const above = over(numbers(drawing ? style.fill : style.color), below);
    const [high, low] = [above, below].map(light).sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), one.textContent.slice(0, 30), one.getAttribute("class")]);
  }
  return found;
}"""


def test_text_has_contrast(open_page):
    page = open_page(lesson(TEXT, objective="hierarchical"), **SMALL)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for operation in ("scores", "gradients"):
            page.evaluate("(id) => found(id).click()", f"operation-{operation}")
            ratios = page.evaluate(CONTRAST)
            assert len(ratios) > 200
            assert [ratio for ratio in ratios if ratio[0] < 4.5] == []
